"""Certificates given to those entitled, voided, replaced, handed out; photos of a folder matched, the missing told."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from desktop.models import Certificate, Teacher
from desktop.store import Store
from desktop.ui.training.certificates import CertificatesPiece
from tests.builders import contents_of
from tests.builders_training import MadeClass, make_class, score
from tests.printed import printed
from tests.ui.conftest import Answers, settle


@pytest.fixture
def passed(office: Store) -> MadeClass:
    """Four people, of whom the last failed."""
    made = make_class(office, people=4)
    score(office, made, "2", ["90.0", "80.0", "70.0", "40.0"])
    return made


def opened(qtbot: Any, open_window: Any, made: MadeClass) -> tuple[Any, CertificatesPiece]:
    window = open_window()
    window.open_page("training", made.uid)
    settle(qtbot, window)
    piece = window.pages["training"].class_desk.open("证书")
    settle(qtbot, window)
    piece.focus_first()
    return window, piece


def numbers(store: Store) -> list[str]:
    return sorted(each["number"][-5:] for each in contents_of(store, Certificate).values())


def issue(qtbot: Any, window: Any, piece: CertificatesPiece) -> None:
    piece.issue_button.click()
    settle(qtbot, window)


def test_those_entitled_get_numbers_without_gaps(qtbot: Any, open_window: Any, office: Store, passed: Any) -> None:
    """Three of four are numbered in the order of the class; the failed one stands with the reason; undo takes all."""
    window, piece = opened(qtbot, open_window, passed)
    tester = QAbstractItemModelTester(piece.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    assert "（3 人）" in piece.issue_button.text()
    issue(qtbot, window, piece)
    assert numbers(office) == ["00001", "00002", "00003"]
    assert "没有缺号" in piece.told.text()
    assert piece.model.texts(piece.model.rows[3])[4] == ""
    assert "不及格" in piece.model.texts(piece.model.rows[3])[-1]
    assert not piece.issue_button.isEnabled()
    assert tester.model() is piece.model


def test_failed_trainee_is_refused_with_the_reason(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, passed: Any
) -> None:
    """A certificate for the failed one alone is refused in a sentence; no number is used up."""
    window, piece = opened(qtbot, open_window, passed)
    piece.table.selectRow(3)
    assert piece.remark.text() == f"{piece.model.rows[3].person.name}：{piece.model.texts(piece.model.rows[3])[-1]}"
    piece.some_button.click()
    settle(qtbot, window)
    assert "不能发证书，没有编号" in dialogs.asked[-1].text
    assert numbers(office) == []


def test_voided_number_stays_and_a_new_one_follows(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, passed: Any
) -> None:
    """换发 voids with its reason and gives the next number; the register has no gap and says why."""
    window, piece = opened(qtbot, open_window, passed)
    issue(qtbot, window, piece)
    piece.table.selectRow(1)
    dialogs.prepared = ["姓名印错"]
    piece.replace_button.click()
    settle(qtbot, window)
    assert numbers(office) == ["00001", "00002", "00003", "00004"]
    texts = piece.model.texts(piece.model.rows[1])
    assert texts[4].endswith("00004")
    assert "姓名印错" in texts[-1]
    assert "没有缺号" in piece.told.text()


def test_handing_out_is_noted(qtbot: Any, open_window: Any, office: Store, dialogs: Answers, passed: Any) -> None:
    """All selected certificates are noted as fetched by their holders, as one Act."""
    window, piece = opened(qtbot, open_window, passed)
    issue(qtbot, window, piece)
    piece.table.selectAll()
    dialogs.prepared = ["本人领取"]
    piece.collect_button.click()
    settle(qtbot, window)
    assert "3 张" in dialogs.asked[-1].text
    names = {each["name"] for each in contents_of(office, Teacher).values()}
    assert {each["collected_by"] for each in contents_of(office, Certificate).values()} < names


def test_bad_day_of_issue_is_told(qtbot: Any, open_window: Any, office: Store, dialogs: Answers, passed: Any) -> None:
    """A day that is none stops before any number is given."""
    window, piece = opened(qtbot, open_window, passed)
    piece.day.clear()
    QTest.keyClicks(piece.day, "2026-13-01")
    issue(qtbot, window, piece)
    assert "发证日期" in dialogs.asked[-1].text
    assert numbers(office) == []


def test_photos_of_a_folder_are_matched_and_kept(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, passed: Any, tmp_path: Path
) -> None:
    """By ID number and by name; a file of nobody and a tiny one are told, those without a photo listed."""
    folder = tmp_path / "照片"
    folder.mkdir()
    known = contents_of(office, Teacher)
    one, two, three = (known[uid] for uid in passed.teachers[:3])
    for name, size in ((one["id_number"], 600), (two["name"], 600), ("无名氏", 600), (three["name"], 90)):
        Image.new("RGB", (size, size + 200), "white").save(folder / f"{name}.jpg")
    window, piece = opened(qtbot, open_window, passed)
    dialogs.prepared = [str(folder)]
    piece.photo_button.click()
    settle(qtbot, window)
    panel = piece.photos
    assert piece.stack.currentWidget() is panel
    assert "对上 2 人，没有照片 2 人，不能用的文件 2 个" in panel.told.text()
    assert not panel.picture.pixmap().isNull()
    assert panel.picture.pixmap().height() > panel.picture.pixmap().width()
    QTest.keyClick(panel.save_button, Qt.Key.Key_Space)
    settle(qtbot, window)
    assert sum("photo" in each for each in contents_of(office, Teacher).values()) == 2
    assert [piece.model.texts(each)[6] for each in piece.model.rows] == ["有", "有", "缺", "缺"]


def test_overprint_bears_values_only_and_is_shifted(
    office: Store, passed: Any, qtbot: Any, open_window: Any, tmp_path: Path
) -> None:
    """套打 leaves out the printed name of the certificate and the frames; everything else moves by the offset."""
    window, piece = opened(qtbot, open_window, passed)
    issue(qtbot, window, piece)
    _result, _row, whole = printed(office, tmp_path, "F19", draft="yes")
    _result, _row, values = printed(office, tmp_path, "F19", draft="yes", style="values", right="-3", down="2.5")
    assert "结业证书" in whole[0].replace(" ", "")
    assert "结业证书" not in values[0].replace(" ", "")
    assert "准予结业" in values[0].replace("\n", "")
