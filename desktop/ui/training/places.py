"""派出名额: places received from above, shared to schools in the list itself, and the people who go for them."""

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableView, QWidget

from desktop.queries.training.places import Limit, limit_text
from desktop.queries.training.sending import Candidates, SchoolPlaces, Sending, candidates, sending
from desktop.services.training.places import receive_places, send_names, share_places
from desktop.services.training.returned import take_back
from desktop.text import tr
from desktop.ui.column_widths import ColumnWidths
from desktop.ui.desk import Desk
from desktop.ui.flow import FlowLayout
from desktop.ui.theme import theme
from desktop.ui.training.piece import Piece
from desktop.ui.training.places_dialogs import PeopleDialog, ReceiveDialog
from desktop.ui.training.places_model import COUNT, PlacesModel
from desktop.ui.training.returned_dialog import ReturnedDialog
from desktop.ui.widgets import button, column, label, row


class PlacesPiece(Piece):
    """The account above, the schools below."""

    SHEET_OPTION = "programme"
    READS = frozenset({"places", "enrolments", "classes", "schools", "certificates"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.sending: Sending | None = None
        self.places = PlacesModel(self)
        self.balance = label("", wrap=True)
        self.limit = QComboBox()
        self.limit.setAccessibleName(tr("学段学科"))
        self.limit.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.limit.activated.connect(lambda _index: self._turn_to_limit())
        self.table = _table_of(self.places)
        self.save_button = button(tr("保存分配"), self.save, icon_name="device-floppy", keys="Ctrl+S")
        tools = FlowLayout(theme.px(6))
        for each in (
            button(tr("登记上级名额"), self.receive, icon_name="plus"),
            self.save_button,
            button(tr("填报人选"), self.choose_people, icon_name="users", keys="Insert"),
            button(tr("登记返回的证书"), self.take_back, icon_name="certificate"),
            self.sheet_button("B26"),
            self.sheet_button("B27"),
        ):
            tools.addWidget(each)
        above = QWidget()
        above.setLayout(tools)
        self.limits = QWidget()
        self.limits.setLayout(row(label(tr("分配哪一种名额")), self.limit, None))
        self.limits.hide()
        layout = column(above, self.limits, self.balance, self.table, space=8)
        layout.setStretch(3, 1)
        self.setLayout(layout)
        self.places.typed.connect(self._tell)
        self.places.refused.connect(lambda text: self.desk.dialogs.tell(tr("名额"), text))

    def show_class(self, uid: str) -> None:
        """Another programme: nothing typed of the one before stays."""
        self.places.counts.clear()
        self.sending = None
        super().show_class(uid)

    def refresh(self) -> None:
        """Read places and names anew; typed numbers stay."""
        limit = self.sending.limit if self.sending is not None else None
        self.read(partial(sending, uid=self.uid, limit=limit), self._show)

    def _turn_to_limit(self) -> None:
        """List the places for others."""
        wanted: Limit = self.limit.currentData()
        if self.may_leave():
            self.read(partial(sending, uid=self.uid, limit=wanted), self._show)
        elif self.sending is not None:
            self.limit.setCurrentIndex(self.limit.findData(self.sending.limit))

    def _show(self, found: Sending) -> None:
        self.sending = found
        self.limit.clear()
        for each in found.balance.limits:
            self.limit.addItem(limit_text(each) or tr("不限学段学科"), each)
        self.limit.setCurrentIndex(list(found.balance.limits).index(found.limit) if found.balance.limits else -1)
        self.limits.setVisible(len(found.balance.limits) > 1)
        present = self.table.currentIndex().row()
        self.places.show(found.schools)
        self.table.setCurrentIndex(self.places.index(max(present, 0), COUNT))
        self._tell()

    def _tell(self) -> None:
        found = self.sending
        if found is None:
            return
        shared, balance = self.places.shared(), found.balance
        of_limit = balance.limits.get(found.limit)
        received = of_limit.received if of_limit is not None else None
        if received is None:
            text = tr("还没有登记上级下达的名额；各校合计 {shared} 名", shared=shared)
        else:
            text = tr(
                "上级下达 {received} 名，各校合计 {shared} 名，剩余 {left} 名",
                received=received,
                shared=shared,
                left=received - shared,
            )
        named = sum(len(each.people) for each in found.schools)
        parts = [f"{limit_text(found.limit)}{text}", tr("已报人选 {count} 名", count=named)]
        if len(balance.limits) > 1:
            all_ = (balance.shared, balance.received or 0)
            parts.append(tr("本项目各种名额已分 {shared}/{received} 名", shared=all_[0], received=all_[1]))
        if self.places.counts:
            parts.append(tr("有改动，尚未保存"))
        self.balance.setText("，".join(parts))
        is_over = received is not None and shared > received
        look_role = "problem" if is_over else ""
        if self.balance.property("role") != look_role:
            self.balance.setProperty("role", look_role)
            self.balance.style().polish(self.balance)
        self.save_button.setEnabled(bool(self.places.counts))

    def receive(self) -> None:
        """Note how many places came from above."""
        dialog = ReceiveDialog(self)
        if self.desk.dialogs.run(dialog):
            uid, typed = self.uid, dialog.values()
            name = tr("登记上级名额 {count} 名", count=typed["count"])
            self.write(name, lambda session: receive_places(session, uid, typed))

    def save(self) -> None:
        """Save all typed numbers as one Act."""
        if not self.places.counts:
            return
        if self.sending is None:
            return
        counts, uid, limit = dict(self.places.counts), self.uid, self.sending.limit
        name = tr("分配名额 {count} 所学校", count=len(counts))
        self.write(name, lambda session: share_places(session, uid, counts, limit=limit), lambda _n: self._saved())

    def _saved(self) -> None:
        self.places.counts.clear()
        self.refresh()

    def choose_people(self) -> None:
        """Who goes for the school at the keyboard."""
        found, index = self.sending, self.table.currentIndex()
        if found is None or not index.isValid():
            return
        each = self.places.schools[index.row()]
        if each.place is None:
            self.desk.dialogs.tell(tr("填报人选"), tr("“{school}”还没有名额，请先分配并保存。", school=each.name))
            return
        if not found.classes:
            self.desk.dialogs.tell(tr("填报人选"), tr("本项目还没有培训班，请先在“班级”页登记上级的班。"))
            return
        place = each.place.uid
        query = partial(candidates, place=place, day=date.today())  # noqa: DTZ011
        self.read(query, lambda people: self._ask_people(each, place, people))

    def _ask_people(self, each: SchoolPlaces, place: str, people: Candidates) -> None:
        found = self.sending
        assert found is not None
        dialog = PeopleDialog(each, people, self)
        if not self.desk.dialogs.run(dialog):
            self.refresh()
            return
        chosen, uid = dialog.chosen(), self._class_to_fill(found)
        if not uid or not chosen:
            return
        name = tr("填报人选 {school} {count} 人", school=each.name, count=len(chosen))
        self.write(name, lambda session: send_names(session, uid, place, chosen), lambda _n: self.refresh())

    def take_back(self) -> None:
        """Certificates and hours of those whom the school at the keyboard sent."""
        found, index = self.sending, self.table.currentIndex()
        if found is None or not index.isValid():
            return
        each = self.places.schools[index.row()]
        if not each.people:
            self.desk.dialogs.tell(tr("返回的证书"), tr("“{school}”还没有填报人选。", school=each.name))
            return
        hours = str(found.names.content("programmes", self.uid).get("hours", ""))
        dialog = ReturnedDialog(each.people, hours, date.today(), self)  # noqa: DTZ011
        if not self.desk.dialogs.run(dialog):
            return
        returned = dialog.returned()
        if returned:
            name = tr("登记返回的证书 {count} 份", count=len(returned))
            self.write(name, lambda session: take_back(session, returned), lambda _n: self.refresh())

    def _class_to_fill(self, found: Sending) -> str:
        """The class that names go to; asked for where the programme has several."""
        by_name = {name: uid for uid, name in found.classes}
        if len(by_name) == 1:
            return found.classes[0][0]
        text = tr("本项目有 {count} 个班，人选报到哪个班？", count=len(by_name))
        name = self.desk.dialogs.ask_name(tr("填报人选"), text, list(by_name), "")
        return by_name.get(name or "", "")

    def may_leave(self) -> bool:
        """Typed numbers are asked about."""
        if not self.places.counts:
            return True
        text = tr("有 {count} 所学校的名额尚未保存。", count=len(self.places.counts))
        stay, drop = tr("继续填写"), tr("放弃改动")
        if self.desk.dialogs.ask(tr("尚未保存"), text, stay, drop, danger=drop, leave=stay) != drop:
            return False
        self.places.counts.clear()
        return True

    def focus_first(self) -> None:
        """The keyboard starts in the list."""
        self.table.setFocus()


def _table_of(places: PlacesModel) -> QTableView:
    """The list; a digit typed in the column of places begins to edit it."""
    made = QTableView()
    made.setModel(places)
    made.setAccessibleName(tr("名额分配"))
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    triggers = QAbstractItemView.EditTrigger
    made.setEditTriggers(triggers.AnyKeyPressed | triggers.DoubleClicked | triggers.EditKeyPressed)
    made.setTabKeyNavigation(False)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(theme.px(32))
    made.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    made.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    ColumnWidths(made, (230, 64, 56, 320, 100))
    return made
