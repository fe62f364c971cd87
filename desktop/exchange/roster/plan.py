"""The plan of a roster import: many files at once, every row decided, nothing written before it is confirmed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.exchange.plan import Outcome, Plan, Question, carry_out, newest_act
from desktop.exchange.roster.compare import FileContext, Kept, MoveAnswer, RowPlanner
from desktop.exchange.roster.known import Known
from desktop.exchange.roster.receptions import (
    Earlier,
    Incoming,
    earlier_receptions,
    file_hash,
    sender_of,
    write_receptions,
)
from desktop.exchange.roster.rows import FileRows, read_rows
from desktop.exchange.targets import roster_targets
from desktop.exchange.workbook.cells import Book
from desktop.models.local import Mapping as MappingRow
from desktop.store.database import Store

PROFILE: Final = "roster"
HEADING, VALUE = "heading", "value"
"""The kinds of mappings that are remembered."""


@dataclass
class RosterOptions:
    """What a clerk said beforehand: meanings of headings and values, and what became of people who moved."""

    headings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    move: MoveAnswer | None = None
    bearer: str | None = None


@dataclass(slots=True)
class RosterPlan(Plan):
    """A plan with what goes beside the rows: receptions to note, values kept here, places of cells to mark."""

    receptions: list[Incoming] = field(default_factory=list)
    kept: dict[str, list[Kept]] = field(default_factory=dict)
    """By file: values that the office corrected since; they go back to the sender in a list."""
    columns: dict[tuple[str, str, int], Mapping[str, int]] = field(default_factory=dict)
    """By file, sheet and row: the 1-based column of each target."""
    options: RosterOptions = field(default_factory=RosterOptions)


def plan_roster(store: Store, books: Sequence[tuple[Path, Book]], options: RosterOptions | None = None) -> RosterPlan:
    """Decide every row of some files without writing. Raises RefusedError if no file holds a roster."""
    options = options or RosterOptions()
    with store.read() as session:
        known = Known(session, store.office_code)
        plan = RosterPlan(_title(books), last_act=newest_act(session), options=options)
        planner = RowPlanner(known, roster_targets(), store.office_code, move=options.move)
        files = []
        for path, book in books:
            rows = _read(session, book, known, options)
            if not rows.has_table:
                plan.assumed.append(f"“{book.name}”里没有找到教师名册（至少要有姓名等三个栏目），没有读入任何内容")
                continue
            files.append((path, rows))
        if not files:
            raise RefusedError("；".join(plan.assumed) or "没有选择文件")
        for path, rows in files:
            _plan_file(session, plan, planner, path, rows)
    _ask_about_moves(plan)
    return plan


def _title(books: Sequence[tuple[Path, Book]]) -> str:
    names = [book.name for _path, book in books]
    return f"导入 {names[0]}" if len(names) == 1 else f"导入 {names[0]} 等 {len(names)} 个文件"


def _read(session: Session, book: Book, known: Known, options: RosterOptions) -> FileRows:
    """Read a file, and again with what its sender's words were once mapped to, as soon as the sender is known."""
    rows = read_rows(book, roster_targets(), headings=options.headings, values=options.values)
    sender, _name = _sender(rows, known)
    remembered = list(session.scalars(select(MappingRow).where(MappingRow.sender == sender)))
    if not remembered:
        return rows
    headings = {row.source: row.target for row in remembered if row.kind == HEADING}
    values = {_split(row.source): row.target for row in remembered if row.kind == VALUE}
    return read_rows(
        book, roster_targets(), headings={**headings, **options.headings}, values={**values, **options.values}
    )


def _sender(rows: FileRows, known: Known) -> tuple[str, str]:
    named = dict.fromkeys(str(said.values["school"]) for said in rows.rows if "school" in said.values)
    schools = [(known.schools.find(name) or f"name:{name}", name) for name in named]
    return sender_of(rows.book.name, schools)


def _split(source: str) -> tuple[str, str]:
    name, _, text = source.partition("\x1f")
    return name, text


def _plan_file(session: Session, plan: RosterPlan, planner: RowPlanner, path: Path, rows: FileRows) -> None:
    known = planner.known
    sender, sender_name = _sender(rows, known)
    digest = file_hash(path)
    earlier = earlier_receptions(session, sender, PROFILE, digest)
    number = 1 + (earlier.last.number if earlier.last is not None else 0)
    incoming = Incoming(sender, sender_name, PROFILE, rows.book.name, digest, number)
    context = FileContext(earlier, reason=f"按{sender_name}第 {number} 次报送的名册更正")
    _tell(plan, rows, earlier)
    fresh_before = set(known.schools.fresh)
    for said in rows.rows:
        row, teacher = planner.plan(said, context)
        plan.rows.append(row)
        plan.columns[said.file, said.sheet, said.row] = said.columns
        if teacher is not None and row.outcome is not Outcome.DUPLICATE:
            incoming.rows.append((f"{said.sheet}!{said.row}", teacher, dict(said.values)))
    _tell_new_schools(plan, planner, set(known.schools.fresh) - fresh_before)
    _settle_sender(incoming, known)
    plan.receptions.append(incoming)
    if context.kept:
        plan.kept[rows.book.name] = context.kept
    _tell_results(plan, rows, context)
    _ask_about_the_disappeared(plan, planner, earlier, incoming)


