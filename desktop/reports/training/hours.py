"""B29 继续教育学时证明 for one person and B30 学时认定表 for a unit or an office: what counts of what was done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.kinds import Whole
from desktop.models import HoursEntry
from desktop.models.base import Content
from desktop.queries.columns import Surroundings
from desktop.queries.offices import COUNTY_TIER, own_office, place_name, tier_words
from desktop.queries.policies import Policies
from desktop.queries.training.activities import PUBLIC, SPECIAL
from desktop.queries.training.ledger import EXEMPT_WORDS, Account, Ledger, ledger_rules, ledgers
from desktop.reports.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Grid,
    GridRow,
    ListTable,
    OpinionBlock,
    Part,
    Sheet,
    SubLine,
    Text,
    Title,
)
from desktop.reports.headings import UNKNOWN, code_label, filing_line, signature_line
from desktop.reports.paper import A4_LANDSCAPE, A4_PORTRAIT, SIZE_5, SIZE_6, THREE_LINES, Align
from desktop.reports.report import FILLED_ON, TITLE, Filled, Option, Report, Settings
from desktop.reports.training.class_sheet import NAME, UNIT
from desktop.rules.hours import hours_text
from desktop.rules.hours_ledger import LedgerRules, Recognised

_YEAR: Final = Option("year", "年度", Whole(1980, 2100, "年"))
_WHO: Final = Option("teacher", "教师")
_SCHOOL: Final = Option("school", "学校")
_STATEMENT: Final = (
    Column("序号", 10),
    Column("培训（活动）名称", 62, Align.LEFT, least=SIZE_6),
    Column("类别", 20, least=SIZE_6),
    Column("级别", 19, empty=UNKNOWN, least=SIZE_6),
    Column("科目", 18, empty=UNKNOWN),
    Column("登记\n学时", 14),
    Column("认定\n学时", 14),
    Column("说明", 25, Align.LEFT, empty="", least=SIZE_6),
)
_LIST: Final = (
    Column("序号", 10),
    Column(UNIT, 46, Align.LEFT, empty=UNKNOWN, least=SIZE_6),
    Column(NAME, 22, least=6.5),
    Column("身份证号", 40, empty=UNKNOWN, least=SIZE_6),
    Column("登记\n学时", 16, empty="0"),
    Column("认定\n学时", 16, empty="0"),
    Column("学分", 14),
    Column("公需\n科目", 14, empty="0"),
    Column("专业\n科目", 14, empty="0"),
    Column("周期\n累计", 16, empty="0"),
    Column("周期\n尚缺", 16, empty="0"),
    Column("结论", 43, Align.LEFT, least=SIZE_6),
)
_COUNTY_LEVEL: Final = "4"
"""区县级 of training_level, printed in the local word."""


@dataclass(frozen=True, slots=True)
class _Person:
    """One person with the ledger of a year."""

    uid: str
    teacher: Content
    unit: str
    ledger: Ledger

    @property
    def name(self) -> str:
        """The name."""
        return str(self.teacher["name"])

    @property
    def id_number(self) -> str:
        """The number of the identity card, or of another paper."""
        return str(self.teacher.get("id_number") or self.teacher.get("other_id_number", ""))


def _year_of(settings: Settings) -> int:
    year: int = settings["year"] or date.today().year  # noqa: DTZ011 - an office's day is the day of its own clock
    return year


def _accounts(session: Session, settings: Settings, around: Surroundings) -> list[_Person]:
    """The accounts that are meant, in the order of schools. Raises RefusedError for a name that is not known."""
    year = _year_of(settings)
    records = around.names.records("teachers")
    chosen = set(records)
    if settings[_WHO.name]:
        chosen &= _found(around, "teachers", settings[_WHO.name], "教师")
    school = settings.values.get(_SCHOOL.name)
    if school:
        schools = _found(around, "schools", school, "学校")
        chosen = {uid for uid in chosen if around.school_of.get(uid) in schools}
    order = sorted((uid for uid in records if uid in chosen), key=lambda uid: around.place("teachers", records[uid]))
    found = ledgers(session, Policies(session), year, order)
    return [_account(around, uid, found[uid]) for uid in order]


def _found(around: Surroundings, plural: str, text: str, word: str) -> set[str]:
    uids = set(around.names.find(plural, text))
    if not uids:
        raise RefusedError(f"{word}“{text}”没有登记，没有打印；请核对名称")
    return uids


def _account(around: Surroundings, uid: str, ledger: Ledger) -> _Person:
    unit = around.names.name("schools", around.school_of.get(uid, ""))
    return _Person(uid, around.names.content("teachers", uid), unit, ledger)


def build_statement(session: Session, settings: Settings) -> Filled:
    """Fill a sheet for each person that has anything in the year. Raises RefusedError where nobody has."""
    office, year = own_office(session), _year_of(settings)
    around = Surroundings(session, date(year, 12, 31))
    accounts = [each for each in _accounts(session, settings, around) if _has_any(each.ledger)]
    if not accounts:
        raise RefusedError(f"{year}年没有登记学时，没有打印；请核对教师和年度")
    rules = ledger_rules(Policies(session), year)
    title = settings[TITLE.name] or f"{year}年度继续教育学时证明"
    sheets = tuple(Sheet(each.name, tuple(_statement(office, each, title, rules))) for each in accounts)
    document = Document(title, A4_PORTRAIT, sheets, author=office["name"], duplex=True)
    return Filled(document, len(accounts))


def _has_any(ledger: Ledger) -> bool:
    return bool(ledger.entries) or ledger.account.year.is_exempt


def _statement(office: Content, each: _Person, title: str, rules: LedgerRules) -> Iterator[Block]:
    balance, cycle, entries = each.ledger.account.year, each.ledger.account.cycle, each.ledger.entries
    yield Title(title)
    rows = (
        GridRow(
            (
                Cell("姓名", Part.LABEL),
                Cell(each.name),
                Cell("性别", Part.LABEL),
                Cell(code_label("gender", each.teacher.get("gender", "")), empty=UNKNOWN),
                Cell("身份证号", Part.LABEL),
                Cell(each.id_number, empty=UNKNOWN),
            )
        ),
        GridRow((Cell("工作单位", Part.LABEL), Cell(each.unit, columns=5, empty=UNKNOWN))),
    )
    yield Grid((20.0, 34.0, 16.0, 16.0, 22.0, 54.0), rows)
    if entries:
        word = tier_words(office)[COUNTY_TIER]
        lines = tuple((str(number), *_entry(entry, word)) for number, entry in enumerate(entries, 1))
        closing = f"合计认定{hours_text(balance.counted)}学时，折合{balance.credits}学分"
        yield ListTable(_STATEMENT, lines, closing=closing, row_height=THREE_LINES)
    yield Text(_conclusion(each.ledger.account, rules), size=SIZE_5, keep=True)
    lacking = each.ledger.account.lacking_of_cycle
    yield Text(
        f"{cycle.first}—{cycle.last}年周期累计{hours_text(cycle.counted)}学时（{cycle.credits}学分），"
        f"规定{hours_text(cycle.asked)}学时，尚缺{hours_text(cycle.short)}学时{f'；{lacking}' if lacking else ''}。",
        size=SIZE_5,
        keep=True,
    )
    yield OpinionBlock("认定单位", signer="经办人：", text=f"认定单位：{office['name']}")


def _entry(entry: Recognised, county_word: str) -> tuple[str, ...]:
    activity = entry.activity
    return (
        activity.name,
        code_label("hours_kind", activity.kind),
        county_word if activity.level == _COUNTY_LEVEL else code_label("training_level", activity.level),
        code_label("hours_field", activity.field),
        hours_text(activity.claimed),
        hours_text(entry.counted),
        entry.reason,
    )


def _conclusion(account: Account, rules: LedgerRules) -> str:
    balance = account.year
    if balance.is_exempt:
        return f"{balance.year}年骨干教师{EXEMPT_WORDS}。"
    return f"{balance.year}年规定{hours_text(rules.annual)}学时，{account.judgement}。"


def build_list(session: Session, settings: Settings) -> Filled:
    """Fill the list of hours of a year, of one school or of all. Raises RefusedError where there is nobody."""
    office, year = own_office(session), _year_of(settings)
    around = Surroundings(session, date(year, 12, 31))
    accounts = _accounts(session, settings, around)
    if not accounts:
        raise RefusedError("没有符合条件的教师，没有打印；请核对学校")
    title = settings[TITLE.name] or f"{place_name(office)}{year}年度继续教育学时认定表"
    rules = ledger_rules(Policies(session), year)
    credit = f"、{rules.cycle_credits}学分" if rules.cycle_credits else ""
    cycle = f"周期：{rules.cycle_years}年{hours_text(rules.cycle)}学时{credit}"
    heading = SubLine((f"年度规定：{hours_text(rules.annual)}学时", cycle))
    blocks: tuple[Block, ...] = (
        Title(title),
        filing_line(office["name"], settings[FILLED_ON.name]),
        heading,
        _table(accounts),
        signature_line(office),
    )
    return Filled(Document(title, A4_LANDSCAPE, blocks, author=office["name"]), len(accounts))


def _table(accounts: Sequence[_Person]) -> ListTable:
    reached = sum(not each.ledger.account.is_short for each in accounts)
    return ListTable(
        _LIST,
        tuple((str(number), *_row(each)) for number, each in enumerate(accounts, 1)),
        name_column=2,
        unit_column=1,
        closing=f"合计{len(accounts)}人　达到规定{reached}人　未达到{len(accounts) - reached}人",
        rebuild=lambda kept: _table([accounts[number] for number in kept]),
    )


def _row(each: _Person) -> tuple[str, ...]:
    account = each.ledger.account
    balance, cycle = account.year, account.cycle
    return (
        each.unit,
        each.name,
        each.id_number,
        hours_text(balance.claimed),
        hours_text(balance.counted),
        str(balance.credits),
        hours_text(balance.by_field.get(PUBLIC, 0)),
        hours_text(balance.by_field.get(SPECIAL, 0)),
        hours_text(cycle.counted),
        hours_text(cycle.short),
        account.judgement + (f"；周期{lacking}" if (lacking := account.lacking_of_cycle) else ""),
    )


STATEMENT: Final = Report(
    code="B29",
    title="继续教育学时证明",
    help="每人一张：一年的培训与活动、认定学时、学分、周期累计，供个人查存",
    build=build_statement,
    entity=HoursEntry,
    options=(_WHO, _SCHOOL, _YEAR),
)
RECOGNITION: Final = Report(
    code="B30",
    title="继续教育学时认定表",
    help="全部教师或一所学校一年的登记学时、认定学时、学分、公需和专业科目、周期累计与结论",
    build=build_list,
    entity=HoursEntry,
    options=(_WHO, _SCHOOL, _YEAR),
)
