"""Every question to the clerk goes through `Dialogs.answer`; a test puts its own answers there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from desktop.text import tr
from desktop.ui.memory import recall, remember
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, label, row

SPREADSHEETS: Final = "表格 (*.xlsx *.xls *.xlsb *.xlsm *.csv *.ods *.et *.txt *.html)"


class Wish(StrEnum):
    """What a request asks for."""

    CHOICE = "choice"
    TEXT = "text"
    NAME = "name"
    FILES = "files"
    FOLDER = "folder"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class Request:
    """One question: `buttons` are the answers; `danger` marks one of them.

    Escape answers with `leave`, which leaves things as they are; the last button where it is not named.
    """

    wish: Wish
    title: str
    text: str = ""
    detail: str = ""
    buttons: tuple[str, ...] = ()
    danger: str = ""
    kinds: str = ""
    start: str = ""
    names: tuple[str, ...] = ()
    leave: str = ""
    optional: bool = False
    """Whether a text may be left empty."""
    why: str = ""
    """The topic of the help that explains a refusal."""

    @property
    def on_escape(self) -> str:
        """The answer of who closes the question without one."""
        return self.leave or self.buttons[-1]


class Dialogs:
    """Asks and tells; `answer` may be replaced as a whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.parent = parent
        self.answer: Callable[[Request], Any] = self._show
        self.run: Callable[[QDialog], bool] = lambda dialog: bool(dialog.exec())
        """Shows a dialog of a page's own; returns whether it was accepted."""

    def tell(self, title: str, text: str, *, detail: str = "", why: str = "") -> None:
        """Say something that has to be read; `detail` can be copied, `why` is the topic of the help about it."""
        self.answer(Request(Wish.CHOICE, title, text, detail, (tr("知道了"),), why=why))

    def ask(self, title: str, text: str, *buttons: str, danger: str = "", detail: str = "", leave: str = "") -> str:
        """The text of the button chosen; `leave`, or else the last one, where the dialog is closed."""
        return str(self.answer(Request(Wish.CHOICE, title, text, detail, buttons, danger, leave=leave)))

    def ask_text(self, title: str, text: str, *, optional: bool = False) -> str | None:
        """One line of text, which may be left empty where it is `optional`; None where the clerk goes back."""
        buttons = (tr("确定"), tr("取消"))
        found = self.answer(Request(Wish.TEXT, title, text, buttons=buttons, optional=optional))
        return None if found is None else str(found)

    def ask_name(self, title: str, text: str, names: Sequence[str], present: str) -> str | None:
        """One of some names or another one that is typed; None where the clerk goes back."""
        buttons = (tr("确定"), tr("取消"))
        found = self.answer(Request(Wish.NAME, title, text, buttons=buttons, start=present, names=tuple(names)))
        return None if found is None else str(found)

    def choose_files(self, title: str, kinds: str) -> list[Path]:
        """Existing files, none where the clerk goes back."""
        return [Path(each) for each in self.answer(Request(Wish.FILES, title, kinds=kinds)) or ()]

    def choose_folder(self, title: str) -> Path | None:
        """A folder."""
        found = self.answer(Request(Wish.FOLDER, title))
        return Path(found) if found else None

    def choose_path(self, title: str, name: str, kinds: str) -> Path | None:
        """Where a new file is to be written."""
        found = self.answer(Request(Wish.PATH, title, kinds=kinds, start=name))
        return Path(found) if found else None

    def _show(self, request: Request) -> Any:  # noqa: ANN401 - each wish has its own answer
        parent = self.parent or QApplication.activeWindow()
        match request.wish:
            case Wish.CHOICE:
                box = QuestionBox(request, parent)
                box.exec()
                return box.chosen
            case Wish.TEXT:
                text_box = TextBox(request, parent)
                return text_box.field.text().strip() if text_box.exec() else None
            case Wish.NAME:
                name_box = NameBox(request, parent)
                return name_box.field.currentText().strip() if name_box.exec() else None
        return _choose(request, parent)


