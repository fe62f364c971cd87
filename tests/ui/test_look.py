"""All windows, pages and dialogs: named, in order for Tab, in Chinese, with no text cut or on top of another."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from desktop.exchange.roster.plan import carry_out_roster, plan_roster
from desktop.exchange.workbook.read import Reader
from desktop.sample import SPREADSHEETS, write_sample
from desktop.sample_class import write_sample_class
from desktop.store import Store
from desktop.ui import screenshots, screenshots_flow, screenshots_lists, widgets
from desktop.ui.desk import Desk
from desktop.ui.theme import theme
from desktop.ui.window import MainWindow
from tests.ui.conftest import settle

WORDS = re.compile(r"[A-Za-z]{2,}")
ALLOWED = frozenset(
    (
        *(
            "PDF",
            "CSV",
            "xls",
            "xlsx",
            "xlsb",
            "xlsm",
            "ods",
            "et",
            "html",
            "txt",
            "json",
            "key",
            "keys",
            "cbak",
            "cpkg",
        ),
        *("ckey", "recovery", "quarantine", "backups", "office", "Excel", "WPS", "QR", "KB", "MB", "shan", "xiong"),
        *("Ctrl", "Shift", "Alt", "Esc", "Enter", "Tab", "Home", "End", "PgUp", "PgDn", "Del", "Ins"),
    )
)
"""Names of keys and of files that have no Chinese name, and examples of pinyin."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample office with six schools' rosters in it."""
    folder = tmp_path_factory.mktemp("look") / "office"
    store = write_sample(folder)
    with Reader() as reader:
        books = [(path, reader.read(path)) for path in sorted(SPREADSHEETS.glob("*.xls*"))[:6]]
    carry_out_roster(store, plan_roster(store, books), "王敏")
    write_sample_class(store)
    store.close()
    return folder


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COUNTY_DESK_SETTINGS", str(tmp_path / "settings"))


@contextmanager
def shown(qtbot: Any, folder: Path, screen: tuple[int, int] = screenshots.SCREEN) -> Iterator[MainWindow]:
    desk = Desk(Store.open(folder))
    window = MainWindow(desk)
    window.resize(*screen)
    window.show()
    settle(qtbot, window)
    yield window
    settle(qtbot, window)
    window.close()
    window.deleteLater()
    theme.set_percent(100)


def visit(window: MainWindow, tmp_path: Path, percent: int, look: Callable[[str, QWidget], None]) -> None:
    """Look at everything that is kept as a picture, through the pictures' own walk."""
    theme.set_percent(percent)
    files = sorted(SPREADSHEETS.glob("*.xls*"))[:2]
    screenshots.walk_pages(window, files, look)
    screenshots.walk_dialogs(window, look)
    screenshots.walk_beside(window, look)
    screenshots_lists.walk_lists(window, screenshots.settle, look)
    screenshots_lists.walk_packages(window, screenshots.settle, look)
    screenshots_flow.shoot_flows(window, screenshots.settle, look)
    screenshots.walk_start(tmp_path / "云岭县", look, (window.width(), window.height()))


def seen(widget: QWidget, kind: type) -> list[Any]:
    found = [each for each in widget.findChildren(kind) if each.isVisible()]
    return [*found, widget] if isinstance(widget, kind) else found


def texts_of(widget: QWidget) -> Iterator[str]:
    for each in seen(widget, QWidget):
        yield from (each.windowTitle(), each.toolTip(), each.accessibleName(), each.accessibleDescription())
        if isinstance(each, (QLabel, QAbstractButton)):
            yield each.text()
        if isinstance(each, QLineEdit):
            yield each.placeholderText()
        if isinstance(each, QComboBox):
            yield from (each.itemText(number) for number in range(each.count()))
        if isinstance(each, QAbstractItemView) and each.model() is not None:
            yield from _headings(each.model())
    yield from (action.text() for action in widget.findChildren(QAction))


def _headings(model: QAbstractItemModel) -> Iterator[str]:
    if isinstance(model, QAbstractTableModel):
        for number in range(model.columnCount()):
            yield str(model.headerData(number, Qt.Orientation.Horizontal) or "")


