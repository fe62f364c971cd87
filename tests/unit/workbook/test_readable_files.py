"""What a clerk sees of lists, templates and error copies in an office program and on paper."""

import os
import shutil
import subprocess
import zipfile

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

from desktop.exchange.workbook.cells import RETURNED_SHEET
from desktop.exchange.workbook.errors_copy import RED, Fault, write_error_copy
from desktop.exchange.workbook.plain_cells import row_height, text_width
from desktop.exchange.workbook.protection import protect
from desktop.exchange.workbook.read import Reader
from desktop.exchange.workbook.write import Column, write_list, write_template
from tests import builders_files as builders

SOFFICE = shutil.which("soffice")
LONG = "身份证号码与出生年月不一致；请对照身份证原件逐位核对，核对后改正其中有误的一项，" * 3
COLUMNS = (
    Column("姓名", needed=True),
    Column("身份证号", 21),
    Column("得分", kind="number"),
    Column("级别", choices=("市级", "区县级"), help="按认定文件填写"),
    Column("标识（勿改）", 40, printed=False),
)
ROWS = (
    ("=1-3班", "500104198105238765", 85, "市级", "u1"),
    ("+86", "012345", None, "-甲", "u2"),
    ("@甲", LONG, 0, "", "u3"),
)
# As Excel since 2010 writes a drop-down whose list stands on another sheet.
WIDE_RULE = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:dataValidation type="list" allowBlank="1" showErrorMessage="1">'
    "<x14:formula1><xm:f>名目!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>F2:F40</xm:sqref>"
    "</x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
)


@pytest.fixture(scope="module")
def reader():
    with Reader() as made:
        yield made


@pytest.mark.parametrize(
    ("texts", "lines"),
    [
        ((("王芳", 12.0),), 1),
        ((("一二三四五六七八九十", 12.0),), 3),
        ((("甲\n乙\n丙", 12.0),), 3),
        ((("王芳", 12.0), ("abcdefghij" * 2, 12.0)), 3),
        ((("字" * 5000, 12.0),), 409 / 15),
    ],
)
def test_rows_are_as_high_as_their_longest_text(texts, lines):
    """Wrapped lines and line breaks count, Chinese characters are two wide, and no row is higher than Excel allows."""
    assert row_height(texts) == lines * 15


def test_width_counts_chinese_characters_twice():
    """A Chinese character takes the room of two digits."""
    assert (text_width("ab1"), text_width("王芳"), text_width("第2页")) == (3, 4, 5)


def test_list_shows_every_text_whole(tmp_path):
    """Columns grow with what they hold up to a limit; what is longer gets a higher row that may still grow."""
    write_list(tmp_path / "a.xlsx", "表", COLUMNS, ROWS)
    sheet = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    widths = {letters: sheet.column_dimensions[letters].width for letters in "ABCDE"}
    assert widths["A"] == 12
    assert 21 < widths["B"] <= 36
    assert sheet.row_dimensions[2].height is None
    assert sheet.row_dimensions[4].height >= 15 * text_width(LONG) / widths["B"]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b'<row r="4" ht="' in archive.read("xl/worksheets/sheet1.xml")


def test_list_fits_on_paper(tmp_path):
    """A4 with grid lines; what only the program needs stays off the paper."""
    write_list(tmp_path / "a.xlsx", "表", COLUMNS, ROWS)
    sheet = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (9, 1, 0)
    assert sheet.print_options.gridLines
    assert sheet.print_area == "'表'!$A$1:$D$4"


def test_wide_list_goes_on_several_pages(tmp_path):
    """72 columns on one page could not be read: pages side by side, the first column on each and frozen."""
    columns = [Column(f"栏目{number}", 14) for number in range(72)]
    write_list(tmp_path / "a.xlsx", "表", columns, [["甲"] * 72])
    sheet = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert sheet.page_setup.fitToWidth == 6
    assert (sheet.print_title_cols, sheet.print_title_rows, sheet.freeze_panes) == ("$A:$A", "$1:$1", "B2")
    assert sheet.page_setup.pageOrder == "overThenDown"


@pytest.mark.parametrize("text", ["2024-03", "4/3", "1E5", "12.5e-3", "3-5", "007", "=1-3班", "+86"])
def test_csv_keeps_what_a_spreadsheet_would_turn(text):
    """Months, fractions and powers get the apostrophe too: Excel would make Mar-24 of 2024-03."""
    assert protect(text) == f"'{text}"


@pytest.mark.parametrize("text", ["2024-03-15", "2024", "13812345678", "高一3-5班", "-", "E5"])
def test_csv_leaves_other_texts_alone(text):
    """Whole dates, years, telephone numbers and words stay without an apostrophe."""
    assert protect(text) == text


