"""The operations log: every Act, what it changed in sentences, and taking it back."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QSplitter

from desktop.store.history import ActLine, list_acts
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.sayings import local_time, tell_act
from desktop.ui.jobs import Progress
from desktop.ui.page import Page
from desktop.ui.plain_model import PlainModel
from desktop.ui.plain_table import PlainTable
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


class LogPage(Page):
    """What was done, by whom and when."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.now.setText(tr("每一步都可查；撤销本身也记在这里"))
        self.model = ActModel(self)
        self.table = PlainTable(self.model, tr("操作日志"), (140, 84, 290, 56, 70))
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
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._select())
        desk.changed.connect(lambda _entities: self.refresh())

    def show_for(self, what: object) -> None:
        """Read the Acts anew."""
        del what
        self.refresh()

    def focus_first(self) -> None:
        """The keyboard starts in the list."""
        self.table.setFocus()

    def refresh(self) -> None:
        """Read in a Job; the old lines stay until then."""

        def read(_progress: Progress) -> list[ActLine]:
            with self.desk.store.read() as session:
                return list_acts(session, last=_LAST)

        self.desk.jobs.run(tr("读取日志"), read, self._take, quiet=True)

    def _take(self, acts: list[ActLine]) -> None:
        chosen = self.chosen()
        self.table.show_rows(acts)
        self.desk.counted.emit(tr("{count} 步操作", count=len(acts)))
        line = next((n for n, act in enumerate(acts) if chosen is not None and act.id == chosen.id), 0)
        if acts:
            self.table.select(line)

    def chosen(self) -> ActLine | None:
        """The Act of the current line."""
        return next(iter(self.table.selected()), None)

    def _select(self) -> None:
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
