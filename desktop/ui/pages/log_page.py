"""The operations log: every Act, what it changed in sentences, and taking it back."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QSplitter

from desktop.store.history import ActLine, list_acts
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.sayings import local_time, tell_act
from desktop.ui.pages.plain_page import PlainPage
from desktop.ui.plain_model import PlainModel
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, label

_LAST = 1000


class ActModel(PlainModel[ActLine]):
    """The newest Acts first."""

    HEADINGS = ("时间", "经办人", "操作", "条数", "状态")

    def texts(self, row: ActLine) -> tuple[str, ...]:
        """The cells of one row."""
        state = tr("已撤销") if row.undone_by else tr("撤销操作") if row.undoes else ""
        return (local_time(row.at), row.operator, row.name, str(row.changes), state)


class LogPage(PlainPage):
    """What was done, by whom and when."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, entry, ActModel(), (140, 84, 290, 56, 70), many=False)
        self.now.setText(tr("每一步都可查；撤销本身也记在这里"))
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setAccessibleName(tr("这一步改动的内容"))
        self.undo_button = button(tr("撤销这一步"), self.undo, icon_name="arrow-back-up")
        self.undo_button.setEnabled(False)
        self.tools.addWidget(self.undo_button)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(card(label(tr("改动的内容"), "section"), self.detail))
        split.setHandleWidth(theme.px(8))
        split.setChildrenCollapsible(False)
        split.setSizes([theme.px(690), theme.px(460)])
        self.body.addWidget(split, 1)
        desk.changed.connect(lambda _entities: self.refresh_in_front())

    def read(self) -> list[ActLine]:
        """The newest Acts."""
        with self.desk.store.read() as session:
            return list_acts(session, last=_LAST)

    def key(self, row: ActLine) -> object:
        """An Act stays the one that is chosen when it is undone."""
        return row.id

    def chosen(self) -> ActLine | None:
        """The Act of the current line."""
        return next(iter(self.table.selected()), None)

    def tell(self) -> None:
        """What the chosen Act changed; how many there are."""
        if self.isVisible():
            self.desk.counted.emit(tr("{count} 步操作", count=len(self.model.rows)))
        act = self.chosen()
        can_undo = act is not None and act.undone_by is None and act.changes > 0
        self.undo_button.setEnabled(can_undo)
        if act is None:
            self.detail.setPlainText("")
            return
        number = act.id

        def shown(told: list[str]) -> None:
            now = self.chosen()
            if now is not None and now.id == number:
                self.detail.setPlainText("\n".join(told) or tr("没有改动记录"))

        self.desk.jobs.run(tr("读取改动"), lambda _p: tell_act(self.desk.store, number), shown, quiet=True)

    def undo(self) -> None:
        """Ask with the count, then take the Act back."""
        act = self.chosen()
        if act is None:
            return
        text = tr("将撤销“{name}”，涉及 {count} 条记录。", name=act.name, count=act.changes)
        if self.desk.dialogs.ask(tr("撤销"), text, tr("撤销"), tr("不撤销")) == tr("撤销"):
            self.desk.undo(act)
