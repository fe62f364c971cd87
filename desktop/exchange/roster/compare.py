"""One row of a roster against what the office holds: what it would change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from desktop.exchange.plan import FieldChange, Outcome, PlanRow
from desktop.exchange.roster.again import plan_again
from desktop.exchange.roster.answers import Move, RosterOptions
from desktop.exchange.roster.checks import Said
from desktop.exchange.roster.known import MAIN, Known
from desktop.exchange.roster.people import People
from desktop.exchange.roster.receptions import Values
from desktop.exchange.roster.school_names import is_general
from desktop.exchange.roster.weigh import FileContext, Kept, Weigher, less_exact
from desktop.exchange.targets import Target
from desktop.fields import field_named
from desktop.kinds import Packed
from desktop.models import Appointment, Cohort, Employment, School, Teacher
from desktop.models.base import Content, shared_uid
from desktop.rules.dates import agree, first_day, last_day, period_before
from desktop.store.records import Edit, Stored, new_uid

FIRST_EDUCATION, HIGHEST_EDUCATION = "1", "2"
_LINE_PARTS = {"first": FIRST_EDUCATION, "highest": HIGHEST_EDUCATION}
_OF_SCHOOL = {"school_type": "type", "school_credit_code": "credit_code"}
"""Targets that speak of the school, with their fields."""
_ALSO_APPOINTMENT = ("subject", "stage")
"""Targets of the teacher that an appointment states too, as the document has it."""


class RowPlanner:
    """Plans row after row; remembers who was seen, and the schools and documents that rows need."""

    def __init__(
        self,
        known: Known,
        targets: Iterable[Target],
        own: str,
        answers: RosterOptions,
        school_meanings: Mapping[str, str] | None = None,
    ) -> None:
        self.known = known
        self.own = own
        self.answers = answers
        self._school_meanings = school_meanings or {}
        self.targets = {target.name: target for target in targets}
        self.people = People(known, answers.people)
        self.shared: dict[str, Edit] = {}
        self._cohorts: dict[tuple[Packed, Packed], str] = {}
        self._matched: set[str] = set()
        """Appointments that rows of this import spoke of; each is spoken of once."""
        self.facts: list[Edit] = []
        """What files say of known schools that the office did not know."""
        self.moved: list[Move] = []
        self.unclear_schools: dict[str, list[PlanRow]] = defaultdict(list)
        self.other_facts: dict[tuple[str, str], Packed] = {}
        """By school and field: what files say of a known school that is not what the office holds."""
        self.teacher_names = frozenset(name for name, target in self.targets.items() if target.part == "teacher")
        self.line_targets = [target for target in self.targets.values() if target.part in _LINE_PARTS]

    def plan(self, said: Said, context: FileContext) -> tuple[PlanRow, str | None]:
        """The planned row and the uid of its teacher, if it is clear who that is."""
        row = PlanRow(file=said.file, sheet=said.sheet, row=said.row, outcome=Outcome.SAME, name=said.name)
        self.people.settle_damaged(said)
        if said.problems:
            return self._refuse(row, said), None
        if said.doubts:
            row.outcome, row.problems = Outcome.AMBIGUOUS, list(said.doubts)
            return row, None
        school = self._school(row, said)
        if row.problems:
            return row, None
        uid = self.people.find(row, said, school)
        if row.problems:
            return row, None
        met = self.people.met(said, uid, school)
        if met:
            uid = met[0].uid
            plan_again(self, row, said, met, school=school, context=context)
        elif uid is None:
            uid = self._plan_new(row, said, school)
        else:
            self._plan_known(row, said, uid, school, context)
        if row.outcome is not Outcome.DUPLICATE:
            self.people.remember(row, said, uid, school)
        return row, uid

    def _refuse(self, row: PlanRow, said: Said) -> PlanRow:
        offer = self.people.offer(row, said) if said.damaged is not None else ""
        if offer:
            said.problems = [each for each in said.problems if each.field != "id_number"]
            said.doubts = [said.problem("id_number", offer), *said.doubts]
        row.outcome = Outcome.INVALID if said.problems else Outcome.AMBIGUOUS
        row.problems = [*said.problems, *said.doubts]
        return row

    # who and where

    def _school(self, row: PlanRow, said: Said) -> str | None:
        written = said.values.get("school")
        if written is None:
            return None
        written = self._school_meanings.get(str(written), written)
        schools = self.known.schools
        uid = schools.find(str(written))
        if uid is not None:
            return uid
        alike = schools.alike(str(written))
        if str(written) in self.answers.new_schools or not (alike or is_general(str(written))):
            return schools.make(str(written))
        self.unclear_schools[str(written)].append(row)
        names = "、".join(f"“{name}”" for name in alike)
        is_it = f"是否就是{names}？" if alike else "这个名称太笼统，"
        text = f"学校表里没有“{written}”，{is_it}请对应到已有学校，或登记为新学校"
        row.outcome, row.problems = Outcome.AMBIGUOUS, [said.problem("school", text)]
        return None

    # new people

    def _plan_new(self, row: PlanRow, said: Said, school: str | None) -> str:
        content = self._teacher_content(said)
        uid = new_uid(Teacher, content)
        row.outcome = Outcome.NEW
        row.edits.append(Edit(Teacher, uid, None, content))
        if school is not None:
            self._need_school(row, said, school)
            row.edits.append(self._employment(uid, school, said.values.get("school_entry_month")))
        self._plan_new_appointment(row, said, uid)
        return uid

    def _teacher_content(self, said: Said) -> Content:
        content: Content = {name: value for name, value in said.values.items() if name in self.teacher_names}
        lines = self._education_lines(said.values)
        if lines:
            content["educations"] = lines
        if "note" in said.values and "tier" not in said.values:
            content["note"] = said.values["note"]
        if said.extras:
            content["extras"] = {"columns": dict(said.extras)}
        return content

    def _education_lines(self, values: Mapping[str, Packed]) -> list[dict[str, Any]]:
        lines: dict[str, dict[str, Any]] = {}
        for target in self.line_targets:
            if target.name in values:
                which = _LINE_PARTS[target.part]
                lines.setdefault(which, {"which": which})[target.field.name] = values[target.name]
        return [lines[which] for which in sorted(lines)]

    @staticmethod
    def _employment(
        teacher: str, school: str, start: Packed | None, *, kind: str = MAIN, doc_no: str | None = None
    ) -> Edit:
        content: Content = {"teacher": teacher, "school": school, "kind": kind}
        if start is not None:
            content["start"] = start
        if doc_no is not None:
            content["doc_no"] = doc_no
        return Edit(Employment, new_uid(Employment, content), None, content)

    def _need_school(self, row: PlanRow, said: Said, uid: str) -> None:
        """Bring a new school along, and what the row says of a school that the office does not know yet."""
        schools = self.known.schools
        said_of = {name: said.values[target] for target, name in _OF_SCHOOL.items() if target in said.values}
        fresh = schools.fresh.get(uid)
        if fresh is not None:
            for name, value in said_of.items():
                fresh.setdefault(name, value)
            if uid not in self.shared:
                self.shared[uid] = Edit(School, uid, self.known.deleted_schools.get(uid), fresh)
            row.edits.append(self.shared[uid])
            return
        held = schools.stored.get(uid)
        if held is None or held.origin != self.own or not said_of:
            return
        found = {name: value for name, value in said_of.items() if held.content.get(name) is None}
        if found and uid not in self.shared:
            self.shared[uid] = Edit(School, uid, held, {**held.content, **found})
            self.facts.append(self.shared[uid])
        for name, value in said_of.items():
            if held.content.get(name, value) != value:
                self.other_facts.setdefault((uid, name), value)

    def _plan_new_appointment(self, row: PlanRow, said: Said, teacher: str) -> Content | None:
        content = self._appointment_content(row, said)
        if content is None:
            return None
        content["teacher"] = teacher
        row.edits.append(Edit(Appointment, new_uid(Appointment, content), None, content))
        return content

    def _appointment_content(self, row: PlanRow, said: Said) -> Content | None:
        values = said.values
        if "tier" not in values:
            return None
        names = ("tier", "recognized_on", "number", "note", *_ALSO_APPOINTMENT)
        content: Content = {name: values[name] for name in names if name in values}
        if "doc_no" in values:
            content["cohort"] = self._cohort(row, values)
        return content

    def _cohort(self, row: PlanRow, values: Values) -> str:
        content: Content = {"tier": values["tier"], "doc_no": values["doc_no"]}
        place = (values["tier"], values["doc_no"])
        uid = self._cohorts.get(place) or self._cohorts.setdefault(place, shared_uid(Cohort, content))
        held = self.known.cohorts.get(uid)
        if held is not None and held.deleted_at is None:
            return uid
        edit = self.shared.get(uid)
        if edit is None:
            edit = self.shared[uid] = Edit(Cohort, uid, held, content)
        if "ordinal" in values and edit.content is not None:
            edit.content.setdefault("ordinal", values["ordinal"])
        row.edits.append(edit)
        return uid

    # known people

    def _plan_known(self, row: PlanRow, said: Said, uid: str, school: str | None, context: FileContext) -> None:
        weigher = Weigher(row, said, context, uid)
        if not self.plan_teacher(weigher, self.known.teachers[uid]):
            return
        self._weigh_employment(weigher, uid, school)
        self.weigh_appointment(weigher, uid)
        if row.problems:
            row.outcome = Outcome.AMBIGUOUS
        elif row.edits:
            row.outcome = Outcome.CHANGED

    def plan_teacher(self, weigher: Weigher, held: Stored) -> bool:
        """Plan what a row changes of a teacher; False if only another office may change it, which the row then says."""
        row = weigher.row
        content = self.weigh_teacher(weigher, held.content)
        if content == held.content:
            return True
        if held.origin == self.own:
            row.edits.append(weigher.edit(Teacher, held, content))
            return True
        labels = "、".join(dict.fromkeys(change.label for change in row.changes))
        owner = self.known.office_name(held.origin)
        text = f"此人由“{owner}”登记，只能由该单位修改；本表不同的内容（{labels}）没有采用，请该单位改好后重新上报"
        row.outcome, row.problems, row.changes = Outcome.AMBIGUOUS, [weigher.said.problem("name", text)], []
        return False

    def weigh_teacher(self, weigher: Weigher, held: Content) -> Content:
        """The content of a teacher with what is to be taken from a row."""
        said = weigher.said
        content = dict(held)
        for name in said.values:
            if name not in self.teacher_names:
                continue
            if name == "birth_date" and less_exact(str(said.values[name]), held.get(name)):
                continue
            weigher.weigh(Teacher, content, name, said.values[name])
        if "note" in said.values and "tier" not in said.values:
            weigher.weigh(Teacher, content, "note", said.values["note"])
        self._weigh_educations(weigher, content)
        self._weigh_extras(weigher, content)
        return content

    def _weigh_educations(self, weigher: Weigher, content: Content) -> None:
        lines = {line["which"]: dict(line) for line in content.get("educations", ())}
        for target in self.line_targets:
            if target.name in weigher.said.values:
                which = _LINE_PARTS[target.part]
                line = lines.setdefault(which, {"which": which})
                weigher.weigh_target(target, line, weigher.said.values[target.name])
        found = [lines[which] for which in sorted(lines) if len(lines[which]) > 1]
        if found and found != content.get("educations"):
            content["educations"] = found

    @staticmethod
    def _weigh_extras(weigher: Weigher, content: Content) -> None:
        held = content.get("extras", {})
        columns = {**held.get("columns", {}), **weigher.said.extras}
        if columns != held.get("columns", {}):
            content["extras"] = {**held, "columns": columns}
            for heading, text in weigher.said.extras.items():
                old = held.get("columns", {}).get(heading, "")
                if old != text:
                    weigher.row.changes.append(FieldChange("teachers", "extras", heading, old, text))

    def _weigh_employment(self, weigher: Weigher, uid: str, school: str | None) -> None:
        if school is None:
            return
        self._need_school(weigher.row, weigher.said, school)
        current = self.known.current_employment(uid)
        if current is None:
            weigher.row.edits.append(self._employment(uid, school, weigher.said.values.get("school_entry_month")))
            weigher.note_change("employments", "school", "工作单位", "", self.known.schools.name_of(school))
            return
        held = self._resolved(current.content["school"])
        if held != school:
            self._plan_move(weigher, uid, current, school)
            return
        if "school_entry_month" in weigher.said.values:
            content = dict(current.content)
            weigher.weigh_target(self.targets["school_entry_month"], content, weigher.said.values["school_entry_month"])
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
        weigher.row.edits.append(self._employment(uid, school, answer.since, kind=answer.kind, doc_no=answer.doc_no))
        weigher.note_change("employments", "school", "工作单位", before, now)

    def weigh_appointment(self, weigher: Weigher, uid: str) -> None:
        """Plan what a row says of the appointment of a teacher, who may be new."""
        said = self._appointment_content(weigher.row, weigher.said)
        if said is None:
            return
        held = self._matching_appointment(uid, said)
        if held is None:
            said["teacher"] = uid
            weigher.row.edits.append(Edit(Appointment, new_uid(Appointment, said), None, said))
            label = field_named(Appointment, "tier").format_packed(said["tier"])
            weigher.note_change("appointments", "tier", "骨干教师", "", label)
            return
        self._matched.add(held.uid)
        content = dict(held.content)
        for name, value in said.items():
            if name == "cohort" and content.get("cohort") == value:
                continue
            weigher.weigh(Appointment, content, name, value, target=_target_of(name))
        if content != held.content:
            if held.origin != self.own:
                owner = self.known.office_name(held.origin)
                text = f"此人的骨干教师资格由“{owner}”登记，只能由该单位修改；本表不同的内容没有采用"
                weigher.row.problems.append(weigher.said.problem("tier", text))
                return
            weigher.row.edits.append(weigher.edit(Appointment, held, content))

    def _matching_appointment(self, uid: str, said: Content) -> Stored | None:
        found = [each for each in self.known.appointments.get(uid, ()) if each.uid not in self._matched]
        for record in found:
            if "cohort" in said and record.content.get("cohort") == said["cohort"]:
                return record
        same_tier = [record for record in found if record.content["tier"] == said["tier"]]
        for record in same_tier:
            if "cohort" not in said or "cohort" not in record.content or _same_time(record.content, said):
                return record
        return None


def _target_of(name: str) -> str:
    return "doc_no" if name == "cohort" else name


def _same_time(one: Content, other: Content) -> bool:
    first, second = one.get("recognized_on"), other.get("recognized_on")
    return bool(first and second and agree(first, second))
