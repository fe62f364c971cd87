"""F41 报送清单, F42 回执, and the sheets of this program's own around packages: conflicts, reminders, restoring."""

from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.errors import RefusedError
from desktop.fields import fields_of
from desktop.kinds import Text as TextKind
from desktop.kinds import Whole
from desktop.models import BY_PLURAL, ConflictDecision, Office, Teacher
from desktop.models.base import Content
from desktop.models.local import KnownCard, OutboxEntry, TakenPackage
from desktop.queries.offices import own_office
from desktop.queries.owing import deadline_of, owing
from desktop.reports.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Grid,
    GridRow,
    ListTable,
    PageBreak,
    Part,
    SignatureLine,
    Text,
    Title,
)
from desktop.reports.headings import day_text, filing_line
from desktop.reports.paper import A4_LANDSCAPE, A4_PORTRAIT, SIZE_5, THREE_LINES, Align
from desktop.reports.report import FILLED_ON, TITLE, Filled, Option, Report, Settings
from desktop.rules.check_codes import check_code, paper_code
from desktop.store.records import find, load

_YEAR: Final = Option("year", "年度", Whole(1980, 2100, "年"))
_SEQ: Final = Option("seq", "第几次", Whole(1, 10**6, "次"))
_OFFICE: Final = Option("office", "单位代码", TextKind())
_DRIVE: Final = Option("drive", "U盘编号", TextKind())
_BEARER: Final = Option("bearer", "报送人", TextKind())
_PAPERS: Final = Option("papers", "纸质材料份数", Whole(0, 10_000, "份"))


def _today() -> date:
    return date.today()  # noqa: DTZ011 - an office's day is the day of its own clock


def _name_of(session: Session, code: str) -> str:
    """The name of an office as its record has it, else as its key card, which an upper office has given."""
    held = next(iter(find(session, Office, {"code": code}).values()), None)
    if held is not None:
        return str(held.content["name"])
    return session.scalars(select(KnownCard.office_name).where(KnownCard.office_code == code)).first() or code


def _moment(text: str | None) -> str:
    if not text:
        return ""
    moment = datetime.fromisoformat(text).astimezone()
    return f"{moment.year}年{moment.month}月{moment.day}日{moment.hour}时"


# F41

_LIST: Final = (
    Column("序号", 10),
    Column("材料名称", 52, Align.LEFT),
    Column("格式", 16),
    Column("条数", 18),
    Column("纸质\n（份）", 16, empty=""),
    Column("电子", 14),
    Column("备注", 36, empty=""),
)


def build_submission(session: Session, settings: Settings) -> Filled:
    """Fill the submission list of one package. Raises RefusedError where none was written."""
    year = settings["year"] or _today().year
    entry = _sent(session, year, settings["seq"])
    office = own_office(session)
    counts: dict[str, int] = orjson.loads(entry.counts or "{}")
    rows = [
        (str(number), BY_PLURAL[plural].label, "数据包", str(count), "", "√", "")
        for number, (plural, count) in enumerate(counts.items(), 1)
        if plural in BY_PLURAL
    ]
    title = settings[TITLE.name] or f"{office['name']}{year}年度骨干教师材料报送清单"
    facts = _facts(
        ("报送单位", office["name"]),
        ("报送人", settings["bearer"] or office.get("contact", "")),
        ("联系电话", office.get("phone", "")),
        ("接收单位", _name_of(session, entry.recipient)),
        ("U盘编号", settings["drive"] or ""),
        ("生成时间", _moment(entry.sealed_at)),
        ("数据包名", entry.file_name or ""),
        ("校验码", paper_code(entry.manifest_hash or "")),
        ("电话核对码", check_code(entry.manifest_hash or "0")),
    )
    blocks: tuple[Block, ...] = (
        Title(title),
        facts,
        ListTable(_LIST, tuple(rows), closing=f"数据包共{sum(counts.values())}条"),
        SignatureLine(("报送人（签字）：",), seal="（单位盖章）"),
        SignatureLine(("接收人（签字）：",), seal=""),
    )
    return Filled(Document(title, A4_PORTRAIT, blocks, author=office["name"]), counts.get(Teacher.plural, 0))


def _facts(*pairs: tuple[str, str]) -> Grid:
    rows = tuple(GridRow((Cell(label, Part.LABEL), Cell(value, align=Align.LEFT, empty=""))) for label, value in pairs)
    return Grid((34.0, 128.0), rows)


def _sent(session: Session, year: int, seq: int | None) -> OutboxEntry:
    query = select(OutboxEntry).where(OutboxEntry.stream == f"annual/{year}", OutboxEntry.manifest_hash.is_not(None))
    if seq is not None:
        query = query.where(OutboxEntry.seq == seq)
    entry = session.scalars(query.order_by(OutboxEntry.seq.desc())).first()
    if entry is None:
        told = f"第{seq}次" if seq is not None else ""
        raise RefusedError(f"{year}年没有生成过{told}上报数据包，没有打印；请先生成数据包")
    return entry


