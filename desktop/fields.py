"""One attribute as declared; `store/tables.py` makes the column of the database from it.

    name: str = text("姓名", section="基本情况", listed=True, headings=("教师姓名", "名字"))

The annotation says whether a value is required to save; `needed=True` says that the paper needs it, so that its
absence blocks only submission. The order of lines is the order in form, workbook and package.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import NoneType
from typing import Any, Final, get_args

from desktop import kinds
from desktop.errors import Blocks, Problem
from desktop.kinds import Kind, Packed


@dataclass(frozen=True)
class Field:
    """The description of one attribute; `name` and `required` are taken from the class that declares it."""

    label: str
    kind: Kind
    name: str = ""
    required: bool = False
    needed: bool = False
    section: str = ""
    help: str = ""
    listed: bool = False
    headings: tuple[str, ...] = ()
    sensitive: bool = False
    """A change of this field is a correction: it asks for a reason and stands in the 更正登记."""
    personal: bool = False
    """A number that is masked until somebody asks for it."""
    internal: bool = False
    """Set by the program, shown and exported nowhere."""

    def parse(self, text: str) -> Any:  # noqa: ANN401 - each kind has its own type of value
        """Read a text of the clerk; an empty one is no value. Raises ValueProblem."""
        text = text.strip(_BLANKS)
        if not text:
            return None
        value = self.kind.parse(text)
        return None if value == "" else value

    def format(self, value: Any) -> str:  # noqa: ANN401
        """The text a clerk reads; no value is the empty text."""
        return "" if value is None else self.kind.format(value)

    def pack(self, value: Any) -> Packed | None:  # noqa: ANN401
        """The packed form, or None for no value."""
        return None if value is None else self.kind.pack(value)

    def unpack(self, packed: Packed | None) -> Any:  # noqa: ANN401
        """The value of a packed form. Raises ValueProblem."""
        return None if packed is None else self.kind.unpack(packed)

    def format_packed(self, packed: Packed | None) -> str:
        """The text of a packed value."""
        return "" if packed is None else self.kind.format(self.kind.unpack(packed))

    def cover(self, *texts: str) -> list[str]:
        """Texts of this field for lists and paper, personal ones in part; that they differ all the same is told."""
        if not self.personal:
            return list(texts)
        covered = [self.kind.mask(text) if text else "" for text in texts]
        if len(set(texts)) > 1 and len(set(covered)) == 1:
            covered[-1] += "（中间几位不同）"
        return covered

    @property
    def all_headings(self) -> tuple[str, ...]:
        """The label first, then every other heading a school may write."""
        return (self.label, *self.headings)


_BLANKS: Final = " \t\r\n\v\f\u3000\u00a0\ufeff\u200b"


def text(label: str, *, limit: int = 400, **words: Any) -> Any:  # noqa: ANN401 - words of Field
    """One line of text."""
    return Field(label, kinds.Text(limit), **words)


def long_text(label: str, **words: Any) -> Any:  # noqa: ANN401
    """Text of several lines."""
    return Field(label, kinds.LongText(), **words)


def person_name(label: str, **words: Any) -> Any:  # noqa: ANN401
    """A name of a person."""
    return Field(label, kinds.PersonName(), **words)


def citizen_id(label: str, **words: Any) -> Any:  # noqa: ANN401
    """A citizen identity number; personal and sensitive."""
    return Field(label, kinds.CitizenIdNumber(), personal=True, sensitive=True, **words)


def digits(label: str, *, lengths: tuple[int, ...] = (), **words: Any) -> Any:  # noqa: ANN401
    """A number that is a name."""
    return Field(label, kinds.Digits(lengths, label), **words)


def phone(label: str, **words: Any) -> Any:  # noqa: ANN401
    """A telephone number; personal."""
    return Field(label, kinds.Phone(), **{"personal": True, **words})


def document_number(label: str, **words: Any) -> Any:  # noqa: ANN401
    """文号."""
    return Field(label, kinds.DocumentNumber(), **words)


def whole(label: str, *, least: int = 0, most: int = 1_000_000, unit: str = "", **words: Any) -> Any:  # noqa: ANN401
    """A whole number."""
    return Field(label, kinds.Whole(least, most, unit), **words)


def ordinal_number(label: str, **words: Any) -> Any:  # noqa: ANN401
    """Which one of a row: 第三届."""
    return Field(label, kinds.Ordinal(), **words)


def year(label: str, **words: Any) -> Any:  # noqa: ANN401
    """A year of the Gregorian calendar."""
    return Field(label, kinds.Whole(1900, 2100, "年"), **words)


def exact(label: str, *, scale: int = 1, **words: Any) -> Any:  # noqa: ANN401
    """A decimal number."""
    return Field(label, kinds.Exact(scale), **words)


def money(label: str, **words: Any) -> Any:  # noqa: ANN401
    """An amount in 分."""
    return Field(label, kinds.Money(), **words)


def day(label: str, *, is_past: bool = False, **words: Any) -> Any:  # noqa: ANN401
    """A calendar day; `is_past` for what has happened when it is written down."""
    return Field(label, kinds.Day(is_past), **words)


def partial_date(label: str, *, is_past: bool = False, **words: Any) -> Any:  # noqa: ANN401
    """A year, half-year, month or day; `is_past` for what has happened when it is written down."""
    return Field(label, kinds.PartialDate(is_past), **words)


def birth(label: str, **words: Any) -> Any:  # noqa: ANN401
    """When a person of the staff was born."""
    return Field(label, kinds.Birth(), **words)


def yes_no(label: str, **words: Any) -> Any:  # noqa: ANN401
    """是 or 否."""
    return Field(label, kinds.YesNo(), **words)


def choice(label: str, table: str, **words: Any) -> Any:  # noqa: ANN401
    """A code of a shipped table."""
    return Field(label, kinds.Choice(table), **words)


def link(label: str, entity: str, **words: Any) -> Any:  # noqa: ANN401
    """The uid of a record of another entity; not a foreign key of the database.

    A record may arrive before the one it points to (two packages, two desks); dangling links are a Problem
    told by `check`, never a reason to refuse a file of a hundred good rows.
    """
    return Field(label, kinds.Link(entity), **words)


def picture(label: str, **words: Any) -> Any:  # noqa: ANN401
    """An attachment by its hash."""
    return Field(label, kinds.Picture(), **words)


def scan(label: str, **words: Any) -> Any:  # noqa: ANN401
    """A scanned paper by its hash: a picture or a PDF."""
    return Field(label, kinds.Scan(), **words)


def lines(label: str, line: type[Any]) -> Any:  # noqa: ANN401
    """The child rows of a Record, in order, living and dying with it."""
    return Child("", label, line)


@dataclass(frozen=True)
class Child:
    """The child rows of an entity as declared: attribute name, label, and the class of the lines."""

    name: str
    label: str
    line: type[Any]


_FIELDS: dict[type[Any], tuple[Field, ...]] = {}
_CHILDREN: dict[type[Any], tuple[Child, ...]] = {}


def fields_of(entity: type[Any]) -> tuple[Field, ...]:
    """The fields of an entity or line in the order in which its class declares them."""
    if entity not in _FIELDS:
        _FIELDS[entity] = tuple(_fields(entity))
    return _FIELDS[entity]


def _fields(entity: type[Any]) -> Iterator[Field]:
    for name, declared in vars(entity).items():
        if isinstance(declared, Field):
            is_optional = NoneType in get_args(entity.__annotations__[name])
            yield replace(declared, name=name, required=not is_optional)


def field_named(entity: type[Any], name: str) -> Field:
    """One field by its name; KeyError if there is none."""
    for field in fields_of(entity):
        if field.name == name:
            return field
    raise KeyError(name)


def children_of(entity: type[Any]) -> tuple[Child, ...]:
    """The child rows of an entity."""
    if entity not in _CHILDREN:
        found = vars(entity).items()
        _CHILDREN[entity] = tuple(replace(each, name=name) for name, each in found if isinstance(each, Child))
    return _CHILDREN[entity]


def field_problems(entity: type[Any], content: dict[str, Any]) -> list[Problem]:
    """What the fields themselves say against packed content: no value, or one that cannot be true; lines as well."""
    found = list(_problems(entity, content))
    for child in children_of(entity):
        for number, line in enumerate(content.get(child.name, ()), 1):
            place = f"{child.name}.{number}."
            found += [replace(each, field=place + each.field) for each in _problems(child.line, line)]
    return found


def _problems(declared: type[Any], values: dict[str, Any]) -> Iterator[Problem]:
    for field in fields_of(declared):
        packed = values.get(field.name)
        if packed is None:
            if field.required or field.needed:
                yield Problem(field.name, f"{field.label}没有填写", Blocks.SAVE if field.required else Blocks.SUBMIT)
        elif fault := field.kind.fault(packed):
            # refused where it is typed; here it is stored already, or came from an office whose clock goes right
            yield Problem(field.name, f"{field.label}{fault}", Blocks.SUBMIT)
