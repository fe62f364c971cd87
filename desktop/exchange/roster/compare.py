"""One row of a roster against what the office holds: who it speaks of, and what it would change.

Three values meet for every field: what the sender's last file said, what this file says, and what the office
holds. A value that the office corrected since stays and goes back to the sender in a list; a blank cell never
erases; where both sides changed, a person decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from desktop.exchange.plan import FieldChange, Outcome, PlanRow, RowProblem
from desktop.exchange.roster.known import MAIN, Known
from desktop.exchange.roster.receptions import Earlier, Values
from desktop.exchange.roster.rows import Said
from desktop.exchange.targets import Target
from desktop.fields import field_named
from desktop.kinds import Packed
from desktop.models import Appointment, Cohort, Employment, School, Teacher
from desktop.models.base import Content, Record, corrected_fields, shared_uid
from desktop.rules.dates import agree
from desktop.store.records import Edit, Stored, new_uid

FIRST_EDUCATION, HIGHEST_EDUCATION = "1", "2"
_LINE_PARTS = {"first": FIRST_EDUCATION, "highest": HIGHEST_EDUCATION}
_ALSO_APPOINTMENT = ("subject", "stage")
"""Targets of the teacher that an appointment states too, as the document has it."""


class Verdict(Enum):
    """What becomes of one value of a row."""

    SAME = "same"
    TAKE = "take"
    KEEP = "keep"
    CLASH = "clash"


def decide(said: Packed, held: Packed | None, last: Packed | None, *, is_old_file: bool = False) -> Verdict:
    """Weigh what a file says against what is held and what the sender's last file said."""
    if said == held:
        return Verdict.SAME
    if held is None:
        return Verdict.TAKE
    if is_old_file or (last is not None and said == last):
        return Verdict.KEEP
    if last is None or held == last:
        return Verdict.TAKE
    return Verdict.CLASH


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that the office corrected since the sender's last file; it goes back in a list."""

    name: str
    label: str
    said: str
    held: str


@dataclass
class FileContext:
    """What holds for all rows of one file: what the sender said before, and the reason corrections carry."""

    earlier: Earlier
    reason: str
    kept: list[Kept] = field(default_factory=list)
    moved: list[tuple[Said, str, str, str]] = field(default_factory=list)
    """Row, teacher, school before, school now."""


@dataclass(frozen=True, slots=True)
class MoveAnswer:
    """What a clerk answered about people who appear at another school."""

    kind: str
    since: str
    doc_no: str | None = None


class RowPlanner:
    """Plans row after row; remembers who was seen, and the schools and documents that rows need."""

    def __init__(self, known: Known, targets: Iterable[Target], own: str, *, move: MoveAnswer | None = None) -> None:
        self.known = known
        self.own = own
        self.move = move
        self.targets = {target.name: target for target in targets}
        self.seen: dict[str, PlanRow] = {}
        self.shared: dict[str, Edit] = {}
        self._teacher_names = frozenset(name for name, target in self.targets.items() if target.part == "teacher")
        self._line_targets = [target for target in self.targets.values() if target.part in _LINE_PARTS]

    def plan(self, said: Said, context: FileContext) -> tuple[PlanRow, str | None]:
        """The planned row and the uid of its teacher, if it is clear who that is."""
        row = PlanRow(file=said.file, sheet=said.sheet, row=said.row, outcome=Outcome.SAME, name=said.name)
        if said.problems:
            return self._refuse(row, said), None
        if said.doubts:
            row.outcome, row.problems = Outcome.AMBIGUOUS, list(said.doubts)
            return row, None
        school = self._school(row, said)
        if row.problems:
            return row, None
        uid = self._find_teacher(row, said, school)
        if row.problems:
            return row, None
        if self._is_duplicate(row, said, uid, school):
            return row, uid
        if uid is None:
            uid = self._plan_new(row, said, school)
        else:
            self._plan_known(row, said, uid, school, context)
        self._remember(row, said, uid, school)
        return row, uid

    def _refuse(self, row: PlanRow, said: Said) -> PlanRow:
        row.outcome, row.problems = Outcome.INVALID, [*said.problems, *said.doubts]
        if said.damaged is not None and len(row.problems) == 1:
            birth = said.damaged.birth.isoformat() if said.damaged.birth else None
            found = self.known.namesakes(said.name, birth, None) if birth else []
            if len(found) == 1:
                number = str(self.known.teachers[found[0]].content.get("id_number", ""))
                text = f"身份证号末几位已丢失；名册中同名同出生日期的“{said.name}”号码末四位为 {number[-4:]}，请确认是否同一人"
                row.outcome, row.problems = Outcome.AMBIGUOUS, [RowProblem("id_number", text)]
        return row

    # who and where

    def _school(self, row: PlanRow, said: Said) -> str | None:
        written = said.values.get("school")
        if written is None:
            return None
        schools = self.known.schools
        uid = schools.find(str(written))
        if uid is not None:
            return uid
        alike = schools.alike(str(written))
        if alike:
            names = "、".join(f"“{name}”" for name in alike)
            text = f"学校表里没有“{written}”，是否就是{names}？请选定或登记为新学校"
            row.outcome, row.problems = Outcome.AMBIGUOUS, [RowProblem("school", text)]
            return None
        return schools.make(str(written))

    def _find_teacher(self, row: PlanRow, said: Said, school: str | None) -> str | None:
        number = said.values.get("id_number")
        birth = said.values.get("birth_date")
        if number is not None and (uid := self.known.by_number.get(str(number))) is not None:
            self._doubt_other_name(row, said, uid)
            return uid
        found = self.known.namesakes(said.name, str(birth) if birth else None, school)
        if number is not None:
            return self._without_number(row, said, found)
        if not found and birth is not None and len(str(birth)) == 10:
            found = self.known.namesakes(said.name, str(birth), None)
        if len(found) > 1:
            text = f"名册中有 {len(found)} 位“{said.name}”，没有身份证号无法确认是哪一位"
            row.outcome, row.problems = Outcome.AMBIGUOUS, [RowProblem("id_number", text)]
        elif not found and school is None:
            row.outcome = Outcome.INVALID
            row.problems = [RowProblem("school", "没有身份证号时必须填写学校，才能确认是哪一个人")]
        return found[0] if found else None

    def _doubt_other_name(self, row: PlanRow, said: Said, uid: str) -> None:
        held = str(self.known.teachers[uid].content["name"])
        if said.name and held != said.name and not set(held) & set(said.name):
            text = f"此身份证号在名册中是“{held}”，这里写的是“{said.name}”，请核对身份证号或姓名"
            row.outcome, row.problems = Outcome.AMBIGUOUS, [RowProblem("name", text)]

    def _without_number(self, row: PlanRow, said: Said, found: list[str]) -> str | None:
        """A row with a number that nobody has: a known person whose number is missing, or somebody new."""
        unnumbered = [uid for uid in found if "id_number" not in self.known.teachers[uid].content]
        if len(unnumbered) == 1:
            return unnumbered[0]
        others = [uid for uid in found if uid not in unnumbered]
        if others:
            tail = str(self.known.teachers[others[0]].content["id_number"])[-4:]
            text = f"本校已有同名同出生日期的“{said.name}”（身份证号末四位 {tail}），号码不同，请确认是更正号码还是另一个人"
            row.outcome, row.problems = Outcome.AMBIGUOUS, [RowProblem("id_number", text)]
        return None

    def _identity(self, said: Said, uid: str | None, school: str | None) -> str:
        number = said.values.get("id_number")
        if number is not None:
            return f"id:{number}"
        return f"uid:{uid}" if uid else f"name:{said.name}|{said.values.get('birth_date')}|{school}"

    def _is_duplicate(self, row: PlanRow, said: Said, uid: str | None, school: str | None) -> bool:
        first = self.seen.get(self._identity(said, uid, school)) or (self.seen.get(f"uid:{uid}") if uid else None)
        if first is None:
            return False
        where = (
            f"第 {first.row} 行"
            if first.file == said.file and first.sheet == said.sheet
            else (f"“{first.file}”第 {first.row} 行")
        )
        row.outcome = Outcome.DUPLICATE
        row.problems = [RowProblem("id_number", f"与{where}是同一个人（{first.name}），请只保留一行")]
        return True

    def _remember(self, row: PlanRow, said: Said, uid: str, school: str | None) -> None:
        self.seen[self._identity(said, uid, school)] = row
        self.seen[f"uid:{uid}"] = row

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
        content: Content = {name: value for name, value in said.values.items() if name in self._teacher_names}
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
        for target in self._line_targets:
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
        fresh = self.known.schools.fresh.get(uid)
        if fresh is None:
            return
        for target, name in (("school_type", "type"), ("school_credit_code", "credit_code")):
            if target in said.values:
                fresh.setdefault(name, said.values[target])
        if uid not in self.shared:
            self.shared[uid] = Edit(School, uid, self.known.deleted_schools.get(uid), fresh)
        row.edits.append(self.shared[uid])

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
        uid = shared_uid(Cohort, content)
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
        held = self.known.teachers[uid]
        weigher = _Weigher(row, said, context, uid)
        content = self._weigh_teacher(weigher, held)
        if content is not None and held.origin != self.own:
            text = f"此人由单位 {held.origin} 登记，只能由该单位修改；本表中不同的内容没有采用"
            row.outcome, row.problems, row.changes = Outcome.INVALID, [RowProblem("name", text)], []
            return
        if content is not None:
            row.edits.append(weigher.edit(Teacher, held, content))
        self._weigh_employment(weigher, uid, school)
        self._weigh_appointment(weigher, uid)
        if row.problems:
            row.outcome = Outcome.AMBIGUOUS
        elif row.edits:
            row.outcome = Outcome.CHANGED

    def _weigh_teacher(self, weigher: "_Weigher", held: Stored) -> Content | None:
        said = weigher.said
        content = dict(held.content)
        for name in self._teacher_names & said.values.keys():
            if name == "birth_date" and _less_exact(str(said.values[name]), held.content.get(name)):
                continue
            weigher.weigh(Teacher, content, name, said.values[name])
        self._weigh_educations(weigher, content)
        self._weigh_extras(weigher, content)
        return content if content != held.content else None

    def _weigh_educations(self, weigher: "_Weigher", content: Content) -> None:
        lines = {line["which"]: dict(line) for line in content.get("educations", ())}
        for target in self._line_targets:
            if target.name in weigher.said.values:
                which = _LINE_PARTS[target.part]
                line = lines.setdefault(which, {"which": which})
                weigher.weigh_target(target, line, weigher.said.values[target.name])
        found = [lines[which] for which in sorted(lines) if len(lines[which]) > 1]
        if found and found != content.get("educations"):
            content["educations"] = found

    @staticmethod
    def _weigh_extras(weigher: "_Weigher", content: Content) -> None:
        held = content.get("extras", {})
        columns = {**held.get("columns", {}), **weigher.said.extras}
        if columns != held.get("columns", {}):
            content["extras"] = {**held, "columns": columns}
            for heading, text in weigher.said.extras.items():
                old = held.get("columns", {}).get(heading, "")
                if old != text:
                    weigher.row.changes.append(FieldChange("teachers", "extras", heading, old, text))

    def _weigh_employment(self, weigher: "_Weigher", uid: str, school: str | None) -> None:
        if school is None:
            return
        current = self.known.current_employment(uid)
        if current is None:
            self._need_school(weigher.row, weigher.said, school)
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

    def _plan_move(self, weigher: "_Weigher", uid: str, current: Stored, school: str) -> None:
        """Somebody at another school is one move, asked once for all its traces in several rosters."""
        before, now = self.known.schools.name_of(current.content["school"]), self.known.schools.name_of(school)
        weigher.context.moved.append((weigher.said, uid, before, now))
        if any(record.content["school"] == school for record in self.known.employments.get(uid, ())):
            return
        if self.move is None:
            text = f"名册中在“{before}”，本表在“{now}”：请说明是调动、交流还是借调，从何时起，文号是什么"
            weigher.row.problems.append(RowProblem("school", text))
            return
        self._need_school(weigher.row, weigher.said, school)
        if self.move.kind == MAIN:
            weigher.row.edits.append(weigher.edit(Employment, current, {**current.content, "end": self.move.since}))
        weigher.row.edits.append(
            self._employment(uid, school, self.move.since, kind=self.move.kind, doc_no=self.move.doc_no)
        )
        weigher.note_change("employments", "school", "工作单位", before, now)

    def _weigh_appointment(self, weigher: "_Weigher", uid: str) -> None:
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
        content = dict(held.content)
        for name, value in said.items():
            if name == "cohort" and content.get("cohort") == value:
                continue
            weigher.weigh(Appointment, content, name, value, target=_target_of(name))
        if content != held.content:
            if held.origin != self.own:
                text = f"此项任职由单位 {held.origin} 认定，只能由该单位修改；本表中不同的内容没有采用"
                weigher.row.problems.append(RowProblem("tier", text))
                return
            weigher.row.edits.append(weigher.edit(Appointment, held, content))

    def _matching_appointment(self, uid: str, said: Content) -> Stored | None:
        found = self.known.appointments.get(uid, [])
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