# F42


def build_receipt(session: Session, settings: Settings) -> Filled:
    """Fill the slip for the newest package of an office. Raises RefusedError where none came."""
    year = settings["year"] or _today().year
    taken = _taken(session, settings["office"], year, settings["seq"])
    office = own_office(session)
    accounts: dict[str, dict[str, int]] = orjson.loads(taken.counts)
    total = sum(sum(some.values()) for some in accounts.values())
    remarks = orjson.loads(taken.remarks)
    doubtful = len({(each["entity"], each["uid"]) for each in remarks})
    sender = _name_of(session, taken.sender)
    papers = settings["papers"]
    text = (
        f"{office['name']}已于{_moment(taken.taken_at)}收到{sender}报送的{year}年度骨干教师材料：电子数据包第{taken.seq}次"
        f"（校验码 {paper_code(taken.manifest_hash)}），记录{total}条，通过{total - doubtful}条，"
        f"存疑{doubtful}条{'（见反馈）' if doubtful else ''}，纸质材料{papers if papers is not None else '　　'}份。"
    )
    good = taken.result == "imported" and not doubtful
    boxes = (
        f"{'☑' if good else '□'} 校验通过　　{'□' if good else '☑'} 退回补正"
        f"（原因：{taken.reason or ('见反馈清单' if doubtful else '　　　　　　')}，补正期限：　　　　　　）"
    )
    code = f"电话核对码：{check_code(taken.manifest_hash)}（与报送单位屏幕上显示的一致）"
    title = settings[TITLE.name] or "回　执"
    blocks: list[Block] = [
        Title(title),
        Text(text),
        Text(boxes),
        Text(code),
        SignatureLine(("接收人（签字）：",)),
    ]
    if remarks:
        rows = tuple((str(number), each["name"], each["text"]) for number, each in enumerate(remarks, 1))
        columns = (Column("序号", 12), Column("记录", 40), Column("说明", 110, Align.LEFT))
        blocks += [PageBreak(), Title("反馈清单"), ListTable(columns, rows, row_height=THREE_LINES)]
    return Filled(Document(title, A4_PORTRAIT, tuple(blocks), author=office["name"]), 0)


def _taken(session: Session, code: str | None, year: int, seq: int | None) -> TakenPackage:
    query = select(TakenPackage).where(TakenPackage.stream == f"annual/{year}")
    query = query.where(TakenPackage.sender == code) if code else query
    query = query.where(TakenPackage.seq == seq) if seq is not None else query
    taken = session.scalars(query.order_by(TakenPackage.taken_at.desc())).first()
    if taken is None:
        who = f"单位 {code} " if code else ""
        raise RefusedError(f"{year}年没有收到{who}的上报数据包，没有打印；请核对年度和单位代码")
    return taken


# Conflicts, reminders, restoring

_CONFLICTS: Final = (
    Column("序号", 12),
    Column("记录", 46),
    Column("项目", 26),
    Column("本单位", 42),
    Column("数据包", 42),
    Column("处理", 28),
    Column("理由", 45, Align.LEFT),
    Column("处理人", 26),
)


def build_conflicts(session: Session, settings: Settings) -> Filled:
    """Fill the sheet of all settled conflicts of a year, or of one sender. Raises RefusedError where there are none."""
    year, code = settings["year"] or _today().year, settings["office"]
    decided = [
        each.content
        for _uid, each in sorted(load(session, ConflictDecision).items())
        if each.content["decided_on"].startswith(f"{year}-") and (not code or each.content["sender"] == code)
    ]
    if not decided:
        raise RefusedError(f"{year}年没有处理过差异，没有打印；请核对年度和单位代码")
    office = own_office(session)
    rows = [row for number, content in enumerate(decided, 1) for row in _conflict_rows(number, content)]
    title = settings[TITLE.name] or f"{office['name']}{year}年度数据差异处理单"
    blocks = (
        Title(title),
        filing_line(office["name"], settings[FILLED_ON.name]),
        ListTable(_CONFLICTS, tuple(rows), row_height=THREE_LINES, closing=f"合计{len(decided)}项差异"),
        SignatureLine(("处理人：", "审核人：", "单位负责人：")),
    )
    return Filled(Document(title, A4_LANDSCAPE, blocks, author=office["name"]), len(decided))


def _conflict_rows(number: int, content: Content) -> list[tuple[str, ...]]:
    kept = table("conflict_choice").label(content["kept"])
    lines = content.get("differences") or [{"label": "（整条）"}]
    fields = {each.label: each for each in fields_of(BY_PLURAL[content["entity"]])}
    sides = [(line.get("here", ""), line.get("sent", "")) for line in lines]
    return [
        (
            str(number) if place == 0 else "",
            content["name"] if place == 0 else "",
            line["label"],
            *(fields[line["label"]].cover(*texts) if line["label"] in fields else texts),
            kept if place == 0 else "",
            content["reason"] if place == 0 else "",
            (content.get("decided_by") or "") if place == 0 else "",
        )
        for place, (line, texts) in enumerate(zip(lines, sides, strict=True))
    ]


