"""What is asked about places: how many came from above and for whom, and who goes for a school."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from desktop.codes import table
from desktop.errors import RefusedError
from desktop.fields import field_named
from desktop.models import Place
from desktop.queries.training.sending import Candidates, SchoolPlaces
from desktop.services.records import parse_values
from desktop.text import tr
from desktop.ui.theme import theme
from desktop.ui.typed_dialog import FieldsDialog
from desktop.ui.widgets import button, column, label, resize_within, row


class ReceiveDialog(FieldsDialog):
    """How many places, perhaps for one stage or subject only, until when names go up, and under which document."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("登记上级名额"))
        self.setMinimumWidth(theme.px(440))
        self.stage = QComboBox()
        for word in ("", *(table("stage").label(code) for code in table("stage").codes)):
            self.stage.addItem(word or tr("不限"), word)
        self.lines = {name: QLineEdit() for name in ("count", "subject", "deadline", "doc_no")}
        self.lines["subject"].setPlaceholderText(tr("不限的不填"))
        names = ("count", "stage", "subject", "deadline", "doc_no")
        fields = [(field_named(Place, name).label, self.lines.get(name, self.stage)) for name in names]
        said = label(tr("名额分学段、学科下达的，每种登记一次，再分别分给学校。"), wrap=True)
        self.lay_out(tr("登记上级名额"), fields, tr("登记"), said=said)

    def values(self) -> dict[str, str]:
        """The fields of Place that were typed, as texts.

        Raises RefusedError without a number, InvalidRecord for what cannot be read.
        """
        texts = {name: editor.text().strip() for name, editor in self.lines.items()}
        texts["stage"] = str(self.stage.currentData())
        if not texts["count"]:
            raise RefusedError(tr("名额没有填写，没有登记"))
        typed = {name: text for name, text in texts.items() if text}
        parse_values(Place, typed)
        return typed


class PeopleDialog(QDialog):
    """The teachers of a school with a box for each; at first only those whom the place is for."""

    def __init__(self, school: SchoolPlaces, people: Candidates, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("填报人选"))
        resize_within(self, 460, 480)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("教师"))
        self._people = people.people
        for each in self._people:
            item = QListWidgetItem(each.text)
            item.setData(Qt.ItemDataRole.UserRole, each.uid)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.only_fitting = QCheckBox(tr("只看符合限定的（{limit}）", limit=people.limit))
        self.only_fitting.setChecked(True)
        self.only_fitting.setVisible(bool(people.limit))
        self.only_fitting.toggled.connect(lambda _on: self._narrow())
        self._narrow()
        text = tr(
            "{school}有 {count} 个名额，已报 {named} 人。空格键勾选。",
            school=school.name,
            count=school.count,
            named=len(school.people),
        )
        take = button(tr("填报"), self.accept, role="primary")
        take.setDefault(True)
        back = button(tr("取消"), self.reject)
        back.setAutoDefault(False)
        head = (label(tr("填报人选"), "section"), label(text, wrap=True), self.only_fitting)
        self.setLayout(column(*head, self.list, row(None, back, take), space=10, margins=(20, 18, 20, 16)))

    def _narrow(self) -> None:
        """Hide whom the place is not for, unless he is checked."""
        for number, each in enumerate(self._people):
            item = self.list.item(number)
            is_chosen = item.checkState() == Qt.CheckState.Checked
            item.setHidden(self.only_fitting.isChecked() and not each.fits and not is_chosen)

    def chosen(self) -> list[str]:
        """The uids of those checked."""
        items = [self.list.item(number) for number in range(self.list.count())]
        return [
            str(item.data(Qt.ItemDataRole.UserRole)) for item in items if item.checkState() == Qt.CheckState.Checked
        ]
