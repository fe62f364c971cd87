"""B23 证书发放登记表: every number of a year in order, voided ones too, with a place to sign for the certificate."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.kinds import Whole
from desktop.models import Certificate
from desktop.models.base import Content
from desktop.queries.columns import Surroundings
from desktop.queries.offices import own_office
from desktop.queries.policies import Policies
from desktop.queries.training.certificates import Register, certificate_register
from desktop.queries.training.classes import find_class
from desktop.queries.training.results import results
from desktop.reports.blocks import Block, Column, Document, ListTable, Text, Title
from desktop.reports.headings import UNKNOWN, code_label, filing_line, signature_line
from desktop.reports.paper import A4_LANDSCAPE, SIZE_5, SIZE_6, THREE_LINES, Align
from desktop.reports.report import FILLED_ON, TITLE, Filled, Option, Report, Settings
from desktop.reports.training.class_sheet import CLASS, NAME, UNIT
from desktop.rules.dates import DateStyle, format_partial
from desktop.rules.hours import hours_text, tenths
from desktop.store.records import Stored

_YEAR: Final = Option("year", "年度", Whole(1980, 2100, "年"))
_COLUMNS: Final = (
    Column("序号", 10),
    Column("证书编号", 36, empty=UNKNOWN, least=SIZE_6),
    Column(UNIT, 42, Align.LEFT, empty=UNKNOWN, least=SIZE_6),
    Column(NAME, 20, empty=UNKNOWN, least=6.5),
    Column("身份证号", 38, empty=UNKNOWN, least=SIZE_6),
    Column("班次", 38, Align.LEFT, empty=UNKNOWN, least=SIZE_6),
    Column("学时", 12, empty=UNKNOWN),
    Column("等级", 12, empty=""),
    Column("发证日期", 20, empty=UNKNOWN),
    Column("领取人\n签字", 22, empty=""),
    Column("备注", 24, Align.LEFT, empty="", least=SIZE_6),
)


def build(session: Session, settings: Settings) -> Filled:
    """Fill the register of a year, or what it has of one class. Raises RefusedError where there is none."""
    office = own_office(session)
    year = settings["year"] or date.today().year  # noqa: DTZ011 - an office's day is the day of its own clock
    around = Surroundings(session, date(year, 12, 31))
    register = certificate_register(session, office, year)
    shown = list(register.certificates)
    if settings[CLASS.name]:
        uid = find_class(around.names, settings[CLASS.name])
        shown = [each for each in shown if _trainee(around, each).get("training_class") == uid]
    if not shown:
        raise RefusedError(f"{year}年没有登记的证书，没有打印；请核对年度和培训班")
    title = settings[TITLE.name] or f"{year}年培训证书发放登记表"
    table = _table(around, shown, _grades(session, around, shown))
    blocks: list[Block] = [Title(title), filing_line(office["name"], settings[FILLED_ON.name]), table]
    blocks += [Text(note, size=SIZE_5, keep=True) for note in _notes(register)]
    blocks.append(signature_line(office))
    told = (f"证书编号不连续，缺：{'、'.join(register.gaps)}。",) if register.gaps else ()
    return Filled(Document(title, A4_LANDSCAPE, tuple(blocks), author=office["name"]), len(shown), told)


def _trainee(around: Surroundings, record: Stored) -> Content:
    return around.names.content("enrolments", record.content["enrolment"])


def _grades(session: Session, around: Surroundings, shown: Sequence[Stored]) -> dict[str, str]:
    """The grade of each trainee who holds one of these certificates."""
    classes = {_trainee(around, each).get("training_class") for each in shown} - {None}
    found = results(session, Policies(session), tuple(filter(None, classes)))
    return {
        each.uid: code_label("training_grade", str(each.result.settled))
        for class_ in found
        for each in class_.trainees
        if each.result.settled is not None
    }


def _table(around: Surroundings, shown: Sequence[Stored], grades: dict[str, str]) -> ListTable:
    void = sum("voided_on" in each.content for each in shown)
    return ListTable(
        _COLUMNS,
        tuple((str(number), *_row(around, each, grades)) for number, each in enumerate(shown, 1)),
        name_column=3,
        unit_column=2,
        row_height=THREE_LINES,
        closing=f"合计{len(shown)}个编号　有效{len(shown) - void}张　作废{void}张",
        rebuild=lambda kept: _table(around, [shown[number] for number in kept], grades),
    )


def _row(around: Surroundings, record: Stored, grades: dict[str, str]) -> tuple[str, ...]:
    content, trainee = record.content, _trainee(around, record)
    teacher = around.names.content("teachers", trainee.get("teacher", ""))
    school = around.names.name("schools", around.school_of.get(trainee.get("teacher", ""), ""))
    return (
        content["number"],
        school or trainee.get("written_unit", ""),
        around.names.name("enrolments", content["enrolment"]),
        teacher.get("id_number") or teacher.get("other_id_number", ""),
        around.names.name("classes", trainee.get("training_class", "")),
        hours_text(tenths(content["hours"])) if "hours" in content else "",
        grades.get(content["enrolment"], "") if "voided_on" not in content else "",
        format_partial(content.get("issued_on", ""), DateStyle.DOTS),
        content.get("collected_by", ""),
        _remark(around, content),
    )


def _remark(around: Surroundings, content: Content) -> str:
    """作废 with its reason, 换发, 补打 with how often."""
    parts = []
    if "voided_on" in content:
        parts.append(f"作废：{content.get('void_reason', '')}")
    if "replaces" in content:
        parts.append(f"换发，原{around.names.name('certificates', content['replaces'])}")
    if content.get("reprints"):
        parts.append(f"补打{len(content['reprints'])}次")
    if content.get("note"):
        parts.append(content["note"])
    return "；".join(parts)


def _notes(register: Register) -> list[str]:
    """The numbers that are missing, since a register has no gaps."""
    return [f"缺号：{'、'.join(register.gaps)}，待说明。"] if register.gaps else []


REGISTER: Final = Report(
    code="B23",
    title="证书发放登记表",
    help="一年全部证书编号，含作废、换发、补打，可只印一个班，供领取签字；缺号会列出",
    build=build,
    entity=Certificate,
    options=(CLASS, _YEAR),
)
