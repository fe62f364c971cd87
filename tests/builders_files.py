"""Builders of odd but good spreadsheet files (domain §7).

Each takes a path, writes a roster of a few invented people of the area code 509999, and returns a Roster that
says what is in it. `rows` are the people in the order of the file; the headings of one-row tables are HEADINGS.
The low-level builders `pack_compound`, `pack_biff` and `pack_zip` are for files that no library writes.
"""

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

SCHOOL = "云岭县第三中学"
HEADINGS = ("序号", "姓名", "性别", "身份证号", "出生年月", "学科", "级别", "认定文号")
DOCUMENT = "云教发〔2024〕15号"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented teacher."""

    name: str
    gender: str
    id_number: str
    subject: str
    tier: str

    @property
    def birth(self) -> dt.date:
        return dt.date(int(self.id_number[6:10]), int(self.id_number[10:12]), int(self.id_number[12:14]))


@dataclass(frozen=True, slots=True)
class Roster:
    """What a built file holds: its people in order, its sheets, and the 1-based rows of the people."""

    people: tuple[Person, ...]
    sheets: tuple[str, ...] = ("Sheet1",)
    person_rows: tuple[int, ...] = ()
    school: str = SCHOOL


def make_id_number(birth: str, sequence: int) -> str:
    """A valid ID number of area 509999: birth as YYYYMMDD, odd sequences are men (domain §3.9)."""
    digits = f"509999{birth}{sequence:03}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


PEOPLE = (
    Person("王芳", "女", make_id_number("19800315", 102), "语文", "市级"),
    Person("李建国", "男", make_id_number("19751120", 201), "数学", "区县级"),
    Person("𠮷田秀英", "女", make_id_number("19850609", 308), "英语", "市级"),
    Person("阿依古丽·买买提", "女", make_id_number("19900101", 424), "音乐", "区县级"),
    Person("赵䶮", "男", make_id_number("19781231", 569), "物理", "市级"),
)


def table(people: Sequence[Person] = PEOPLE) -> list[list[str]]:
    """The rows of a one-row heading table, all text."""
    return [
        [str(number), one.name, one.gender, one.id_number, f"{one.birth:%Y.%m}", one.subject, one.tier, DOCUMENT]
        for number, one in enumerate(people, start=1)
    ]


def _append_texts(sheet, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts, start=1):
        cell = sheet.cell(row, column, text)
        cell.data_type = "s"
        cell.number_format = "@"


def build_plain_xlsx(path: Path) -> Roster:
    """A heading row and text cells."""
    book = Workbook()
    book.active.title = "Sheet1"
    for row, texts in enumerate((HEADINGS, *table()), start=1):
        _append_texts(book.active, row, texts)
    book.save(path)
    return Roster(PEOPLE, person_rows=(2, 3, 4, 5, 6))


def build_plain_xls(path: Path) -> Roster:
    """BIFF8, a banner row with the school and a heading row."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    sheet.write_merge(0, 0, 0, len(HEADINGS) - 1, f"{SCHOOL}骨干教师花名册")
    for row, texts in enumerate((HEADINGS, *table()), start=1):
        for column, text in enumerate(texts):
            sheet.write(row, column, text)
    book.save(str(path))
    return Roster(PEOPLE, person_rows=(3, 4, 5, 6, 7))


def build_ods(path: Path) -> Roster:
    """An OpenDocument sheet with a merged banner and dates as dates."""
    document = OpenDocumentSpreadsheet()
    sheet = Table(name="花名册")
    banner = TableRow()
    cell = TableCell(valuetype="string", numbercolumnsspanned=len(HEADINGS))
    cell.addElement(P(text=f"{SCHOOL}骨干教师花名册"))
    banner.addElement(cell)
    sheet.addElement(banner)
    for number, texts in enumerate((HEADINGS, *table())):
        row = TableRow()
        for column, text in enumerate(texts):
            if number and column == 4:
                birth = PEOPLE[number - 1].birth.isoformat()
                cell = TableCell(valuetype="date", datevalue=birth)
            else:
                cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            row.addElement(cell)
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    document.save(str(path))
    return Roster(PEOPLE, sheets=("花名册",), person_rows=(3, 4, 5, 6, 7))


