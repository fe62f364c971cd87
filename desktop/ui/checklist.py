"""The first five steps of a new office: shown after it was set up, and again whenever the menu is asked for it."""

from functools import partial

from PySide6.QtWidgets import QDialog, QScrollArea, QWidget

from desktop.queries.first_steps import FirstStep, first_steps
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, label, row


class Checklist(QDialog):
    """Each step with whether it is done, and the button that goes there; stays open beside the work."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("开始五步"))
        self.setMinimumWidth(theme.px(560))
        self.desk = desk
        self.lines = column(space=10)
        inner = QWidget()
        inner.setLayout(self.lines)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setMinimumHeight(min(theme.px(330), 480))
        close = button(tr("关闭"), self.close)
        close.setAutoDefault(False)
        said = label(tr("关闭后可以从 菜单 → 开始五步 再打开。"), "muted", wrap=True)
        foot = row(said, close)
        foot.setStretch(0, 1)
        title = label(tr("从新建到打印第一张花名册，共五步"), "section")
        self.setLayout(column(title, area, foot, space=10, margins=(20, 18, 20, 16)))
        with desk.store.read() as session:
            steps = first_steps(session)
        for number, step in enumerate(steps, 1):
            self.lines.addWidget(self._step(number, step))
        self.lines.addStretch(1)

    def _step(self, number: int, step: FirstStep) -> QWidget:
        mark = label(
            tr("已完成") if step.is_done else tr("第 {number} 步", number=number), "good" if step.is_done else "muted"
        )
        mark.setMinimumWidth(theme.px(60))
        go = button(tr("前往"), partial(self._go, step.page))
        go.setAutoDefault(False)
        go.setAccessibleName(tr("前往：{what}", what=step.text))
        said = column(label(step.text, "section"), label(step.help, "muted", wrap=True), space=2)
        line = row(mark, said, go, space=12)
        line.setStretch(1, 1)
        holder = QWidget()
        holder.setLayout(line)
        return holder

    def _go(self, page: str) -> None:
        self.close()
        self.desk.go(page)
