"""退回修改 comes back: the school mends the red cells of its copy, and the same office takes that copy in."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from desktop.exchange.roster.plan import RosterPlan
from desktop.exchange.roster.returns import write_returns
from desktop.exchange.workbook.cells import RETURNED_SHEET
from desktop.exchange.workbook.errors_copy import RED
from desktop.paths import RESOURCES
from desktop.store.database import Store
from tests.builders_files import make_id_number
from tests.integration.rosters import outcomes, read_books, take_in

SOFFICE = shutil.which("soffice")
SAMPLES = sorted(path for path in (RESOURCES / "sample").iterdir() if path.suffix != ".toml")
NAMES = ("周红梅", "邓国强", "冯秀兰", "曾庆华", "彭丽娟")
"""What the schools write into their faulty rows, in the order of the rows; women for the even ones."""


def heading_columns(sheet) -> dict[str, int]:
    """The columns of name, gender, birth, ID number and tier by the beginning of their headings."""
    found = {}
    for row in sheet.iter_rows(max_row=4):
        for cell in row:
            text = "".join(str(cell.value or "").split())
            for start in ("姓名", "性别", "出生", "身份证", "骨干级别"):
                if text.startswith(start):
                    found[start] = cell.column
    return found


def mend(path: Path, target: Path, start: int) -> int:
    """Write new right values into the rows that the list names, as a clerk would; returns how many rows."""
    book = load_workbook(path)
    faulty = sorted({row[2].value for row in book[RETURNED_SHEET].iter_rows(min_row=4)})
    sheet = book["Sheet1"]
    columns = heading_columns(sheet)
    for offset, row in enumerate(faulty):
        is_woman = offset % 2 == 0
        number = make_id_number(f"1984{start // 10 + 1:02}12", 2 * (start + offset) + 500 + (0 if is_woman else 1))
        mended = {
            "姓名": NAMES[offset],
            "性别": "女" if is_woman else "男",
            "出生": f"1984-{number[10:12]}",
            "身份证": number,
            "骨干级别": "市级",
        }
        for heading, text in mended.items():
            sheet.cell(row, columns[heading]).value = text
    book.save(target)
    return len(faulty)


def return_all(store: Store, folder: Path) -> list[Path]:
    """Take the samples in; the error copies that go back."""
    books = read_books(*SAMPLES)
    return write_returns(take_in(store, *SAMPLES), books, folder)


def bring_back(store: Store, copies: list[Path], folder: Path, save: Callable[[Path], None]) -> RosterPlan:
    """Mend all copies, let an office program save them, and take them in again."""
    folder.mkdir()
    mended = sum(mend(copy, folder / copy.name, 10 * number) for number, copy in enumerate(copies))
    assert mended == 15
    save(folder)
    return take_in(store, *(folder / copy.name for copy in copies))


def save_with_office(folder: Path) -> None:
    """Open and save all workbooks of a folder with LibreOffice."""
    assert SOFFICE is not None
    saved = folder / "saved"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    words = [SOFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(saved)]
    subprocess.run([*words, *sorted(map(str, folder.glob("*.xlsx")))], check=True, capture_output=True, timeout=300)
    for path in saved.iterdir():
        path.replace(folder / path.name)


def check_returned(store: Store, folder: Path, save: Callable[[Path], None]) -> None:
    """The mended rows are new, all others of these files the same, the list of faults is not read as people."""
    copies = return_all(store, folder / "errors")
    assert len(copies) == 3
    plan = bring_back(store, copies, folder / "mended", save)
    assert outcomes(plan) == {"new": 15, "same": len(plan.rows) - 15}
    assert RETURNED_SHEET not in {row.sheet for row in plan.rows}
    assert {row.name for row in plan.rows if row.outcome.value == "new"} == set(NAMES)


def test_a_mended_copy_comes_in(store, tmp_path):
    """The 15 mended rows become new, all others are the same, and the list of faults is not read as data."""
    check_returned(store, tmp_path, lambda _folder: None)


def check_second_copy(store: Store, folder: Path, save: Callable[[Path], None]) -> None:
    """What is still wrong after the first round, and nothing else, is marked in the second copy."""
    copies = return_all(store, folder / "errors")[:1]
    save(folder / "errors")
    again = write_returns(take_in(store, *copies), read_books(*copies), folder / "again")
    first, second = (load_workbook(path) for path in (copies[0], again[0]))
    for book in (first, second):
        marked = [cell.coordinate for row in book["Sheet1"].iter_rows() for cell in row if cell.fill.fgColor.rgb == RED]
        assert len(marked) == 6
        assert not [cell for row in book["Sheet1"].iter_rows() for cell in row if "原批注" in _comment(cell)]
    assert second.sheetnames == first.sheetnames
    listed = [[cell.value for cell in row] for row in second[RETURNED_SHEET].iter_rows(min_row=4)]
    assert listed == [[cell.value for cell in row] for row in first[RETURNED_SHEET].iter_rows(min_row=4)]


def _comment(cell) -> str:
    return cell.comment.text if cell.comment else ""


def test_a_copy_not_mended_goes_back_again_with_the_same_marks(store, tmp_path):
    """The second copy has the marks of today, not those of today and of the first time."""
    check_second_copy(store, tmp_path, lambda _folder: None)


@pytest.mark.faults
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("check", [check_returned, check_second_copy])
def test_copies_saved_by_an_office_program_come_in(store, tmp_path, check):
    """The same holds for copies that LibreOffice has opened and saved, which forgets who wrote a comment."""
    check(store, tmp_path, save_with_office)
