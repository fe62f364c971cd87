"""One field of a form: label, editor, and the sentence under it when its text cannot be read."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop.errors import ValueProblem
from desktop.fields import Field
from desktop.kinds import CitizenIdNumber, Link, LongText, Packed, PersonName
from desktop.models import BY_PLURAL
from desktop.queries.directory import Directory
from desktop.text import tr
from desktop.ui.forms.editors import LinkSource, make_editor
from desktop.ui.forms.suggestions import Pick
from desktop.ui.forms.text_fields import LongEditor, PickEditor
from desktop.ui.icons import icon
from desktop.ui.theme import ACCENT, theme
from desktop.ui.widgets import column, label, row

LABEL_WIDTH = 94

ONE_PERSON: Final = frozenset({"name", "name_reading", "former_name"})
"""Fields that are no two people's alike, though no number."""


class FieldCell(QWidget):
    """Shows one packed value and reads it back."""

    edited = Signal()
    pinned = Signal()
    checked = Signal()
    """The field was left and its text can be read."""

    def __init__(self, field: Field, links: LinkSource) -> None:
        super().__init__()
        self.field = field
        self.links = links
        self.names: Directory | None = None
        self.editor = make_editor(field, links)
        self.caption = _caption(field)
        self.caption.setBuddy(self.editor)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        self._shown = ""
        self._packed: Packed | None = None
        self._masked = False
        self._locked = False
        self._pin = self._pin_action()
        beside = row(self.caption, column(self.editor, self.problem, space=2), space=6)
        beside.setAlignment(self.caption, Qt.AlignmentFlag.AlignTop)
        self.setLayout(column(beside))
        self.editor.edited.connect(self._touch)
        self.editor.left.connect(self.check)
        if isinstance(self.editor, PickEditor):
            self.editor.picked.connect(self._touch)

    def _pin_action(self) -> QAction | None:
        """The pin in the field; a long text has none."""
        if isinstance(self.editor, LongEditor):
            return None
        made = self.editor.addAction(icon("pin"), QLineEdit.ActionPosition.TrailingPosition)
        made.setCheckable(True)
        made.setVisible(False)
        made.setToolTip(tr("固定：保存后下一个人仍用这个值  F6"))
        made.toggled.connect(lambda on: made.setIcon(icon("pinned", ACCENT) if on else icon("pin")))
        made.triggered.connect(lambda _checked: self.pinned.emit())
        return made

    def offer_pin(self, offered: bool, *, on: bool) -> None:  # noqa: FBT001 - the one fact
        """Show the pin or not, and whether it holds the value."""
        if self._pin is not None:
            self._pin.setVisible(offered)
            self._pin.setChecked(on)

    @property
    def can_pin(self) -> bool:
        """Whether the value may stay for the next person: what belongs to one person only may not."""
        return self._pin is not None and not self.field.personal and self.field.name not in ONE_PERSON

    @property
    def is_pinned(self) -> bool:
        """Whether the value stays for the next record."""
        return self._pin is not None and self._pin.isChecked()

    def toggle_pin(self) -> None:
        """Hold the value for the next record, or no longer."""
        if self._pin is not None and self._pin.isVisible():
            self._pin.toggle()
            self.pinned.emit()

    def put(self, packed: Packed) -> None:
        """Put a value into the field as if it were typed now."""
        self.editor.set_text(self._text_of(packed))
        if isinstance(self.field.kind, Link) and isinstance(self.editor, PickEditor):
            self.editor.pick = Pick(self.editor.text(), packed, "")
        self._touch()

    @property
    def is_wide(self) -> bool:
        """Whether the field takes the whole width of the form: eighteen digits and names are cut in half of it."""
        is_name = isinstance(self.field.kind, PersonName) and self.field.required
        return is_name or isinstance(self.field.kind, LongText | CitizenIdNumber | Link)

    def show_value(self, packed: Packed | None, names: Directory | None, *, masked: bool, locked: bool) -> None:
        """Show a stored value; a masked or locked one cannot be typed over."""
        self.names, self._packed = names, packed
        self._masked = masked and self.field.personal and packed is not None
        self._locked = locked
        self._shown = self._text_of(packed)
        self.editor.set_text(self._shown)
        self.editor.setReadOnly(locked or self._masked)
        self.set_problem("")

    def _text_of(self, packed: Packed | None) -> str:
        if packed is None:
            return ""
        if isinstance(self.field.kind, Link):
            return self.names.text(self.field.kind.entity, packed) if self.names is not None else str(packed)
        if self._masked:
            return self.field.kind.mask(self.field.kind.unpack(packed))
        return self.field.format_packed(packed)

    def rebase(self, packed: Packed | None) -> str:
        """Take another stored value as the one to compare with, and keep what was typed; says where both differ."""
        if not self.is_changed:
            self.show_value(packed, self.names, masked=self._masked, locked=self._locked)
            return ""
        before, self._packed, self._shown = self._shown, packed, self._text_of(packed)
        if self._shown == before or not self.is_changed:
            return ""
        there, here = self._shown or tr("空"), self.editor.text().strip() or tr("空")
        return tr("{label}：别处改为“{there}”，您填写“{here}”", label=self.field.label, there=there, here=here)

    @property
    def is_changed(self) -> bool:
        """Whether the text is another than the stored one."""
        return self.editor.text().strip() != self._shown.strip()

    def packed(self) -> Packed | None:
        """The value of the text. Raises ValueProblem."""
        if not self.is_changed:
            return self._packed
        text = self.editor.text()
        if isinstance(self.field.kind, Link):
            return self._linked(self.field.kind.entity, text.strip())
        return self.field.pack(self.field.parse(text))

    def _linked(self, plural: str, text: str) -> str | None:
        if not text:
            return None
        if isinstance(self.editor, PickEditor) and self.editor.pick is not None:
            return str(self.editor.pick.value)
        found = self.links.find(plural, text)
        what = BY_PLURAL[plural].label
        if not found:
            raise ValueProblem(f"没有登记“{text}”这个{what}，请从列表中选择，或先登记{what}")
        if len(found) > 1:
            raise ValueProblem(f"有 {len(found)} 个{what}叫“{text}”，请从列表中选择是哪一个")
        return found[0]

    def check(self) -> bool:
        """Read the text on leaving the field: the sentence appears or goes, and the text takes its regular form."""
        if self._masked or self._locked:
            return True
        try:
            packed = self.packed()
        except ValueProblem as error:
            self.set_problem(error.sentence)
            return False
        self.set_problem("")
        if self.is_changed and packed is not None:
            regular = self._text_of(packed)
            if regular != self.editor.text():
                pick = self.editor.pick if isinstance(self.editor, PickEditor) else None
                self.editor.set_text(regular)
                if isinstance(self.editor, PickEditor):
                    self.editor.pick = pick
        self.checked.emit()
        return True

    def set_problem(self, text: str) -> None:
        """The sentence under the field; none where all is well."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.editor.set_wrong(bool(text))
        self.editor.setAccessibleDescription(text or self.field.help)

    def _touch(self) -> None:
        if self.problem.text():
            self.set_problem("")
        self.edited.emit()


def _caption(field: Field) -> QLabel:
    made = label(field.label + (" *" if field.required or field.needed else ""), wrap=True)
    made.setFixedWidth(theme.px(LABEL_WIDTH))
    made.setMinimumHeight(theme.px(32))
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    if field.help:
        made.setToolTip(field.help)
    return made
