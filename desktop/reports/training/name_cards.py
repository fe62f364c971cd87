"""B24 胸卡 and B25 座签: what a class wears and puts on its tables; a badge bears a code for the hand scanner."""

from typing import Final

from sqlalchemy.orm import Session

from desktop.models import Enrolment
from desktop.reports.blocks import Document
from desktop.reports.cards import Card, CardCode, CardGrid, CardItem, CardLine, CardText
from desktop.reports.fonts import Family
from desktop.reports.paper import SIZE_4, SIZE_5, SIZE_SMALL_2, Paper
from desktop.reports.report import TITLE, Filled, Option, Report, Settings
from desktop.reports.training.class_sheet import (
    CLASS,
    ORDER,
    ClassSheet,
    Trainee,
    class_sheet,
    ordered,
    require_trainees,
)
from desktop.rules.scan_codes import ScanCode, Scanned

_PAPER: Final = Paper("A4", 210, 297, top=10, right=10, bottom=10, left=10)
_BADGE: Final = (90.0, 55.0)
_CODE: Final = 24.0
_TENT: Final = (190.0, 138.0)
_UNIT: Final = Option("unit", "座签上的单位", default="yes", choices=(("yes", "印"), ("no", "不印")))
_NAME_ON_TABLE: Final = 110.0
_NAME_ON_BADGE: Final = 30.0


def build_badges(session: Session, settings: Settings) -> Filled:
    """Fill the badges of a class, ten on a page. Raises RefusedError where there is nobody."""
    sheet = class_sheet(session, settings)
    trainees = ordered(require_trainees(sheet), settings[ORDER.name])
    cards = tuple(Card(each.name, _badge(sheet, each)) for each in trainees)
    title = settings[TITLE.name] or f"{sheet.name}胸卡"
    return _cards(sheet, title, CardGrid(cards, *_BADGE))


def _cards(sheet: ClassSheet, title: str, grid: CardGrid) -> Filled:
    document = Document(title, _PAPER, (grid,), author=sheet.office["name"], page_numbers=False)
    return Filled(document, len(grid.cards))


def _badge(sheet: ClassSheet, each: Trainee) -> tuple[CardItem, ...]:
    width, height = _BADGE
    places = (
        f"学号：{each.number}" if each.number else "",
        str(each.content.get("group", "")),
        f"座位：{each.content['seat']}" if "seat" in each.content else "",
    )
    told = "　".join(filter(None, places))
    code = ScanCode(Scanned.BADGE, each.uid).digits
    text = width - _CODE - 8
    return (
        CardText(sheet.name, (3, 2, width - 6, 9), Family.HEI, SIZE_4),
        CardLine((3, 11.5, width - 6, 0)),
        CardText(each.name, (3, 15, text, 15), Family.HEI, _NAME_ON_BADGE),
        CardText(each.unit, (3, 31, text, 11), Family.SONG, SIZE_5),
        CardText(told, (3, height - 11, text, 8), Family.SONG, SIZE_5),
        CardCode(code, (width - _CODE - 3, 19, _CODE, _CODE)),
    )


def build_seat_cards(session: Session, settings: Settings) -> Filled:
    """Fill the tents of a class, two on a page, to be folded in the middle. Raises RefusedError as above."""
    sheet = class_sheet(session, settings)
    trainees = ordered(require_trainees(sheet), settings[ORDER.name])
    with_unit = settings["unit"] == "yes"
    cards = tuple(Card(each.name, _seat(each, with_unit=with_unit), tent=True) for each in trainees)
    return _cards(sheet, settings[TITLE.name] or f"{sheet.name}座签", CardGrid(cards, *_TENT))


def _seat(each: Trainee, *, with_unit: bool) -> tuple[CardItem, ...]:
    width, height = _TENT
    fold = height / 2
    name = CardText(_spaced(each.name), (8, fold + 6, width - 16, 46 if with_unit else 58), Family.HEI, _NAME_ON_TABLE)
    if not with_unit:
        return (name,)
    return (name, CardText(each.unit, (8, fold + 53, width - 16, 12), Family.SONG, SIZE_SMALL_2))


def _spaced(name: str) -> str:
    """A name of two characters as wide as one of three, as on every table."""
    return f"{name[0]}　{name[1]}" if len(name) == 2 else name


BADGES: Final = Report(
    code="B24",
    title="学员胸卡",
    help="90×55 毫米，每页十张，沿线裁开；右侧的码供扫描签到",
    build=build_badges,
    entity=Enrolment,
    options=(CLASS, ORDER),
)
SEAT_CARDS: Final = Report(
    code="B25",
    title="座签",
    help="每页两张，沿虚线对折立起，两面都有姓名",
    build=build_seat_cards,
    entity=Enrolment,
    options=(CLASS, ORDER, _UNIT),
)
