"""B26 名额分配表 and B27 参训人员汇总表: places handed to schools, and the names that go up for them."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Enrolment, Place
from desktop.models.base import Content
from desktop.queries.columns import Surroundings, official_place
from desktop.queries.directory import Directory
from desktop.queries.offices import own_office
from desktop.queries.training.places import PlaceBalance, limit_text, place_balance
from desktop.reports.blocks import Block, Column, Document, ListTable, Text, Title
from desktop.reports.headings import UNKNOWN, code_label, filing_line, signature_line
from desktop.reports.paper import A4_LANDSCAPE, A4_PORTRAIT, SIZE_5, SIZE_6, Align
from desktop.reports.report import FILLED_ON, TITLE, Filled, Option, Report, Settings
from desktop.reports.training.class_sheet import ClassSheet, Trainee, trainee_table
from desktop.reports.training.trainees import personal_columns, trainee_note
from desktop.rules.dates import DateStyle, format_partial
from desktop.store.records import Stored, find

_PROGRAMME: Final = Option("programme", "培训项目", link="programmes")
_PLACES: Final = (
    Column("序号", 12),
    Column("工作单位", 56, Align.LEFT, empty=UNKNOWN, least=SIZE_6),
    Column("名额", 14, sum=True),
    Column("限定\n学段", 16),
    Column("限定\n学科", 18),
    Column("报送名单\n截止", 22, empty=""),
    Column("已报", 14, empty="0", sum=True),
    Column("备注", 20, Align.LEFT, empty="", least=SIZE_6),
)


def find_programme(names: Directory, written: str | None) -> str:
    """The uid of the programme that is meant; without a name the only one. Raises RefusedError with a sentence."""
    known = names.records("programmes")
    found = names.find("programmes", written) if written else tuple(known)
    if len(found) == 1:
        return found[0]
    told = "、".join(names.text("programmes", uid) for uid in list(found or known)[:6]) or "还没有登记培训项目"
    word = f"“{written}”不能确定是哪个培训项目" if written else "请先选择培训项目"
    raise RefusedError(f"{word}，没有打印；可选：{told}")


def build_places(session: Session, settings: Settings) -> Filled:
    """Fill the list of places handed to schools. Raises RefusedError where none were."""
    office, names = own_office(session), Directory(session)
    uid = find_programme(names, settings["programme"])
    programme = names.content("programmes", uid)
    balance = place_balance(session, uid)
    shared = [each for each in find(session, Place, {"programme": uid}).values() if "school" in each.content]
    if not shared:
        raise RefusedError(f"“{programme['name']}”还没有分配名额，没有打印；请先把名额分给学校")
    shared.sort(key=lambda each: official_place(names.content("schools", each.content["school"])))
    title = settings[TITLE.name] or f"{programme['name']}名额分配表"
    rows = tuple((str(number), *_place_row(names, balance, each)) for number, each in enumerate(shared, 1))
    blocks: tuple[Block, ...] = (
        Title(title),
        filing_line(office["name"], settings[FILLED_ON.name]),
        ListTable(_PLACES, rows, name_column=1, total_label="合计"),
        Text(_balance_sentence(balance), size=SIZE_5, keep=True),
        signature_line(office),
    )
    told = (_balance_sentence(balance),) if balance.left else ()
    return Filled(Document(title, A4_PORTRAIT, blocks, author=office["name"]), balance.shared, told)


def _place_row(names: Directory, balance: PlaceBalance, place: Stored) -> tuple[str, ...]:
    content = place.content
    named = balance.named.get(place.uid, 0)
    return (
        names.name("schools", content["school"]),
        str(content["count"]),
        code_label("stage", content.get("stage", "")),
        content.get("subject", ""),
        format_partial(content.get("deadline", ""), DateStyle.DOTS),
        str(named) if named else "",
        content.get("note", ""),
    )


def _balance_sentence(balance: PlaceBalance) -> str:
    if balance.received is None:
        return f"共分配{balance.shared}名；上级下达的名额没有登记。"
    left = f"，未分配{balance.left}名" if balance.left else ""
    limited = "；".join(
        f"{limit_text(limit)}下达{each.received or 0}名，已分配{each.shared}名"
        for limit, each in balance.limits.items()
        if any(limit)
    )
    return f"上级下达{balance.received}名，已分配{balance.shared}名{left}。" + (f"其中{limited}。" if limited else "")


def build_names(session: Session, settings: Settings) -> Filled:
    """Fill the list of those who take part in a programme. Raises RefusedError where there is nobody."""
    office = own_office(session)
    around = Surroundings(session, _day(session, settings))
    uid = find_programme(around.names, settings["programme"])
    programme = around.names.content("programmes", uid)
    people = _people(session, office, around, uid)
    if not people:
        raise RefusedError(f"“{programme['name']}”还没有参训人员，没有打印；请先登记学员")
    class_names = {each.uid: around.names.name("classes", each.content["training_class"]) for each in people}
    columns = [
        *personal_columns(around, office),
        (Column("培训班", 34, Align.LEFT, least=SIZE_6), lambda each: class_names[each.uid]),
        (Column("备注", 21, Align.LEFT, empty=""), trainee_note),
    ]
    persons = len({each.content.get("teacher", each.uid) for each in people})
    times = f"（{len(people)}人次）" if persons != len(people) else ""
    units = len({each.unit for each in people})
    title = settings[TITLE.name] or f"{programme['name']}参训人员汇总表"
    blocks: tuple[Block, ...] = (
        Title(title),
        filing_line(office["name"], settings[FILLED_ON.name]),
        trainee_table(columns, people, closing=f"合计{persons}人{times}，{units}个单位"),
        signature_line(office),
    )
    return Filled(Document(title, A4_LANDSCAPE, blocks, author=office["name"]), persons)


def _day(session: Session, settings: Settings) -> date:
    """The day whose units are printed: that on which the programme begins, else today."""
    names = Directory(session)
    start = names.content("programmes", find_programme(names, settings["programme"])).get("start")
    return date.fromisoformat(start) if start else date.today()  # noqa: DTZ011 - an office's own clock


def _people(session: Session, office: Content, around: Surroundings, programme: str) -> Sequence[Trainee]:
    """Everybody of the programme's classes, unit by unit in the official order."""
    people: list[Trainee] = []
    for uid, record in around.names.records("classes").items():
        if record.content.get("programme") == programme:
            people += ClassSheet(session, office, uid, record.content, around).trainees.values()
    return sorted(people, key=lambda each: each.place)


PLACES: Final = Report(
    code="B26",
    title="培训名额分配表",
    help="一个培训项目分给各学校的名额、截止日期、已报人数，与上级下达的名额核对",
    build=build_places,
    entity=Place,
    options=(_PROGRAMME,),
)
NAMES: Final = Report(
    code="B27",
    title="参训人员汇总表",
    help="一个培训项目各班的全部参训人员，按学校顺序，人与人次分开",
    build=build_names,
    entity=Enrolment,
    options=(_PROGRAMME,),
)