def named(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return f"{type(widget).__name__} “{text() if callable(text) else widget.accessibleName()}”"


def clipped(widget: QWidget) -> Iterator[str]:
    """Labels and buttons that have less room than their text needs."""
    for each in (*seen(widget, QLabel), *seen(widget, QAbstractButton)):
        if not each.text() or each.property("role") == "link" or each.property("elides"):
            continue
        if isinstance(each, QLabel) and each.wordWrap():
            if each.height() + 1 < each.heightForWidth(each.width()):
                yield f"{named(each)} 高 {each.height()}，需要 {each.heightForWidth(each.width())}"
        elif each.width() + 1 < each.sizeHint().width() or each.height() + 1 < each.minimumSizeHint().height():
            yield f"{named(each)} 宽 {each.width()}，需要 {each.sizeHint().width()}"


def cut_headings(widget: QWidget) -> Iterator[str]:
    """Headings that share the room of their table and have less than their text needs."""
    for header in seen(widget, QHeaderView):
        model, letters = header.model(), header.fontMetrics()
        for section in range(header.count() if header.orientation() == Qt.Orientation.Horizontal else 0):
            lines = str(model.headerData(section, Qt.Orientation.Horizontal) or "").split("\n")
            needs, has = max(map(letters.horizontalAdvance, lines)), header.sectionSize(section)
            if header.sectionResizeMode(section) == QHeaderView.ResizeMode.Stretch and has < needs:
                yield f"栏目“{lines[0]}”宽 {has}，需要 {needs}"


def overlapping(widget: QWidget) -> Iterator[str]:
    """Labels and buttons of one parent that lie on top of each other."""
    pieces = [each for each in (*seen(widget, QLabel), *seen(widget, QAbstractButton)) if each.parentWidget()]
    by_parent: dict[QWidget, list[QWidget]] = {}
    for each in pieces:
        by_parent.setdefault(each.parentWidget(), []).append(each)
    for some in by_parent.values():
        for number, first in enumerate(some):
            for second in some[number + 1 :]:
                common = first.geometry().intersected(second.geometry())
                if common.width() > 2 and common.height() > 2:
                    yield f"{named(first)} 与 {named(second)} 重叠"


def nameless(widget: QWidget) -> Iterator[str]:
    for kind in (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QAbstractItemView):
        for each in seen(widget, kind):
            inner = isinstance(each.parentWidget(), (QComboBox, QTabBar)) or each.objectName().startswith("qt_")
            if each.focusPolicy() != Qt.FocusPolicy.NoFocus and not inner:
                text = each.text() if isinstance(each, QAbstractButton) else ""
                if not (each.accessibleName() or text):
                    yield named(each)


def unreached(widget: QWidget) -> Iterator[str]:
    """What the keyboard cannot come to by Tab, and a chain of Tab that does not end where it began."""
    chain, present = [], widget
    for _ in range(5000):
        chain.append(present)
        present = present.nextInFocusChain()
        if present is widget:
            break
    else:
        yield "Tab 的次序没有回到开头"
    reached = {id(each) for each in chain}
    for each in seen(widget, QAbstractButton):
        if (
            each.focusPolicy() & Qt.FocusPolicy.TabFocus
            and id(each) not in reached
            and each.window() is widget.window()
        ):
            yield named(each)


SMALL = (1092, 614)
"""What a screen of 1366×768 has left for a window when the system magnifies everything to 125 %."""


def too_large(widget: QWidget, percent: int, screen: tuple[int, int]) -> Iterator[str]:
    """A window larger than the screen; a page that has to be moved as a whole, or a navigation that does not fit."""
    need = widget.minimumSizeHint().expandedTo(widget.size() if widget.isWindow() else QSize())
    if need.width() > screen[0] or need.height() > screen[1]:
        yield f"窗口需要 {need.width()}×{need.height()}"
    if not isinstance(widget, MainWindow):
        return
    page, area = widget.pages[widget.current].minimumSizeHint(), widget.stack.currentWidget()
    if page.width() > widget.stack.width():
        yield f"页面需要 {page.width()}，只有 {widget.stack.width()}"
    bars = (area.verticalScrollBar(), area.horizontalScrollBar())
    if percent <= 150 and any(bar.maximum() for bar in bars):
        yield f"整页要滚动 {[bar.maximum() for bar in bars]}"
    if not widget.navigation.fits():
        yield "导航要滚动"


@pytest.mark.parametrize(
    ("percent", "screen"),
    [(100, screenshots.SCREEN), (100, SMALL), (150, screenshots.SCREEN), (200, screenshots.SCREEN)],
)
def test_nothing_is_cut_or_covered(
    qtbot: Any, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, percent: int, screen: tuple[int, int]
) -> None:
    """At 1366×768, at 125 % of the system and at every text size each label and button has its room and place."""
    found: list[str] = []
    monkeypatch.setattr(widgets, "screen_room", lambda _widget: QSize(*screen) - QSize(20, 40))

    def look(name: str, widget: QWidget) -> None:
        told = (*clipped(widget), *cut_headings(widget), *overlapping(widget), *too_large(widget, percent, screen))
        found.extend(f"{name}: {text}" for text in told)

    with shown(qtbot, sample, screen) as window:
        visit(window, tmp_path, percent, look)
    assert not found, "\n".join(dict.fromkeys(found))


def test_everything_is_named_reached_and_chinese(qtbot: Any, sample: Path, tmp_path: Path) -> None:
    """Every control has a name for screen readers, Tab reaches it, and no English word stands in view."""
    found: list[str] = []

    def look(name: str, widget: QWidget) -> None:
        found.extend(f"{name}: 没有名称 {text}" for text in nameless(widget))
        found.extend(f"{name}: Tab 到不了 {text}" for text in unreached(widget))
        for text in texts_of(widget):
            plain = re.sub(r"\S*[/\\]\S*", "", text.replace(str(sample), "").replace(str(tmp_path), ""))
            wrong = [word for word in WORDS.findall(plain) if word not in ALLOWED]
            found.extend([f"{name}: 英文 {wrong} in {text!r}"] if wrong else [])

    with shown(qtbot, sample) as window:
        visit(window, tmp_path, 100, look)
    assert not found, "\n".join(dict.fromkeys(found))


def test_qts_own_buttons_are_chinese(qtbot: Any, qapp: QApplication) -> None:
    """Each standard button of Qt and each entry of a text field's menu has a Chinese text."""
    kinds = [each for each in QMessageBox.StandardButton if each.name != "NoButton"]
    for kind in kinds:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton(kind.value))
        qtbot.addWidget(box)
        for made in box.buttons():
            assert not WORDS.search(made.text()), made.text()
    field = QLineEdit("文字")
    qtbot.addWidget(field)
    menu = field.createStandardContextMenu()
    for action in menu.actions():
        assert not WORDS.search(action.text().split("\t")[0]), action.text()
    menu.deleteLater()


def test_focus_is_visible(qtbot: Any, open_window: Any) -> None:
    """A button and a field look different with the keyboard in them."""
    window = open_window()
    for widget in (window.pages["home"].view.note, window.top.other, window.navigation.buttons["teachers"]):
        window.navigation.buttons["home"].setFocus()
        before = widget.grab().toImage()
        widget.setFocus()
        assert widget.grab().toImage() != before
