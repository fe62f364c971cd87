"""Where a row says that a person works: a first employment, a month of entry, or a move that a clerk settles."""

from collections.abc import Mapping

from desktop.exchange.roster.answers import Move, RosterOptions
from desktop.exchange.roster.known import MAIN, Known
from desktop.exchange.roster.row_schools import RowSchools
from desktop.exchange.roster.weigh import Kept, Weigher
from desktop.exchange.targets import Target
from desktop.kinds import Packed
from desktop.models import Employment
from desktop.models.base import Content
from desktop.rules.dates import first_day, last_day, period_before
from desktop.store.records import Edit, Stored, new_uid


def new_employment(
    teacher: str, school: str, start: Packed | None, *, kind: str = MAIN, doc_no: str | None = None
) -> Edit:
    """Somebody works at a school from now on, or since a month."""
    content: Content = {"teacher": teacher, "school": school, "kind": kind}
    if start is not None:
        content["start"] = start
    if doc_no is not None:
        content["doc_no"] = doc_no
    return Edit(Employment, new_uid(Employment, content), None, content)


class RowEmployments:
    """Weighs the school of each row against where the person works; `moved` are the moves that nobody settled."""

    def __init__(
        self, known: Known, own: str, answers: RosterOptions, schools: RowSchools, targets: Mapping[str, Target]
    ) -> None:
        self.known, self.own, self.answers = known, own, answers
        self._schools, self._targets = schools, targets
        self.moved: list[Move] = []

    def weigh(self, weigher: Weigher, uid: str, school: str | None) -> None:
        """Plan what a row changes of where a known teacher works."""
        if school is None:
            return
        self._schools.need(weigher.row, weigher.said, school)
        current = self.known.current_employment(uid)
        if current is None:
            weigher.row.edits.append(new_employment(uid, school, weigher.said.values.get("school_entry_month")))
            weigher.note_change("employments", "school", "工作单位", "", self.known.schools.name_of(school))
            return
        held = self._resolved(current.content["school"])
        if held != school:
            self._plan_move(weigher, uid, current, school)
            return
        if "school_entry_month" in weigher.said.values:
            content = dict(current.content)
            weigher.weigh_target(
                self._targets["school_entry_month"], content, weigher.said.values["school_entry_month"]
            )
            if content != current.content and current.origin == self.own:
                weigher.row.edits.append(weigher.edit(Employment, current, content))

    def _resolved(self, school: str) -> str:
        name = self.known.schools.name_of(school)
        return self.known.schools.find(name) or school

    def _plan_move(self, weigher: Weigher, uid: str, current: Stored, school: str) -> None:
        """Somebody at another school is one move, asked once for all its traces in several rosters."""
        said = weigher.said
        if any(self._resolved(record.content["school"]) == school for record in self.known.open_employments(uid)):
            return
        before, now = self.known.schools.name_of(current.content["school"]), self.known.schools.name_of(school)
        answer = self.answers.moves.get(uid, self.answers.move)
        is_old = weigher.context.earlier.is_old_file
        is_moved_away = weigher.last.get("school") == said.values["school"] and self.known.stood_at(uid, school)
        if is_old or is_moved_away or (answer is not None and not answer.kind):
            last = weigher.last.get("school")
            if not is_old or (
                last is not None and self._schools.same(last) != self._resolved(current.content["school"])
            ):
                weigher.context.kept.append(Kept(said.name, "工作单位", now, before))
            return
        if answer is None:
            text = f"名册中在“{before}”，本表在“{now}”：请说明是调动、交流还是借调，从何时起，文号是什么"
            weigher.row.problems.append(said.problem("school", text))
            self.moved.append(Move(weigher.row, uid, said.name, before, now))
            return
        if answer.kind == MAIN and current.origin != self.own:
            owner = self.known.office_name(current.origin)
            text = f"在“{before}”的任职由“{owner}”登记，请该单位先结束这一任职"
            weigher.row.problems.append(said.problem("school", text))
            return
        if answer.kind == MAIN:
            end = period_before(answer.since)
            if current.content.get("start") and last_day(end) < first_day(current.content["start"]):
                text = (
                    f"在“{before}”的任职从 {current.content['start']} 开始，调动时间 {answer.since} 不能早于它，请核对"
                )
                weigher.row.problems.append(said.problem("school", text))
                return
            weigher.row.edits.append(weigher.edit(Employment, current, {**current.content, "end": end}))
        weigher.row.edits.append(new_employment(uid, school, answer.since, kind=answer.kind, doc_no=answer.doc_no))
        weigher.note_change("employments", "school", "工作单位", before, now)