def _choose(request: Request, parent: QWidget | None) -> Any:  # noqa: ANN401
    folder = Path(str(recall("folder", str(Path.home()))))
    if request.wish is Wish.FILES:
        files, _kind = QFileDialog.getOpenFileNames(parent, request.title, str(folder), request.kinds)
        if files:
            remember("folder", str(Path(files[0]).parent))
        return files
    if request.wish is Wish.FOLDER:
        place = QFileDialog.getExistingDirectory(parent, request.title, str(folder))
        if place:
            remember("folder", place)
        return place
    dialog = QFileDialog(parent, request.title, str(folder), request.kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(request.start).suffix)  # a name is typed without it, and it is that one that may exist
    dialog.selectFile(request.start)
    if not dialog.exec():
        return None
    path = dialog.selectedFiles()[0]
    remember("folder", str(Path(path).parent))
    return path


class QuestionBox(QDialog):
    """A question with named answers; no dangerous one is ever the default, long texts scroll."""

    def __init__(self, request: Request, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(request.title)
        self.chosen = request.on_escape
        self.setMinimumWidth(theme.px(440))
        said = label(request.text, wrap=True)
        said.setMinimumWidth(theme.px(400))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(said)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        height = said.heightForWidth(theme.px(400))
        area.setFixedHeight(min(max(height, theme.px(36)) + theme.px(6), theme.px(320)))
        layout = column(label(request.title, "section"), area, space=10, margins=(20, 18, 20, 16))
        if request.detail:
            detail = QPlainTextEdit(request.detail)
            detail.setReadOnly(True)
            detail.setAccessibleName(tr("详细内容"))
            detail.setFixedHeight(theme.px(140))
            layout.addWidget(detail)
        why = self._why(request.why) if request.why else None
        buttons = [self._button(each, request) for each in reversed(request.buttons)]
        layout.addLayout(row(*([why] if why is not None else []), None, *buttons))
        self.setLayout(layout)

    def _why(self, topic: str) -> QWidget:
        """The way from a refusal to the page that explains it."""

        def show() -> None:
            import_module("desktop.ui.help").show_help(topic, self)

        made = button(tr("为什么"), show, icon_name="help", role="flat", keys="F1")
        made.setAutoDefault(False)
        return made

    def _button(self, text: str, request: Request) -> QWidget:
        is_first = text == request.buttons[0]
        role = "danger" if text == request.danger else "primary" if is_first else ""
        made = button(text, lambda: self._choose(text), role=role)
        made.setAutoDefault(text != request.danger)
        made.setDefault(is_first and text != request.danger)
        return made

    def _choose(self, text: str) -> None:
        self.chosen = text
        self.accept()


class TextBox(QDialog):
    """A question that is answered with one line; it cannot be left empty unless it is optional."""

    def __init__(self, request: Request, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(request.title)
        self.setMinimumWidth(theme.px(440))
        self.field = QLineEdit()
        self.field.setAccessibleName(request.title)
        take = button(request.buttons[0], self.accept, role="primary")
        take.setDefault(True)
        take.setEnabled(request.optional)
        self.field.textChanged.connect(lambda text: take.setEnabled(request.optional or bool(text.strip())))
        back = button(request.buttons[1], self.reject)
        back.setAutoDefault(False)
        said = label(request.text, wrap=True)
        pieces = (label(request.title, "section"), said, self.field, row(None, back, take))
        self.setLayout(column(*pieces, space=10, margins=(20, 18, 20, 16)))


class NameBox(QDialog):
    """A question that is answered with one of some names, or with another one that is typed."""

    def __init__(self, request: Request, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(request.title)
        self.setMinimumWidth(theme.px(440))
        self.field = QComboBox()
        self.field.setEditable(True)
        self.field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.field.addItems(request.names)
        self.field.setCurrentText(request.start)
        self.field.setAccessibleName(request.title)
        typed = self.field.lineEdit()
        assert typed is not None
        typed.setAccessibleName(request.title)
        typed.selectAll()
        take = button(request.buttons[0], self.accept, role="primary")
        take.setDefault(True)
        take.setEnabled(bool(request.start.strip()))
        back = button(request.buttons[1], self.reject)
        back.setAutoDefault(False)
        self.field.editTextChanged.connect(lambda text: take.setEnabled(bool(text.strip())))
        pieces = (label(request.title, "section"), label(request.text, wrap=True), self.field, row(None, back, take))
        self.setLayout(column(*pieces, space=10, margins=(20, 18, 20, 16)))