def build_reminders(session: Session, settings: Settings) -> Filled:
    """Fill a reminder for every office below that owes something. Raises RefusedError where nobody does."""
    year, code = settings["year"] or _today().year, settings["office"]
    office = own_office(session)
    owed = [each for each in owing(session, office["code"], year, _today()) if each.missing]
    owed = [each for each in owed if not code or each.office == code]
    if not owed:
        raise RefusedError(f"{year}年没有单位欠交材料，没有打印")
    deadline = deadline_of(session, year)
    until = f"请于{day_text(deadline)}前" if deadline is not None else "请尽快"
    blocks: list[Block] = []
    for _code, some in groupby(owed, key=lambda each: each.office):
        items = list(some)
        if blocks:
            blocks.append(PageBreak())
        missing = "；".join(f"{each.step.label}：{'、'.join(each.missing)}" for each in items)
        text = f"截至{day_text(_today())}，本单位还没有收到你单位{year}年度的以下材料：\n{missing}。\n{until}补齐。"
        blocks += [
            Title("催 报 通 知"),
            Text(f"{items[0].name}：", indent=0),
            Text(text),
            Text(f"{office['name']}\n{day_text(_today())}", align=Align.RIGHT),
        ]
    title = settings[TITLE.name] or f"{year}年度材料催报通知"
    return Filled(Document(title, A4_PORTRAIT, tuple(blocks), author=office["name"]), 0)


_RESTORING: Final = (
    "一、在另一台电脑上打开本程序（U盘上的绿色版直接打开，不用安装）。",
    "二、在第一页点“从备份恢复”，选择U盘“备份”文件夹里编号最大的 .cbak 文件。",
    "三、程序提示要密钥时，选择保险柜里的恢复密钥文件；只有打印页的，照原样输入两行，存为 recovery.key 再选择。",
    "四、程序把数据恢复到一个新文件夹并打开，原有的不会被覆盖。核对教师人数和最近一次数据包是否与本页下方的一致。",
    "五、打电话告诉上级“本单位已恢复备份”，上级下次收到数据包时会问一次，请其确认。",
    "六、原来的电脑如果还能用，请不要再用它录入：两台电脑各改一份，数据会分家。",
)


def build_restoring(session: Session, settings: Settings) -> Filled:
    """Fill the page that lies in the safe beside the recovery key."""
    office = own_office(session)
    today = settings[FILLED_ON.name] or _today()
    entry = session.scalars(select(OutboxEntry).order_by(OutboxEntry.sealed_at.desc())).first()
    facts = _facts(
        ("单位", f"{office['name']}（{office['code']}）"),
        ("打印日期", day_text(today)),
        ("教师人数", str(len(load(session, Teacher)))),
        ("最近一次数据包", entry.file_name or "" if entry is not None else ""),
        ("上级联系电话", ""),
        ("恢复密钥存放处", ""),
    )
    blocks: tuple[Block, ...] = (
        Title("在另一台电脑上恢复数据"),
        Text("电脑坏了、丢了都不要紧：备份随每次上报写在U盘上，按下面六步做，约15分钟。", size=SIZE_5),
        *(Text(step, indent=0) for step in _RESTORING),
        Text("打印本页时的情况：", indent=0),
        facts,
        SignatureLine(("保管人：", "单位负责人：")),
    )
    return Filled(Document("数据恢复说明", A4_PORTRAIT, blocks, author=office["name"]), 0)


def _report(code: str, title: str, told: str, build: Any, *options: Option) -> Report:  # noqa: ANN401
    return Report(code=code, title=title, help=told, build=build, entity=Teacher, options=options)


EXCHANGE_SHEETS: Final = (
    _report(
        "F41",
        "报送清单",
        "与数据包一起交：条数、校验码、报送人和接收人签字、盖章",
        build_submission,
        _YEAR,
        _SEQ,
        _DRIVE,
        _BEARER,
    ),
    _report("F42", "回执", "给报送单位的回执单，附电话核对码和反馈清单", build_receipt, _OFFICE, _YEAR, _SEQ, _PAPERS),
    _report("B12", "差异处理单", "两边内容不同的，双方的值、采用哪个、理由和处理人", build_conflicts, _YEAR, _OFFICE),
    _report("B13", "催报通知", "欠交电子数据或盖章材料的下级单位，每单位一页", build_reminders, _YEAR, _OFFICE),
    _report("B14", "数据恢复说明", "换电脑时照着做的一页，和恢复密钥放在一起", build_restoring),
)
