"""政策参数: every number and choice in force in a year, whose it is and by what; an office sets its own here."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSplitter

from desktop.codes import table
from desktop.queries.policies import CHOSEN_SET, NATIONAL, Policies
from desktop.queries.policies_in_force import PolicyInForce, Said, policies_in_force
from desktop.services.policies import choose_set, drop_policy, set_policy
from desktop.services.training.score_rules import SCORE_KEYS, ScoreRules, set_score_rules
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.pages.plain_page import PlainPage
from desktop.ui.pages.policy_dialog import PolicyDialog
from desktop.ui.paper.sheet_wish import SheetWish
from desktop.ui.plain_model import PlainModel
from desktop.ui.plain_table import PlainTable
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.training.score_rules_dialog import ScoreRulesDialog
from desktop.ui.widgets import button, label, row

_READS: Final = frozenset({"policies", "offices"})


class PolicyModel(PlainModel[PolicyInForce]):
    """What is in force, in the order of the areas."""

    HEADINGS = ("方面", "参数", "值", "单位", "适用年度", "出处", "依据")

    def texts(self, row: PolicyInForce) -> tuple[str, ...]:
        """The cells of one policy."""
        now = row.now
        return (row.area, now.label, now.value, now.row.unit, now.years, now.whose, now.row.source)

    def colours(self, row: PolicyInForce) -> tuple[str, ...]:
        """What this office set is marked where it says so."""
        return ("", "", "", "", "", look.ACCENT) if row.now.is_own else ()


class SaidModel(PlainModel[Said]):
    """All rows of one policy, the nearest first."""

    HEADINGS = ("出处", "值", "适用年度", "依据")

    def texts(self, row: Said) -> tuple[str, ...]:
        """The cells of one row."""
        return (row.whose, row.value, row.years, row.row.source)


class PoliciesPage(PlainPage):
    """All policies above, every row of the one chosen below: other years, the upper office's, the nation's."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, entry, PolicyModel(), (90, 330, 220, 70, 110, 110), many=False)
        self._place = self._area = ""
        tip = tr("本单位和上级没有规定的，按哪个地方的执行")
        place_button = button(tr("地方政策…"), self.choose_place, tip=tip)
        print_button = button(tr("打印"), self.print_list, icon_name="printer", keys="Ctrl+P")
        self.drop_button = button(tr("取消另定"), self.drop, icon_name="trash", keys="Delete")
        self.set_button = button(tr("本单位另定…"), self.set_otherwise, role="primary", keys="F2")
        for each in (print_button, self.drop_button, self.set_button):
            self.tools.addWidget(each)
        self.area = QComboBox()
        self.area.setAccessibleName(tr("方面"))
        self.area.addItems([tr("全部方面"), *(each.label for each in table("policy_area").entries)])
        self.area.currentIndexChanged.connect(self._choose_area)
        self.rows = SaidModel(self)
        self.said = PlainTable(self.rows, tr("所选参数的全部规定"), (140, 260, 110))
        self.said.selectionModel().currentRowChanged.connect(lambda *_: self._tell_drop())
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.table)
        splitter.addWidget(self.said)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([theme.px(430), theme.px(130)])
        told = tr("所选参数的全部规定列在下面：越靠上越优先，同一出处后开始的年度优先。改动可用 Ctrl+Z 撤销。")
        head = row()
        self.offer_search(tr("参数、出处、依据"), 180, head)
        head.addLayout(row(self.area, place_button))
        head.addWidget(label(told, "small", wrap=True), 1)
        self.body.addLayout(head)
        self.body.addWidget(splitter, 1)
        self.table.doubleClicked.connect(lambda _index: self.set_otherwise())
        desk.changed.connect(self._hear)
        desk.year_changed.connect(self.refresh_in_front)

    def _hear(self, entities: object) -> None:
        if isinstance(entities, frozenset) and entities & _READS:
            self.refresh_in_front()

    def read(self) -> list[PolicyInForce]:
        """What is in force in the year at the desk, of the area chosen."""
        store, area = self.desk.store, self._area
        self._place = store.settings.get(CHOSEN_SET, "")
        with store.read() as session:
            return [each for each in policies_in_force(session, self.desk.year) if area in ("", each.area)]

    def _choose_area(self, index: int) -> None:
        self._area = self.area.currentText() if index else ""
        self.refresh()

    def key(self, row: PolicyInForce) -> object:
        """A policy stays the one that is chosen when its value changes."""
        return row.now.row.key

    def tell(self) -> None:
        """Every row of the chosen one below; how many there are, and of which place."""
        place = table("policy_set").label(self._place) if self._place else tr("不按地方")
        self.now.setText(tr("{year} 年度 · 地方政策：{place}", year=self.desk.year, place=place))
        own = sum(each.now.is_own for each in self.model.rows)
        if self.isVisible():
            self.desk.counted.emit(tr("{count} 项 · 本单位另定 {own} 项", count=len(self.model.rows), own=own))
        policy = self.table.current()
        self.said.show_rows(policy.every if policy is not None else ())
        if policy is not None:
            self.said.select(policy.every.index(policy.now))
        self.set_button.setEnabled(policy is not None)
        self._tell_drop()

    def _tell_drop(self) -> None:
        chosen = self.said.current()
        self.drop_button.setEnabled(chosen is not None and chosen.is_own)

    def set_otherwise(self) -> None:
        """Ask for value, years and source; what scores are judged by is asked together."""
        policy = self.table.current()
        if policy is None:
            return
        if policy.now.row.key in SCORE_KEYS:
            self._set_score_rules()
            return
        dialog = PolicyDialog(policy, self.desk.year, self)
        if self.desk.dialogs.run(dialog):
            key, wanted = policy.now.row.key, dialog.values()
            self._write(
                tr("另定政策参数 {name}", name=policy.now.label), lambda session: set_policy(session, key, wanted)
            )

    def _set_score_rules(self) -> None:
        year = self.desk.year
        with self.desk.store.read() as session:
            rules = ScoreRules.of(Policies(session), year)
        dialog = ScoreRulesDialog(rules, year, self)
        if self.desk.dialogs.run(dialog):
            wanted, source = dialog.rules(), dialog.source.text()
            name = tr("修改成绩评定办法（{year} 年度起）", year=year)
            self._write(name, lambda session: set_score_rules(session, year, wanted, source))

    def drop(self) -> None:
        """Give up the row of this office that is chosen below; what held before holds again."""
        policy, chosen = self.table.current(), self.said.current()
        if policy is None or chosen is None or not chosen.is_own:
            return
        text = tr(
            "将取消本单位对“{name}”的规定（{value}，{years}），按上级或全国的执行。可用 Ctrl+Z 撤销。",
            name=policy.now.label,
            value=chosen.value,
            years=chosen.years,
        )
        drop = tr("取消另定")
        if self.desk.dialogs.ask(tr("取消另定"), text, drop, tr("不取消"), danger=drop) == drop:
            row = chosen.row
            name = tr("取消另定政策参数 {name}", name=chosen.label)
            self._write(name, lambda session: drop_policy(session, row.key, row.from_year))

    def _write(self, name: str, change: Callable[[Any], object]) -> None:
        store, operator = self.desk.store, self.desk.operator

        def work(_progress: Progress) -> None:
            with store.write(name, operator=operator) as session:
                change(session)

        self.desk.jobs.run(name, work, quiet=True, can_cancel=False)

    def choose_place(self) -> None:
        """Ask by which place's policies the office goes."""
        places, nation = table("policy_set"), tr("不按地方，只按全国")
        names = {each.label: each.code for each in places.entries if each.code != NATIONAL} | {nation: ""}
        present = self.desk.store.settings.get(CHOSEN_SET, "")
        text = tr("本单位和上级都没有规定的参数，按哪个地方的执行？选定后学时、成绩等立即重新计算。")
        start = places.label(present) if present else nation
        said = self.desk.dialogs.ask_name(tr("地方政策"), text, list(names), start)
        if said is None or said == start:
            return
        if said not in names:
            self.desk.dialogs.tell(tr("没有完成"), tr("没有“{name}”的政策参数，请从列表中选择；没有改动", name=said))
            return
        if self.desk.attempt(partial(choose_set, self.desk.store, names[said])):
            self.desk.changed.emit(_READS)

    def print_list(self) -> None:
        """The list of the year and area on paper."""
        options = {"year": str(self.desk.year), "area": self._area, "scope": "all"}
        self.desk.go("reports", SheetWish("B31", options))
