"""Setting up an office in three steps, one question each; it only asks, the start page makes the office."""

import re
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QLineEdit, QPushButton, QStackedWidget, QWidget

from desktop.codes import table
from desktop.services.offices import trouble_of_code
from desktop.text import tr
from desktop.ui.dialogs import Dialogs
from desktop.ui.widgets import button, column, label, row

_NOT_IN_NAMES: Final = re.compile(r'[\\/:*?"<>|\s]+')
"""What folders cannot have in their names, on one system or another."""


class NewOffice(QFrame):
    """Setting up an office in three steps, one question each."""

    wanted = Signal(object, object)
    """The folder to make, and what `create_office` is told of the office."""
    back = Signal()

    def __init__(self, home: Path, dialogs: Dialogs) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.home, self.dialogs = home, dialogs
        self.title = label("", "section")
        self.problem = label("", "problem", wrap=True)
        self.name, self.code, self.operator = QLineEdit(), QLineEdit(), QLineEdit()
        self.rank = QComboBox()
        ranks = table("rank")
        for code in ranks.codes:
            self.rank.addItem(ranks.label(code), code)
        self.rank.setCurrentIndex(max(self.rank.findData("county"), 0))
        self.place = label("", "muted", wrap=True)
        self.steps = QStackedWidget()
        first = (
            self._field(tr("单位全称（与公章一致）"), self.name),
            self._field(tr("单位代码（行政区划代码）"), self.code),
        )
        self._add(*first)
        self._add(self._field(tr("单位级别"), self.rank))
        self._add(self._field(tr("经办人姓名"), self.operator), self.place)
        self.go = button(tr("下一步"), self.step, role="primary")
        self.go.setDefault(True)
        self.move_button = button(tr("换个位置"), self._move)
        buttons = row(button(tr("返回"), self.step_back), self.move_button, None, self.go)
        pieces = (self.title, self.steps, self.problem, buttons)
        self.setLayout(column(*pieces, space=12, margins=(24, 20, 24, 20)))

    def _field(self, text: str, editor: QWidget) -> QWidget:
        caption: QLabel = label(text)
        caption.setBuddy(editor)
        editor.setAccessibleName(text)
        holder = QWidget()
        holder.setLayout(column(caption, editor, space=4))
        return holder

    def _add(self, *fields: QWidget) -> None:
        page = QWidget()
        page.setLayout(column(*fields, None, space=12))
        self.steps.addWidget(page)

    def begin(self) -> None:
        """Start with the first step."""
        self._show(0)

    def _show(self, number: int) -> None:
        self.steps.setCurrentIndex(number)
        self.title.setText(tr("新建本单位 · 第 {number} 步，共 3 步", number=number + 1))
        self.move_button.setVisible(number == 2)
        self.go.setText(tr("建立") if number == 2 else tr("下一步"))
        self.problem.setText("")
        self.place.setText(tr("数据将保存在“{folder}”", folder=self.folder))
        (self.name, self.rank, self.operator)[number].setFocus()

    @property
    def folder(self) -> Path:
        """Where the office will lie: under its name, without what folders cannot be called."""
        return self.home / _NOT_IN_NAMES.sub("_", self.name.text().strip()).strip(".")

    def _move(self) -> None:
        chosen = self.dialogs.choose_folder(tr("选择存放数据的文件夹"))
        if chosen is not None:
            self.home = chosen
            self._show(self.steps.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes from field to field and on to the next step."""
        focus = self.focusWidget()
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter} or isinstance(focus, QPushButton):
            super().keyPressEvent(event)
        elif focus is self.name:
            self.code.setFocus()
        else:
            self.step()

    def step(self) -> None:
        """To the next step, or the end of it."""
        number = self.steps.currentIndex()
        for editor, text in self._troubles(number):
            if text:
                self.problem.setText(text)
                editor.setFocus()
                return
        if number < 2:
            self._show(number + 1)
            return
        words = {"name": self.name.text().strip(), "code": self.code.text().strip()}
        words |= {"rank": str(self.rank.currentData()), "operator": self.operator.text().strip()}
        self.wanted.emit(self.folder, words)

    def _troubles(self, number: int) -> list[tuple[QLineEdit, str]]:
        """What stands against leaving a step, by field; empty where nothing does."""
        name = "" if self.name.text().strip() else tr("单位全称没有填写")
        operator = "" if self.operator.text().strip() else tr("经办人姓名没有填写")
        code = trouble_of_code(self.code.text())
        return {0: [(self.name, name), (self.code, code)], 2: [(self.operator, operator)]}.get(number, [])

    def step_back(self) -> None:
        """To the step before, or out."""
        if self.steps.currentIndex():
            self._show(self.steps.currentIndex() - 1)
        else:
            self.back.emit()
