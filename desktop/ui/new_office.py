"""Setting up an office in three steps, one question each; it only asks, the start page makes the office."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QLineEdit, QStackedWidget, QWidget

from desktop.codes import table
from desktop.text import tr
from desktop.ui.widgets import button, column, label, row


class NewOffice(QFrame):
    """Setting up an office in three steps, one question each."""

    wanted = Signal(object)
    back = Signal()

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.home = home
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
        pieces = (self.title, self.steps, self.problem, row(button(tr("返回"), self.step_back), None, self.go))
        self.setLayout(column(*pieces, space=12, margins=(24, 20, 24, 20)))
        for each in (self.name, self.code, self.operator):
            each.returnPressed.connect(self._enter)

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
        self.go.setText(tr("建立") if number == 2 else tr("下一步"))
        self.problem.setText("")
        self.place.setText(tr("数据将保存在“{folder}”", folder=self.home / self.name.text().strip()))
        (self.name, self.rank, self.operator)[number].setFocus()

    def _enter(self) -> None:
        if self.sender() is self.name:
            self.code.setFocus()
        else:
            self.step()

    def step(self) -> None:
        """To the next step, or the end of it."""
        number = self.steps.currentIndex()
        wanted = {
            0: [(self.name, tr("单位全称没有填写")), (self.code, tr("单位代码没有填写"))],
            2: [(self.operator, tr("经办人姓名没有填写"))],
        }
        for editor, text in wanted.get(number, []):
            if not editor.text().strip():
                self.problem.setText(text)
                editor.setFocus()
                return
        if number < 2:
            self._show(number + 1)
            return
        words = {"name": self.name.text().strip(), "code": self.code.text().strip()}
        self.wanted.emit({**words, "rank": str(self.rank.currentData()), "operator": self.operator.text().strip()})

    def step_back(self) -> None:
        """To the step before, or out."""
        if self.steps.currentIndex():
            self._show(self.steps.currentIndex() - 1)
        else:
            self.back.emit()
