"""How scores are judged: weights of 平时 and 结业 and of their details, points to pass and for 优, and the source."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtWidgets import QAbstractSpinBox, QDialog, QDoubleSpinBox, QGridLayout, QLineEdit, QSpinBox, QWidget

from desktop.codes import table
from desktop.rules.training_results import DETAILS, FINAL, USUAL
from desktop.services.training.score_rules import ScoreRules
from desktop.text import tr
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, label, row

Box = TypeVar("Box", bound=QAbstractSpinBox)


class ScoreRulesDialog(QDialog):
    """The rules in force, to be changed from a year on."""

    def __init__(self, rules: ScoreRules, year: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("成绩评定办法"))
        self.setMinimumWidth(theme.px(520))
        self.usual = _whole(tr("平时考核比重"), rules.usual, 100)
        self.final = label("", "muted")
        self.usual.valueChanged.connect(lambda _value: self._tell_final())
        self.details = {
            USUAL: _weights(USUAL, rules.usual_details),
            FINAL: _weights(FINAL, rules.final_details),
        }
        self.passing, self.excellent = (
            _points(word, value) for word, value in ((tr("及格分数"), rules.passing), (tr("评优分数"), rules.excellent))
        )
        self.source = QLineEdit()
        self.source.setAccessibleName(tr("依据"))
        self.source.setPlaceholderText(tr("依据，例如：本单位培训考核办法"))
        told = tr(
            "从 {year} 年度起，本单位所有培训班按此评定，已登记的成绩随之重新计算；比重为 0 的分项不计入。", year=year
        )
        take = button(tr("保存"), self.accept, role="primary")
        take.setDefault(True)
        take.setEnabled(False)
        self.source.textChanged.connect(lambda typed: take.setEnabled(bool(typed.strip())))
        back = button(tr("取消"), self.reject)
        back.setAutoDefault(False)
        pieces = (label(tr("成绩评定办法"), "section"), label(told, wrap=True), self._grid(), self.source)
        self.setLayout(column(*pieces, row(None, back, take), space=10, margins=(20, 18, 20, 16)))
        self._tell_final()

    def _grid(self) -> QWidget:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(10))
        grid.addWidget(label(tr("平时考核")), 0, 0)
        grid.addLayout(row(self.usual, label("%"), self.final, None), 0, 1)
        for line, (part, boxes) in enumerate(self.details.items(), 1):
            words = table("score_part")
            grid.addWidget(label(tr("{part}各分项", part=words.label(part))), line, 0)
            pieces = [
                piece
                for code, box in zip(DETAILS[part], boxes, strict=True)
                for piece in (label(words.label(code), "muted"), box)
            ]
            grid.addLayout(row(*pieces, label(tr("份"), "muted"), None), line, 1)
        grid.addWidget(label(tr("分数线")), 3, 0)
        limits = (label(tr("及格"), "muted"), self.passing, label(tr("评优"), "muted"), self.excellent, None)
        grid.addLayout(row(*limits), 3, 1)
        grid.setColumnStretch(1, 1)
        whole = QWidget()
        whole.setLayout(grid)
        return whole

    def _tell_final(self) -> None:
        self.final.setText(tr("结业考核 {percent} %", percent=100 - self.usual.value()))

    def rules(self) -> ScoreRules:
        """What was set."""
        usual, final = ([box.value() for box in self.details[part]] for part in (USUAL, FINAL))
        return ScoreRules(self.usual.value(), usual, final, *map(_number, (self.passing, self.excellent)))


def _number(box: QDoubleSpinBox) -> float:
    """A whole number as one, so that 60.0 is no change of 60."""
    value = round(box.value(), 1)
    return int(value) if value == int(value) else value


def _whole(name: str, value: int, most: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(0, most)
    box.setValue(value)
    return _dressed(box, name)


def _weights(part: str, values: Sequence[int]) -> list[QSpinBox]:
    words = table("score_part")
    return [_whole(words.label(code), value, 100) for code, value in zip(DETAILS[part], values, strict=True)]


def _points(name: str, value: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(0, 100)
    box.setDecimals(1)
    box.setValue(float(value))
    return _dressed(box, name)


def _dressed(box: Box, name: str) -> Box:
    """Without the small arrows: digits are typed, Up and Down count."""
    box.setAccessibleName(name)
    box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    box.setFixedWidth(theme.px(64))
    return box
