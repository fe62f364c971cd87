"""The plan of importing any entity from workbooks: every row decided, nothing written.

A row is matched by the uid that our own lists carry, else by the natural key, else by the agreement of all it says.
A cell that holds what an export would write now means "unchanged", whatever it looks like; so does a number shown
in part. An empty cell clears a value only in a row of our own list; from other sheets it never erases.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from desktop.errors import Blocks, Problem
from desktop.exchange.cards import untyped_values
from desktop.exchange.entity_said import RowReader, Said, place_problem
from desktop.exchange.entity_sheet import EntityRow, cell_text, read_files
from desktop.exchange.lists import KEPT, cell_content
from desktop.exchange.plan import FieldChange, Outcome, Plan, PlanRow, RowProblem, newest_act
from desktop.exchange.sheet_columns import Part, sheet_columns
from desktop.exchange.workbook.cells import Book
from desktop.fields import fields_of
from desktop.kinds import Link, Picture
from desktop.models.base import Content, Record, key_of, problems_of, trimmed
from desktop.queries.directory import Directory
from desktop.queries.listing import ListRow, rows
from desktop.store.database import Store
from desktop.store.records import Edit, Stored, load, new_uid


def plan_entity_import(
    store: Store,
    paths: Sequence[Path],
    entity: type[Record],
    *,
    read: Callable[[Path], Book] | None = None,
    check: Callable[[], None] = lambda: None,
) -> Plan:
    """Decide every row of the files; `plan.carry_out` writes what may be written.

    `read` gives books that were read already; what `check` raises between two rows ends the planning.
    Raises UnreadableFile or RefusedError for a file that cannot be read as records of the entity.
    """
    found_rows = read_files(paths, entity, read)
    with store.read() as session:
        planner = _Planner(session, entity, store.office_code)
        planner.announce(found_rows.rows)
        found = []
        for row in found_rows.rows:
            check()
            found.append(planner.plan(row))
        assumed = [*found_rows.assumed, *planner.assumed()]
        title = f"导入{entity.label}：{'、'.join(path.name for path in paths)}"
        return Plan(title, found, assumed, last_act=newest_act(session))


class _Matcher:
    """The live records by natural key, and by what a row without key says of them."""

    def __init__(self, entity: type[Record], known: Mapping[str, ListRow]) -> None:
        self._by_key: dict[object, ListRow] = {}
        self._by_first: dict[object, list[ListRow]] = {}
        self._first = next(each.name for each in fields_of(entity) if each.required)
        self._matched: set[str] = set()
        for row in known.values():
            key = key_of(entity, row.stored.content)
            if key is not None:
                self._by_key[key] = row
            self._by_first.setdefault(row.stored.content.get(self._first), []).append(row)

    def by_key(self, key: tuple[Any, ...] | None) -> ListRow | None:
        """The record of a natural key."""
        return self._by_key.get(key)

    def by_all(self, said: Said) -> ListRow | None:
        """The record that agrees with everything a row says; of several equal ones each is taken once."""
        for row in self._by_first.get(said.values.get(self._first), ()):
            content = row.stored.content
            agrees = all(content.get(name) == value for name, value in said.values.items())
            agrees = agrees and all(_kept(content).get(heading, text) == text for heading, text in said.kept.items())
            if agrees and row.stored.uid not in self._matched:
                self._matched.add(row.stored.uid)
                return row
        return None


class _Planner:
    """What is known while rows are decided one after the other."""

    def __init__(self, session: Session, entity: type[Record], office: str) -> None:
        self._entity = entity
        self._office = office
        self._untyped = untyped_values(session, entity, office)
        everything = load(session, entity, with_deleted=True)
        self._known = {row.stored.uid: row for row in rows(session, entity)}
        self._deleted = {uid: record for uid, record in everything.items() if uid not in self._known}
        self._names = next((row.names for row in self._known.values()), None) or Directory(session)
        self._matcher = _Matcher(entity, self._known)
        self._ignored: Counter[str] = Counter()
        self._kept_headings: dict[str, None] = {}
        self._seen: dict[object, EntityRow] = {}

    def announce(self, coming: Sequence[EntityRow]) -> None:
        """Let rows link to schools that stand in the same file: a village school to the one that stamps for it."""
        if "name" not in self._entity.key or not self._entity.shared:
            return
        for row in coming:
            for column, value in row.cells.items():
                if column.part is Part.FIELD and column.name == "name" and cell_text(value).strip():
                    name = cell_text(value).strip()
                    content = self._with_internal({"name": name})
                    uid = new_uid(self._entity, content)
                    if key_of(self._entity, content) is not None and uid not in self._known:
                        self._names.announce(self._entity.plural, uid, name)

    def assumed(self) -> Iterator[str]:
        """A sentence for each derived column whose cells were changed in vain, and one for columns without a field."""
        held = {heading for row in self._known.values() for heading in _kept(row.stored.content)}
        if fresh := [heading for heading in self._kept_headings if heading not in held]:
            yield f"栏目{'、'.join(f'“{heading}”' for heading in fresh)}没有对应的项目，内容随记录保存，导出时原样给回"
        for heading, count in self._ignored.items():
            yield f"“{heading}”一栏由其他记录得出，表中有 {count} 行与现有数据不同，没有采用；请在来源处修改"

    def plan(self, row: EntityRow) -> PlanRow:
        """Decide one row."""
        planned = PlanRow(row.file, row.sheet, row.number, Outcome.SAME)
        uid = _uid_of(row)
        if uid in self._deleted:
            planned.name = self._called(self._deleted[uid].content)
            return _refuse(planned, row, "uid", f"这条{self._entity.label}记录已被删除，请先从回收站恢复，再导入")
        named = self._known.get(uid)
        said = RowReader(self._entity, self._names, row, named).read()
        self._ignored.update(said.ignored)
        self._kept_headings.update(dict.fromkeys(said.kept))
        current = named or self._match(said)
        content = self._content(said, current)
        planned.name = self._called(content)
        problems = said.problems if current is not None else [*said.problems, *said.masked]
        if problems:
            planned.problems = problems
            planned.outcome = Outcome.AMBIGUOUS if said.doubts == len(problems) else Outcome.INVALID
            return planned
        earlier = self._claim(named, current, content, row)
        if earlier is not None:
            return _mark_duplicate(planned, row, earlier, self._entity)
        if current is None or content != current.stored.content:
            self._write(planned, row, current, content)
        return planned

    def _match(self, said: Said) -> ListRow | None:
        key = key_of(self._entity, self._with_internal(said.values))
        return self._matcher.by_all(said) if key is None else self._matcher.by_key(key)

    def _with_internal(self, values: Content) -> Content:
        """The values with those of the key that the program sets: the area of a school is this office's."""
        return {**self._untyped, **values}

    def _content(self, said: Said, current: ListRow | None) -> Content:
        base = dict(current.stored.content) if current is not None else self._with_internal({})
        base.update(said.values)
        kept = {**_kept(base), **said.kept}
        extras = {**base.get("extras", {}), KEPT: {heading: text for heading, text in kept.items() if text}}
        base["extras"] = {name: value for name, value in extras.items() if value}
        return trimmed(self._entity, base)

    def _claim(
        self, named: ListRow | None, current: ListRow | None, content: Content, row: EntityRow
    ) -> EntityRow | None:
        """The earlier row that speaks of the same record; None if this is the first."""
        key = key_of(self._entity, content)
        claims: list[object] = [key] if key is not None else [] if named is not None else [repr(content)]
        if current is not None:
            claims.append(current.stored.uid)
        earlier = next((self._seen[claim] for claim in claims if claim in self._seen), None)
        if earlier is None:
            self._seen.update(dict.fromkeys(claims, row))
        return earlier

    def _write(self, planned: PlanRow, row: EntityRow, current: ListRow | None, content: Content) -> None:
        if current is not None and current.stored.origin != self._office:
            _refuse(planned, row, "", f"这条记录由单位 {current.stored.origin} 登记，只能由该单位修改，没有采用")
            return
        other = self._matcher.by_key(key_of(self._entity, content))
        if current is not None and other is not None and other is not current:
            text = f"改动后与另一条{self._entity.label}记录相同，请核对是否重复"
            _refuse(planned, row, self._entity.key[0], text)
            return
        blocking = [each for each in problems_of(self._entity, content) if each.blocks is Blocks.SAVE]
        if blocking:
            planned.outcome = Outcome.INVALID
            planned.problems = [place_problem(row, each.field, self._sentence(each)) for each in blocking]
            return
        uid = current.stored.uid if current is not None else new_uid(self._entity, content)
        before = current.stored if current is not None else self._deleted.get(uid)
        planned.outcome = Outcome.NEW if current is None else Outcome.CHANGED
        planned.changes = list(self._changes(current, content)) if current is not None else []
        planned.edits = [Edit(self._entity, uid, before, content)]

    def _sentence(self, problem: Problem) -> str:
        """What is wrong with a record; what no cell can hold has another way out than filling a cell."""
        field = next((each for each in fields_of(self._entity) if each.name == problem.field), None)
        if field is not None and isinstance(field.kind, Picture):
            return f"{field.label}不能从表格导入，请在程序里逐条选入文件"
        if field is not None and field.internal:
            return f"{self._entity.label}由程序登记，不能从表格导入"
        return problem.text

    def _changes(self, current: ListRow, content: Content) -> Iterator[FieldChange]:
        stored = Stored(current.stored.uid, "", 0, "", "", None, content)
        values = {name: value for name, value in content.items() if isinstance(value, (str, int))}
        changed = ListRow(self._entity, stored, values, self._names)
        for column in sheet_columns(self._entity, {**_kept(current.stored.content), **_kept(content)}):
            if column.part in (Part.FIELD, Part.LINES, Part.EXTRA):
                old, new = (str(cell_content(each, column)) for each in (current, changed))
                if old != new:
                    yield FieldChange(self._entity.plural, column.name, column.heading, old, new)

    def _called(self, content: Content) -> str:
        for each in fields_of(self._entity):
            if isinstance(each.kind, Link) and each.required and content.get(each.name):
                return self._names.name(each.kind.entity, content[each.name])
        return self._entity.called(content)


def _uid_of(row: EntityRow) -> str:
    cells = (cell_text(value).strip() for column, value in row.cells.items() if column.part is Part.UID)
    return next(cells, "")


def _kept(content: Content) -> dict[str, str]:
    kept: dict[str, str] = content.get("extras", {}).get(KEPT, {})
    return kept


def _refuse(planned: PlanRow, row: EntityRow, name: str, text: str) -> PlanRow:
    planned.outcome = Outcome.INVALID
    planned.problems = [place_problem(row, name, text)]
    return planned


def _mark_duplicate(planned: PlanRow, row: EntityRow, earlier: EntityRow, entity: type[Record]) -> PlanRow:
    file = "" if earlier.file == row.file else f"“{earlier.file}”"
    sheet = "" if (earlier.file, earlier.sheet) == (row.file, row.sheet) else f"“{earlier.sheet}”"
    text = f"与{file}{sheet}第 {earlier.number} 行说的是同一条{entity.label}记录，请只保留一行"
    planned.outcome = Outcome.DUPLICATE
    planned.problems = [RowProblem("", text)]
    return planned
