"""B31 政策参数一览表: the numbers and choices in force in a year, each with unit, years, whose it is, and source."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.errors import RefusedError
from desktop.kinds import Whole
from desktop.models import Policy
from desktop.queries.offices import own_office, place_name
from desktop.queries.policies_in_force import PolicyInForce, policies_in_force
from desktop.reports.blocks import Block, Column, Document, ListTable, Title
from desktop.reports.headings import filing_line, signature_line
from desktop.reports.paper import A4_LANDSCAPE, SIZE_6, THREE_LINES, Align
from desktop.reports.report import FILLED_ON, TITLE, Filled, Option, Report, Settings

_YEAR: Final = Option("year", "年度", Whole(1980, 2100, "年"))
_AREA: Final = Option("area", "方面")
_SCOPE: Final = Option("scope", "范围", default="all", choices=(("all", "现行的全部参数"), ("own", "只印本单位规定的")))
_COLUMNS: Final = (
    Column("序号", 10),
    Column("方面", 20),
    Column("参数", 70, Align.LEFT, least=SIZE_6),
    Column("值", 56, Align.LEFT, least=SIZE_6),
    Column("单位", 16, empty=""),
    Column("适用年度", 22),
    Column("出处", 24, least=SIZE_6),
    Column("依据", 49, Align.LEFT, least=SIZE_6),
)


def build(session: Session, settings: Settings) -> Filled:
    """Fill the list. Raises RefusedError where an area is not known or nothing is left."""
    office = own_office(session)
    year = settings["year"] or date.today().year  # noqa: DTZ011 - an office's day is the day of its own clock
    area = settings["area"]
    if area and area not in (known := [entry.label for entry in table("policy_area").entries]):
        raise RefusedError(f"方面“{area}”不能用，可用的有：{'、'.join(known)}；没有打印")
    found = [each for each in policies_in_force(session, year) if area in (None, each.area)]
    if settings["scope"] == "own":
        found = [each for each in found if each.now.is_own]
    if not found:
        raise RefusedError(f"{year}年没有符合条件的政策参数，没有打印；请核对年度、方面和范围")
    title = settings[TITLE.name] or f"{place_name(office)}{year}年度政策参数一览表"
    line = filing_line(office["name"], settings[FILLED_ON.name])
    blocks: list[Block] = [Title(title), line, _table(found), signature_line(office)]
    return Filled(Document(title, A4_LANDSCAPE, tuple(blocks), author=office["name"]), len(found))


def _table(found: Sequence[PolicyInForce]) -> ListTable:
    own = sum(each.now.is_own for each in found)
    rows = tuple((str(number), *_texts(each)) for number, each in enumerate(found, 1))
    closing = f"合计{len(found)}项　其中本单位规定{own}项"
    return ListTable(_COLUMNS, rows, name_column=2, unit_column=None, row_height=THREE_LINES, closing=closing)


def _texts(each: PolicyInForce) -> tuple[str, ...]:
    now = each.now
    return (each.area, now.label, now.value, now.row.unit, now.years, now.whose, now.row.source)


POLICIES: Final = Report(
    code="B31",
    title="政策参数一览表",
    help="一年内现行的比例、学时、期限等参数：值、单位、适用年度、出处和依据",
    build=build,
    entity=Policy,
    options=(_YEAR, _AREA, _SCOPE),
)
