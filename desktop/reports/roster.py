"""F01 骨干教师花名册: the list of backbone teachers in force at a day, to hand in with a seal or to put up in public.

The columns and widths are those of the form (domain F01); in a list over several units the unit stands before the
name (clerk.md §5), in that of one unit in the form's own place, behind 身份证号. Each person stands once, at the
highest tier (BB-16); a list narrowed down to one tier has everybody of that tier.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.collation import pinyin_key, stroke_key, stroke_total
from desktop.errors import RefusedError
from desktop.kinds import Day, Whole
from desktop.models import Appointment
from desktop.models.base import Content
from desktop.queries.flows import in_force
from desktop.queries.listing import ListRow, column_named, rows
from desktop.queries.offices import own_office, place_name, tier_words
from desktop.queries.terms import Term
from desktop.reports.blocks import Block, Column, Document, ListTable, Title
from desktop.reports.headings import UNKNOWN, code_label, day_text, filing_line, signature_line
from desktop.reports.paper import A3_LANDSCAPE, A4_LANDSCAPE, SIZE_6, SIZE_SMALL_5, THREE_LINES, Align
from desktop.reports.report import FILLED_ON, TITLE, Filled, Option, Report, Settings
from desktop.rules.dates import DateStyle, agree, format_partial
from desktop.rules.numerals import ordinal
from desktop.rules.states import State

_PUBLIC: Final = Option("version", "版本", default="official", choices=(("official", "报送版"), ("public", "公示版")))
_ORDER: Final = Option(
    "order",
    "排序",
    default="schools",
    choices=(("schools", "学校顺序"), ("pinyin", "拼音"), ("strokes", "姓氏笔画")),
)
_DATE: Final = Option("date", "截止日期", Day())
_YEAR: Final = Option("year", "年度", Whole(1980, 2100, "年"))
_STATUS: Final = Option(
    "status",
    "状态",
    default="current",
    choices=(("current", "在任"), ("all", "全部"), *((str(state), state.label) for state in State)),
)
_UNIT: Final = Option("unit", "填报单位")
_PAPER: Final = Option("paper", "纸张", default="A4", choices=(("A4", "A4横"), ("A3", "A3横")))


@dataclass(frozen=True, slots=True)
class _Person:
    """One row of the roster: the appointment as the list of appointments shows it, and the teacher."""

    row: ListRow
    teacher: Content
    words: dict[str, str]

    def value(self, *names: str) -> str:
        """The first value there is of some columns of the list, as stored."""
        return next((str(self.row.values[name]) for name in names if name in self.row.values), "")

    @property
    def tier(self) -> str:
        """The code of the tier."""
        return self.value("tier")

    @property
    def name(self) -> str:
        """The name as the database has it."""
        return self.value("name")


def _stage(person: _Person) -> str:
    return code_label("stage", person.value("stage") or str(person.teacher.get("stage", "")))


def _recognition(person: _Person) -> str:
    """认定时间 above 文号; some schools write the month, some the day: the document's date where it agrees."""
    told, start = person.value("recognized_on", "term_start"), person.value("term_start")
    when = start if start and agree(told, start) else told
    return "\n".join(filter(None, (format_partial(when, DateStyle.DOTS), person.value("doc_no"))))


def _month(partial: str) -> str:
    return format_partial(partial, DateStyle.MONTH_DOTS)


def _school(person: _Person) -> str:
    return person.row.names.name("schools", person.value("school"))