def build_html_xls(path: Path) -> Roster:
    """A web page that wears .xls, in GBK, the school in a cell merged over all rows; rare names as references."""
    lines = [
        "<html><head><meta http-equiv=Content-Type content='text/html; charset=gb2312'>",
        "<style>td{mso-number-format:'\\@'}</style><title>导出</title></head><body>",
        f"<table border=1><tr><td colspan={len(HEADINGS) + 1}><b>骨干教师&nbsp;花名册</b></td></tr><tr><th>学校</th>",
        *(f"<th>{heading}</th>" for heading in HEADINGS),
        "</tr>",
    ]
    for number, texts in enumerate(table()):
        lines.append("<tr>")
        if not number:
            lines.append(f"<td rowspan={len(PEOPLE)}>{SCHOOL}</td>")
        lines.extend(f"<td>{text}</td>" for text in texts)
        lines.append("</tr>")
    lines.append("</table></body></html>")
    path.write_bytes("\r\n".join(lines).encode("gbk", "xmlcharrefreplace"))
    return Roster(PEOPLE, person_rows=(3, 4, 5, 6, 7))


def build_utf16_text(path: Path) -> Roster:
    """What Excel calls Unicode text: UTF-16 with its mark, tabs."""
    lines = ["\t".join(texts) for texts in (HEADINGS, *table())]
    path.write_bytes("\r\n".join(lines).encode("utf-16"))
    return Roster(PEOPLE, person_rows=(2, 3, 4, 5, 6))


def build_gb18030_csv(path: Path) -> Roster:
    """A .csv as Excel in China saves it, without a mark."""
    lines = [",".join(texts) for texts in (HEADINGS, *table())]
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    return Roster(PEOPLE, person_rows=(2, 3, 4, 5, 6))


def build_three_headings_xlsx(path: Path) -> Roster:
    """Banner, then three merged heading rows: 基本情况 over 姓名…, 骨干 over 级别 and 认定文号, with line breaks."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    sheet["A1"] = f"{SCHOOL}骨干教师花名册"
    sheet.merge_cells("A1:H1")
    for place, text in {
        "A2": "序\n号",
        "B2": "基本情况",
        "G2": "骨干教师",
        "B3": "个人",
        "E3": "其他",
        "G3": "级 别",
        "H3": "认定\n文号",
        "B4": "姓　名",
        "C4": "性别",
        "D4": "身份证号码\n（文本格式）",
        "E4": "出生年月",
        "F4": "学科",
    }.items():
        sheet[place] = text
    for area in ("A2:A4", "B2:F2", "G2:H2", "B3:D3", "E3:F3", "G3:G4", "H3:H4"):
        sheet.merge_cells(area)
    for row, texts in enumerate(table(), start=5):
        _append_texts(sheet, row, texts)
    book.save(path)
    return Roster(PEOPLE, person_rows=(5, 6, 7, 8, 9))


def build_repeated_headings_xls(path: Path) -> Roster:
    """Banner and headings again on each printed page of two people; 合计 and 填表人 at the end."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    row, places = 0, []
    for start in range(0, len(PEOPLE), 2):
        sheet.write_merge(row, row, 0, len(HEADINGS) - 1, f"{SCHOOL}骨干教师花名册")
        for column, heading in enumerate(HEADINGS):
            sheet.write(row + 1, column, heading)
        row += 2
        for texts in table()[start : start + 2]:
            for column, text in enumerate(texts):
                sheet.write(row, column, text)
            row += 1
            places.append(row)
    sheet.write(row, 0, "合计")
    sheet.write(row, 1, f"{len(PEOPLE)}人")
    sheet.write(row + 1, 0, "填表人：周莉　　联系电话：13800000000")
    book.save(str(path))
    return Roster(PEOPLE, person_rows=tuple(places))


def build_ditto_csv(path: Path) -> Roster:
    """认定文号 and 级别 given once and then as 〃, 同上 and a lone quotation mark."""
    marks = ("", "〃", "同上", '"', "〃")
    people = tuple(Person(one.name, one.gender, one.id_number, one.subject, "市级") for one in PEOPLE)
    lines = [",".join(HEADINGS)]
    for mark, texts in zip(marks, table(people), strict=True):
        lines.append(",".join([*texts[:6], mark or texts[6], mark or texts[7]]))
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    return Roster(people, person_rows=(2, 3, 4, 5, 6))


def build_float_ids_xlsx(path: Path) -> Roster:
    """ID numbers stored as numbers, so that their last digits are lost; the one with X stays a text."""
    book = Workbook()
    book.active.title = "Sheet1"
    for row, texts in enumerate((HEADINGS, *table()), start=1):
        _append_texts(book.active, row, texts)
        if row > 1 and texts[3].isdecimal():
            cell = book.active.cell(row, 4)
            cell.value, cell.number_format = float(texts[3]), "General"
    book.save(path)
    return Roster(PEOPLE, person_rows=(2, 3, 4, 5, 6))


