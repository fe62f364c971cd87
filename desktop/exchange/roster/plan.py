"""The plan of a roster import: many files at once, every row decided, nothing written before it is confirmed."""

import gc
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.exchange.headings import HeadingIndex
from desktop.exchange.plan import Outcome, Plan, PlanRow, Question, carry_out, newest_act
from desktop.exchange.roster.compare import MoveAnswer, RowPlanner
from desktop.exchange.roster.known import Known
from desktop.exchange.roster.receptions import (
    Earlier,
    Incoming,
    IncomingRow,
    earlier_receptions,
    file_hash,
    file_labels,
    sender_of,
    write_receptions,
)
from desktop.exchange.roster.rows import FileRows, read_rows
from desktop.exchange.roster.weigh import FileContext, Kept
from desktop.exchange.targets import roster_targets
from desktop.exchange.workbook.cells import Book
from desktop.fields import field_named
from desktop.models import School
from desktop.models.local import Mapping as MappingRow
from desktop.store.database import Store

PROFILE: Final = "roster"
HEADING, VALUE = "heading", "value"
"""The kinds of mappings that are remembered."""

Words = tuple[Mapping[str, str], Mapping[tuple[str, str], str]]
"""What headings and values mean: heading → target, (target, text) → text."""


@dataclass
class RosterOptions:
    """What a clerk said beforehand: meanings of headings and values, and what became of people who moved.

    `headings` maps a heading to the name or heading of a target, `values` a target and a text to the right text;
    both are remembered for the senders of the files they were used in. `new_schools` are names to be registered
    although they resemble known schools.
    """

    headings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    move: MoveAnswer | None = None
    bearer: str | None = None
    new_schools: Collection[str] = frozenset()


@dataclass(slots=True)
class RosterPlan(Plan):
    """A plan with what goes beside the rows: receptions to note, rows to send back, values kept here."""

    receptions: list[Incoming] = field(default_factory=list)
    kept: dict[str, list[Kept]] = field(default_factory=dict)
    """By file: values that the office corrected since; they go back to the sender in a list."""
    returned: list[PlanRow] = field(default_factory=list)
    """The rows with something that the sender has to mend."""
    options: RosterOptions = field(default_factory=RosterOptions)


def plan_roster(store: Store, books: Sequence[tuple[Path, Book]], options: RosterOptions | None = None) -> RosterPlan:
    """Decide every row of some files without writing. Raises RefusedError if no file holds a roster."""
    options = _with_target_names(options or RosterOptions())
    labels = file_labels([path for path, _book in books])
    with store.read() as session, _without_collector():
        known = Known(session, store.office_code)
        plan = RosterPlan(_title(labels), last_act=newest_act(session), options=options)
        files, found = [], False
        for (path, book), label in zip(books, labels, strict=True):
            rows, incoming = _read(session, path, replace(book, name=label), known, options)
            if rows.rows:
                files.append((rows, incoming))
            else:
                plan.assumed += [*rows.assumed, _nothing_in(rows)]
            found = found or rows.has_table
        if not found:
            raise RefusedError("；".join(plan.assumed) or "没有选择文件")
        planner = RowPlanner(known, roster_targets(), store.office_code, options)
        for rows, incoming in files:
            _plan_file(session, plan, planner, rows, incoming)
        _finish(plan, planner)
    return plan


@contextmanager
def _without_collector() -> Iterator[None]:
    """Rows and edits make no cycles, and the search for them among millions of values takes long."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _with_target_names(options: RosterOptions) -> RosterOptions:
    """A clerk names a column by its heading, the program by its target."""
    index = HeadingIndex(roster_targets())

    def named(word: str) -> str:
        found = index.targets.get(word) or index.match(word)
        return found.name if found is not None else word

    headings = {heading: named(target) for heading, target in options.headings.items()}
    values = {(named(target), text): meaning for (target, text), meaning in options.values.items()}
    return replace(options, headings=headings, values=values)


def _title(labels: Sequence[str]) -> str:
    return f"导入 {labels[0]}" if len(labels) == 1 else f"导入 {labels[0] if labels else ''} 等 {len(labels)} 个文件"


def _nothing_in(rows: FileRows) -> str:
    name = rows.book.name
    if rows.has_table:
        return f"“{name}”只有表头，没有填写任何人"
    if rows.nameless:
        sheets = "、".join(f"“{sheet}”" for sheet in rows.nameless)
        return f"“{name}”的工作表{sheets}没有姓名栏，没有读入；如果姓名写在别的栏目下，请指定是哪一栏"
    return f"“{name}”里没有找到教师名册（至少要有姓名等三个栏目），没有读入任何内容"


def _read(session: Session, path: Path, book: Book, known: Known, options: RosterOptions) -> tuple[FileRows, Incoming]:
    """Read a file, and again with what its sender's words were mapped to, now or before."""

    def is_school(name: str) -> bool:
        return known.schools.find(name) is not None

    rows = read_rows(book, roster_targets(), headings={}, values={}, is_school=is_school)
    keys = {_sender(rows, known)[0]}
    headings, values = _remembered(session, keys)
    headings, values = {**headings, **options.headings}, {**values, **options.values}
    if headings or values:
        rows = read_rows(book, roster_targets(), headings=headings, values=values, is_school=is_school)
    sender, name = _sender(rows, known)
    incoming = Incoming(sender, name, PROFILE, book.name, file_hash(path))
    incoming.keys = keys | {sender}
    incoming.headings = {heading: headings[heading] for heading in rows.used_headings}
    incoming.values = {place: values[place] for place in rows.used_values}
    return rows, incoming


