"""合并重复: two records of one person side by side, what differs marked, and the choice made by the clerk alone."""

from collections.abc import Callable
from textwrap import wrap
from typing import Final

from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLineEdit, QRadioButton, QWidget

from desktop.errors import RefusedError
from desktop.fields import Child, Field, children_of, fields_of
from desktop.kinds import Picture
from desktop.models import Teacher
from desktop.models.base import Content
from desktop.services.duplicates import BOTH, KEPT, LOST, Pair, disputed
from desktop.text import tr
from desktop.ui.theme import theme
from desktop.ui.typed_dialog import AnswerDialog
from desktop.ui.widgets import button, label, row

_CAPTION: Final = 110
_SIDE: Final = 24
"""Characters of a long value in one line; a radio button does not break its text."""


class DuplicatesDialog(AnswerDialog):
    """Asks for a value wherever both records have one; `choices` and `reason` are what was answered."""

    def __init__(self, pair: Pair, look: Callable[[], None], *, masked: bool) -> None:
        said = tr("核对确为同一人后合并。标“≠”的栏目两边不同，请逐项选定；其余照有内容的一边。合并后可用 Ctrl+Z 撤销。")
        super().__init__(tr("合并重复的两条记录"), said, wide=860, high=640)
        self.pair, self._look, self.masked = pair, look, masked
        self.choices: dict[str, str] = {}
        self.reason = QLineEdit(tr("同一人重复登记"))
        self.reason.setAccessibleName(tr("合并依据"))
        self.groups: dict[str, QButtonGroup] = {}
        self._covered: list[tuple[Field, QWidget, str]] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(10))
        self._grid.setColumnMinimumWidth(0, theme.px(_CAPTION))
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        self._fill()
        self.body.addLayout(self._grid)
        self.body.addLayout(row(label(tr("合并依据")), self.reason))
        self.take_button.setText(tr("合并为一人"))
        self.take_button.setDefault(False)
        self.take_button.setAutoDefault(False)
        self.show_button = button(tr("显示号码"), self.uncover, icon_name="eye", role="flat")
        self.show_button.setVisible(masked)
        self.body.insertLayout(0, row(self.show_button, None))
        self._tell()

    def _fill(self) -> None:
        self._heads()
        different = disputed(self.pair)
        kept, lost = self.pair.kept.content, self.pair.lost.content
        for field in fields_of(Teacher):
            if (
                not field.internal
                and not isinstance(field.kind, Picture)
                and (field.name in kept or field.name in lost)
            ):
                self._line(field, different=field.name in different)
        for child in children_of(Teacher):
            if child.name in kept or child.name in lost:
                self._lines(child, different=child.name in different)
        self._hanging()

    def _heads(self) -> None:
        for place, (which, stored) in enumerate(((tr("第一条"), self.pair.kept), (tr("第二条"), self.pair.lost)), 1):
            told = tr("{which}：{name}", which=which, name=stored.content["name"])
            self._grid.addWidget(label(told, "section"), 0, place)

    def _line(self, field: Field, *, different: bool) -> None:
        texts = [self._text(field, content) for content in (self.pair.kept.content, self.pair.lost.content)]
        made = self._sides(field.name, field.label, texts, different=different)
        if self.masked and field.personal:
            self._covered += zip((field, field), made, (KEPT, LOST), strict=True)

    def _text(self, field: Field, content: Content) -> str:
        packed = content.get(field.name)
        if packed is None:
            return tr("（空）")
        if self.masked and field.personal:
            return field.kind.mask(field.kind.unpack(packed))
        return field.format_packed(packed)

    def _lines(self, child: Child, *, different: bool) -> None:
        texts = []
        for content in (self.pair.kept.content, self.pair.lost.content):
            told = [
                " ".join(each.format_packed(line.get(each.name)) for each in fields_of(child.line) if each.name in line)
                for line in content.get(child.name, ())
            ]
            texts.append("\n".join(told) or tr("（空）"))
        self._sides(child.name, child.label, texts, different=different)
        if different:
            self._choice(child.name, BOTH, tr("{what}两边都保留", what=child.label), (self._grid.rowCount(), 1))

    def _sides(self, name: str, caption: str, texts: list[str], *, different: bool) -> list[QWidget]:
        """One row: the caption, and the value of each side, to be chosen where they differ."""
        at = self._grid.rowCount()
        self._grid.addWidget(label(f"≠ {caption}" if different else caption, "amber" if different else "muted"), at, 0)
        made: list[QWidget] = []
        for place, (side, text) in enumerate(zip((KEPT, LOST), texts, strict=True), 1):
            if different:
                made.append(self._choice(name, side, text, (at, place)))
                made[-1].setAccessibleName(f"{caption}：{text}")
            else:
                made.append(label(text, wrap=True))
                self._grid.addWidget(made[-1], at, place)
        return made

    def _choice(self, name: str, side: str, text: str, place: tuple[int, int]) -> QRadioButton:
        radio = QRadioButton("\n".join(part for each in text.splitlines() for part in wrap(each, _SIDE)))
        group = self.groups.setdefault(name, QButtonGroup(self))
        group.addButton(radio)
        radio.toggled.connect(lambda on: self._choose(name, side) if on else None)
        self._grid.addWidget(radio, *place)
        return radio

    def _choose(self, name: str, side: str) -> None:
        self.choices[name] = side
        self._tell()

    def _hanging(self) -> None:
        at = self._grid.rowCount()
        self._grid.addWidget(label(tr("相连的内容"), "muted"), at, 0)
        for place, hanging in enumerate(self.pair.hanging, 1):
            told = "、".join(tr("{what} {count} 条", what=what, count=count) for what, count in hanging.items())
            self._grid.addWidget(label(told or tr("无"), wrap=True), at, place)
        told = tr("合并后全部归到保留的一条名下；完全相同的只留一条。")
        self._grid.addWidget(label(told, "muted", wrap=True), at + 1, 1, 1, 2)
        if self.pair.classes:
            both = tr(
                "两条都是{classes}的学员，合并为一名学员：考勤、成绩、请假归到一起，统计只算一人次。",
                classes="、".join(tr("“{name}”", name=each) for each in self.pair.classes),
            )
            self._grid.addWidget(label(both, "amber", wrap=True), at + 2, 1, 1, 2)

    def uncover(self) -> None:
        """Show the numbers in full; who asked stands in the operations log."""
        self._look()
        self.masked = False
        self.show_button.hide()
        for field, widget, side in self._covered:
            content = self.pair.kept.content if side == KEPT else self.pair.lost.content
            widget.setText(self._text(field, content))  # type: ignore[attr-defined]

    def _open(self) -> int:
        return sum(name not in self.choices for name in disputed(self.pair))

    def _tell(self) -> None:
        left = self._open()
        self.take_button.setEnabled(not left)
        self.problem.setText(tr("还有 {count} 处需要选择", count=left) if left else "")

    def values(self) -> None:
        """Raise RefusedError for what is still to be chosen or written."""
        if self._open():
            raise RefusedError(self.problem.text())
        if not self.reason.text().strip():
            raise RefusedError(tr("请写明合并依据，例如“已电话核实”"))
