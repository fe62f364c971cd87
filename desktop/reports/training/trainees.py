"""F11 学员花名册, and the lists that a class is put up by: groups and rooms."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from desktop.collation import natural_key
from desktop.errors import RefusedError
from desktop.models import Enrolment
from desktop.models.base import Content
from desktop.queries.columns import Surroundings
from desktop.queries.offices import tier_words
from desktop.reports.blocks import Block, Column, Document, ListTable, SubLine, Title
from desktop.reports.headings import UNKNOWN, filing_line, signature_line
from desktop.reports.paper import A4_LANDSCAPE, A4_PORTRAIT, SIZE_6, Align, Paper
from desktop.reports.report import FILLED_ON, TITLE, Filled, Option, Report, Settings
from desktop.reports.training.class_sheet import (
    CLASS,
    ORDER,
    ClassSheet,
    Trainee,
    TraineeColumn,
    class_sheet,
    name_column,
    ordered,
    period,
    require_trainees,
    trainee_table,
    unit_column,
)
from desktop.rules.dates import DateStyle, format_partial

_VERSION: Final = Option("version", "版本", default="official", choices=(("official", "报送版"), ("public", "公示版")))
_PERSONAL: Final = frozenset({"身份证号", "联系电话"})
"""What a public version leaves out."""
_LEFT: Final = "已退学"
_NO_GROUP: Final = "未分组"
_NO_ROOM: Final = "未安排"


def build_roster(session: Session, settings: Settings) -> Filled:
    """Fill the roster of a class. Raises RefusedError where there is nobody."""
    sheet = class_sheet(session, settings)
    require_trainees(sheet)
    trainees = ordered(list(sheet.trainees.values()), settings[ORDER.name])
    columns = [
        each for each in _roster_columns(sheet) if settings["version"] == "official" or each[0].label not in _PERSONAL
    ]
    title = settings[TITLE.name] or f"{sheet.name}学员花名册"
    blocks: list[Block] = [
        Title(title),
        filing_line(sheet.office["name"], settings[FILLED_ON.name], f"培训时间：{period(sheet.content)}"),
        trainee_table(columns, trainees, closing=_sums(sheet, trainees)),
    ]
    if settings["version"] == "official":
        blocks.append(signature_line(sheet.office))
    return Filled(Document(title, A4_LANDSCAPE, tuple(blocks), author=sheet.office["name"]), len(trainees))


def _roster_columns(sheet: ClassSheet) -> list[TraineeColumn]:
    """The columns of domain F11 behind 序号."""
    return [
        *personal_columns(sheet.around, sheet.office),
        (Column("分组", 14, empty=""), lambda each: str(each.content.get("group", ""))),
        (Column("住宿", 10, empty=""), _lodges),
        (Column("备注", 31, Align.LEFT, empty=""), trainee_note),
    ]


def personal_columns(around: Surroundings, office: Content) -> list[TraineeColumn]:
    """Who somebody is and where and what he teaches."""
    words = tier_words(office)

    def tier(each: Trainee) -> str:
        best = around.valid_appointment.get(each.content.get("teacher", ""))
        return words[best.content["tier"]] if best is not None else ""

    return [
        name_column(20),
        (Column("性别", 9, empty=UNKNOWN), lambda each: each.of_teacher("gender", "gender")),
        (Column("民族", 14, empty=UNKNOWN), lambda each: each.of_teacher("ethnicity", "ethnicity")),
        (Column("身份证号", 38, empty=UNKNOWN, least=SIZE_6), lambda each: each.id_number),
        unit_column(46),
        (Column("学段\n学科", 18, empty=UNKNOWN), _teaches),
        (Column("职称", 20, empty=UNKNOWN), lambda each: each.of_teacher("title", "title")),
        (Column("骨干\n级别", 13), tier),
        (Column("联系电话", 24, empty=UNKNOWN, least=SIZE_6), lambda each: each.phone),
    ]


def _teaches(each: Trainee) -> str:
    parts = (each.of_teacher("stage", "stage"), str(each.teacher.get("subject", "")))
    return "\n".join(filter(None, parts))


def _lodges(each: Trainee) -> str:
    return {1: "是", 0: "否"}.get(each.content.get("lodges", -1), "")


def trainee_note(each: Trainee) -> str:
    """What stands under 备注: when he came late, that he left, and what is noted of him."""
    joined = format_partial(each.content.get("joined_on", ""), DateStyle.DOTS)
    late = (f"{joined}报到",) if joined else ()
    left = (_LEFT,) if "withdrawn_on" in each.content else ()
    return "；".join((*late, *left, *filter(None, (str(each.content.get("note", "")),))))


def _sums(sheet: ClassSheet, trainees: Sequence[Trainee]) -> str:
    genders = Counter(each.of_teacher("gender", "gender") for each in trainees)
    lodging = sum(each.content.get("lodges") == 1 for each in trainees)
    left = sum("withdrawn_on" in each.content for each in trainees)
    parts = [f"合计{len(trainees)}人，其中：男{genders['男']}人　女{genders['女']}人　住宿{lodging}人"]
    if left:
        parts.append(f"退学{left}人")
    if "quota" in sheet.content:
        parts.append(f"计划{sheet.content['quota']}人")
    return "　".join(parts)


def build_groups(session: Session, settings: Settings) -> Filled:
    """Fill the list of groups, each beginning with its name. Raises RefusedError where nobody has a group."""
    sheet = class_sheet(session, settings)
    trainees = require_trainees(sheet)
    if not any("group" in each.content for each in trainees):
        raise RefusedError(f"“{sheet.name}”还没有分组，没有打印；请先填写学员的分组")
    columns = [name_column(24), unit_column(60), _phone(30), (Column("备注", 30, empty=""), lambda _each: "")]
    return _grouped(sheet, settings, (trainees, "group", _NO_GROUP), columns, "学员分组名单")


def build_rooms(session: Session, settings: Settings) -> Filled:
    """Fill the list of rooms. Raises RefusedError where nobody lodges."""
    sheet = class_sheet(session, settings)
    lodging = [each for each in require_trainees(sheet) if each.content.get("lodges") == 1 or "room" in each.content]
    if not lodging:
        raise RefusedError(f"“{sheet.name}”没有住宿的学员，没有打印；请先登记学员是否住宿")
    gender = (Column("性别", 12, empty=UNKNOWN), lambda each: each.of_teacher("gender", "gender"))
    columns = [name_column(24), gender, unit_column(54), _phone(28), (Column("签收", 24, empty=""), lambda _each: "")]
    filled = _grouped(sheet, settings, (lodging, "room", _NO_ROOM), columns, "学员住宿安排表")
    return Filled(filled.document, filled.people, tuple(_mixed_rooms(lodging)))


def _phone(mm: float) -> TraineeColumn:
    return Column("联系电话", mm, empty=UNKNOWN, least=SIZE_6), lambda each: each.phone


def _grouped(
    sheet: ClassSheet,
    settings: Settings,
    members: tuple[list[Trainee], str, str],
    columns: list[TraineeColumn],
    word: str,
) -> Filled:
    """A list on portrait paper whose rows stand under their group or room."""
    trainees, field, nowhere = members
    trainees = sorted(trainees, key=lambda each: natural_key(str(each.content.get(field, ""))))
    title = settings[TITLE.name] or f"{sheet.name}{word}"
    table = _with_headings(trainee_table(columns, trainees), trainees, field, nowhere)
    where = SubLine((f"培训地点：{sheet.content.get('site', '')}", f"班主任：{sheet.content.get('head_teacher', '')}"))
    paper: Paper = A4_PORTRAIT
    document = Document(title, paper, (Title(title), where, table), author=sheet.office["name"])
    return Filled(document, len(trainees))


def _with_headings(table: ListTable, trainees: Sequence[Trainee], field: str, nowhere: str) -> ListTable:
    """The list with 组别 or 房间 as its first column, one cell for all its members."""
    groups = [str(each.content.get(field, "")) for each in trainees]
    sizes = Counter(groups)
    labels = [f"{group or nowhere}\n（{sizes[group]}人）" for group in groups]
    return replace(
        table,
        columns=(Column("房间" if field == "room" else "组别", 24, merged=True), *table.columns),
        rows=tuple((label, *row) for label, row in zip(labels, table.rows, strict=True)),
        name_column=table.name_column + 1,
        unit_column=None if table.unit_column is None else table.unit_column + 1,
        closing=f"合计{len(labels)}人",
        rebuild=lambda kept: _with_headings(
            table.rebuild(kept) if table.rebuild else table, [trainees[number] for number in kept], field, nowhere
        ),
    )


def _mixed_rooms(trainees: Sequence[Trainee]) -> list[str]:
    """A sentence for each room shared by men and women, who were put there by mistake."""
    rooms: dict[str, set[str]] = {}
    for each in trainees:
        rooms.setdefault(str(each.content.get("room", "")), set()).add(each.of_teacher("gender", "gender"))
    return [f"房间{room}安排了男女学员，请核对。" for room, who in rooms.items() if room and {"男", "女"} <= who]


ROSTER: Final = Report(
    code="F11",
    title="培训班学员花名册",
    help="一个培训班的全部学员，报送版或公示版（不含身份证号和电话）",
    build=build_roster,
    entity=Enrolment,
    options=(CLASS, _VERSION, ORDER),
)
GROUPS: Final = Report(
    code="B21",
    title="学员分组名单",
    help="按小组列出学员，张贴或发给组长",
    build=build_groups,
    entity=Enrolment,
    options=(CLASS,),
)
ROOMS: Final = Report(
    code="B22",
    title="学员住宿安排表",
    help="按房间列出住宿的学员，供签收房卡；男女同住一间会提示",
    build=build_rooms,
    entity=Enrolment,
    options=(CLASS,),
)