def _remembered(session: Session, keys: Collection[str]) -> Words:
    found = list(session.scalars(select(MappingRow).where(MappingRow.sender.in_(keys))))
    headings = {row.source: row.target for row in found if row.kind == HEADING}
    values = {_split(row.source): row.target for row in found if row.kind == VALUE}
    return headings, values


def _split(source: str) -> tuple[str, str]:
    name, _, text = source.partition("\x1f")
    return name, text


def _sender(rows: FileRows, known: Known) -> tuple[str, str]:
    named = dict.fromkeys(str(said.values["school"]) for said in rows.rows if "school" in said.values)
    return sender_of(rows.book.name, [(known.schools.find(name), name) for name in named])


def _plan_file(session: Session, plan: RosterPlan, planner: RowPlanner, rows: FileRows, incoming: Incoming) -> None:
    _settle_sender(incoming, planner.known)
    earlier = earlier_receptions(session, incoming.sender, PROFILE, incoming.file_hash)
    before = sum(1 for other in plan.receptions if other.sender == incoming.sender)
    incoming.number = 1 + before + (earlier.last.number if earlier.last is not None else 0)
    reason = f"按{incoming.sender_name}第 {incoming.number} 次报送的名册更正"
    context = FileContext(earlier, reason)
    incoming.earlier = earlier
    _tell(plan, rows, earlier)
    places: Counter[str] = Counter()
    corrected = 0
    for said in rows.rows:
        row, teacher = planner.plan(said, context)
        plan.rows.append(row)
        if row.outcome in (Outcome.INVALID, Outcome.DUPLICATE) or (row.problems and said.doubts):
            plan.returned.append(row)
        place = f"{said.sheet}!{said.row}"
        places[place] += 1
        number = f"#{places[place]}" if places[place] > 1 else ""
        incoming.rows.append(IncomingRow(place + number, teacher, said.name, dict(said.values), row))
        corrected += any(edit.reason for edit in row.edits)
    _settle_sender(incoming, planner.known)
    plan.receptions.append(incoming)
    if context.kept:
        plan.kept[rows.book.name] = context.kept
    _tell_results(plan, rows, context, corrected)


def _settle_sender(incoming: Incoming, known: Known) -> None:
    """A school that this import makes has its uid only now."""
    if incoming.sender.startswith("name:"):
        incoming.sender = known.schools.find(incoming.sender.removeprefix("name:")) or incoming.sender


def _tell(plan: RosterPlan, rows: FileRows, earlier: Earlier) -> None:
    name = rows.book.name
    plan.assumed += list(dict.fromkeys(rows.assumed))
    if rows.nameless:
        sheets = "、".join(f"“{sheet}”" for sheet in rows.nameless)
        plan.assumed.append(f"“{name}”的工作表{sheets}没有姓名栏，不当作名册读入")
    if rows.unknown_headings:
        listed = "、".join(f"“{heading}”" for heading in dict.fromkeys(rows.unknown_headings))
        plan.assumed.append(f"“{name}”中的栏目{listed}没有对应的项目，内容随人保存，导出时原样给回")
    if earlier.is_old_file and earlier.same_file is not None:
        day = earlier.same_file.received_at[:10]
        plan.assumed.append(
            f"“{name}”就是 {day} 第 {earlier.same_file.number} 次报送的文件，是旧文件；与现有不同的内容没有采用"
        )


def _tell_results(plan: RosterPlan, rows: FileRows, context: FileContext, corrected: int) -> None:
    name = rows.book.name
    if context.kept:
        plan.assumed.append(
            f"“{name}”有 {len(context.kept)} 处是本单位已更正的旧内容，保留更正后的内容，请学校照此修改"
        )
    if corrected:
        plan.assumed.append(f"“{name}”有 {corrected} 人更正了姓名、身份证号或认定信息，更正原因记为“{context.reason}”")


