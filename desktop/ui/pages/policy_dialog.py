"""What this office sets otherwise: the value as people write it, the years in which it holds, the source."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from desktop.errors import RefusedError, ValueProblem
from desktop.kinds import Whole
from desktop.queries.policies_in_force import PolicyInForce
from desktop.rules.policy_texts import ROWS, policy_text, read_policy
from desktop.services.policies import OwnPolicy
from desktop.text import tr
from desktop.ui.forms.text_fields import NumberEditor
from desktop.ui.theme import theme
from desktop.ui.typed_dialog import FieldsDialog
from desktop.ui.widgets import label

_YEAR: Final = Whole(1950, 2100, "年")


class PolicyDialog(FieldsDialog):
    """Proposes the value in force, from the year at the desk on."""

    def __init__(self, policy: PolicyInForce, year: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("本单位另定"))
        self.setMinimumWidth(theme.px(560))
        self.policy, now = policy, policy.now
        self.value = self._value_editor()
        self.first, self.last, self.source = NumberEditor(), NumberEditor(), QLineEdit()
        self.first.set_text(str(now.row.from_year if now.is_own else year))
        self.last.set_text(str(now.row.until_year or "") if now.is_own else "")
        self.last.setPlaceholderText(tr("不填则一直有效"))
        self.source.setText(now.row.source if now.is_own else "")
        self.source.setPlaceholderText(tr("例如：县教委〔2026〕12号"))
        held = "" if policy.shape.is_table else f"{now.value or tr('无')}{now.row.unit}，"
        told = tr(
            "现为：{held}出处：{whose}（{source}）。另定的对本单位起作用，下发后对下级单位起作用；可以撤销，也可以取消。",
            held=held,
            whose=now.whose,
            source=now.row.source,
        )
        unit = now.row.unit
        fields = (
            (tr("值（{unit}）", unit=unit) if unit else tr("值"), self.value),
            (tr("从哪个年度起"), self.first),
            (tr("到哪个年度止"), self.last),
            (tr("依据"), self.source),
        )
        self.lay_out(now.label, fields, tr("保存"), said=label(told, "muted", wrap=True))

    def _value_editor(self) -> QComboBox | QPlainTextEdit | QLineEdit:
        """A choice, a line, or a text with a row of the table on each line."""
        shape = self.policy.shape
        shown = policy_text(shape.like, shape.choices)
        words = list(shape.choices.values()) or ([tr("是"), tr("否")] if isinstance(shape.like, bool) else [])
        if words:
            box = QComboBox()
            box.addItems(words)
            box.setCurrentText(shown)
            return box
        if shape.is_table:
            text = QPlainTextEdit(shown.replace(ROWS, "\n"))
            text.setTabChangesFocus(True)
            text.setMinimumHeight(theme.px(110))
            return text
        return QLineEdit(shown)

    def _typed(self) -> str:
        editor = self.value
        if isinstance(editor, QPlainTextEdit):
            return editor.toPlainText()
        return editor.currentText() if isinstance(editor, QComboBox) else editor.text()

    def values(self) -> OwnPolicy:
        """What was typed. Raises RefusedError that tells all that cannot be read together."""
        problems: list[str] = []
        value = _read(tr("值"), partial(read_policy, self._typed(), self.policy.shape), problems)
        first = _read(tr("从哪个年度起"), partial(_YEAR.parse, self.first.text().strip()), problems)
        ended = self.last.text().strip()
        last = _read(tr("到哪个年度止"), partial(_YEAR.parse, ended), problems) if ended else None
        if not self.source.text().strip():
            problems.append(tr("依据没有填写"))
        if problems:
            raise RefusedError("；".join(problems))
        return OwnPolicy(value, self.source.text().strip(), first, last)


def _read(name: str, read: Callable[[], Any], problems: list[str]) -> Any:  # noqa: ANN401 - whatever is read
    try:
        return read()
    except ValueProblem as error:
        problems.append(f"{name}：{error.sentence}")
        return None
