"""变更记录: what happened to a record, in sentences, and taking back the step that is chosen."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from desktop.store.history import ActLine, list_acts
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.sayings import Told, tell_record
from desktop.ui.widgets import button, column, row


class HistoryView(QWidget):
    """The newest step first; Enter or the button takes the chosen one back after a question."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._told: list[Told] = []
        self._uid = ""
        self.list = QListWidget()
        self.list.setAccessibleName(tr("变更记录"))
        self.list.setWordWrap(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.undo_button = button(tr("撤销这一步"), self.undo, icon_name="arrow-back-up")
        self.list.currentRowChanged.connect(self._choose)
        self.list.itemActivated.connect(lambda _item: self.undo())
        self.setLayout(column(self.list, row(None, self.undo_button)))

    def show_record(self, uid: str, told: list[Told]) -> None:
        """Show the history of a record."""
        self._uid, self._told = uid, told
        self.list.clear()
        for each in told:
            self.list.addItem(QListWidgetItem(each.text))
        if not told:
            self.list.addItem(tr("没有变更记录"))
        self.list.setCurrentRow(0)
        self._choose(0)

    def text(self) -> str:
        """Everything told, one step under the other."""
        return "\n\n".join(each.text for each in self._told)

    def _choose(self, number: int) -> None:
        self.undo_button.setEnabled(0 <= number < len(self._told) and self._told[number].can_undo)

    def undo(self) -> None:
        """Take the chosen step back; what else the same Act changed is counted in the question."""
        number = self.list.currentRow()
        if not 0 <= number < len(self._told) or not self._told[number].can_undo:
            return
        act = self._act(self._told[number].act)
        if act is None:
            return
        text = tr("将撤销“{name}”，涉及 {count} 条记录。", name=act.name, count=act.changes)
        if self.desk.dialogs.ask(tr("撤销"), text, tr("撤销"), tr("不撤销")) == tr("撤销"):
            self.desk.undo(act, then=self._reload)

    def _act(self, number: int) -> ActLine | None:
        with self.desk.store.read() as session:
            return next((each for each in list_acts(session, only=number)), None)

    def _reload(self) -> None:
        uid, store = self._uid, self.desk.store

        def shown(told: list[Told]) -> None:
            if uid == self._uid:
                self.show_record(uid, told)

        self.desk.jobs.run("history", lambda _progress: tell_record(store, uid), shown, quiet=True)
