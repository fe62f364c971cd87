"""The look: colours, sizes and the one style sheet made from them, at a text scale from 100 to 200 %."""

import sys
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from desktop.paths import RESOURCES

INK: Final = "#1d2433"
MUTED: Final = "#667085"
LINE: Final = "#e4e7ec"
EDGE: Final = "#d0d5dd"
GROUND: Final = "#f6f7f9"
PAPER: Final = "#ffffff"
ACCENT: Final = "#0f6b62"
ACCENT_DARK: Final = "#0b544d"
SOFT: Final = "#e6f2f0"
RED: Final = "#b42318"
AMBER: Final = "#b54708"

SCALES: Final = (100, 125, 150, 175, 200)
"""The text sizes a clerk can choose, in percent."""

_BUNDLED: Final = ("CountyDeskHei.ttf", "CountyDeskSong.ttf", "CountyDeskRareA.ttf", "CountyDeskRareB.ttf")
_BUNDLED_FAMILIES: Final = ("County Desk Hei", "County Desk Song", "County Desk Rare A", "County Desk Rare B")
_WINDOWS_FAMILIES: Final = ("Microsoft YaHei UI", "Microsoft YaHei")


class Theme(QObject):
    """The text scale of the window; everything that is measured in pixels asks here."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.percent = 100

    def px(self, size: float) -> int:
        """Pixels at the present scale of a size given for 100 %."""
        return round(size * self.percent / 100)

    def set_percent(self, percent: int) -> None:
        """Change the text scale of the running program."""
        self.percent = percent
        self.apply()
        self.changed.emit()

    def apply(self) -> None:
        """Give font, palette and style sheet to the application."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        font = QFont()
        font.setFamilies(_families())
        font.setPixelSize(self.px(13))
        app.setFont(font)
        app.setPalette(_palette())
        app.setStyleSheet(_sheet(self))


theme = Theme()


def load_fonts() -> None:
    """Make the bundled faces known where the system has no Chinese interface font."""
    for name in _BUNDLED:
        QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / name))


def _families() -> list[str]:
    own = list(_BUNDLED_FAMILIES)
    return [*_WINDOWS_FAMILIES, *own] if sys.platform == "win32" else own


def _palette() -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: GROUND,
        QPalette.ColorRole.WindowText: INK,
        QPalette.ColorRole.Base: PAPER,
        QPalette.ColorRole.AlternateBase: GROUND,
        QPalette.ColorRole.Text: INK,
        QPalette.ColorRole.Button: PAPER,
        QPalette.ColorRole.ButtonText: INK,
        QPalette.ColorRole.ToolTipBase: PAPER,
        QPalette.ColorRole.ToolTipText: INK,
        QPalette.ColorRole.PlaceholderText: MUTED,
        QPalette.ColorRole.Highlight: SOFT,
        QPalette.ColorRole.HighlightedText: INK,
        QPalette.ColorRole.Link: ACCENT,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    return palette


def _icon_url(name: str) -> str:
    return (RESOURCES / "icons" / f"{name}.svg").as_posix()


