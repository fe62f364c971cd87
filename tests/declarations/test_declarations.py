"""Every declared field of every entity and line, through text, packed form, list, JSON and history."""

from datetime import date

import pytest

from desktop.codes import table, table_names
from desktop.errors import Blocks
from desktop.exchange.sheet_columns import UID_HEADING, sheet_columns
from desktop.fields import children_of, fields_of
from desktop.kinds import Choice, Link, all_samples
from desktop.models import ANNUAL, BY_PLURAL, ENTITIES, LINES, Record
from desktop.models.base import problems_of
from desktop.queries.listing import as_json, columns, rows
from desktop.services.records import delete, save
from desktop.store import history, load
from tests.builders import add, add_link_targets, make_office, sample_content, sample_value

DECLARED = [
    pytest.param(declared, field, id=f"{declared.__name__}.{field.name}")
    for declared in (*ENTITIES, *LINES)
    for field in fields_of(declared)
]
OF_RECORDS = [mark for mark in DECLARED if issubclass(mark.values[0], Record)]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = make_office(tmp_path_factory.mktemp("declared") / "office")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def targets(store):
    return add_link_targets(store)


@pytest.mark.parametrize(("declared", "field"), DECLARED)
def test_text_round_trip(declared, field):
    """What a clerk reads can be typed again and means the same value."""
    for value in all_samples(field.kind, 40):
        assert field.parse(field.format(value)) == value
    assert field.parse("") is None
    assert field.parse(" \u3000\t") is None
    assert field.format(None) == ""


@pytest.mark.parametrize(("declared", "field"), DECLARED)
def test_packed_round_trip(declared, field):
    """The packed form has the type of the column in SQL and gives the value back."""
    for value in all_samples(field.kind, 40):
        packed = field.pack(value)
        assert type(packed) is (int if field.kind.storage == "INTEGER" else str)
        assert field.unpack(packed) == value
        assert field.format_packed(packed) == field.format(value)
    assert field.pack(None) is None
    assert field.unpack(None) is None
    assert field.format_packed(None) == ""


@pytest.mark.parametrize(("declared", "field"), DECLARED)
def test_masked_text_hides(declared, field):
    """A personal number shown in part never shows itself whole."""
    for value in all_samples(field.kind):
        masked = field.kind.mask(value)
        assert (masked != field.format(value)) is field.personal or not field.personal
        assert not field.personal or "**" in masked


@pytest.mark.parametrize(("declared", "field"), DECLARED)
def test_choice_table_is_shipped(declared, field):
    """Every choice has its table, and every link its entity."""
    if isinstance(field.kind, Choice):
        assert field.kind.table_name in table_names()
        assert table(field.kind.table_name).codes
        assert len(set(field.kind.choices())) == len(field.kind.codes.codes)
    if isinstance(field.kind, Link):
        assert field.kind.entity in BY_PLURAL


@pytest.mark.parametrize(("entity", "field"), OF_RECORDS)
def test_list_row_and_json(store, targets, entity, field):
    """A list shows the text of the value, and JSON the value under the field's own name."""
    content = sample_content(entity, 0, targets)
    uid = add(store, entity, content)
    with store.read() as session:
        row = rows(session, entity, {"uid": uid}, day=date(2025, 1, 1))[0]
        shown = as_json(row)
        texts = {column.name: row.text(column) for column in columns(entity)}
    _remove(store, entity, uid)
    packed = content[field.name]
    if field.internal:
        assert field.name not in {**shown, **texts}
    elif isinstance(field.kind, Link):
        assert shown[field.name]["uid"] == packed
        assert shown[field.name]["name"] in texts[field.name]
    elif isinstance(field.kind, Choice):
        assert shown[field.name] == texts[field.name] == field.format_packed(packed)
        assert str(shown[f"{field.name}_code"]) == packed
    else:
        assert (shown[field.name], texts[field.name]) == (packed, field.format_packed(packed))


@pytest.mark.parametrize(("entity", "field"), OF_RECORDS)
def test_history_of_one_field(store, targets, entity, field):
    """A changed value is in history as it was and as it became, and undoing brings the old one back."""
    number = 10 + 5 * fields_of(entity).index(field)
    content = sample_content(entity, number, targets)
    uid = add(store, entity, content)
    changed = _other_value(entity, field, content, number, targets)
    with store.write("修改") as session:
        save(session, entity, {field.name: changed}, uid=uid, revision=1, reason="核对原件")
    with store.read() as session:
        change = history.changes_of(session, record=uid)[-1]
        assert load(session, entity, [uid])[uid].content == {**content, field.name: changed}
    assert (change.revision_before, change.revision_after, change.reason) == (1, 2, "核对原件")
    history.undo(store, change.act_id)
    with store.read() as session:
        assert load(session, entity, [uid])[uid].content == content
    _remove(store, entity, uid)


def _other_value(entity, field, content, number, targets):
    """Another sample of the field with which the record can still be saved."""
    for other in range(number + 1, number + 12):
        value = sample_value(field, other + 500, targets)
        problems = problems_of(entity, {**content, field.name: value})
        if value != content[field.name] and not any(each.blocks is Blocks.SAVE for each in problems):
            return value
    raise AssertionError(f"no second valid sample of {field.name}")


def _remove(store, entity, uid):
    """Make room: some entities have few sample keys."""
    with store.write("删除") as session:
        delete(session, entity, uid)


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.plural)
def test_labels_and_headings(entity):
    """A label or heading means one field of an entity; a list has no heading twice."""
    labels = [field.label for field in fields_of(entity)] + [child.label for child in children_of(entity)]
    assert len(labels) == len(set(labels))
    for child in children_of(entity):
        line_labels = [field.label for field in fields_of(child.line)]
        assert len(line_labels) == len(set(line_labels))
    headings = [heading for field in fields_of(entity) for heading in dict.fromkeys(field.all_headings)]
    assert len(headings) == len(set(headings))
    shown = [column.heading for column in sheet_columns(entity)]
    assert len(shown) == len(set(shown))
    assert shown[-1] == UID_HEADING
    names = [column.name for column in columns(entity)] + [child.name for child in children_of(entity)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.plural)
def test_keys_are_declared_fields(entity):
    """Natural keys and indexes are fields, every entity is called something, and required fields can be shown."""
    names = {field.name for field in fields_of(entity)}
    assert set(entity.key) <= names
    assert set(entity.indexed()) <= names
    assert entity.label
    assert entity.called({})
    assert not entity.shared or entity.key
    assert any(field.listed for field in fields_of(entity)) or entity.plural == "aliases"


def test_entities_stand_once_in_the_menu():
    """Every mapped Record is in ENTITIES exactly once, and every mapped Line in LINES."""
    assert len(set(ENTITIES)) == len(ENTITIES) == len(BY_PLURAL)
    assert set(ENTITIES) == set(Record.__subclasses__())
    assert {child.line for entity in ENTITIES for child in children_of(entity)} == set(LINES)


def test_annual_package_stands_behind_its_links():
    """An entity of the yearly package comes after those it links to, and links to nothing outside the package."""
    for place, entity in enumerate(ANNUAL):
        linked = {field.kind.entity for field in fields_of(entity) if isinstance(field.kind, Link)}
        before = {each.plural for each in ANNUAL[: place + 1]}
        assert linked <= before
        assert not entity.local