def _less_exact(said: str, held: str | None) -> bool:
    return held is not None and len(said) < len(held) and agree(said, held)


class _Weigher:
    """Weighs the values of one row, and notes changes, clashes and what was kept."""

    def __init__(self, row: PlanRow, said: Said, context: FileContext, uid: str) -> None:
        self.row = row
        self.said = said
        self.context = context
        self.last = context.earlier.said.get(uid, {})

    def weigh(self, entity: type[Record], content: Content, name: str, value: Packed, *, target: str = "") -> None:
        """Put a value into the content if it is to be taken."""
        declared = field_named(entity, name)
        held = content.get(name)
        last = self.last.get(target or name)
        if name == "cohort":
            last = None
        if name == "recognized_on" and isinstance(held, str) and _less_exact(str(value), held):
            return
        verdict = decide(value, held, last, is_old_file=self.context.earlier.is_old_file)
        if verdict is Verdict.SAME:
            return
        old, new = _shown(name, held, declared.format_packed), _shown(name, value, declared.format_packed)
        self._settle(verdict, content, name, value, (entity.plural, target or name, declared.label, old, new))

    def weigh_target(self, target: Target, content: dict[str, Any], value: Packed) -> None:
        """Put a value of a line or another record into its content if it is to be taken."""
        name = target.field.name
        held = content.get(name)
        verdict = decide(value, held, self.last.get(target.name), is_old_file=self.context.earlier.is_old_file)
        if verdict is Verdict.SAME:
            return
        old, new = target.field.format_packed(held), target.field.format_packed(value)
        self._settle(verdict, content, name, value, (target.part, target.name, target.label, old, new))

    def _settle(
        self, verdict: Verdict, content: dict[str, Any], name: str, value: Packed, words: tuple[str, str, str, str, str]
    ) -> None:
        entity, field_name, label, old, new = words
        if verdict is Verdict.KEEP:
            self.context.kept.append(Kept(self.said.name, label, new, old))
        elif verdict is Verdict.CLASH:
            text = f"{label}：本单位已更正为“{old}”，学校这次又改为“{new}”，请确认采用哪一个"
            self.row.problems.append(RowProblem(field_name, text))
        else:
            content[name] = value
            self.row.changes.append(FieldChange(entity, field_name, label, old, new))

    def note_change(self, entity: str, name: str, label: str, old: str, new: str) -> None:
        """Note a change that is no single field of a record."""
        self.row.changes.append(FieldChange(entity, name, label, old, new))

    def edit(self, entity: type[Record], held: Stored, content: Content) -> Edit:
        """An edit that carries a reason where it corrects a sensitive field."""
        corrected = corrected_fields(entity, held.content, content)
        return Edit(entity, held.uid, held, content, reason=self.context.reason if corrected else None)


def _shown(name: str, value: Packed | None, form: Any) -> str:  # noqa: ANN401 - a formatting function
    return "（认定批次）" if name == "cohort" and value else str(form(value))
