"""A second row of somebody met before: another appointment of the same teacher (BB-16), or the same one twice."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, Protocol

from desktop.codes import table
from desktop.exchange.plan import Candidate, Outcome, PlanRow, RowProblem
from desktop.exchange.roster.checks import Said
from desktop.exchange.roster.known import Known
from desktop.exchange.roster.people import Met, People
from desktop.exchange.roster.receptions import Values
from desktop.exchange.roster.row_appointments import RowAppointments
from desktop.exchange.roster.row_teachers import RowTeachers
from desktop.exchange.roster.weigh import FileContext, Weigher
from desktop.exchange.targets import Target
from desktop.models import Appointment, Cohort, Teacher
from desktop.rules.dates import agree
from desktop.store.records import Edit

_OF_EACH: Final = frozenset({"subject", "stage"})
"""What each appointment states for itself, so that two rows of one teacher may differ."""


class Planner(Protocol):
    """What plans single rows."""

    known: Known
    targets: dict[str, Target]
    people: People
    teachers: RowTeachers
    appointments: RowAppointments


def plan_again(
    planner: Planner, row: PlanRow, said: Said, met: Sequence[Met], *, school: str | None, context: FileContext
) -> None:
    """Plan a row of somebody who stands in earlier rows of this import too.

    It is a duplicate if an earlier row speaks of the same appointment at the same school. Otherwise it must say the
    same of the person, and brings the person along in case the earlier row is not taken.
    """
    first = met[0]
    twin = next((each for each in met if _is_same_appointment(each.said.values, said.values)), None)
    if twin is not None and (school == twin.school or None in (school, twin.school)):
        _tell_twin(planner, row, said, twin)
        return
    row.problems = list(_contradictions(planner, said, met, school))
    if first.row.outcome is Outcome.AMBIGUOUS:
        text = f"与{first.said.where(said)}是同一个人，那一行还要确认，请一并处理"
        row.problems.append(said.problem("name", text))
    if not row.problems:
        _add(planner, row, said, met, context)
    if row.problems:
        row.outcome = Outcome.AMBIGUOUS


def _tell_twin(planner: Planner, row: PlanRow, said: Said, twin: Met) -> None:
    """A duplicate, if the number says so; who only has name, school and birth in common may be somebody else."""
    target = "id_number" if "id_number" in said.places else "name"
    where, number = twin.said.where(said), said.values.get("id_number")
    if number is not None and number == twin.said.values.get("id_number"):
        text = f"与{where}是同一个人（{twin.row.name}），请只保留一行"
        row.outcome, row.problems = Outcome.DUPLICATE, [said.problem(target, text)]
        return
    text = (
        f"与{where}同校同名、出生年月相符，可能是同一个人：是同一个人的，请只保留一行；"
        "不是同一个人的，请给两人都补填身份证号"
    )
    row.outcome = Outcome.DUPLICATE
    other = _differing(planner, said, twin)
    if other and not planner.people.is_answered(said):
        said.doubts.append(said.problem(target, f"{text}（两行的{'、'.join(other)}不同）"))
        row.outcome, row.candidates = Outcome.AMBIGUOUS, (Candidate(twin.uid, f"{where}的{twin.row.name}"),)
    row.problems = list(said.doubts) or [said.problem(target, text)]


def _differing(planner: Planner, said: Said, twin: Met) -> list[str]:
    """What two rows that may speak of one person say differently."""
    return [
        planner.targets[name].label
        for name, value in said.values.items()
        if name != "birth_date" and twin.said.values.get(name, value) != value
    ]


def _is_same_appointment(one: Values, other: Values) -> bool:
    if one.get("tier") != other.get("tier"):
        return False
    if "doc_no" in one and "doc_no" in other:
        return one["doc_no"] == other["doc_no"]
    days = one.get("recognized_on"), other.get("recognized_on")
    return None in days or agree(str(days[0]), str(days[1]))


def _contradictions(planner: Planner, said: Said, met: Sequence[Met], school: str | None) -> Iterator[RowProblem]:
    """What the row says of the person otherwise than an earlier one."""
    lines = {target.name for target in planner.teachers.line_targets}
    for name, value in said.values.items():
        if name in _OF_EACH or not (name in planner.teachers.names or name in lines):
            continue
        other = next((each for each in met if each.said.values.get(name, value) != value), None)
        if other is None or (name == "birth_date" and agree(str(value), str(other.said.values[name]))):
            continue
        field = planner.targets[name].field
        text = (
            f"{field.label}“{field.format_packed(value)}”与{other.said.where(said)}同一个人的"
            f"“{field.format_packed(other.said.values[name])}”不同，请核对哪一个有误"
        )
        yield said.problem(name, text)
    other = next((each for each in met if each.school != school and None not in (each.school, school)), None)
    if other is not None and other.school is not None and school is not None:
        here, there = (planner.known.schools.name_of(uid) for uid in (school, other.school))
        text = (
            f"学校“{here}”与{other.said.where(said)}同一个人的“{there}”不同，请核对；"
            "调动、交流或兼任两校的，请分两次导入，先导入原学校的"
        )
        yield said.problem("school", text)


def _add(planner: Planner, row: PlanRow, said: Said, met: Sequence[Met], context: FileContext) -> None:
    """Plan the appointment, and what the earlier rows do not say of the person."""
    first = met[0]
    weigher = Weigher(row, _rest(said, met), context, first.uid)
    held = next((edit for each in met for edit in each.row.edits if edit.entity is Teacher), None)
    if held is not None and held.content is not None:
        content = planner.teachers.weigh(weigher, held.content)
        held.content.update(content)
    elif not planner.teachers.plan(weigher, planner.known.teachers[first.uid]):
        return
    planner.appointments.weigh(Weigher(row, said, context, first.uid), first.uid)
    if row.edits or row.changes:
        row.outcome = Outcome.NEW if first.row.outcome is Outcome.NEW else Outcome.CHANGED
        row.edits = [*(edit for edit in first.row.edits if _is_of_person(edit)), *row.edits]


def _rest(said: Said, met: Sequence[Met]) -> Said:
    """What no earlier row says; a kept column in which they differ is kept under the name of the appointment too."""
    known = {name for each in met for name in each.said.values} | _OF_EACH
    columns = {heading: text for each in reversed(met) for heading, text in each.said.extras.items()}
    mark = said.values.get("doc_no") or table("tier").label(str(said.values.get("tier", ""))) or said.row
    extras = {
        heading if columns.get(heading, text) == text else f"{heading}（{mark}）": text
        for heading, text in said.extras.items()
    }
    values = {name: value for name, value in said.values.items() if name not in known}
    return replace(said, values=values, extras=extras)


def _is_of_person(edit: Edit) -> bool:
    return edit.entity not in (Appointment, Cohort)
