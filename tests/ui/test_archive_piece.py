"""The file of a class: what each paper lacks, filed with day and place; inspections recorded beside."""

from pathlib import Path
from typing import Any

from PIL import Image
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QDialog

from desktop.models import ArchiveScan, Inspection, TrainingClass
from desktop.reports.charts import Bar, Chart, chart_document
from desktop.reports.render import MissingPolicy, render
from desktop.store import Store
from desktop.ui.training.archive import ArchivePiece
from desktop.ui.training.day_dialog import DayDialog
from desktop.ui.training.scans_dialog import ScansDialog
from tests.builders import contents_of
from tests.builders_training import make_class
from tests.ui.conftest import Answers, settle

CTRL = Qt.KeyboardModifier.ControlModifier


def open_archive(qtbot: Any, window: Any, uid: str) -> ArchivePiece:
    window.open_page("training", uid)
    settle(qtbot, window)
    piece = window.pages["training"].class_desk.open("档案")
    settle(qtbot, window)
    assert isinstance(piece, ArchivePiece)
    return piece


def test_papers_are_filed_and_taken_out(
    qtbot: Any, qtmodeltester: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """Each paper tells what it lacks; filing notes day and place of all selected as one Act."""
    made = make_class(office, people=2, summary="已写")
    window = open_window()
    piece = open_archive(qtbot, window, made.uid)
    qtmodeltester.check(piece.papers.rows)
    assert piece.done.text() == "档案材料 7 项，已齐 0 项"
    told = {each.texts[0]: each.texts[1] for each in piece.papers.rows.rows}
    assert told["学员名册"] == "已齐，还没有归档"
    assert told["教学大纲"] == "没有教学大纲：课程标准解读"

    def answer(dialog: QDialog) -> bool:
        assert isinstance(dialog, DayDialog)
        dialog.field.setDate(QDate(2026, 8, 1))
        dialog.reason.setText("3号柜")
        return True

    dialogs.run = answer
    labels = [each.texts[0] for each in piece.papers.rows.rows]
    piece.papers.select_line(labels.index("学员名册"))
    piece.papers.select_line(labels.index("培训总结"), further=True)
    piece.file()
    settle(qtbot, window)
    assert "已齐 2 项" in piece.done.text()
    filed = contents_of(office, TrainingClass)[made.uid]["archive"]
    assert [(each["item"], each["filed_on"], each["place"]) for each in filed] == [
        ("4", "2026-08-01", "3号柜"),
        ("9", "2026-08-01", "3号柜"),
    ]
    assert len(piece.selected) == 2
    piece.unfile()
    settle(qtbot, window)
    assert "archive" not in contents_of(office, TrainingClass)[made.uid]
    piece.unfile()
    settle(qtbot, window)
    assert "还没有归档，没有改动" in dialogs.asked[-1].text


def test_inspection_is_recorded(qtbot: Any, open_window: Any, office: Store) -> None:
    """Insert on the second tab opens a form of today; saved it stands in the list with its kind in words."""
    made = make_class(office)
    window = open_window()
    piece = open_archive(qtbot, window, made.uid)
    piece.tabs.setCurrentIndex(1)
    piece.new()
    settle(qtbot, window)
    cells = piece.beside.form.sections.cells
    cells["kind"].editor.set_text("听课")
    cells["kind"].editor.edited.emit()
    qtbot.keyClick(cells["date"].editor, Qt.Key.Key_S, CTRL)
    settle(qtbot, window)
    [content] = contents_of(office, Inspection).values()
    assert content["training_class"] == made.uid
    [shown] = piece.inspections.rows.rows
    assert "听课" in shown.texts[1]


def test_scans_are_put_in_and_looked_at(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """The paper asked for gets the files; its line counts them, the dialog turns pages, one taken out is gone."""
    made = make_class(office, people=1)
    pdf, picture = tmp_path / "计划.pdf", tmp_path / "封面.png"
    render(chart_document((Chart("一", (Bar("甲", 1.0, "1"),), 1.0),)), pdf, missing=MissingPolicy.BLANK)
    Image.new("RGB", (300, 400), "white").save(picture)
    piece = open_archive(qtbot, open_window(), made.uid)
    dialogs.prepared = ["培训计划", [str(pdf), str(picture)]]
    piece.add_scans()
    settle(qtbot, piece.window())
    lines = [each.texts for each in piece.papers.rows.rows]
    assert [each[3] for each in lines if each[0] == "培训计划"] == ["2 个"]
    seen: list[tuple[str, bool]] = []

    def look(dialog: ScansDialog) -> bool:
        for number in range(2):
            dialog.names.setCurrentRow(number)
            seen.append((dialog.told.text(), dialog.picture.pixmap().isNull()))
        dialog._drop()
        return True

    dialogs.run = look
    piece.papers.select_line([each[0] for each in lines].index("培训计划"))
    piece.look_at_scans()
    settle(qtbot, piece.window())
    assert sorted(seen) == [("", False), ("第 1 页 共 1 页", False)]
    assert len(contents_of(office, ArchiveScan)) == 1
    piece.papers.select_line([each[0] for each in lines].index("签到表"))
    piece.look_at_scans()
    assert "还没有扫描件" in dialogs.asked[-1].text
