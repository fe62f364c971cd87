"""F19 结业证书: one a page, numbered, with a photo of 35×49; only for those entitled; a reprint says that it is one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.kinds import Exact
from desktop.models import Certificate
from desktop.models.base import Content
from desktop.queries.training.certificates import GRADUATION, why_not_entitled
from desktop.reports.blocks import Document, Sheet
from desktop.reports.cards import Card, CardGrid, CardItem, CardPicture, CardText
from desktop.reports.fonts import Family
from desktop.reports.headings import code_label
from desktop.reports.paper import SIZE_3, SIZE_4, SIZE_5, Align, Paper
from desktop.reports.photos import HEIGHT, WIDTH, cut_photo, digest
from desktop.reports.report import FILLED_ON, TITLE, Filled, Option, Report, Settings
from desktop.reports.training.class_sheet import CLASS, ClassSheet, Trainee, class_sheet
from desktop.rules.dates import DateStyle, format_partial
from desktop.rules.hours import hours_text, tenths
from desktop.store.blobs import blob_path
from desktop.store.records import Edit, Stored, write_edits

_WHICH: Final = Option("which", "打印范围", default="new", choices=(("new", "未打印过的"), ("reprint", "补打")))
_WHO: Final = Option("trainee", "学员或证书编号")
_REASON: Final = Option("reason", "补打原因")
_PAPER: Final = Option("paper", "纸张", default="A4", choices=(("A4", "A4横"), ("booklet", "260×185")))
_STYLE: Final = Option(
    "style", "式样", default="whole", choices=(("whole", "整张打印"), ("values", "套打（印在有底样的证书上）"))
)
_RIGHT: Final = Option("right", "套打右移毫米（负数左移）", Exact())
_DOWN: Final = Option("down", "套打下移毫米（负数上移）", Exact())
_MARGIN: Final = 8.0
_PAPERS: Final = {
    "A4": Paper("A4横", 297, 210, _MARGIN, _MARGIN, _MARGIN, _MARGIN),
    "booklet": Paper("证书260×185", 260, 185, _MARGIN, _MARGIN, _MARGIN, _MARGIN),
}
_ENDINGS: Final = {
    GRADUATION: "修完规定课程，考核合格，准予结业。",
    "2": "学习期间表现突出，成绩优秀，被评为优秀学员，特发此证。",
    "3": "考核合格，特发此证。",
}
"""How the text of each kind of certificate_kind ends."""
_TITLE_SIZE: Final = 36.0

_Held = tuple[Stored, Trainee]


def build(session: Session, settings: Settings) -> Filled:
    """Fill the certificates of a class. Raises RefusedError where there is none to print, with the reason."""
    sheet = class_sheet(session, settings)
    held = _chosen(sheet, settings)
    photos = _photos(session, held)
    paper = _PAPERS[settings["paper"]]
    sheets = [
        Sheet(each.name, (_page(sheet, settings, (record, each), paper, photos.get(record.uid, b"")),))
        for record, each in held
    ]
    title = settings[TITLE.name] or f"{sheet.name}{_kind(held[0][0])}"
    document = Document(title, paper, tuple(sheets), author=sheet.office["name"], page_numbers=False)
    return Filled(document, len(held), tuple(_warnings(sheet, held, photos)))


def _photos(session: Session, held: Sequence[_Held]) -> dict[str, bytes]:
    """The photo of each certificate whose holder has one that can be read."""
    found = {}
    for each, trainee in held:
        name = trainee.teacher.get("photo")
        data = cut_photo(blob_path(session.info["folder"], name)) if name else None
        if data is not None:
            found[each.uid] = data
    return found


def record(session: Session, settings: Settings, day: date) -> None:
    """Note the first print of each certificate, or the reprint with its reason."""
    sheet = class_sheet(session, settings)
    edits = []
    for each, _trainee in _chosen(sheet, settings):
        content = dict(each.content)
        if settings["which"] == "reprint":
            line = {"date": day.isoformat(), "reason": settings["reason"]}
            content["reprints"] = [*content.get("reprints", ()), line]
        else:
            content["printed_on"] = day.isoformat()
        edits.append(Edit(Certificate, each.uid, each, content))
    write_edits(session, edits)


def _chosen(sheet: ClassSheet, settings: Settings) -> list[_Held]:
    """The certificates to print, in the order of their numbers."""
    valid = list(_valid(sheet))
    if not valid:
        raise RefusedError(f"“{sheet.name}”还没有编号的证书，没有打印；请先给合格学员发证编号")
    written, lost = settings["trainee"], _lost(sheet)
    held = [pair for pair in valid if pair[0].uid not in lost and _is_meant(pair, written)]
    if not held:
        raise RefusedError(_why_none(sheet, valid, written))
    if settings["which"] == "reprint":
        if not settings["reason"]:
            raise RefusedError("补打原因没有填写，没有打印；请写明原因，例如打印污损")
        return _require([pair for pair in held if _is_printed(pair[0])], "都没有打印过，请选“未打印过的”")
    return _require([pair for pair in held if not _is_printed(pair[0])], "都打印过了，补打请选“补打”并写明原因")


def _lost(sheet: ClassSheet) -> dict[str, str]:
    """By certificate, why it is not printed although it has a number: its ground is gone."""
    found = {each.uid: each for each in sheet.results.trainees}
    held = ((record, record.content.get("kind", GRADUATION), found[each.uid]) for record, each in _valid(sheet))
    return {record.uid: why for record, kind, result in held if (why := why_not_entitled(result, kind))}


def _why_none(sheet: ClassSheet, valid: Sequence[_Held], written: str | None) -> str:
    """The sentence for a print of nothing: of those who were named each with the reason."""
    if not written:
        return f"“{sheet.name}”没有可以打印的证书（不及格、待补考的不能印），请核对成绩"
    lost = _lost(sheet)
    reasons = {pair[1].uid: lost[pair[0].uid] for pair in valid if _is_meant(pair, written)}
    for each in sheet.results.trainees:
        if written in (sheet.trainees[each.uid].name, sheet.trainees[each.uid].id_number):
            reasons.setdefault(each.uid, why_not_entitled(each, GRADUATION) or "还没有编号")
    if not reasons:
        return f"没有叫“{written}”的学员，也没有这个编号的证书，没有打印；请核对学员或证书编号"
    people = [(sheet.trainees[uid], why) for uid, why in reasons.items()]
    told = "、".join(f"{each.number} 号{each.name}（{why}）" for each, why in people)
    return f"{told}没有可以打印的证书；请核对学员，及格、补考及格并编号后再印"


def _require(held: list[_Held], sentence: str) -> list[_Held]:
    if not held:
        raise RefusedError(f"选中的证书{sentence}；没有打印")
    return held


def _is_printed(record: Stored) -> bool:
    return "printed_on" in record.content


def _valid(sheet: ClassSheet) -> Iterator[_Held]:
    """The certificates of the class that are not void, by number."""
    records = sheet.names.records("certificates").values()
    for each in sorted(records, key=lambda record: str(record.content["number"])):
        trainee = sheet.trainees.get(each.content["enrolment"])
        if trainee is not None and "voided_on" not in each.content:
            yield each, trainee


def _is_meant(pair: _Held, written: str | None) -> bool:
    return not written or written in (pair[1].name, pair[1].id_number, pair[0].content["number"])


def _kind(record: Stored) -> str:
    return code_label("certificate_kind", record.content.get("kind", GRADUATION))


def _page(sheet: ClassSheet, settings: Settings, held: _Held, paper: Paper, photo: bytes) -> CardGrid:
    record, each = held
    width, height = paper.grid_width, paper.height - 2 * _MARGIN
    left, text_left = width * 0.06, width * 0.31
    text_width = width - text_left - width * 0.07
    number = f"证书编号：{record.content['number']}"
    body_size = SIZE_3 if paper.width > 280 else SIZE_4
    issued = settings[FILLED_ON.name].isoformat() if settings[FILLED_ON.name] else record.content.get("issued_on", "")
    items: list[CardItem] = [
        CardPicture((left + 12, height * 0.24, WIDTH, HEIGHT), photo, digest(photo) if photo else "", "照片"),
        CardText(number, (left - 8, height * 0.24 + HEIGHT + 6, WIDTH + 40, 8), Family.FANG, SIZE_5),
        CardText(_kind(record), (text_left, height * 0.1, text_width, 18), Family.BIAOSONG, _TITLE_SIZE),
        CardText(
            _words(sheet, each, record.content),
            (text_left, height * 0.31, text_width, height * 0.4),
            Family.FANG,
            body_size,
            Align.LEFT,
            leading=1.9,
        ),
        CardText(
            record.content["issuer"],
            (text_left, height * 0.77, text_width, 10),
            Family.FANG,
            body_size,
            Align.RIGHT,
        ),
        CardText(
            format_partial(issued, DateStyle.WORDS),
            (text_left, height * 0.84, text_width - 6, 10),
            Family.FANG,
            body_size,
            Align.RIGHT,
        ),
    ]
    if settings["which"] == "reprint":
        times = len(record.content.get("reprints", ())) + 1
        box = (left - 8, height * 0.24 + HEIGHT + 15, WIDTH + 40, 7)
        items.append(CardText(f"（补打第{times}次）", box, Family.FANG, SIZE_5))
    if settings["style"] != "values":
        return CardGrid((Card(each.name, tuple(items)),), width, height)
    right, down = (float(settings[option.name] or 0) for option in (_RIGHT, _DOWN))
    moved = tuple(_moved(item, right, down) for item in items if not _is_preprinted(item))
    return CardGrid((Card(each.name, moved),), width, height, border=False)


def _is_preprinted(item: CardItem) -> bool:
    """What a ready-made certificate bears already: its name in large type, and the place of the photo."""
    if isinstance(item, CardPicture):
        return not item.data
    return isinstance(item, CardText) and item.size == _TITLE_SIZE


def _moved(item: CardItem, right: float, down: float) -> CardItem:
    x, y, width, height = item.box
    return replace(item, box=(x + right, y + down, width, height))


def _words(sheet: ClassSheet, each: Trainee, content: Content) -> str:
    """What is certified (domain F19); what is not known of a person is left out."""
    birth = format_partial(str(each.teacher.get("birth_date", "")), DateStyle.WORDS)
    who = [each.name, each.of_teacher("gender", "gender"), f"{birth}生" if birth else ""]
    who.append(f"身份证号{each.id_number}" if each.id_number else "")
    days = [format_partial(sheet.content.get(name, ""), DateStyle.WORDS) for name in ("start", "end")]
    hours = tenths(content.get("hours")) or sheet.hours
    joined = "，".join(filter(None, who))
    ending = _ENDINGS.get(content.get("kind", GRADUATION), _ENDINGS[GRADUATION])
    when = f"于{days[0]}至{days[1]}" if all(days) else ""
    return f"{joined}，{when}参加{sheet.name}学习，共{hours_text(hours)}学时，{ending}"


def _warnings(sheet: ClassSheet, held: Sequence[_Held], photos: Mapping[str, bytes]) -> Iterator[str]:
    """Certificates whose trainee is no more entitled, and what is not known of those printed."""
    lost = _lost(sheet)
    gone = [f"{each.name}（{record.content['number']}）" for record, each in _valid(sheet) if record.uid in lost]
    if gone:
        yield f"已发证而现在不合格、待补考或不是优，没有打印：{'、'.join(gone)}，请核对成绩，必要时作废证书。"
    bare = [each.name for record, each in held if record.uid not in photos]
    if bare:
        yield f"没有照片{len(bare)}人，照片处留空：{'、'.join(bare)}。"
    unknown = [each.name for _record, each in held if not each.id_number]
    if unknown:
        yield f"没有登记身份证号：{'、'.join(unknown)}，证书上没有印。"


CERTIFICATE: Final = Report(
    code="F19",
    title="结业证书",
    help="已编号的证书，每页一张，带照片位；没有照片的会列出；补打的证书印有“补打”",
    build=build,
    entity=Certificate,
    options=(CLASS, _WHICH, _WHO, _REASON, _PAPER, _STYLE, _RIGHT, _DOWN),
    record=record,
)