def test_template_tells_what_must_be_filled(tmp_path):
    """Needed headings are yellow, the guide says so, and the guide is as wide as a page."""
    write_template(tmp_path / "a.xlsx", "名册", COLUMNS, guide=("一人填一行。" * 12,))
    book = load_workbook(tmp_path / "a.xlsx")
    colours = [book["名册"].cell(1, column).fill.fgColor.rgb for column in (1, 2)]
    assert colours == ["FFFFE699", "FFD9E1F2"]
    guide = book["填表说明"]
    assert guide["A3"].value == "黄底表头的栏目必须填写。"
    assert guide.row_dimensions[2].height > 30
    assert (guide.page_setup.orientation, guide.page_setup.fitToWidth) == ("portrait", 1)


def test_guide_says_when_it_does_not_list_all_choices(tmp_path):
    """More than 30 choices end in 等."""
    choices = tuple(f"民族{number}" for number in range(56))
    write_template(tmp_path / "a.xlsx", "名册", (Column("民族", choices=choices),))
    assert load_workbook(tmp_path / "a.xlsx")["填表说明"]["B3"].value.endswith("、民族29等")


@pytest.mark.skipif(os.name != "posix", reason="rights of files as on Linux")
def test_written_files_can_be_opened_by_colleagues(tmp_path):
    """A written file has the rights that any new file of the folder gets."""
    write_list(tmp_path / "a.xlsx", "表", COLUMNS, ROWS)
    (tmp_path / "other").touch()
    assert (tmp_path / "a.xlsx").stat().st_mode == (tmp_path / "other").stat().st_mode


def build_formatted(path):
    """A roster as an office lays it out: widths, heights, colours, borders, a comment, and two kinds of drop-downs."""
    builders.build_plain_xlsx(path)
    book = load_workbook(path)
    sheet = book["Sheet1"]
    sheet.column_dimensions["D"].width = 23.5
    sheet.row_dimensions[1].height = 31
    sheet.freeze_panes = "C2"
    sheet["B2"].font = Font(name="仿宋", size=14, bold=True)
    sheet["B2"].fill = PatternFill("solid", fgColor="FFFFFF00")
    sheet["B2"].border = Border(left=Side("double"))
    sheet["C3"].comment = Comment("已电话核实", "李老师")
    rule = DataValidation(type="list", formula1='"男,女"')
    rule.add("C2:C40")
    sheet.add_data_validation(rule)
    subjects = book.create_sheet("名目")
    for subject in ("语文", "数学", "英语"):
        subjects.append([subject])
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    inside = members["xl/worksheets/sheet1.xml"].replace(b"</worksheet>", WIDE_RULE.encode())
    path.write_bytes(builders.pack_zip(members | {"xl/worksheets/sheet1.xml": inside}))


def test_error_copy_keeps_the_senders_layout(tmp_path, reader):
    """Widths, heights, fonts, colours, borders, frozen panes, comments and both kinds of drop-downs stay."""
    build_formatted(tmp_path / "a.xlsx")
    book = reader.read(tmp_path / "a.xlsx")
    faults = [Fault("Sheet1", 3, 3, "性别与身份证号不一致")]
    write_error_copy(tmp_path / "a.xlsx", book, faults, tmp_path / "b.xlsx")
    sheet = load_workbook(tmp_path / "b.xlsx")["Sheet1"]
    assert (sheet.column_dimensions["D"].width, sheet.row_dimensions[1].height) == (23.5, 31)
    assert sheet.freeze_panes == "C2"
    found = sheet["B2"]
    assert (found.font.name, found.font.size, found.fill.fgColor.rgb) == ("仿宋", 14, "FFFFFF00")
    assert found.border.left.style == "double"
    assert sheet["C3"].comment.text == "性别与身份证号不一致\n原批注：已电话核实"
    rules = {str(rule.sqref): (rule.formula1, rule.allow_blank) for rule in sheet.data_validations.dataValidation}
    assert rules == {"C2:C40": ('"男,女"', False), "F2:F40": ("名目!$A$1:$A$3", True)}


def test_fault_of_a_whole_row_names_no_cell(tmp_path, reader):
    """A fault without column is told as 整行; the content of whatever cell comes first would mislead."""
    builders.build_plain_xlsx(tmp_path / "a.xlsx")
    book = reader.read(tmp_path / "a.xlsx")
    write_error_copy(tmp_path / "a.xlsx", book, [Fault("Sheet1", 3, None, "与第 2 行重复")], tmp_path / "b.xlsx")
    row = [cell.value for cell in load_workbook(tmp_path / "b.xlsx")[RETURNED_SHEET][4]]
    assert row[4:6] == ["整行", None]


