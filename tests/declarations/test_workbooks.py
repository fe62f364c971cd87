"""Every entity and every field, written to a real file and read back: nothing changes but what a clerk changes."""

import pytest
from openpyxl import load_workbook

from desktop.errors import Blocks
from desktop.exchange.entity_import import plan_entity_import
from desktop.exchange.lists import export_list, write_entity_template
from desktop.exchange.plan import Outcome, carry_out
from desktop.exchange.sheet_columns import Part, sheet_columns
from desktop.fields import children_of, fields_of
from desktop.kinds import Picture
from desktop.models import ENTITIES
from desktop.models.base import problems_of
from desktop.queries.directory import Directory
from tests.builders import (
    add_all,
    add_link_targets,
    contents_of,
    make_office,
    sample_content,
    sample_line,
    sample_value,
)

EVERY_ENTITY = pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.plural)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An office with a record for every column of every entity, all columns filled."""
    store = make_office(tmp_path_factory.mktemp("workbooks") / "office")
    targets = add_link_targets(store)
    uids = {}
    for entity in ENTITIES:
        contents = [sample_content(entity, number, targets) for number in _numbers(entity)]
        uids[entity.plural] = add_all(store, entity, contents)
    yield store, targets, uids
    store.close()


def _own_columns(entity):
    return [column for column in sheet_columns(entity) if column.part in (Part.FIELD, Part.LINES)]


def _numbers(entity):
    """So many numbers of samples as the entity has columns; all their dates lie in one year."""
    numbers = (number for number in range(1, 400) if number % 5 != 4)
    return [next(numbers) for _ in _own_columns(entity)]


@EVERY_ENTITY
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@pytest.mark.parametrize("masked", [False, True], ids=["full", "masked"])
def test_export_then_import_changes_nothing(office, tmp_path, entity, ending, masked):
    """A list that comes back as it went out changes nothing, with personal numbers in full or in part."""
    store, _, _ = office
    path = tmp_path / f"list{ending}"
    with store.read() as session:
        written = export_list(session, entity, path, masked=masked)
    plan = plan_entity_import(store, [path], entity)
    assert [(row.row, row.problems, row.changes) for row in plan.rows if row.outcome is not Outcome.SAME] == []
    assert len(plan.rows) == written.count == len(contents_of(store, entity))
    assert all("编码" in text for text in plan.assumed)


@EVERY_ENTITY
def test_an_edited_cell_changes_just_that_field(office, tmp_path, entity):
    """In each row another cell is edited: each row changes in that field, and nowhere else."""
    store, targets, uids = office
    before = contents_of(store, entity)
    wanted = {}
    path = tmp_path / "list.xlsx"
    with store.read() as session:
        export_list(session, entity, path)
    sheet = _Sheet(path)
    for uid, column in zip(uids[entity.plural], _own_columns(entity), strict=True):
        value, text = _other(entity, column, before[uid], targets, store)
        wanted[uid] = (column, {**before[uid], column.name: value})
        sheet.set(uid, column.heading, text)
    sheet.save()
    plan = plan_entity_import(store, [path], entity)
    assert [row.problems for row in plan.rows if row.problems] == []
    changed = {row.edits[0].uid: row for row in plan.rows if row.outcome is Outcome.CHANGED}
    assert {uid: [each.field for each in row.changes] for uid, row in changed.items()} == {
        uid: [column.name] for uid, (column, _) in wanted.items()
    }
    assert {uid: row.edits[0].content for uid, row in changed.items()} == {uid: new for uid, (_, new) in wanted.items()}
    assert plan.counts()["same"] == len(before) - len(wanted)


@EVERY_ENTITY
def test_an_emptied_cell_clears_just_that_field(office, tmp_path, entity):
    """An empty cell in our own list takes the value away; where a value is required the row is refused."""
    store, _, uids = office
    before = contents_of(store, entity)
    path = tmp_path / "list.xlsx"
    with store.read() as session:
        export_list(session, entity, path)
    sheet = _Sheet(path)
    emptied = dict(zip(uids[entity.plural], _own_columns(entity), strict=True))
    for uid, column in emptied.items():
        sheet.set(uid, column.heading, None)
    rows_of = sheet.rows
    sheet.save()
    plan = plan_entity_import(store, [path], entity)
    by_row = {row.row: row for row in plan.rows}
    for uid, column in emptied.items():
        planned = by_row[rows_of[uid]]
        content = {name: value for name, value in before[uid].items() if name != column.name}
        if any(problem.blocks is Blocks.SAVE for problem in problems_of(entity, content)):
            assert planned.outcome is Outcome.INVALID
            assert [(each.field, each.heading) for each in planned.problems] == [(column.name, column.heading)]
        else:
            assert planned.outcome is Outcome.CHANGED
            assert planned.edits[0].content == content


OF_THE_OFFICE = ("county_code",)
"""What nobody types and the program takes from the office that imports."""


@EVERY_ENTITY
def test_template_filled_in_gives_the_record(tmp_path, entity):
    """A template filled with the texts of a record makes that record in an office that has none.

    Where a record cannot be without a file, or a value that only the program makes, no cell can hold it: each row
    says so, and nothing is made.
    """
    store = make_office(tmp_path / "office")
    targets = add_link_targets(store)
    content = sample_content(entity, 8, targets)
    path = tmp_path / "template.xlsx"
    write_entity_template(entity, path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    fields = [column.column.field for column in _own_columns(entity) if column.part is Part.FIELD]
    assert [cell.value for cell in sheet[1]] == [field.label for field in fields]
    for place, field in enumerate(fields, 1):
        sheet.cell(2, place).value = _text(field, content[field.name], store)
        sheet.cell(2, place).data_type = "s"
    book.save(path)
    plan = plan_entity_import(store, [path], entity)
    needed = [each for each in fields_of(entity) if each.required and each.name not in OF_THE_OFFICE]
    impossible = {
        **{each.name: f"{entity.label}由程序登记，不能从表格导入" for each in needed if each.internal},
        **{
            each.name: f"{each.label}不能从表格导入，请在程序里逐条选入文件"
            for each in needed
            if isinstance(each.kind, Picture)
        },
    }
    if impossible:
        assert [row.outcome for row in plan.rows] == [Outcome.INVALID]
        assert {each.field: each.text for each in plan.rows[0].problems} == impossible
        return
    assert plan.counts()["new"] == len(plan.rows) == 1, plan.rows
    carry_out(store, plan, "王主任")
    made = contents_of(store, entity)[plan.rows[0].edits[0].uid]
    names = {field.name for field in fields}
    assert {name: value for name, value in made.items() if name in names} == {
        name: value for name, value in content.items() if name in names
    }
    assert plan_entity_import(store, [path], entity).counts()["same"] == 1
    store.close()


class _Sheet:
    """An exported list as a clerk edits it: by record and heading."""

    def __init__(self, path):
        self.path = path
        self.book = load_workbook(path)
        self.sheet = self.book.worksheets[0]
        self.columns = {cell.value: cell.column for cell in self.sheet[1]}
        last = len(self.columns)
        self.rows = {self.sheet.cell(row, last).value: row for row in range(2, self.sheet.max_row + 1)}

    def set(self, uid, heading, text):
        cell = self.sheet.cell(self.rows[uid], self.columns[heading])
        cell.value = text
        if text is not None:
            cell.data_type = "s"

    def save(self):
        self.book.save(self.path)


def _other(entity, column, content, targets, store):
    """Another value of a column with which the record can be saved, and its text."""
    if column.part is Part.LINES:
        lines = [sample_line(column.child.line, number) for number in (30, 31, 32)]
        return lines, _lines_text(column.child, lines)
    field = column.column.field
    for number in range(511, 541):  # sample days lie in thirty years, and a period needs one on its right side
        value = sample_value(field, number, targets)
        problems = problems_of(entity, {**content, field.name: value})
        if value != content[field.name] and not any(each.blocks is Blocks.SAVE for each in problems):
            return value, _text(field, value, store)
    raise AssertionError(f"no second valid sample of {field.name}")


def _lines_text(child, lines):
    field_texts = [
        [f"{field.label}：{_escaped(field.format_packed(line[field.name]))}" for field in fields_of(child.line)]
        for line in lines
    ]
    return "\n".join("；".join(texts) for texts in field_texts)


def _escaped(text):
    return text.replace("\\", "\\\\").replace("；", "\\；").replace(";", "\\;").replace("\n", "\\n")


def _text(field, packed, store):
    """The text of a value as people write it: links by the name of their record."""
    entity = getattr(field.kind, "entity", None)
    if entity is None:
        return field.format_packed(packed)
    with store.read() as session:
        return Directory(session).text(entity, packed)


def test_every_child_is_a_column():
    """The lines of a record stand in a column of their own."""
    for entity in ENTITIES:
        names = {column.name for column in sheet_columns(entity) if column.part is Part.LINES}
        assert names == {child.name for child in children_of(entity)}
