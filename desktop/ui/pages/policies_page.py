"""政策参数: every number and choice in force in a year, whose it is and by what; an office sets its own here."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
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
from desktop.ui.lists.filters import SearchBox
from desktop.ui.page import Page
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


class PoliciesPage(Page):
    """All policies above, every row of the one chosen below: other years, the upper office's, the nation's."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self._all: list[PolicyInForce] = []
        self.search = SearchBox()
        self.search.setPlaceholderText(tr("参数、出处、依据  F3"))
        self.search.setAccessibleName(tr("查找政策参数"))
        self.search.setMaximumWidth(theme.px(300))
        self.area = QComboBox()
        self.area.setAccessibleName(tr("方面"))
        self.area.addItems([tr("全部方面"), *(each.label for each in table("policy_area").entries)])
        tip = tr("本单位和上级没有规定的，按哪个地方的执行")
        self.place_button = button(tr("地方政策…"), self.choose_place, tip=tip)
        print_button = button(tr("打印"), self.print_list, icon_name="printer", keys="Ctrl+P")
        self.drop_button = button(tr("取消另定"), self.drop, icon_name="trash", keys="Delete")
        self.set_button = button(tr("本单位另定…"), self.set_otherwise, role="primary", keys="F2")
        for each in (self.place_button, print_button, self.drop_button, self.set_button):
            self.tools.addWidget(each)
        self.model, self.rows = PolicyModel(self), SaidModel(self)
        self.table = PlainTable(self.model, tr("政策参数"), (90, 330, 220, 70, 110, 110))
        self.said = PlainTable(self.rows, tr("所选参数的全部规定"), (140, 260, 110))
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.table)
        splitter.addWidget(self.said)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([theme.px(430), theme.px(130)])
        self.body.addLayout(row(self.search, self.area, None))
        self.body.addWidget(splitter, 1)
        told = tr("所选参数的全部规定列在下面：越靠上越优先，同一出处后开始的年度优先。改动可用 Ctrl+Z 撤销。")
        self.body.addWidget(label(told, "small"))
        self._connect()

    def _connect(self) -> None:
        QShortcut(QKeySequence(Qt.Key.Key_F3), self, self.search.setFocus)
        self.search.textChanged.connect(lambda _text: self._narrow())
        self.search.into_list.connect(self.table.setFocus)
        self.area.currentIndexChanged.connect(lambda _index: self._narrow())
        self.table.chosen.connect(self._show)
        self.table.doubleClicked.connect(lambda _index: self.set_otherwise())
        self.said.selectionModel().currentRowChanged.connect(lambda *_: self._tell())
        self.desk.changed.connect(self._hear)
        self.desk.year_changed.connect(self.reload)

    def show_for(self, what: object) -> None:
        """Come to the front; the key of a policy chooses it."""
        self.reload(what if isinstance(what, str) else "")

    def focus_first(self) -> None:
        """The keyboard starts in the list."""
        self.table.setFocus()

    def _hear(self, entities: object) -> None:
        if isinstance(entities, frozenset) and entities & _READS and self.isVisible():
            self.reload()

    def reload(self, wanted: str = "") -> None:
        """Read in a Job; the old lines stay until then."""
        store, year = self.desk.store, self.desk.year

        def read(_progress: Progress) -> tuple[list[PolicyInForce], str]:
            with store.read() as session:
                return policies_in_force(session, year), store.settings.get(CHOSEN_SET, "")

        def take(found: tuple[list[PolicyInForce], str]) -> None:
            self._all, place = found
            named = table("policy_set").label(place) if place else tr("不按地方")
            self.now.setText(tr("{year} 年度 · 地方政策：{place}", year=year, place=named))
            self._narrow(wanted)

        self.desk.jobs.run(tr("读取政策参数"), read, take, quiet=True)

    def _narrow(self, wanted: str = "") -> None:
        words, area = self.search.text().lower().split(), self.area.currentText() if self.area.currentIndex() else ""
        present = self.table.current()
        wanted = wanted or (present.now.row.key if present is not None else "")
        found = [
            each
            for each in self._all
            if area in ("", each.area) and all(word in "\n".join(self.model.texts(each)).lower() for word in words)
        ]
        self.table.show_rows(found)
        keys = [each.now.row.key for each in found]
        if found:
            self.table.select(keys.index(wanted) if wanted in keys else 0)
        own = sum(each.now.is_own for each in found)
        self.desk.counted.emit(tr("{count} 项 · 本单位另定 {own} 项", count=len(found), own=own))
        self._show(self.table.current())

    def _show(self, policy: PolicyInForce | None) -> None:
        self.said.show_rows(policy.every if policy is not None else ())
        if policy is not None:
            self.said.select(policy.every.index(policy.now))
        self._tell()

    def _tell(self) -> None:
        chosen = self.said.current()
        self.set_button.setEnabled(self.table.current() is not None)
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
            self.reload()

    def print_list(self) -> None:
        """The list of the year and area on paper."""
        area = self.area.currentText() if self.area.currentIndex() else ""
        self.desk.go("reports", SheetWish("B31", {"year": str(self.desk.year), "area": area, "scope": "all"}))
