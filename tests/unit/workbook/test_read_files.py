"""Odd but good files come in as plain cells, with what was assumed."""

import datetime as dt
import random
import shutil
import string
import threading
import time
from pathlib import Path

import pytest
import xlrd
import xlwt
from openpyxl import Workbook
from openpyxl.styles import Font

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import NO_RESULT, CellError, Limits, Range
from desktop.exchange.workbook.read import Reader, read_book
from tests import builders_files as builders

ROSTERS = {
    "plain.xlsx": builders.build_plain_xlsx,
    "plain.xls": builders.build_plain_xls,
    "open.ods": builders.build_ods,
    "page.xls": builders.build_html_xls,
    "wide.txt": builders.build_utf16_text,
    "plain.csv": builders.build_gb18030_csv,
    "headings.xlsx": builders.build_three_headings_xlsx,
    "pages.xls": builders.build_repeated_headings_xls,
    "ditto.csv": builders.build_ditto_csv,
    "mac.xlsx": builders.build_1904_xlsx,
    "two.xlsx": builders.build_two_lists_xlsx,
    "xml.xls": builders.build_xml_spreadsheet,
    "old.xls": builders.build_biff5_xls,
    "binary.xlsb": builders.build_xlsb,
}


@pytest.fixture(scope="module")
def reader():
    with Reader() as made:
        yield made


@pytest.mark.parametrize("name", ROSTERS)
def test_roster_keeps_every_name_and_number_in_its_row(name, tmp_path, reader):
    """Each person stands in the row of the file with the name and the ID number as text."""
    roster = ROSTERS[name](tmp_path / name)
    book = reader.read(tmp_path / name)
    sheet = book.sheets[0]
    assert tuple(sheet.name for sheet in book.sheets) == roster.sheets
    assert len(roster.people) == len(roster.person_rows) == 5
    for person, row in zip(roster.people, roster.person_rows, strict=True):
        line = sheet.rows[row - sheet.first_row]
        assert person.name in line
        assert person.id_number in line


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("page.xls", "html", "扩展名为 .xls，内容是网页表格，按内容读入"),
        ("xml.xls", "xml", "扩展名为 .xls，内容是XML 电子表格，按内容读入"),
        ("plain.csv", "csv", "编码按 GB18030 读入"),
        ("wide.txt", "csv", "编码按 UTF-16 读入"),
        ("old.xls", "xls", "文件是很早的 Excel 格式，没有注明汉字编码，按 GB18030 读入，请核对姓名"),
    ],
)
def test_what_was_assumed_is_told(name, kind, told, tmp_path, reader):
    """The kind is found by content, and what was taken for granted is said."""
    ROSTERS[name](tmp_path / name)
    book = reader.read(tmp_path / name)
    assert book.kind == kind
    assert told in book.assumed


def test_ditto_marks_stay_in_their_cells(tmp_path, reader):
    """A lone quotation mark in a .csv neither swallows rows nor cells."""
    builders.build_ditto_csv(tmp_path / "a.csv")
    book = reader.read(tmp_path / "a.csv")
    assert [row[6:] for row in book.sheets[0].rows[2:]] == [["〃"] * 2, ["同上"] * 2, ['"'] * 2, ["〃"] * 2]
    assert "引号不成对，逐行读入，引号作为内容保留" in book.assumed


def test_numbers_stay_numbers_and_texts_texts(tmp_path, reader):
    """An ID number stored as a number comes as int with its lost digits, one stored as text as str."""
    roster = builders.build_float_ids_xlsx(tmp_path / "a.xlsx")
    column = [row[3] for row in reader.read(tmp_path / "a.xlsx").sheets[0].rows[1:]]
    for person, value in zip(roster.people, column, strict=True):
        if not person.id_number.isdecimal():
            assert value == person.id_number
            continue
        assert value == int(float(f"{float(person.id_number):.16g}"))
    assert {type(value) for value in column} == {int, str}


def test_dates_count_from_1904_where_the_file_says_so(tmp_path, reader):
    """A 1904 workbook gives the same birthdays, and is told as such."""
    roster = builders.build_1904_xlsx(tmp_path / "a.xlsx")
    book = reader.read(tmp_path / "a.xlsx")
    assert book.date1904
    assert [row[4] for row in book.sheets[0].rows[1:]] == [person.birth for person in roster.people]


@pytest.mark.parametrize("build", [builders.build_password_xlsx, builders.build_password_xls])
def test_password_is_told_with_the_way_out(build, tmp_path, reader):
    """A workbook with a password ends in a sentence that says how to send it again."""
    build(tmp_path / "名册.xls")
    with pytest.raises(UnreadableFile, match=r"「名册.xls」设有打开密码.*取消打开密码"):
        reader.read(tmp_path / "名册.xls")


def _write(path: Path, sheet_data: str, **parts: str) -> Path:
    path.write_bytes(builders.pack_zip(builders.xlsx_members(sheet_data, **parts)))
    return path


MIXED = (
    '<row r="2"><c r="B2" t="str"><v>甲</v></c><c r="C2"><v>85</v></c><c r="D2"><v>85.5</v></c>'
    '<c r="E2" t="b"><v>1</v></c><c r="F2" t="e"><v>#REF!</v></c><c r="G2"><f>1+1</f></c>'
    '<c r="H2" t="e"><f>A1</f><v>#N/A</v></c><c r="I2" t="str"><f>""</f><v></v></c>'
    '<c r="J2" t="inlineStr"><is><r><t>王</t></r><r><t>芳</t></r></is></c></row>'
    '<row r="3" hidden="1"><c r="B3" t="inlineStr"><is><t>隐</t></is></c></row>'
)
EXPECTED = ["甲", 85, 85.5, True, CellError("#REF!"), NO_RESULT, CellError("#N/A"), None, "王芳"]


@pytest.mark.parametrize("form", ["known", "prefixed", "unplaced"])
def test_xlsx_cells_are_the_same_by_both_ways_of_reading(form, tmp_path, reader):
    """Errors, missing results, booleans and rich text come out alike from the fast and the exact reader."""
    members = builders.xlsx_members(MIXED, after='<mergeCells><mergeCell ref="B2:B3"/></mergeCells>')
    sheet = str(members["xl/worksheets/sheet1.xml"])
    if form == "prefixed":
        sheet = sheet.replace("</", "</x:").replace("<x:", "<").replace("<", "<x:").replace("<x:/", "</x:")
        sheet = sheet.replace("</x:x:", "</x:").replace("xmlns=", "xmlns:x=")
    if form == "unplaced":
        sheet = sheet.replace(' r="C2"', "").replace(' r="D2"', "")
    members["xl/worksheets/sheet1.xml"] = sheet
    path = tmp_path / "a.xlsx"
    path.write_bytes(builders.pack_zip(members))
    found = reader.read(path).sheets[0]
    assert (found.first_row, found.first_column) == (2, 2)
    assert found.rows[0] == EXPECTED
    assert [type(value) for value in found.rows[0]] == [type(value) for value in EXPECTED]
    assert found.hidden_rows == (3,)
    assert found.merged == (Range(2, 2, 3, 2),)
    assert found.notes == ("工作表「S」有隐藏行：第 3 行",)


def test_far_cells_come_as_islands(tmp_path, reader):
    """Two cells at opposite corners are two small sheets of the same name, each with its place."""
    path = _write(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>',
    )
    book = reader.read(path)
    assert [(sheet.first_row, sheet.first_column, sheet.rows) for sheet in book.sheets] == [
        (1, 1, [[1]]),
        (1048576, 16384, [[2]]),
    ]
    assert book.assumed == ("工作表「S」在 XFD1048576 单元格起另有内容，与前面相隔很远，分开读入",)


def test_formatted_rows_are_not_used_rows(tmp_path, reader):
    """A million formatted but empty rows leave the list as it is."""
    rows = "".join(f'<row r="{row}"><c r="A{row}" s="0"/></row>' for row in range(2, 1_048_577))
    path = _write(tmp_path / "a.xlsx", f'<row r="1"><c r="A1"><v>1</v></c></row>{rows}')
    assert reader.read(path).sheets[0].rows == [[1]]