def _settle_sender(incoming: Incoming, known: Known) -> None:
    """A school that this import makes has its uid only now."""
    if incoming.sender.startswith("name:"):
        incoming.sender = known.schools.find(incoming.sender.removeprefix("name:")) or incoming.sender


def _tell(plan: RosterPlan, rows: FileRows, earlier: Earlier) -> None:
    name = rows.book.name
    plan.assumed += list(dict.fromkeys(rows.assumed))
    if rows.unknown_headings:
        listed = "、".join(f"“{heading}”" for heading in dict.fromkeys(rows.unknown_headings))
        plan.assumed.append(f"“{name}”中的栏目{listed}没有对应的项目，内容随人保存，导出时原样给回")
    if earlier.is_old_file and earlier.same_file is not None:
        day = earlier.same_file.received_at[:10]
        plan.assumed.append(
            f"“{name}”就是 {day} 第 {earlier.same_file.number} 次报送的文件，是旧文件；与现有不同的内容没有采用"
        )


def _tell_new_schools(plan: RosterPlan, planner: RowPlanner, fresh: Iterable[str]) -> None:
    for uid in fresh:
        plan.assumed.append(f"学校表里没有“{planner.known.schools.name_of(uid)}”，按新学校登记")


def _tell_results(plan: RosterPlan, rows: FileRows, context: FileContext) -> None:
    name = rows.book.name
    if context.kept:
        plan.assumed.append(
            f"“{name}”有 {len(context.kept)} 处是本单位已更正的旧内容，保留更正后的内容，请学校照此修改"
        )
    corrected = sum(1 for row in plan.rows if row.file == name and any(edit.reason for edit in row.edits))
    if corrected:
        plan.assumed.append(f"“{name}”有 {corrected} 人更正了姓名、身份证号或认定信息，更正原因记为“{context.reason}”")


def _ask_about_the_disappeared(plan: RosterPlan, planner: RowPlanner, earlier: Earlier, incoming: Incoming) -> None:
    """Who stood in the sender's last file and not in this one is a question, never a deletion."""
    if earlier.is_old_file:
        return
    present = {teacher for _place, teacher, _values in incoming.rows}
    gone = [uid for uid in earlier.said if uid not in present and uid in planner.known.teachers]
    if not gone:
        return
    names = "、".join(str(planner.known.teachers[uid].content["name"]) for uid in gone[:10])
    more = f"等 {len(gone)} 人" if len(gone) > 10 else f"共 {len(gone)} 人"
    text = f"{incoming.sender_name}上次名册中的{names}，{more}，这次没有；是调走、退休还是漏报？没有改动"
    plan.questions.append(Question("disappeared", text, [], ["仍在本校（漏报）", "已调走", "已退休", "其他"]))
    plan.assumed.append(text)


def _ask_about_moves(plan: RosterPlan) -> None:
    moved = [number for number, row in enumerate(plan.rows) if any(each.field == "school" for each in row.problems)]
    asked = [number for number in moved if plan.rows[number].outcome is Outcome.AMBIGUOUS]
    if asked:
        names = "、".join(plan.rows[number].name for number in asked[:10])
        text = f"{names} 共 {len(asked)} 人的学校需要确认"
        plan.questions.append(Question("school", text, asked, ["调动", "交流", "借调"]))


def carry_out_roster(store: Store, plan: RosterPlan, operator: str) -> int:
    """Write a confirmed plan as one Act together with its receptions and the mappings it used."""

    def also(session: Session) -> None:
        write_receptions(session, plan.receptions, bearer=plan.options.bearer)
        _remember(session, plan)

    return carry_out(store, plan, operator, also=also)


def _remember(session: Session, plan: RosterPlan) -> None:
    """What was mapped by hand holds for the senders of this import from now on."""
    for sender in {incoming.sender for incoming in plan.receptions}:
        for heading, target in plan.options.headings.items():
            session.merge(MappingRow(sender=sender, kind=HEADING, source=heading, target=target))
        for (name, text), meaning in plan.options.values.items():
            session.merge(MappingRow(sender=sender, kind=VALUE, source=f"{name}\x1f{text}", target=meaning))