def _sheet(look: Theme) -> str:
    px = look.px
    return f"""
    QWidget {{ color: {INK}; font-size: {px(13)}px; }}
    QMainWindow, QDialog, QWidget#page, QWidget#ground {{ background: {GROUND}; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QLabel {{ background: transparent; }}
    QLabel[role="title"] {{ font-size: {px(19)}px; font-weight: bold; }}
    QLabel[role="section"] {{ font-size: {px(14)}px; font-weight: bold; }}
    QLabel[role="figure"] {{ font-size: {px(19)}px; font-weight: bold; }}
    QLabel[role="muted"] {{ color: {MUTED}; }}
    QLabel[role="small"] {{ color: {MUTED}; font-size: {px(11)}px; }}
    QLabel[role="problem"] {{ color: {RED}; font-size: {px(12)}px; }}
    QLabel[role="red"] {{ color: {RED}; }}
    QLabel[role="amber"] {{ color: {AMBER}; }}
    QLabel[role="good"] {{ color: {ACCENT}; font-weight: bold; }}
    QLabel[role="tag"] {{ background: {SOFT}; color: {ACCENT}; border-radius: {px(4)}px;
        padding: {px(5)}px {px(10)}px; }}
    QLabel[role="tag"][light="yellow"] {{ background: #fffaf0; color: {AMBER}; }}
    QLabel[role="tag"][light="red"] {{ background: #fef3f2; color: {RED}; }}
    QFrame[role="notice"] {{ background: #fffaf0; border: 1px solid #f5d9a8; border-radius: {px(6)}px; }}
    QListWidget[role="problems"] {{ background: {PAPER}; border: 1px solid {EDGE}; border-radius: {px(6)}px; }}
    QListWidget[role="problems"]::item {{ padding: {px(2)}px {px(6)}px; }}
    QLabel[role="code"] {{ font-size: {px(16)}px; font-weight: bold; }}
    QFrame[role="card"], QWidget[role="card"] {{
        background: {PAPER}; border: 1px solid {LINE}; border-radius: {px(8)}px; }}
    QFrame[role="bar"] {{ background: {PAPER}; border: none; border-bottom: 1px solid {LINE}; }}
    QFrame[role="foot"] {{ background: {PAPER}; border: none; border-top: 1px solid {LINE}; }}
    QFrame[role="side"] {{ background: {PAPER}; border: none; border-right: 1px solid {LINE}; }}
    QFrame[role="drop"] {{ background: {PAPER}; border: 2px dashed {EDGE}; border-radius: {px(8)}px; }}
    QFrame[role="drop"][over="true"] {{ border-color: {ACCENT}; background: {SOFT}; }}
    QPushButton, QToolButton {{
        background: {PAPER}; border: 1px solid {EDGE}; border-radius: {px(6)}px; padding: {px(6)}px {px(12)}px; }}
    QPushButton, QToolButton, QTabBar {{ outline: none; }}
    QPushButton:hover, QToolButton:hover {{ background: {GROUND}; }}
    QPushButton:pressed, QToolButton:pressed {{ background: {LINE}; }}
    QPushButton:focus, QToolButton:focus {{ border: 2px solid {ACCENT}; padding: {px(6) - 1}px {px(12) - 1}px; }}
    QPushButton:disabled, QToolButton:disabled {{ color: #98a2b3; background: {GROUND}; }}
    QPushButton[role="primary"] {{ background: {ACCENT}; color: white; border-color: {ACCENT}; font-weight: bold; }}
    QPushButton[role="primary"]:hover {{ background: {ACCENT_DARK}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {INK}; }}
    QPushButton[role="primary"]:disabled {{ background: #98bdb9; border-color: #98bdb9; color: white; }}
    QPushButton[role="danger"] {{ color: {RED}; border-color: {RED}; }}
    QPushButton[role="danger"]:disabled {{ color: #98a2b3; border-color: {EDGE}; }}
    QPushButton[role="nav"] {{
        text-align: left; border: none; background: transparent; padding: {px(5)}px {px(12)}px; }}
    QPushButton[role="nav"]:hover {{ background: {GROUND}; }}
    QPushButton[role="nav"]:checked {{ background: {SOFT}; color: {ACCENT}; font-weight: bold; }}
    QPushButton[role="nav"]:focus {{ border: 2px solid {ACCENT}; padding: {px(5) - 2}px {px(12) - 2}px; }}
    QPushButton[role="nav"][narrow="true"] {{ padding: {px(4)}px {px(2)}px; text-align: center;
        font-size: {px(12)}px; }}
    QPushButton[role="nav"][narrow="true"]:focus {{ padding: {px(4) - 2}px {px(2) - 2}px; }}
    QPushButton[role="group"] {{ text-align: left; border: none; background: transparent; color: {MUTED};
        font-size: {px(11)}px; padding: {px(2)}px {px(6)}px; }}
    QPushButton[role="group"]:hover {{ background: {GROUND}; color: {INK}; }}
    QPushButton[role="group"]:focus {{ border: 2px solid {ACCENT}; padding: {px(2) - 2}px {px(6) - 2}px; }}
    QPushButton[role="flat"], QToolButton[role="flat"] {{ border: none; background: transparent; }}
    QPushButton[role="flat"]:hover, QToolButton[role="flat"]:hover {{ background: {GROUND}; }}
    QPushButton[role="flat"]:focus, QToolButton[role="flat"]:focus {{ border: 2px solid {ACCENT}; }}
    QPushButton[role="link"] {{
        border: none; background: transparent; text-align: left; padding: {px(3)}px {px(4)}px; }}
    QPushButton[role="link"]:hover {{ color: {ACCENT}; text-decoration: underline; }}
    QPushButton[role="link"]:focus {{ border: 2px solid {ACCENT}; padding: {px(3) - 2}px {px(4) - 2}px; }}
    QPushButton[role="count"] {{ text-align: left; border-radius: {px(8)}px; padding: {px(10)}px {px(14)}px; }}
    QPushButton[role="count"]:checked {{ border: 2px solid {ACCENT}; background: {SOFT}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QPushButton::menu-indicator {{ image: url("{_icon_url("chevron-down-muted")}"); width: {px(14)}px;
        height: {px(14)}px; subcontrol-origin: padding; subcontrol-position: right center; right: {px(8)}px; }}
    QPushButton[role="menu"] {{ padding-right: {px(20)}px; }}
    QPushButton[role="menu"]:focus {{ padding-right: {px(19)}px; }}
    QTabWidget::pane {{ border: none; border-top: 1px solid {LINE}; }}
    QTabBar {{ background: transparent; }}
    QTabBar QToolButton {{ background: {GROUND}; border: none; padding: 0; }}
    QTabBar QToolButton::right-arrow {{ image: url("{_icon_url("chevron-right")}"); }}
    QTabBar QToolButton::left-arrow {{ image: url("{_icon_url("chevron-left")}"); }}
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    QTabBar::tab {{ background: transparent; border: none; border-bottom: 2px solid transparent; color: {MUTED};
        padding: {px(6)}px {px(14)}px; }}
    QTabBar::tab:selected {{ border-bottom-color: {ACCENT}; color: {ACCENT}; font-weight: bold; }}
    QTabBar::tab:hover {{ color: {INK}; }}
    QTabBar::tab:focus {{ border: 2px solid {ACCENT}; padding: {px(6) - 2}px {px(14) - 2}px {px(6)}px; }}
    QLineEdit, QPlainTextEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit {{
        background: {PAPER}; border: 1px solid {EDGE}; border-radius: {px(6)}px; padding: {px(5)}px {px(8)}px;
        min-height: {px(20)}px; selection-background-color: #b5d9d4; selection-color: {INK}; }}
    QTextBrowser {{ background: {PAPER}; border: 1px solid {LINE}; border-radius: {px(6)}px; padding: {px(8)}px; }}
    QTextBrowser:focus, QListWidget:focus {{ border: 2px solid {ACCENT}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus,
    QDateEdit:focus {{
        border: 2px solid {ACCENT}; padding: {px(5) - 1}px {px(8) - 1}px; }}
    QDateEdit::up-button, QDateEdit::down-button {{ width: 0; border: none; }}
    QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"] {{ border: 2px solid {RED}; }}
    QLineEdit:read-only {{ background: {GROUND}; color: {MUTED}; }}
    QPlainTextEdit[readOnly="true"] {{ background: {GROUND}; }}
    QLineEdit:disabled, QComboBox:disabled {{ background: {GROUND}; color: {MUTED}; }}
    QComboBox {{ padding-right: {px(24)}px; }}
    QComboBox::drop-down {{ border: none; width: {px(24)}px; }}
    QComboBox::down-arrow {{ image: url("{_icon_url("chevron-down-muted")}"); width: {px(14)}px; height: {px(14)}px; }}
    QComboBox QAbstractItemView {{ background: {PAPER}; border: 1px solid {EDGE}; outline: none; padding: 2px; }}
    QComboBox QAbstractItemView::item {{ min-height: {px(26)}px; padding: 0 {px(8)}px; }}
    QComboBox QAbstractItemView::item:selected {{ background: {SOFT}; color: {INK}; }}
    QListWidget {{ background: {PAPER}; border: 1px solid {LINE}; border-radius: {px(6)}px; outline: none; }}
    QListWidget::item {{ padding: {px(6)}px {px(10)}px; }}
    QListWidget::item:selected {{ background: {SOFT}; color: {INK}; }}
    QTableView {{ background: {PAPER}; border: 1px solid {LINE}; border-radius: {px(8)}px; gridline-color: {LINE};
        selection-background-color: {SOFT}; selection-color: {INK}; outline: none; }}
    QTableView:focus {{ border: 1px solid {ACCENT}; }}
    QTableView::item {{ padding: 0 {px(6)}px; }}
    QTableView::item:focus {{ border: 1px solid {ACCENT}; }}
    QTableView QLineEdit {{ border-radius: 0; padding: 0 {px(4)}px; min-height: 0; }}
    QHeaderView {{ background: #f9fafb; border: none; }}
    QHeaderView::section {{ background: #f9fafb; border: none; border-right: 1px solid {LINE};
        border-bottom: 1px solid {LINE}; padding: {px(7)}px {px(9)}px; font-weight: bold; text-align: left; }}
    QTableCornerButton::section {{ background: #f9fafb; border: none; }}
    QCheckBox {{ spacing: {px(8)}px; background: transparent; }}
    QCheckBox::indicator {{ width: {px(16)}px; height: {px(16)}px; border: 1px solid {EDGE}; border-radius: {px(3)}px;
        background: {PAPER}; }}
    QCheckBox::indicator:checked {{ background: {ACCENT}; border-color: {ACCENT};
        image: url("{_icon_url("check-white")}"); }}
    QCheckBox:focus, QRadioButton:focus {{ color: {ACCENT}; }}
    QRadioButton {{ spacing: {px(8)}px; background: transparent; }}
    QRadioButton::indicator {{ width: {px(14)}px; height: {px(14)}px; border: 1px solid {EDGE};
        border-radius: {px(14) // 2 + 1}px; background: {PAPER}; }}
    QRadioButton::indicator:checked {{ width: {px(6)}px; height: {px(6)}px; border: {px(5)}px solid {ACCENT};
        border-radius: {px(8)}px; }}
    QProgressBar {{ background: {LINE}; border: none; border-radius: {px(4)}px; height: {px(8)}px; }}
    QProgressBar::chunk {{ background: {ACCENT}; border-radius: {px(4)}px; }}
    QSplitter::handle {{ background: transparent; }}
    QMenu {{ background: {PAPER}; border: 1px solid {EDGE}; padding: {px(4)}px; }}
    QMenu::item {{ padding: {px(6)}px {px(24)}px {px(6)}px {px(12)}px; border-radius: {px(4)}px; }}
    QMenu::item:selected {{ background: {SOFT}; }}
    QMenu::item:disabled {{ color: #98a2b3; }}
    QMenu::separator {{ height: 1px; background: {LINE}; margin: {px(4)}px; }}
    QToolTip {{ background: {INK}; color: white; border: none; padding: {px(6)}px; }}
    QScrollBar:vertical {{ background: transparent; width: {px(10)}px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: {px(10)}px; margin: 0; }}
    QScrollBar::handle {{ background: #cbd2dc; border-radius: {px(4)}px; min-height: {px(28)}px; min-width: {px(28)}px;
        margin: 1px; }}
    QScrollBar::handle:disabled {{ background: transparent; }}
    QScrollBar::handle:hover {{ background: #98a2b3; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """
