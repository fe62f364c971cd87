"""The plan of a roster import: many files at once, every row decided, nothing written before it is confirmed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.exchange.plan import Outcome, Plan, PlanRow, Question, carry_out, newest_act
from desktop.exchange.roster.agreement import doubt_contradictions
from desktop.exchange.roster.answers import REGISTER_SCHOOL, Missed, Move, RosterOptions
from desktop.exchange.roster.columns import FileColumn
from desktop.exchange.roster.compare import RowPlanner
from desktop.exchange.roster.file_rows import FileRows, nothing_in
from desktop.exchange.roster.known import Known
from desktop.exchange.roster.left import Leaving, missed_people
from desktop.exchange.roster.meanings import (
    ask_about_words,
    remember,
    remembered,
    school_meanings,
    tell_remembered,
    with_target_names,
)
from desktop.exchange.roster.receptions import (
    Earlier,
    Incoming,
    IncomingRow,
    earlier_receptions,
    file_labels,
    said_by_others,
    said_by_sender,
    sender_of,
    write_receptions,
)
from desktop.exchange.roster.rows import read_rows
from desktop.exchange.roster.weigh import FileContext, Kept
from desktop.exchange.targets import roster_targets
from desktop.exchange.workbook.cells import Book
from desktop.store.bulk import without_collector
from desktop.store.database import Store

PROFILE: Final = "roster"
_BREATH: Final = 20
"""So many rows are planned between two words to whoever waits."""
_NAMED: Final = 10
"""So many people are named in a sentence."""

Progress = Callable[[int, int], None]
"""Told (rows done, all); what it raises ends the planning."""


class NothingFound(RefusedError):
    """No file holds a roster; `columns` are what stands in them, for a clerk to say what they mean."""

    def __init__(self, sentence: str, columns: list[FileColumn]) -> None:
        super().__init__(sentence)
        self.columns = columns


@dataclass(slots=True)
class RosterPlan(Plan):
    """A plan with what goes beside the rows: receptions to note, rows to send back, values kept here."""

    receptions: list[Incoming] = field(default_factory=list)
    kept: dict[str, list[Kept]] = field(default_factory=dict)
    """By file: values that the office corrected since; they go back to the sender in a list."""
    returned: list[PlanRow] = field(default_factory=list)
    """The rows with something that the sender has to mend."""
    options: RosterOptions = field(default_factory=RosterOptions)
    columns: list[FileColumn] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)


def plan_roster(
    store: Store,
    books: Sequence[tuple[Path, Book]],
    options: RosterOptions | None = None,
    *,
    progress: Progress = lambda _done, _total: None,
) -> RosterPlan:
    """Decide every row of some files without writing. Raises NothingFound if no file holds a roster."""
    options = with_target_names(options or RosterOptions())
    labels = file_labels([path for path, _book in books])
    with store.read() as session, without_collector():
        known = Known(session, store.office_code)
        plan = RosterPlan(_title(labels), last_act=newest_act(session), options=options)
        files: list[tuple[FileRows, Incoming]] = []
        found = False
        for (_path, book), label in zip(books, labels, strict=True):
            progress(0, 0)
            rows, incoming = _read(session, replace(book, name=label), known, options)
            plan.columns += rows.columns
            if rows.rows and (twin := _copied(rows, incoming, files)):
                plan.assumed.append(f"“{label}”与“{twin}”的内容完全相同，只读入一份")
            elif rows.rows:
                files.append((rows, incoming))
            else:
                plan.assumed += [*rows.assumed, nothing_in(rows)]
            found = found or rows.has_table
        if not found:
            raise NothingFound("；".join(plan.assumed) or "没有选择文件", plan.columns)
        named = {name for _rows, incoming in files for name in incoming.schools}
        meanings = school_meanings(known.schools, options, named)
        for _rows, incoming in files:
            incoming.values = {place: meanings.get(meaning, meaning) for place, meaning in incoming.values.items()}
        planner = RowPlanner(known, roster_targets(), store.office_code, options, meanings)
        _plan_files(session, plan, planner, files, progress)
    return plan


def _plan_files(
    session: Session,
    plan: RosterPlan,
    planner: RowPlanner,
    files: Sequence[tuple[FileRows, Incoming]],
    progress: Progress,
) -> None:
    total = sum(len(rows.rows) for rows, _incoming in files)

    def advance() -> None:
        if len(plan.rows) % _BREATH == 0:
            progress(len(plan.rows), total)

    everybody = [said for rows, _incoming in files for said in rows.rows]
    doubt_contradictions(everybody, planner.targets, planner.schools.same)
    planner.appointments.expect(everybody)
    for rows, incoming in files:
        _plan_file(session, plan, planner, rows, incoming, advance=advance)
    numbers = {(row.file, row.sheet, row.row): number for number, row in enumerate(plan.rows)}
    plan.questions += ask_about_words([rows for rows, _incoming in files], numbers)
    _finish(session, plan, planner)


def _title(labels: Sequence[str]) -> str:
    return f"导入 {labels[0]}" if len(labels) == 1 else f"导入 {labels[0] if labels else ''} 等 {len(labels)} 个文件"


def _read(session: Session, book: Book, known: Known, options: RosterOptions) -> tuple[FileRows, Incoming]:
    """Read a file, and again with what its sender's words were mapped to, now or before."""

    def is_school(name: str) -> bool:
        return known.schools.find(name) is not None

    rows = read_rows(book, roster_targets(), headings={}, values={}, is_school=is_school, cells=options.cells)
    digest, named, keys = rows.digest, _schools_in(rows), {_sender(rows, known)[0]}
    headings, values = remembered(session, keys)
    headings, values = {**headings, **options.headings}, {**values, **options.values}
    if headings or values:
        rows = read_rows(
            book, roster_targets(), headings=headings, values=values, is_school=is_school, cells=options.cells
        )
    sender, name = _sender(rows, known)
    incoming = Incoming(sender, name, PROFILE, book.name, digest)
    incoming.keys, incoming.schools = keys | {sender}, named
    incoming.headings = {heading: headings[heading] for heading in rows.used_headings}
    incoming.values = {place: values[place] for place in rows.used_values}
    return rows, incoming


def _copied(rows: FileRows, incoming: Incoming, files: Sequence[tuple[FileRows, Incoming]]) -> str:
    """The name of an earlier file that says the same row by row, as 名册 - 副本.xlsx does; empty where none does."""
    said = [each.values for each in rows.rows]
    alike = (other for other in files if other[1].file_hash == incoming.file_hash)
    return next((each.file_name for other, each in alike if [one.values for one in other.rows] == said), "")


def _schools_in(rows: FileRows) -> set[str]:
    return {str(said.values["school"]) for said in rows.rows if "school" in said.values}


def _sender(rows: FileRows, known: Known) -> tuple[str, str]:
    named = dict.fromkeys(str(said.values["school"]) for said in rows.rows if "school" in said.values)
    return sender_of(rows.book.name, [(known.schools.find(name), name) for name in named])


def _plan_file(
    session: Session,
    plan: RosterPlan,
    planner: RowPlanner,
    rows: FileRows,
    incoming: Incoming,
    *,
    advance: Callable[[], None],
) -> None:
    _settle_sender(incoming, planner.known)
    earlier = earlier_receptions(session, incoming.sender, PROFILE, incoming.file_hash)
    before = sum(1 for other in plan.receptions if other.sender == incoming.sender)
    incoming.number = 1 + before + earlier.number
    reason = f"按{incoming.sender_name}第 {incoming.number} 次报送的名册更正"
    others = cache(partial(said_by_others, session, incoming.sender))
    own = cache(partial(said_by_sender, session, incoming.sender))
    context = FileContext(earlier, reason, plan.options.takes, others=others, own=own)
    incoming.earlier = earlier
    _tell(plan, rows, incoming, earlier)
    places: Counter[str] = Counter()
    corrected = 0
    for said in rows.rows:
        advance()
        row, teacher = planner.plan(said, context)
        plan.rows.append(row)
        if row.outcome in (Outcome.INVALID, Outcome.DUPLICATE) or (row.problems and said.doubts):
            plan.returned.append(row)
        context.kept += [Kept(said.name, label, was, now) for label, was, now in said.mended]
        place = f"{said.sheet}!{said.row}"
        places[place] += 1
        number = f"#{places[place]}" if places[place] > 1 else ""
        incoming.rows.append(IncomingRow(place + number, teacher, said.name, said.as_sent, row))
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