def _finish(plan: RosterPlan, planner: RowPlanner) -> None:
    """What concerns all files together: new schools, what schools are said to be, moves, the disappeared."""
    schools = planner.known.schools
    made = [schools.name_of(uid) for uid in schools.fresh if uid in planner.shared]
    if made:
        plan.assumed.append(f"学校表里没有的 {len(made)} 所学校按新学校登记：{'、'.join(made)}")
    if renamed := schools.renamed():
        listed = "、".join(f"“{name}”按“{now}”登记" for name, now in renamed.items())
        plan.assumed.append(f"来表用了学校的简称、旧名或已并入的学校：{listed}")
    plan.edits += planner.facts
    if planner.facts:
        plan.assumed.append(f"有 {len(planner.facts)} 所学校补填了来表写明的学校类型或统一社会信用代码")
    for (uid, name), value in planner.other_facts.items():
        label, held = field_named(School, name), schools.stored[uid].content.get(name)
        plan.assumed.append(
            f"“{schools.name_of(uid)}”的{label.label}来表写“{label.format_packed(value)}”，"
            f"学校表是“{label.format_packed(held)}”，没有采用来表的内容"
        )
    _ask_about_schools(plan, planner)
    by_sender: dict[str, list[Incoming]] = defaultdict(list)
    for incoming in plan.receptions:
        by_sender[incoming.sender].append(incoming)
    for received in by_sender.values():
        _ask_about_the_disappeared(plan, planner, received)


def _ask_about_schools(plan: RosterPlan, planner: RowPlanner) -> None:
    numbers = {id(row): number for number, row in enumerate(plan.rows)}
    for written, rows in planner.unclear_schools.items():
        options = [*planner.known.schools.alike(written), "登记为新学校"]
        text = f"学校表里没有“{written}”（{len(rows)} 人），是哪一所学校？"
        numbers_ = [numbers[id(row)] for row in rows]
        plan.questions.append(Question("unknown_school", text, numbers_, options, about=written))
    if planner.moved:
        names = "、".join(row.name for row in planner.moved[:10])
        text = f"{names} 共 {len(planner.moved)} 人出现在别的学校，是调动、交流还是借调？"
        rows_ = [numbers[id(row)] for row in planner.moved]
        plan.questions.append(Question("move", text, rows_, ["调动", "交流", "借调"]))


def _ask_about_the_disappeared(plan: RosterPlan, planner: RowPlanner, received: Sequence[Incoming]) -> None:
    """Who stood in the sender's last file and not in this one is a question, never a deletion."""
    earlier = received[0].earlier
    if earlier is None or all(each.earlier is not None and each.earlier.is_old_file for each in received):
        return
    present = {row.teacher for each in received for row in each.rows if row.teacher is not None}
    waiting = [row for each in received for row in each.rows if row.teacher is None]
    unclear = {row.name for row in waiting} | {row.values.get("id_number") for row in waiting} - {None}
    teachers = planner.known.teachers
    left = {uid for uid in earlier.in_last_file if planner.known.has_left(uid, received[0].sender)}
    gone = [teachers[uid].content for uid in earlier.in_last_file if uid not in present | left and uid in teachers]
    names = [str(one["name"]) for one in gone if not unclear & {one["name"], one.get("id_number")}]
    if not names:
        return
    more = f"等 {len(names)} 人" if len(names) > 10 else f"共 {len(names)} 人"
    listed = f"{'、'.join(names[:10])}，{more}"
    text = f"{received[0].sender_name}上次名册中的{listed}，这次没有；是调走、退休还是漏报？没有改动"
    plan.questions.append(Question("disappeared", text, [], ["仍在本校（漏报）", "已调走", "已退休", "其他"]))
    plan.assumed.append(text)


def carry_out_roster(store: Store, plan: RosterPlan, operator: str) -> int:
    """Write a confirmed plan as one Act together with its receptions and the mappings it used."""

    def also(session: Session) -> None:
        write_receptions(session, plan.receptions, bearer=plan.options.bearer)
        _remember(session, plan)

    with _without_collector():
        return carry_out(store, plan, operator, also=also)


def _remember(session: Session, plan: RosterPlan) -> None:
    """What was mapped by hand holds from now on for the senders in whose files it was met."""
    for incoming in plan.receptions:
        for sender in incoming.keys | {incoming.sender}:
            for heading, target in incoming.headings.items():
                session.merge(MappingRow(sender=sender, kind=HEADING, source=heading, target=target))
            for (name, text), meaning in incoming.values.items():
                session.merge(MappingRow(sender=sender, kind=VALUE, source=f"{name}\x1f{text}", target=meaning))