def test_long_sentences_are_shown_whole_in_the_list_of_faults(tmp_path, reader):
    """The row of a long sentence is as high as its lines need; the first sheet says what to do."""
    builders.build_plain_xlsx(tmp_path / "a.xlsx")
    book = reader.read(tmp_path / "a.xlsx")
    faults = [Fault("Sheet1", 2, 4, LONG), Fault("Sheet1", 3, 4, "短")]
    write_error_copy(tmp_path / "a.xlsx", book, faults, tmp_path / "b.xlsx")
    listing = load_workbook(tmp_path / "b.xlsx").worksheets[0]
    width = listing.column_dimensions["G"].width
    assert listing.row_dimensions[4].height >= 15 * text_width(LONG) / width
    assert listing.row_dimensions[5].height < 20
    assert "改好后把整个文件交回" in listing["A2"].value


def test_marks_are_known_when_the_author_is_forgotten(tmp_path, reader):
    """LibreOffice saves comments without author: the red cells of the last copy are known by their colour."""
    builders.build_plain_xlsx(tmp_path / "a.xlsx")
    book = reader.read(tmp_path / "a.xlsx")
    write_error_copy(tmp_path / "a.xlsx", book, [Fault("Sheet1", 2, 4, "甲")], tmp_path / "b.xlsx")
    saved = load_workbook(tmp_path / "b.xlsx")
    saved["Sheet1"]["D2"].comment = Comment("甲", " ")
    saved.save(tmp_path / "b.xlsx")
    again = reader.read(tmp_path / "b.xlsx")
    write_error_copy(tmp_path / "b.xlsx", again, [Fault("Sheet1", 3, 2, "乙")], tmp_path / "c.xlsx")
    sheet = load_workbook(tmp_path / "c.xlsx")["Sheet1"]
    assert sheet["D2"].comment is None
    assert sheet["D2"].fill.fill_type is None
    assert (sheet["B3"].comment.text, sheet["B3"].fill.fgColor.rgb) == ("乙", RED)


def test_copy_made_anew_is_laid_out_for_paper(tmp_path, reader):
    """The banner does not widen the first column, merged cells are centred, and the sheet fits on a page."""
    builders.build_plain_xls(tmp_path / "a.xls")
    book = reader.read(tmp_path / "a.xls")
    write_error_copy(tmp_path / "a.xls", book, [Fault("Sheet1", 3, 4, "甲")], tmp_path / "b.xlsx")
    sheet = load_workbook(tmp_path / "b.xlsx")["Sheet1"]
    assert sheet.column_dimensions["A"].width < 10
    assert sheet.column_dimensions["D"].width > 19
    assert (sheet["A1"].alignment.horizontal, sheet["A1"].alignment.vertical) == ("center", "center")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)


def save_with_office(path, folder):
    assert SOFFICE is not None
    words = [SOFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*words, "--outdir", folder / "saved", path], check=True, capture_output=True, timeout=300)
    return folder / "saved" / path.name


@pytest.mark.faults
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_list_and_template_survive_an_office_program(tmp_path, reader):
    """Opened and saved by LibreOffice: texts, text format, drop-downs, filter, repeated heading, print area."""
    write_list(tmp_path / "a.xlsx", "表", COLUMNS, ROWS)
    write_template(tmp_path / "t.xlsx", "名册", COLUMNS)
    saved = save_with_office(tmp_path / "a.xlsx", tmp_path)
    before, after = (reader.read(path).sheets[0].rows for path in (tmp_path / "a.xlsx", saved))
    assert after == before
    sheet = load_workbook(saved).worksheets[0]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, str)]
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["D2:D4"]
    assert (sheet.auto_filter.ref, sheet.print_title_rows, sheet.print_area) == ("A1:E4", "$1:$1", "'表'!$A$1:$D$4")
    filled = load_workbook(save_with_office(tmp_path / "t.xlsx", tmp_path))["名册"]
    assert filled.column_dimensions["B"].number_format == "@"
    assert [str(rule.sqref) for rule in filled.data_validations.dataValidation] == ["D2:D501"]
    assert filled["D1"].comment.text == "按认定文件填写"


@pytest.mark.faults
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_error_copy_survives_an_office_program(tmp_path, reader):
    """Opened and saved by LibreOffice: red cells, sentences and links are where they were."""
    build_formatted(tmp_path / "a.xlsx")
    book = reader.read(tmp_path / "a.xlsx")
    write_error_copy(tmp_path / "a.xlsx", book, [Fault("Sheet1", 3, 4, LONG)], tmp_path / "b.xlsx")
    saved = load_workbook(save_with_office(tmp_path / "b.xlsx", tmp_path))
    marked = saved["Sheet1"]["D3"]
    assert (marked.fill.fgColor.rgb, marked.comment.text) == (RED, LONG)
    assert saved[RETURNED_SHEET]["C4"].hyperlink.location == "'Sheet1'!D3"
    rules = {str(rule.sqref): rule.formula1 for rule in saved["Sheet1"].data_validations.dataValidation}
    assert set(rules) == {"C2:C40", "F2:F40"}
