"""Handing a teacher to another office below: who, to whom, from when, by which document."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QComboBox, QDateEdit, QDialog, QFormLayout, QLineEdit, QWidget

from desktop.exchange.cards import CHILD, known_cards
from desktop.models import Teacher
from desktop.store.database import Store
from desktop.store.records import load
from desktop.text import tr
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, label, row


@dataclass(frozen=True, slots=True)
class Person:
    """One teacher who can be handed over: uid, how the list shows the person, the office that writes now."""

    uid: str
    shown: str
    office: str


def people_below(store: Store) -> tuple[list[Person], list[tuple[str, str]]]:
    """The teachers that offices below write, and those offices (code and name)."""
    with store.read() as session:
        offices = [(card.code, card.name) for card in known_cards(session, CHILD)]
        names = dict(offices)
        teachers = load(session, Teacher).values()
    people = [
        Person(each.uid, f"{each.content['name']}（{names.get(each.origin, each.origin)}）", each.origin)
        for each in teachers
        if each.origin != store.office_code
    ]
    return sorted(people, key=lambda person: person.shown), offices


class HandoverDialog(QDialog):
    """The decision as a form."""

    def __init__(self, people: list[Person], offices: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("办理人员移交"))
        self.person = QComboBox()
        self.person.setEditable(True)
        self.person.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.person.setAccessibleName(tr("教师"))
        for each in people:
            self.person.addItem(each.shown, each.uid)
        self.office = QComboBox()
        self.office.setAccessibleName(tr("移入单位"))
        for code, name in offices:
            self.office.addItem(f"{name}（{code}）", code)
        today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
        self.day = QDateEdit(QDate(today.year, today.month, today.day))
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setAccessibleName(tr("移交日期"))
        self.document, self.reason = QLineEdit(), QLineEdit()
        self.document.setAccessibleName(tr("文号"))
        self.reason.setAccessibleName(tr("原因"))
        form = QFormLayout()
        for text, widget in (
            (tr("教师"), self.person),
            (tr("移入单位"), self.office),
            (tr("移交日期"), self.day),
            (tr("文号（可不填）"), self.document),
            (tr("原因"), self.reason),
        ):
            form.addRow(text, widget)
        said = tr(
            "移交后，这名教师的基本情况、任职、荣誉等由移入单位登记和修改，移出单位不能再改。"
            "两个单位都要接收审定下发的数据包。移交不能撤销，办错了再移交回来。"
        )
        told = label(said, "muted", wrap=True)
        told.setMinimumWidth(theme.px(460))
        save = button(tr("办理移交"), self.accept, role="primary")
        save.setAutoDefault(False)
        foot = row(None, button(tr("取消"), self.reject), save)
        self.setLayout(
            column(label(tr("办理人员移交"), "section"), told, form_box(form), foot, space=12, margins=(20, 18, 20, 16))
        )

    def values(self) -> dict[str, str]:
        """What was entered: uid of the teacher, code of the office, day, document, reason."""
        index = self.person.findText(self.person.currentText())
        return {
            "teacher": str(self.person.itemData(index) or "") if index >= 0 else "",
            "to_office": str(self.office.currentData() or ""),
            "day": self.day.date().toString("yyyy-MM-dd"),
            "doc_no": self.document.text().strip(),
            "reason": self.reason.text().strip(),
        }


def form_box(form: QFormLayout) -> QWidget:
    """A form as one piece."""
    box = QWidget()
    box.setLayout(form)
    return box
