"""Lists, templates and error copies: written, read back, and nothing in them is a formula."""

import shutil
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from desktop.errors import RefusedError
from desktop.exchange.workbook.cells import AUTHOR, RETURNED_SHEET
from desktop.exchange.workbook.errors_copy import RED, Fault, write_error_copy
from desktop.exchange.workbook.read import Reader
from desktop.exchange.workbook.write import Column, write_csv, write_list, write_template
from tests import builders_files as builders

COLUMNS = (
    Column("姓名"),
    Column("身份证号", 20),
    Column("得分", kind="number"),
    Column("级别", choices=("市级", "区县级")),
)
CASES = (
    ("=1-3班", "500104198105238765", 85, "市级"),
    ("+86", "0123", None, "@x"),
    ("-", "'已有撇号", -5, "_x000D_ & <b>"),
    ("𠮷田\n第二行", '=HYPERLINK("x")', 0, ""),
    ("Err:502", "#REF!", 10**17 + 1, "1E5"),
)


@pytest.fixture(scope="module")
def reader():
    with Reader() as made:
        yield made


def _plain(rows):
    return [[content or None if isinstance(content, str) else content for content in row] for row in rows]


def test_list_comes_back_as_written(tmp_path, reader):
    """Formula-like texts, leading zeros and long numbers come back as the same texts."""
    write_list(tmp_path / "a.xlsx", "骨干教师", COLUMNS, CASES)
    sheet = reader.read(tmp_path / "a.xlsx").sheets[0]
    expected = _plain(CASES)
    expected[4][2] = int(float(10**17 + 1))  # a number of a spreadsheet has 15 digits
    assert sheet.rows == [[column.heading for column in COLUMNS], *expected]


def test_list_has_no_formula_and_is_set_up_for_use(tmp_path):
    """Text format, frozen heading, filter, drop-down through the hidden sheet, landscape with repeated heading."""
    write_list(tmp_path / "a.xlsx", "骨干/教师", COLUMNS, CASES)
    book = load_workbook(tmp_path / "a.xlsx")
    sheet = book.worksheets[0]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert {cell.number_format for cell in cells if cell.data_type == "s"} == {"@"}
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("骨干-教师", "A2", "A1:D6")
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
    rule = sheet.data_validations.dataValidation[0]
    assert (rule.formula1, str(rule.sqref)) == ("选项_1", "D2:D6")
    assert book.defined_names["选项_1"].attr_text == "'选项'!$A$1:$A$2"
    assert book["选项"].sheet_state == "hidden"


def test_empty_list_can_be_opened(tmp_path, reader):
    """A list without rows is its heading."""
    write_list(tmp_path / "a.xlsx", "空", COLUMNS, ())
    assert len(reader.read(tmp_path / "a.xlsx").sheets[0].rows) == 1


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4))
def test_any_text_survives_both_kinds(tmp_path, reader, rows):
    """Whatever texts a list holds, .xlsx and .csv give them back."""
    kept = [tuple(text or None for text in row) for row in rows]
    while kept and not any(kept[-1]):
        kept.pop()
    write_list(tmp_path / "a.xlsx", "表", COLUMNS[:2], rows)
    write_csv(tmp_path / "a.csv", ("姓名", "身份证号"), rows)
    for name in ("a.xlsx", "a.csv"):
        found = reader.read(tmp_path / name).sheets[0].rows[1:]
        assert [tuple(row) for row in found] == kept, name


def test_csv_protects_and_reading_takes_it_away(tmp_path, reader):
    """The apostrophe stands in the file before formulas, leading zeros and long digits only."""
    write_csv(tmp_path / "a.csv", ("姓名", "身份证号", "得分", "级别"), CASES)
    text = (tmp_path / "a.csv").read_bytes().decode("utf-8-sig")
    assert text.splitlines()[1] == "'=1-3班,'500104198105238765,85,市级"
    rows = reader.read(tmp_path / "a.csv").sheets[0].rows
    assert rows[1:] == [[None if value in {None, ""} else str(value) for value in case] for case in CASES]


def test_template_is_ready_to_fill(tmp_path, reader):
    """Hints as comments, 500 rows with drop-downs and text format, requirements and examples on 填表说明."""
    columns = (Column("姓名", help="与身份证一致", example="张三"), *COLUMNS[1:])
    write_template(tmp_path / "a.xlsx", "名册", columns, guide=("一、每人一行。",))
    book = load_workbook(tmp_path / "a.xlsx")
    sheet = book["名册"]
    assert sheet["A1"].comment.text == "与身份证一致"
    assert sheet.column_dimensions["B"].number_format == "@"
    assert str(sheet.data_validations.dataValidation[0].sqref) == "D2:D501"
    guide = next(found for found in reader.read(tmp_path / "a.xlsx").sheets if found.name == "填表说明")
    assert guide.rows[1][0] == "一、每人一行。"
    assert guide.rows[3] == ["姓名", "与身份证一致", "张三"]


def test_target_that_cannot_be_written_is_told(tmp_path):
    """A missing folder ends in a sentence, and no temporary file stays behind."""
    with pytest.raises(RefusedError, match=r"不能在「.*」中写文件"):
        write_list(tmp_path / "no" / "a.xlsx", "表", COLUMNS, CASES)
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(RefusedError, match=r"「a.xlsx」没有写成"):
        write_list(tmp_path / "a.xlsx", "表", COLUMNS, CASES)
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def _marks(path):
    book = load_workbook(path)
    found = {
        (sheet.title, cell.row, cell.column): cell
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if (cell.comment and cell.comment.author == AUTHOR) or cell.fill.fgColor.rgb == RED
    }
    return book, found