def build_1904_xlsx(path: Path) -> Roster:
    """Dates of birth as real dates counted from 1904 (Excel for Mac)."""
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.title = "Sheet1"
    for row, texts in enumerate((HEADINGS, *table()), start=1):
        _append_texts(book.active, row, texts)
        if row > 1:
            cell = book.active.cell(row, 5)
            cell.value, cell.number_format = PEOPLE[row - 2].birth, 'yyyy"年"m"月"'
    book.save(path)
    return Roster(PEOPLE, person_rows=(2, 3, 4, 5, 6))


def build_two_lists_xlsx(path: Path) -> Roster:
    """市级 and 区县级 as two lists on one sheet, each under its own banner and headings, three rows apart."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    row, places, people = 1, [], []
    for tier in ("市级", "区县级"):
        chosen = tuple(one for one in PEOPLE if one.tier == tier)
        _append_texts(sheet, row, (f"{SCHOOL}{tier}骨干教师名单",))
        _append_texts(sheet, row + 1, HEADINGS)
        for offset, texts in enumerate(table(chosen), start=2):
            _append_texts(sheet, row + offset, texts)
            places.append(row + offset)
        people.extend(chosen)
        row += len(chosen) + 5
    book.save(path)
    return Roster(tuple(people), person_rows=tuple(places))


def build_xml_spreadsheet(path: Path) -> Roster:
    """XML Spreadsheet 2003, declared GB2312 and named .xls."""
    lines = [
        '<?xml version="1.0" encoding="GB2312"?><?mso-application progid="Excel.Sheet"?>',
        (
            '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:'
            'office:spreadsheet"><Worksheet ss:Name="名册"><Table>'
        ),
        f'<Row><Cell ss:MergeAcross="7"><Data ss:Type="String">{SCHOOL}骨干教师花名册</Data></Cell></Row>',
    ]
    for texts in (HEADINGS, *table()):
        cells = "".join(f'<Cell><Data ss:Type="String">{text}</Data></Cell>' for text in texts)
        lines.append(f"<Row>{cells}</Row>")
    lines.append("</Table></Worksheet></Workbook>")
    path.write_bytes("\n".join(lines).encode("gbk", "xmlcharrefreplace"))
    return Roster(PEOPLE, sheets=("名册",), person_rows=(3, 4, 5, 6, 7))


def build_biff5_xls(path: Path) -> Roster:
    """Excel 5.0/95 with GBK strings and no code page; rare characters as ? because GBK has none for them."""
    people = tuple(Person(one.name.encode("gbk", "replace").decode("gbk"), *one_rest(one)) for one in PEOPLE)
    cells = [
        (0x204, struct.pack("<HHHH", row, column, 0, len(text.encode("gbk"))) + text.encode("gbk"))
        for row, texts in enumerate((HEADINGS, *table(people)))
        for column, text in enumerate(texts)
    ]
    path.write_bytes(pack_compound({"Book": pack_biff(cells, version=0x500)}))
    return Roster(people, person_rows=(2, 3, 4, 5, 6))


def one_rest(one: Person) -> tuple[str, str, str, str]:
    """All of a person but the name."""
    return one.gender, one.id_number, one.subject, one.tier


def build_password_xlsx(path: Path) -> Roster:
    """An encrypted workbook: an OLE2 container with EncryptedPackage; nobody can read it without the password."""
    streams = {"EncryptionInfo": b"\x04\x00\x04\x00" + b"\x11" * 5000, "EncryptedPackage": b"\x5a" * 9000}
    path.write_bytes(pack_compound(streams))
    return Roster(())


def build_password_xls(path: Path) -> Roster:
    """A BIFF8 workbook with a FILEPASS record."""
    path.write_bytes(pack_compound({"Workbook": pack_biff([], before=[(0x2F, b"\x01\x00" + b"\x07" * 52)])}))
    return Roster(())


def build_xlsb(path: Path) -> Roster:
    """A binary workbook with inline texts."""
    cells = [(row, column, text) for row, texts in enumerate((HEADINGS, *table())) for column, text in enumerate(texts)]
    path.write_bytes(pack_xlsb(cells))
    return Roster(PEOPLE, person_rows=(2, 3, 4, 5, 6))


def pack_zip(members: dict[str, str | bytes]) -> bytes:
    """A deflated zip file of these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx_members(sheet_data: str, *, kind: str = "xml", workbook: str = "", after: str = "") -> dict[str, str | bytes]:
    """The members of a minimal .xlsx whose sheet S holds this sheetData; `workbook` goes before its sheets."""
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    return {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.{kind}"/></Relationships>',
        f"xl/_rels/workbook.{kind}.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.{kind}"/></Relationships>',
        f"xl/workbook.{kind}": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{workbook}'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        f"xl/worksheets/sheet1.{kind}": f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet_data}</sheetData>{after}'
        "</worksheet>",
    }


