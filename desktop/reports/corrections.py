"""B02 更正登记: every correction of a name, a number or an appointment with its reason, signed for by hand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import orjson
from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.fields import Field, field_named
from desktop.kinds import Choice, Day, Link, Packed, PartialDate, Whole
from desktop.models import BY_PLURAL, Teacher
from desktop.models.base import Content, Record, corrected_fields
from desktop.models.local import Act, Change
from desktop.queries.directory import Directory
from desktop.queries.offices import own_office, place_name, tier_words
from desktop.queries.people import schools_from
from desktop.reports.blocks import Column, Document, ListTable, Title
from desktop.reports.headings import UNKNOWN, filing_line, signature_line
from desktop.reports.paper import A4_LANDSCAPE, SIZE_6, THREE_LINES, Align
from desktop.reports.report import FILLED_ON, TITLE, Filled, Option, Report, Settings
from desktop.rules.dates import DateStyle, format_partial
from desktop.store.history import reason_rows

_YEAR: Final = Option("year", "年度", Whole(1980, 2100, "年"))
_ACT: Final = Option("act", "操作编号", Whole(1, 10**9))

_COLUMNS: Final = (
    Column("序号", 10),
    Column("更正日期", 20),
    Column("工作单位", 42, Align.LEFT, empty=UNKNOWN, least=SIZE_6),
    Column("姓名", 22, empty=UNKNOWN, least=6.5),
    Column("栏目", 22),
    Column("更正前", 42),
    Column("更正后", 42),
    Column("更正原因", 35, Align.LEFT),
    Column("经办人", 16, least=SIZE_6),
    Column("签字", 16, empty=""),
)


@dataclass(frozen=True, slots=True)
class _Correction:
    """One corrected field of one record."""

    change: Change
    act: Act
    field: Field
    before: Packed
    after: Packed | None

    @property
    def day(self) -> date:
        """The day on the office's own clock; the history keeps UTC."""
        return datetime.fromisoformat(self.act.at).astimezone().date()


def build(session: Session, settings: Settings) -> Filled:
    """Fill the register. Raises RefusedError where nothing was corrected."""
    year, act = settings["year"], settings["act"]
    everything = [
        each
        for each in _corrections(session)
        if (year is None or each.day.year == year) and (act is None or each.act.id == act)
    ]
    found = [each for each in everything if each.act.undone_by is None]
    if not found:
        told = "".join([f"{year}年" if year else "", f"编号为{act}的操作中" if act else ""])
        raise RefusedError(f"{told}没有需要登记的更正，没有打印")
    office = own_office(session)
    names = _Names(session, tier_words(office))
    span = f"{year}年度" if year else ""
    title = settings[TITLE.name] or f"{place_name(office)}{span}信息更正登记表"
    people = len({names.teacher(BY_PLURAL[each.change.entity], each.change.record_uid) for each in found} - {""})
    line = filing_line(office["name"], settings[FILLED_ON.name])
    blocks = (Title(title), line, _table(found, names), signature_line(office))
    taken_back = len(everything) - len(found)
    warnings = (f"另有{taken_back}项更正后来已撤销，没有列入。",) if taken_back else ()
    return Filled(Document(title, A4_LANDSCAPE, blocks, author=office["name"]), people, warnings)


def _corrections(session: Session) -> Iterator[_Correction]:
    """The corrected fields in the order of the history: a sensitive field that had a value and has another."""
    for change, act in reason_rows(session):
        if change.kind != "edit":
            continue
        entity = BY_PLURAL[change.entity]
        before, after = orjson.loads(change.before), orjson.loads(change.after)
        for name in corrected_fields(entity, before, after):
            yield _Correction(change, act, field_named(entity, name), before[name], after.get(name))


def _table(found: Sequence[_Correction], names: "_Names") -> ListTable:
    return ListTable(
        _COLUMNS,
        rows=tuple(_row(names, number, each) for number, each in enumerate(found, 1)),
        name_column=3,
        unit_column=2,
        row_height=THREE_LINES,
        closing=f"合计{len(found)}项更正",
        rebuild=lambda kept: _table([found[number] for number in kept], names),
    )


def _row(names: "_Names", number: int, each: _Correction) -> tuple[str, ...]:
    entity = BY_PLURAL[each.change.entity]
    unit, who = names.of(entity, each.change.record_uid, each.day)
    return (
        str(number),
        each.day.isoformat().replace("-", "."),
        unit,
        who,
        each.field.label,
        names.text(each.field, each.before),
        names.text(each.field, each.after),
        each.change.reason or "",
        each.act.operator,
        "",
    )


class _Names:
    """Whom a record speaks of, and how its values are read."""

    def __init__(self, session: Session, tiers: Mapping[str, str]) -> None:
        self._names = Directory(session)
        self._tiers = tiers
        self._schools: dict[date, dict[str, str]] = {}

    def of(self, entity: type[Record], uid: str, day: date) -> tuple[str, str]:
        """The unit at a day and the person; for a record that is of no person its own name as the unit."""
        teacher = self.teacher(entity, uid)
        if not teacher:
            return self._names.name(entity.plural, uid), ""
        school = self._schools_at(day).get(teacher, "")
        return self._names.name("schools", school), self._names.name("teachers", teacher)

    def teacher(self, entity: type[Record], uid: str) -> str:
        """The uid of the person of whom a record speaks; "" for a school, an office or a document."""
        return uid if entity is Teacher else str(self._names.content(entity.plural, uid).get("teacher", ""))

    def text(self, field: Field, value: Packed | None) -> str:
        """The text of a value as paper has it: the name behind a link, the local word of a tier, dates with dots."""
        if value is None:
            return ""
        match field.kind:
            case Link(entity=plural):
                return self._names.text(plural, value)
            case Choice(table_name="tier"):
                return self._tiers[str(value)]
            case Day() | PartialDate():
                return format_partial(str(value), DateStyle.DOTS)
        return field.format_packed(value)

    def _schools_at(self, day: date) -> Mapping[str, str]:
        if day not in self._schools:
            employments = (record.content for record in self._names.records("employments").values())
            schools: dict[str, Content] = {
                uid: record.content for uid, record in self._names.records("schools").items()
            }
            self._schools[day] = schools_from(employments, schools, day)
        return self._schools[day]


CORRECTIONS: Final = Report(
    code="B02",
    title="信息更正登记表",
    help="姓名、身份证号、任职等信息的更正：更正前后、原因、经办人，供签字存档",
    build=build,
    entity=Teacher,
    options=(_YEAR, _ACT),
)
