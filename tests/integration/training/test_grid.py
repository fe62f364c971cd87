"""The grid of a class shows what the sheets hold, and adds up as the attendance of the class does."""

from datetime import date

from desktop.queries.policies import Policies
from desktop.queries.training.attendance import attendance
from desktop.queries.training.grid import class_grid
from desktop.services.training.sheets import make_sheet
from desktop.services.training.timetable import cancel_session
from tests.builders_training import make_class, mark_all


def test_grid_agrees_with_attendance(store):
    """Cells are the marks as entered; a cancelled session stays visible and counts no longer; both sums are equal."""
    made = make_class(store, hours=((0, "4.0"), (0, "3.5"), (0, "4.0")), people=3)
    marks = [[("1", None), ("5", None), ("3", "1.5")], [("9", None), ("2", None), ("7", None)], [("7", None)] * 3]
    mark_all(store, made, marks)
    with store.write("取消") as session:
        cancel_session(session, made.sessions[2], "停电")
    with store.read() as session:
        grid = class_grid(session, Policies(session), made.uid)
        assert grid.attendance == attendance(session, Policies(session), (made.uid,))
    assert [grid.cells[made.trainees[2], lesson].mark for lesson in made.sessions] == ["3", "7", "7"]
    assert grid.cells[made.trainees[2], made.sessions[0]].hours == "1.5"
    assert [grid.attendance[who].total.absent for who in made.trainees] == [35, 40, 50]
    assert list(grid.entered.values()) == ["2026-07-31"] * 3


def test_a_sheet_not_yet_filled_in(store):
    """A printed sheet has cells without marks and no day of entry."""
    made = make_class(store, hours=((0, "4.0"),), people=2)
    with store.write("打印") as session:
        make_sheet(session, made.sessions[0], printed_on=date(2026, 7, 1))
    with store.read() as session:
        grid = class_grid(session, Policies(session), made.uid)
    assert {cell.mark for cell in grid.cells.values()} == {""}
    assert grid.entered == {made.sessions[0]: ""}