def _tell(plan: RosterPlan, rows: FileRows, incoming: Incoming, earlier: Earlier) -> None:
    name = rows.book.name
    plan.assumed += list(dict.fromkeys(rows.assumed))
    plan.assumed += tell_remembered(name, incoming, plan.options)
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
    if context.by_others:
        plan.assumed.append(f"“{name}”有 {len(context.by_others)} 处与别的来表后来写的不同，保留现有的内容")
    if corrected:
        plan.assumed.append(f"“{name}”有 {corrected} 人更正了姓名、身份证号或认定信息，更正原因记为“{context.reason}”")


def _finish(session: Session, plan: RosterPlan, planner: RowPlanner) -> None:
    """What concerns all files together: new schools, what schools are said to be, moves, the disappeared."""
    plan.edits += planner.schools.facts
    plan.assumed += [*planner.schools.told(), *planner.appointments.told()]
    _ask_about_schools(plan, planner)
    by_sender: dict[str, list[Incoming]] = defaultdict(list)
    for incoming in plan.receptions:
        by_sender[incoming.sender].append(incoming)
    leaving = Leaving(session, planner.known, planner.own)
    for received in by_sender.values():
        missed = leaving.settle(missed_people(planner.known, received), plan.options.left)
        _ask_about_the_missed(plan, missed)
    plan.edits += leaving.edits
    plan.assumed += leaving.told


def _ask_about_schools(plan: RosterPlan, planner: RowPlanner) -> None:
    numbers = {id(row): number for number, row in enumerate(plan.rows)}
    for written, rows in planner.schools.unclear.items():
        options = [*planner.known.schools.alike(written), REGISTER_SCHOOL]
        text = f"学校表里没有“{written}”（{len(rows)} 人），是哪一所学校？"
        numbers_ = [numbers[id(row)] for row in rows]
        plan.questions.append(Question("unknown_school", text, numbers_, options, about=written))
    plan.moves = planner.employments.moved
    if planner.employments.moved:
        names = "、".join(move.name for move in planner.employments.moved[:_NAMED])
        text = f"{names} 共 {len(planner.employments.moved)} 人出现在别的学校，是调动、交流还是借调？"
        rows_ = [numbers[id(move.row)] for move in planner.employments.moved]
        plan.questions.append(Question("move", text, rows_, ["调动", "交流", "借调"]))


def _ask_about_the_missed(plan: RosterPlan, missed: Sequence[Missed]) -> None:
    """Who stood in the sender's last file and not in this one is a question, never a deletion."""
    if not missed:
        return
    names = [each.name for each in missed]
    more = f"等 {len(names)} 人" if len(names) > _NAMED else f"共 {len(names)} 人"
    listed = f"{'、'.join(names[:_NAMED])}，{more}"
    text = f"{missed[0].sender}上次名册中的{listed}，这次没有；是调走、退休还是漏报？没有改动"
    plan.missed += missed
    plan.questions.append(Question("disappeared", text, [], ["仍在本校（漏报）", "已调走", "已退休", "其他"]))
    plan.assumed.append(text)


def carry_out_roster(store: Store, plan: RosterPlan, operator: str, *, check: Callable[[], None] | None = None) -> int:
    """Write a confirmed plan as one Act together with its receptions and the mappings it used."""

    def also(session: Session) -> None:
        write_receptions(session, plan.receptions, bearer=plan.options.bearer)
        remember(session, plan.receptions)

    with without_collector():
        return carry_out(store, plan, operator, also=also, check=check)