def test_errors_of_xls_and_xlsb_are_not_blanks(tmp_path, reader):
    """#REF! and #N/A of binary workbooks come as errors in their places."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, "甲")
    sheet.row(1).set_cell_error(2, 0x2A)
    book.save(str(tmp_path / "a.xls"))
    (tmp_path / "a.xlsb").write_bytes(builders.pack_xlsb([(0, 0, "甲"), (1, 2, b"\x2a")]))
    for name in ("a.xls", "a.xlsb"):
        rows = reader.read(tmp_path / name).sheets[0].rows
        assert rows == [["甲", None, None], [None, None, CellError("#N/A")]]


def test_long_strings_of_xls_are_those_of_xlrd(tmp_path, reader):
    """Strings that cross a CONTINUE record, half of them wide, come out whole."""
    random.seed(7)
    texts = ["".join(random.choices("骨干教师" + string.ascii_letters, k=random.randrange(1, 3000))) for _ in range(60)]
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row, text in enumerate(texts):
        sheet.write(row, 0, text)
    book.save(str(tmp_path / "a.xls"))
    found = [row[0] for row in reader.read(tmp_path / "a.xls").sheets[0].rows]
    assert found == texts
    assert found == xlrd.open_workbook(str(tmp_path / "a.xls")).sheet_by_index(0).col_values(0)


def test_xls_far_cells_dates_and_hidden_rows(tmp_path, reader):
    """Far cells of an .xls are read sparsely, with dates as dates and hidden and struck rows noted."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, "甲", xlwt.easyxf("font: struck_out on"))
    sheet.write(1, 0, dt.date(1980, 3, 15), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.row(1).hidden = True
    sheet.write(65535, 255, 7)
    book.save(str(tmp_path / "a.xls"))
    near, far = reader.read(tmp_path / "a.xls").sheets
    assert near.rows == [["甲"], [dt.date(1980, 3, 15)]]
    assert (near.struck_rows, near.hidden_rows) == ((1,), (2,))
    assert (far.first_row, far.first_column, far.rows) == (65536, 256, [[7]])


def test_struck_red_and_hidden_of_xlsx_are_noted(tmp_path, reader):
    """Strike-through, red and hidden sheets of an .xlsx are told with their rows."""
    book = Workbook()
    sheet = book.active
    sheet.append(["甲"])
    sheet.append(["乙"])
    sheet["A1"].font = Font(strike=True)
    sheet["A2"].font = Font(color="FFFF0000")
    book.create_sheet("下拉列表信息").append(["市级"])
    book["下拉列表信息"].sheet_state = "hidden"
    book.create_sheet("空")
    book.save(tmp_path / "a.xlsx")
    first, second = reader.read(tmp_path / "a.xlsx").sheets
    assert (first.struck_rows, first.red_rows) == ((1,), (2,))
    assert second.notes == ("工作表「下拉列表信息」是隐藏的",)


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"sep=;\r\na;b\r\n1;2", [["a", "b"], ["1", "2"]]),
        ('姓名,身份证号\r\n王芳,"=""0123"""\r\n'.encode(), [["姓名", "身份证号"], ["王芳", "0123"]]),
        (b"\xef\xbb\xbfa\tb\n'0123\t'=1+1\n", [["a", "b"], ["0123", "=1+1"]]),
        ("姓名，学科\n王芳，语文\n".encode("gb18030"), [["姓名", "学科"], ["王芳", "语文"]]),
        (b'a,b\n"x\ny",2\n', [["a", "b"], ["x\ny", "2"]]),
        ("a,b\n1,2".encode("utf-16-le"), [["a", "b"], ["1", "2"]]),
        ("姓名,學校\n張三,國中\n".encode("big5"), [["姓名", "學校"], ["張三", "國中"]]),
        (b"a,b\n\n1\n\n,\n", [["a", "b"], [None, None], ["1", None]]),
    ],
)
def test_delimited_text(content, rows, tmp_path, reader):
    """Separators, quotes, encodings and the tricks that keep digits as text."""
    (tmp_path / "a.csv").write_bytes(content)
    assert reader.read(tmp_path / "a.csv").sheets[0].rows == rows


@pytest.mark.parametrize("traced", ["0", "1"])
@pytest.mark.parametrize("megabytes", [60, 120, 160, 180, 200])
def test_one_helper_reads_many_files_and_survives_its_death(tmp_path, monkeypatch, traced, megabytes):
    """Wherever memory runs out, it is told at once and the same Reader goes on with the next file."""
    monkeypatch.setenv("RUST_BACKTRACE", traced)
    builders.build_plain_xlsx(tmp_path / "a.xlsx")
    huge = "".join(f'<row r="{row}"><c r="A{row}" t="str"><v>{row:0900}</v></c></row>' for row in range(1, 120_000))
    _write(tmp_path / "b.xlsx", huge)
    with Reader(Limits(memory=megabytes << 20)) as reader:
        with pytest.raises(UnreadableFile, match=r"「b.xlsx」内容过大"):
            reader.read(tmp_path / "b.xlsx")
        assert len(reader.read(tmp_path / "a.xlsx").sheets[0].rows) == 6


def test_reading_can_be_cancelled_and_has_a_time_limit(tmp_path):
    """A cancelled or slow reading ends at once in a sentence; nothing of it is left running."""
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="str"><v>{row}</v></c></row>' for row in range(1, 180_000))
    path = _write(tmp_path / "a.xlsx", rows)
    start, threads = time.monotonic(), threading.active_count()
    with pytest.raises(UnreadableFile, match=r"「a.xlsx」已取消读入"):
        read_book(path, cancelled=lambda: True)
    with pytest.raises(UnreadableFile, match="还没有读完"):
        read_book(path, limits=Limits(seconds=0))
    assert time.monotonic() - start < 60
    assert threading.active_count() == threads


def test_helper_does_not_import_from_the_clerks_folder(tmp_path, monkeypatch):
    """A file named like a module in the current folder is never run."""
    (tmp_path / "zipfile.py").write_text("raise SystemExit(1)", encoding="utf-8")
    builders.build_plain_xlsx(tmp_path / "a.xlsx")
    monkeypatch.chdir(tmp_path)
    assert read_book(Path("a.xlsx")).sheets[0].rows[1][1] == "王芳"


def test_wps_names_are_no_reason_to_wonder(tmp_path, reader):
    """An .et file is an .xls inside and read without a remark."""
    builders.build_plain_xls(tmp_path / "a.xls")
    shutil.copy(tmp_path / "a.xls", tmp_path / "a.et")
    assert reader.read(tmp_path / "a.et").assumed == ()


def test_short_last_line_is_told(tmp_path, reader):
    """A .csv that breaks off in its last line is read with a warning."""
    (tmp_path / "a.csv").write_bytes(b"a,b,c\n1,2,3\n4,5")
    book = reader.read(tmp_path / "a.csv")
    assert book.assumed[-1].startswith("最后一行比上一行短")
    assert book.sheets[0].rows[-1] == ["4", "5", None]
