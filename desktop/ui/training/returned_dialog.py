"""Certificates that came back from above: a line for each person who was sent by one school."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QTableWidget, QTableWidgetItem, QWidget

from desktop.queries.training.sending import Sent
from desktop.services.training.returned import Returned
from desktop.text import tr
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, label, resize_within, row

_HEADINGS = ("姓名", "证书编号", "学时", "发证日期")


class ReturnedDialog(QDialog):
    """Number, hours and day of each; a line without number is left out."""

    def __init__(self, people: Sequence[Sent], hours: str, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("登记返回的证书"))
        resize_within(self, 560, 400)
        self._people = list(people)
        self.table = QTableWidget(len(people), len(_HEADINGS))
        self.table.setAccessibleName(tr("返回的证书"))
        self.table.setHorizontalHeaderLabels([tr(each) for each in _HEADINGS])
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.px(32))
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setColumnWidth(1, theme.px(190))
        for line, each in enumerate(people):
            for place, text in enumerate((each.name, each.certificate, hours, today.isoformat())):
                item = QTableWidgetItem(text)
                if place == 0:
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                self.table.setItem(line, place, item)
        take = button(tr("登记"), self.accept, role="primary")
        back = button(tr("取消"), self.reject)
        back.setAutoDefault(False)
        text = tr("上级发回的证书：没有填编号的不登记。学时同时记入继续教育学时，同一培训只计一次。")
        head = label(tr("登记返回的证书"), "section")
        pieces = (head, label(text, wrap=True), self.table, row(None, back, take))
        self.setLayout(column(*pieces, space=10, margins=(20, 18, 20, 16)))

    def returned(self) -> list[Returned]:
        """The lines with a number."""
        found = []
        for line, each in enumerate(self._people):
            number, hours, day = (self._text(line, place) for place in (1, 2, 3))
            if number:
                found.append(Returned(each.uid, number, hours, day))
        return found

    def _text(self, line: int, place: int) -> str:
        item = self.table.item(line, place)
        return item.text().strip() if item is not None else ""