def _record12(number: int, content: bytes = b"") -> bytes:
    name = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = len(content), bytearray()
    while True:
        length.append(size & 0x7F | (0x80 if size > 0x7F else 0))
        size >>= 7
        if not size:
            return name + bytes(length) + content


def _wide(text: str) -> bytes:
    packed = text.encode("utf-16-le")
    return struct.pack("<I", len(packed) // 2) + packed


def pack_xlsb(cells: Sequence[tuple[int, int, str | float | bytes]]) -> bytes:
    """A .xlsb with one sheet Sheet1; cells are (row, column, text, number or error code), 0-based, in order."""
    book = _record12(131) + _record12(153, struct.pack("<III", 0, 0, 0)) + _record12(143)
    book += _record12(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Sheet1")) + _record12(144) + _record12(132)
    rows = b""
    last = -1
    for row, column, value in cells:
        if row != last:
            rows += _record12(0, struct.pack("<IIHHBI", row, 0, 300, 0, 0, 0))
            last = row
        head = struct.pack("<II", column, 0)
        if isinstance(value, str):
            rows += _record12(6, head + _wide(value))
        elif isinstance(value, bytes):
            rows += _record12(3, head + value)
        else:
            rows += _record12(5, head + struct.pack("<d", value))
    extent = _record12(148, struct.pack("<IIII", 0, max(row for row, _, _ in cells), 0, 10))
    sheet = _record12(129) + extent + _record12(145) + rows + _record12(146) + _record12(130)
    return pack_zip(xlsx_members("", kind="bin") | {"xl/workbook.bin": book, "xl/worksheets/sheet1.bin": sheet})


def _record(code: int, content: bytes) -> bytes:
    return struct.pack("<HH", code, len(content)) + content


def pack_biff(
    cells: Sequence[tuple[int, bytes]], *, version: int = 0x600, before: Sequence[tuple[int, bytes]] = ()
) -> bytes:
    """A workbook stream with one sheet Sheet1 of these cell records, `before` standing in the globals."""
    name = b"\x06Sheet1" if version == 0x500 else b"\x06\x00Sheet1"
    start = _record(0x809, struct.pack("<HHHH", version, 5, 0x1000, 0x07CC))
    start += b"".join(_record(code, content) for code, content in before)
    place = len(start) + 4 + 6 + len(name) + 4
    start += _record(0x85, struct.pack("<IBB", place, 0, 0) + name) + _record(0x0A, b"")
    sheet = _record(0x809, struct.pack("<HHHH", version, 0x10, 0x1000, 0x07CC))
    sheet += b"".join(_record(code, content) for code, content in cells) + _record(0x0A, b"")
    return start + sheet


def pack_compound(streams: dict[str, bytes]) -> bytes:
    """An OLE2 file of these streams, each padded to 4096 bytes so that no short-stream table is needed."""
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    sectors = {name: -(-len(data) // 512) for name, data in padded.items()}
    directories = -(-(len(streams) + 1) // 4)
    tables = 1
    while tables * 128 < tables + directories + sum(sectors.values()):
        tables += 1
    chain = [-3] * tables
    chain += [*range(tables + 1, tables + directories), -2]
    entries = [_entry("Root Entry", 5, -2, 0, child=1)]
    body = b""
    for number, (name, data) in enumerate(padded.items(), start=1):
        first, count = len(chain), sectors[name]
        chain += [*range(first + 1, first + count), -2]
        after = number + 1 if number < len(padded) else -1
        entries.append(_entry(name, 2, first, len(data), right=after))
        body += data.ljust(count * 512, b"\0")
    entries += [_entry("", 0, 0, 0)] * (directories * 4 - len(entries))
    chain += [-1] * (tables * 128 - len(chain))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIiIiI", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, tables, 0, 4096, -2, 0, -2, 0)
    head += struct.pack("<109i", *range(tables), *([-1] * (109 - tables)))
    return head + struct.pack(f"<{len(chain)}i", *chain) + b"".join(entries) + body


def _entry(name: str, kind: int, first: int, size: int, *, child: int = -1, right: int = -1) -> bytes:
    packed = (name + "\0").encode("utf-16-le") if name else b""
    head = packed.ljust(64, b"\0") + struct.pack("<HBBiii", len(packed), kind, 1, -1, right, child)
    return head + bytes(36) + struct.pack("<iII", first, size, 0)