SOURCES = {
    "a.xlsx": builders.build_plain_xlsx,
    "a.xls": builders.build_plain_xls,
    "a.ods": builders.build_ods,
    "a.csv": builders.build_gb18030_csv,
    "a.xlsb": builders.build_xlsb,
    "page.xls": builders.build_html_xls,
    "three.xlsx": builders.build_three_headings_xlsx,
}


@pytest.mark.parametrize("name", SOURCES)
def test_error_copy_marks_exactly_the_faults(name, tmp_path, reader):
    """Exactly the faulty cells are red and commented; cells, rows, columns and merged cells are the sender's."""
    roster = SOURCES[name](tmp_path / name)
    book = reader.read(tmp_path / name)
    sheet, row = book.sheets[0].name, roster.person_rows[0]
    faults = [
        Fault(sheet, row, 4, "「身份证号」校验位不对，请核对原件。", name="王芳", heading="身份证号"),
        Fault(sheet, row, 4, "「身份证号」与出生年月不一致，请核对。"),
        Fault(sheet, row + 2, None, "与第 3 行重复，请删去一行。"),
    ]
    write_error_copy(tmp_path / name, book, faults, tmp_path / "copy.xlsx")
    copy, marks = _marks(tmp_path / "copy.xlsx")
    first = next(number for number, value in enumerate(book.sheets[0].rows[row + 1], start=1) if value is not None)
    assert set(marks) == {(sheet, row, 4), (sheet, row + 2, first)}
    assert marks[sheet, row, 4].comment.text == f"1. {faults[0].text}\n2. {faults[1].text}"
    assert all(cell.fill.fgColor.rgb == RED and cell.comment.author == AUTHOR for cell in marks.values())
    assert copy.sheetnames[0] == RETURNED_SHEET
    listing = copy.worksheets[0]
    assert [cell.value for cell in listing[4]][2:5] == [row, "王芳", "身份证号"]
    assert listing["C4"].hyperlink.location == f"'{sheet}'!D{row}"
    assert copy.active is listing
    back = reader.read(tmp_path / "copy.xlsx")
    assert back.returned_sheet is not None
    assert back.sheets[0].rows == book.sheets[0].rows
    assert set(back.sheets[0].merged) == set(book.sheets[0].merged)


def test_returned_copy_gets_new_marks_only(tmp_path, reader):
    """A copy that comes back is known, and the next copy has the new list and the new marks alone."""
    builders.build_plain_xlsx(tmp_path / "a.xlsx")
    book = reader.read(tmp_path / "a.xlsx")
    write_error_copy(tmp_path / "a.xlsx", book, [Fault("Sheet1", 2, 4, "甲")], tmp_path / "b.xlsx")
    again = reader.read(tmp_path / "b.xlsx")
    assert [sheet.name for sheet in again.sheets] == ["Sheet1"]
    write_error_copy(tmp_path / "b.xlsx", again, [Fault("Sheet1", 3, 2, "乙")], tmp_path / "c.xlsx")
    copy, marks = _marks(tmp_path / "c.xlsx")
    assert set(marks) == {("Sheet1", 3, 2)}
    assert copy.sheetnames == [RETURNED_SHEET, "Sheet1"]
    assert copy.worksheets[0].max_row == 4


def test_fault_in_merged_cells_marks_the_first(tmp_path, reader):
    """Merged cells are one cell: its first carries the mark."""
    builders.build_html_xls(tmp_path / "a.xls")
    book = reader.read(tmp_path / "a.xls")
    write_error_copy(tmp_path / "a.xls", book, [Fault("Sheet1", 5, 1, "学校不明")], tmp_path / "b.xlsx")
    assert set(_marks(tmp_path / "b.xlsx")[1]) == {("Sheet1", 3, 1)}


def test_copy_of_a_file_openpyxl_cannot_open_is_built_anew(tmp_path, reader):
    """A workbook whose styles are broken for openpyxl still goes back with its cells and marks."""
    builders.build_plain_xlsx(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/styles.xml"] = members["xl/styles.xml"].replace(b'patternType="gray125"', b'patternType="odd"')
    (tmp_path / "b.xlsx").write_bytes(builders.pack_zip(members))
    with pytest.raises(ValueError, match="stylesheet"):
        load_workbook(tmp_path / "b.xlsx")
    book = reader.read(tmp_path / "b.xlsx")
    write_error_copy(tmp_path / "b.xlsx", book, [Fault("Sheet1", 2, 1, "甲")], tmp_path / "c.xlsx")
    assert reader.read(tmp_path / "c.xlsx").sheets[0].rows == book.sheets[0].rows


def test_formula_like_texts_of_the_sender_stay_texts(tmp_path, reader):
    """「=1-3班」 typed as text is a text in the copy too, in the sheet and in the list."""
    write_list(tmp_path / "a.xlsx", "表", COLUMNS, CASES)
    book = reader.read(tmp_path / "a.xlsx")
    shutil.copy(tmp_path / "a.xlsx", tmp_path / "src.xlsx")
    fault = Fault("表", 2, 1, "=请核对", name="=王")
    write_error_copy(tmp_path / "src.xlsx", book, [fault], tmp_path / "b.xlsx")
    copy = load_workbook(tmp_path / "b.xlsx")
    assert not [cell for sheet in copy for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert copy["表"]["A2"].value == "=1-3班"
