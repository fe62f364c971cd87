"""Whom a row speaks of: by number, or by name, birth and school; and who stands in the files twice."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.exchange.plan import Candidate, Outcome, PlanRow
from desktop.exchange.roster.answers import SOMEBODY_NEW, RowPlace
from desktop.exchange.roster.checks import Said
from desktop.exchange.roster.known import Known
from desktop.rules.dates import agree

_SURVIVING: Final = 5
"""So many first digits stand in a number however badly a spreadsheet damaged it; the sixth may be rounded."""
_OFFERED: Final = 3
"""So many people are offered for a damaged number."""


@dataclass(frozen=True, slots=True)
class Met:
    """A row of this import in which somebody was met: what it says, of whom, at which school."""

    row: PlanRow
    said: Said
    uid: str
    school: str | None


class People:
    """Finds the teacher of a row, and remembers who was met in the files of one import."""

    def __init__(self, known: Known, answers: Mapping[RowPlace, str]) -> None:
        self.known = known
        self._answers = answers
        self._by_number: dict[str, str] = {}
        self._by_uid: dict[str, list[Met]] = {}
        self._by_name: dict[tuple[str, str | None], list[tuple[str, str, str]]] = defaultdict(list)
        """By name and school: birth, number and uid of everybody met so far."""

    def is_answered(self, said: Said) -> bool:
        """Whether a clerk said of whom a row speaks."""
        return said.place in self._answers

    def find(self, row: PlanRow, said: Said, school: str | None) -> str | None:
        """The uid of the teacher; None for somebody new. Gives the row an outcome and problems where it is unclear."""
        number = said.values.get("id_number")
        birth = said.values.get("birth_date")
        answer = self._answers.get(said.place)
        if answer in self.known.teachers:
            return answer
        if answer == SOMEBODY_NEW and (number is None or str(number) not in self.known.by_number):
            return None
        if number is not None and (uid := self.known.by_number.get(str(number))) is not None:
            self._doubt_other_name(row, said, uid)
            return uid
        found = self.known.namesakes(said.name, str(birth) if birth else None, school)
        if number is not None:
            return self._find_unnumbered(row, said, found)
        if not found and birth is not None and len(str(birth)) == 10:
            found = self.known.namesakes(said.name, str(birth), None)
        if len(found) > 1:
            text = f"名册中有 {len(found)} 位“{said.name}”，没有身份证号无法确认是哪一位，请补填身份证号"
            self._ask(row, said, "id_number", text, found)
        elif not found:
            self._check_unknown(row, said, school)
        return found[0] if len(found) == 1 else None

    def _check_unknown(self, row: PlanRow, said: Said, school: str | None) -> None:
        """Somebody without number whom nobody here matches; who may work elsewhere is never taken for a new person."""
        elsewhere = self.known.namesakes(said.name, str(said.values.get("birth_date", "")) or None, None)
        if "id_number" in said.unchanged:
            text = f"身份证号被*号遮挡，名册中又没有找到“{said.name}”，请填写完整号码"
            row.outcome, row.problems = Outcome.INVALID, [said.problem("id_number", text)]
        elif school is None:
            text = "没有身份证号时必须填写学校，才能确认是哪一个人"
            row.outcome, row.problems = Outcome.INVALID, [said.problem("school", text)]
        elif elsewhere:
            where = self.known.school_name_of(elsewhere[0])
            text = f"名册中“{where}”有同名、出生年月相符的“{said.name}”，没有身份证号无法确认是否同一人，请补填身份证号"
            self._ask(row, said, "id_number", text, elsewhere)

    def _doubt_other_name(self, row: PlanRow, said: Said, uid: str) -> None:
        held = str(self.known.teachers[uid].content["name"])
        if said.name and held != said.name and not set(held) & set(said.name):
            text = f"此身份证号在名册中是“{held}”，这里写的是“{said.name}”，请核对身份证号或姓名"
            self._ask(row, said, "name", text, [uid])

    def _find_unnumbered(self, row: PlanRow, said: Said, found: list[str]) -> str | None:
        """A row with a number that nobody has: a known person whose number is missing, or somebody new."""
        unnumbered = [uid for uid in found if "id_number" not in self.known.teachers[uid].content]
        if len(unnumbered) == 1:
            return unnumbered[0]
        others = [uid for uid in found if uid not in unnumbered]
        if others:
            tail = str(self.known.teachers[others[0]].content["id_number"])[-4:]
            text = f"本校已有同名同生日的“{said.name}”（身份证号末四位 {tail}），号码不同，请确认是更正号码还是另一个人"
            self._ask(row, said, "id_number", text, others)
        return None

    def _ask(self, row: PlanRow, said: Said, target: str, text: str, people: Sequence[str]) -> None:
        row.outcome, row.problems = Outcome.AMBIGUOUS, [said.problem(target, text)]
        row.candidates = tuple(self._candidate(uid) for uid in people)

    def _candidate(self, uid: str) -> Candidate:
        content = self.known.teachers[uid].content
        told = (content["name"], content.get("birth_date"), content.get("id_number"), self.known.school_name_of(uid))
        return Candidate(uid, "，".join(str(each) for each in told if each))

    def settle_damaged(self, said: Said) -> None:
        """Take the number that is on record where a clerk compared a damaged one with it by eye."""
        uid = self._answers.get(said.place)
        if said.damaged is not None and uid in self.known.teachers:
            number = self.known.teachers[uid].content.get("id_number")
            if number is not None:
                said.problems = [each for each in said.problems if each.field != "id_number"]
                said.values["id_number"] = number

    def offer(self, row: PlanRow, said: Said) -> str:
        """The question whether a damaged number belongs to the known people of this name and birth."""
        found = self._owners(said)
        if not found:
            return ""
        row.candidates = tuple(map(self._candidate, found))
        tails = "或".join(str(self.known.teachers[uid].content["id_number"])[-4:] for uid in found)
        asked = f"名册中同名同生日的“{said.name}”末四位为 {tails}，请对照证件确认是否同一人"
        first = next(problem.text for problem in said.problems if problem.field == "id_number")
        return f"{first}；{asked}"

    def _owners(self, said: Said) -> list[str]:
        """Whose number a damaged one may be: by name, by the birth that survived in it or that the row states."""
        assert said.damaged is not None
        birth = said.damaged.birth.isoformat() if said.damaged.birth is not None else said.values.get("birth_date")
        if birth is None:
            return []
        area = said.damaged.prefix[:_SURVIVING]
        found = [
            uid
            for uid in self.known.namesakes(said.name, str(birth), None)
            if str(self.known.teachers[uid].content.get("id_number", "")).startswith(area or " ")
        ]
        school = self.known.schools.find(str(said.values.get("school", "")))
        here = [uid for uid in found if school is not None and self.known.works_at(uid, school)]
        return (here or found)[:_OFFERED]

    def met(self, said: Said, uid: str | None, school: str | None) -> list[Met]:
        """The rows in which this person was met before, the first one first."""
        number, birth = str(said.values.get("id_number", "")), str(said.values.get("birth_date", ""))
        found = self._by_number.get(number, uid)
        if found in self._by_uid:
            return self._by_uid[found]
        if self._answers.get(said.place) == SOMEBODY_NEW:
            return []
        for other_birth, other_number, other in self._by_name.get((said.name, school), ()):
            if not (number and other_number) and birth and other_birth and agree(birth, other_birth):
                return self._by_uid[other]
        return []

    def remember(self, row: PlanRow, said: Said, uid: str, school: str | None) -> None:
        """Note that this person was met."""
        number, birth = str(said.values.get("id_number", "")), str(said.values.get("birth_date", ""))
        if number:
            self._by_number[number] = uid
        self._by_uid.setdefault(uid, []).append(Met(row, said, uid, school))
        self._by_name[said.name, school].append((birth, number, uid))