_Value = Callable[[_Person], str]
_COLUMNS: Final[tuple[tuple[str, float, _Value], ...]] = (
    ("姓名", 18, lambda person: person.name),
    ("性别", 9, lambda person: code_label("gender", person.value("gender"))),
    ("民族", 12, lambda person: code_label("ethnicity", person.value("ethnicity"))),
    ("出生年月", 18, lambda person: _month(person.value("birth_date"))),
    ("身份证号", 38, lambda person: person.value("id_number") or str(person.teacher.get("other_id_number", ""))),
    ("工作单位", 40, _school),
    ("学段", 11, _stage),
    ("任教学科", 16, lambda person: person.value("teaching_subject", "subject")),
    ("学历", 13, lambda person: code_label("education", person.value("education"))),
    ("职称", 20, lambda person: code_label("title", person.value("title"))),
    ("参加工作\n时间", 18, lambda person: _month(str(person.teacher.get("work_start_month", "")))),
    ("级别", 12, lambda person: person.words[person.tier]),
    ("认定时间\n及文号", 24, _recognition),
)
"""The columns of domain F01 between 序号|10 and 备注|8, which make 267 mm; label, width, value."""
_PERSONAL: Final = frozenset({"身份证号"})
"""What a public version leaves out; no version has a telephone or a day of birth."""
_UNIT_COLUMN: Final = "工作单位"
_LEAST: Final = {"姓名": 6.5, "身份证号": SIZE_6, _UNIT_COLUMN: SIZE_6, "认定时间\n及文号": SIZE_6}
"""The smallest type of what must be read in the row itself; anything else goes on the appended page below 小五."""


def build(session: Session, settings: Settings) -> Filled:
    """Fill the roster. Raises RefusedError where the conditions leave nobody."""
    office = own_office(session)
    words = tier_words(office)
    day = _day(settings)
    people = _chosen(session, settings, day, words)
    once = people if settings["status"] == "all" else _once_each(people)
    _sort(once, settings["order"])
    table_ = _table(once, _columns(once, settings["version"]), words)
    title = settings[TITLE.name] or _title(once, office, day)
    line = filing_line(settings["unit"] or office["name"], settings[FILLED_ON.name], *_told(settings, day))
    blocks: list[Block] = [Title(title), line, table_]
    if settings["version"] == "official":
        blocks.append(signature_line(office))
    paper = A3_LANDSCAPE if settings["paper"] == "A3" else A4_LANDSCAPE
    document = Document(title, paper, tuple(blocks), author=office["name"])
    return Filled(document, _count(once), _told_twice(people, once))


def _columns(people: Sequence[_Person], version: str) -> list[tuple[str, float, _Value]]:
    """The columns of a version; those of several units have the unit before the name."""
    columns = [each for each in _COLUMNS if version == "official" or each[0] not in _PERSONAL]
    if len({person.value("school") for person in people}) > 1:
        columns.sort(key=lambda column: column[0] != _UNIT_COLUMN)
    return columns


def _told(settings: Settings, day: date) -> tuple[str, ...]:
    """What the title does not say, in one bracket: which state, in which order, at which day."""
    told = []
    if settings["status"] != _STATUS.default:
        told.append(f"状态：{_STATUS.label_of(settings['status'])}")
    if settings["order"] == "strokes":
        told.append("按姓氏笔画为序")
    if settings["date"] or settings["year"]:
        told.append(f"截至{day_text(day)}")
    return (f"（{'，'.join(told)}）",) if told else ()


def _day(settings: Settings) -> date:
    """The day given, else the last of the year given, else today."""
    day: date | None = settings["date"]
    if day is not None:
        return day
    year: int | None = settings["year"]
    return date(year, 12, 31) if year else date.today()  # noqa: DTZ011 - an office's day is the day of its own clock


def _chosen(session: Session, settings: Settings, day: date, words: dict[str, str]) -> list[_Person]:
    status: str = settings["status"]
    found = [
        _Person(row, row.names.content("teachers", row.values["teacher"]), words)
        for row in rows(session, Appointment, settings.where, day=day)
        if status == "all" or _fits(row, status, day)
    ]
    if not found:
        conditions = [f"{column_named(Appointment, name).label}“{text}”" for name, text in settings.where.items()]
        told = "、".join([*conditions, f"状态“{_STATUS.label_of(status)}”", f"截至{day_text(day)}"])
        raise RefusedError(f"没有符合条件的骨干教师（{told}），没有打印；请核对筛选条件")
    return found


def _fits(row: ListRow, status: str, day: date) -> bool:
    term = Term(row.values.get("term_start"), None, State(row.values["status"]))  # type: ignore[arg-type]
    return in_force(term, day) if status == "current" else term.status == status


