"""Conflicts before a person: both values beside each other, no choice made for anybody, a reason for each."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QButtonGroup, QDialog, QLineEdit, QRadioButton, QScrollArea, QWidget

from desktop.codes import table
from desktop.exchange.merge_row import Dispute
from desktop.exchange.settling import Settlement
from desktop.models.base import Record
from desktop.text import tr
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, column, label, resize_within, row

_LINE, _HEAD, _MOST = 34, 40, 6


class _Case:
    """The widgets of one conflict."""

    def __init__(self, name: str, dispute: Dispute, changed: Callable[..., None]) -> None:
        self.choices = QButtonGroup()
        self.choices.setExclusive(True)
        labels = table("conflict_choice")
        self.buttons: dict[str, QRadioButton] = {}
        for choice in dispute.choices:
            radio = QRadioButton(labels.label(choice))
            self.buttons[choice] = radio
            self.choices.addButton(radio)
            radio.toggled.connect(changed)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("理由，例如：已电话核实，以学校更正为准"))
        self.reason.setAccessibleName(tr("{name}的处理理由", name=name))
        self.reason.textChanged.connect(changed)
        headings = (tr("项目"), tr("本单位"), tr("数据包"))
        self.values = RowsTable(tr("{name}的双方内容", name=name), headings, (150, 240, 240))
        rows = [Row((each.label, each.old or tr("（空）"), each.new or tr("（空）")), each) for each in dispute.values]
        self.values.show_rows(rows)
        self.values.setFixedHeight(theme.px(_HEAD + _LINE * min(max(len(rows), 1), _MOST)))
        self.frame = card(
            label(name, "section"),
            label(dispute.question, "muted", wrap=True),
            self.values,
            row(*self.buttons.values(), None),
            self.reason,
        )

    def settlement(self) -> Settlement | None:
        """What was decided; None until a choice is made and a reason written."""
        chosen = next((choice for choice, radio in self.buttons.items() if radio.isChecked()), None)
        reason = self.reason.text().strip()
        return Settlement(chosen, reason) if chosen is not None and reason else None


class ConflictsDialog(QDialog):
    """All conflicts of a plan; what is left open stays as it is here and is told to the sender."""

    def __init__(
        self, disputes: Mapping[str, tuple[type[Record], str, Dispute]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("处理差异"))
        self.cases = {
            uid: _Case(f"{entity.label}“{name}”", dispute, self._count)
            for uid, (entity, name, dispute) in disputes.items()
        }
        inner = QWidget()
        inner.setLayout(column(*(case.frame for case in self.cases.values()), None, space=10))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        self.told = label("", "muted")
        self.save = button(tr("保存处理结果"), self.accept, role="primary")
        self.save.setAutoDefault(False)
        back = button(tr("暂不处理"), self.reject)
        said = tr("两边的值不同，由您裁定；没有裁定的保留本单位现有内容，并写进回执。未采用的值也会保存。")
        layout = column(label(said, wrap=True), space=10, margins=(20, 18, 20, 16))
        layout.addWidget(area, 1)
        layout.addLayout(row(self.told, None, back, self.save))
        self.setLayout(layout)
        resize_within(self, 760, 560)
        self._count()

    def settlements(self) -> dict[str, Settlement]:
        """The conflicts that were decided, with their reasons."""
        found = {uid: case.settlement() for uid, case in self.cases.items()}
        return {uid: settlement for uid, settlement in found.items() if settlement is not None}

    def _count(self, *_told: object) -> None:
        done = len(self.settlements())
        self.told.setText(tr("共 {all} 项，已裁定 {done} 项", all=len(self.cases), done=done))
        self.save.setEnabled(done > 0)