def _once_each(people: Sequence[_Person]) -> list[_Person]:
    """Each person once: at the highest tier, of one tier by the newest document; the order stays."""
    best: dict[str, _Person] = {}
    for person in people:
        teacher = person.value("teacher")
        known = best.get(teacher)
        if known is None or (person.tier, _newest(person)) < (known.tier, _newest(known)):
            best[teacher] = person
    chosen = {id(person) for person in best.values()}
    return [person for person in people if id(person) in chosen]


def _newest(person: _Person) -> int:
    """A number that is smaller the later the term began."""
    return -int(person.value("term_start").replace("-", "").ljust(8, "0")[:8] or 0)


def _sort(people: list[_Person], order: str) -> None:
    """By pinyin or strokes over the whole list; otherwise it stays in the order of schools and as sent."""
    if order == "pinyin":
        people.sort(key=lambda person: (_pinyin(person), person.value("id_number")))
    elif order == "strokes":
        people.sort(key=lambda person: (stroke_key(person.name), person.value("id_number")))


def _pinyin(person: _Person) -> str:
    """The key of the order by pinyin, with the reading that was registered for the name if there is one."""
    readings = str(person.teacher.get("name_reading", "")).lower().split()
    if len(readings) != len(person.name):
        return pinyin_key(person.name)
    parts = zip(readings, person.name, strict=True)
    return " ".join(f"{reading}{stroke_total(character):02d}{character}" for reading, character in parts)


def _table(people: Sequence[_Person], columns: Sequence[tuple[str, float, _Value]], words: dict[str, str]) -> ListTable:
    declared = [
        Column(label, mm, _align(label), empty=UNKNOWN, least=_LEAST.get(label, SIZE_SMALL_5))
        for label, mm, _ in columns
    ]
    labels = ["序号", *(label for label, _, _ in columns)]
    return ListTable(
        columns=(Column("序号", 10), *declared, Column("备注", 8, Align.LEFT, empty="")),
        rows=tuple(
            (str(number), *(value(person) for _, _, value in columns), person.value("note"))
            for number, person in enumerate(people, 1)
        ),
        name_column=labels.index("姓名"),
        unit_column=labels.index(_UNIT_COLUMN),
        closing=_sums(people, words),
        row_height=THREE_LINES,
        rebuild=lambda kept: _table([people[number] for number in kept], columns, words),
    )


def _align(label: str) -> Align:
    return Align.LEFT if label == _UNIT_COLUMN else Align.CENTER


def _sums(people: Sequence[_Person], words: dict[str, str]) -> str:
    counts = Counter(person.tier for person in people)
    parts = "　".join(f"{word}{counts[code]}人" for code, word in words.items())
    persons, entries = _count(people), len(people)
    times = f"（{entries}人次）" if entries != persons else ""
    return f"合计{persons}人{times}，其中：{parts}"


def _count(people: Sequence[_Person]) -> int:
    return len({person.value("teacher") for person in people})


def _title(people: Sequence[_Person], office: Content, day: date) -> str:
    """{区县}{年度}第{届}届{级别}骨干教师花名册, without what is not the same for everybody."""
    tiers = {person.tier for person in people}
    ordinals = {person.value("ordinal") for person in people}
    tier = people[0].words[people[0].tier] if len(tiers) == 1 else ""
    which = ordinal(int(people[0].value("ordinal"))) if tier and len(ordinals) == 1 and "" not in ordinals else ""
    return f"{place_name(office)}{day.year}年度{which}{tier}骨干教师花名册"


def _told_twice(people: Sequence[_Person], once: Sequence[_Person]) -> tuple[str, ...]:
    kept = {id(person) for person in once}
    names = list(dict.fromkeys(person.name for person in people if id(person) not in kept))
    return (f"同时有几项任职、按最高级别列一次的：{'、'.join(names)}。",) if names else ()


ROSTER: Final = Report(
    code="F01",
    title="骨干教师花名册",
    help="某一天在任的骨干教师，报送版或公示版（不含身份证号），可按任一栏目筛选",
    build=build,
    entity=Appointment,
    options=(_PUBLIC, _ORDER, _DATE, _YEAR, _STATUS, _UNIT, _PAPER),
    filtered=True,
)
