"""The editors of fields: one for each group of kinds, all with text(), set_text() and the signals edited and left.

Nothing here acts on text that an input method is still composing: such text is in no editor's text() yet.
"""

from collections.abc import Callable
from functools import cache
from typing import Final, Protocol

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from desktop.fields import Field
from desktop.kinds import (
    Choice,
    CitizenIdNumber,
    Day,
    Digits,
    Exact,
    Kind,
    Link,
    LongText,
    Money,
    PartialDate,
    Phone,
    Whole,
    YesNo,
)
from desktop.ui.forms.picks import make_pick
from desktop.ui.forms.suggestions import Pick, PickSource, Suggestions
from desktop.ui.icons import icon
from desktop.ui.theme import theme
from desktop.ui.widgets import set_flag

NextField = Callable[[QWidget, bool], None]
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LineEditor(QLineEdit):
    """One line of text; Enter and Down go to the next field, Shift+Enter and Up to the one before."""

    edited = Signal()
    left = Signal()
    moved = Signal(bool)
    """Go to the next field (True) or the one before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.composing = False
        self.textEdited.connect(lambda _text: self.edited.emit())

    def set_text(self, text: str) -> None:
        """Show a text that nobody typed; there is no typing to undo then."""
        self.setText(text)
        self.setCursorPosition(0)

    def set_wrong(self, wrong: bool) -> None:  # noqa: FBT001 - the one fact
        """Mark the field as one that cannot be read."""
        set_flag(self, "wrong", "true" if wrong else "false")

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether an input method is composing."""
        super().inputMethodEvent(event)
        self.composing = bool(event.preeditString())

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+Z to the window where there is no typing to undo."""
        if _is_idle_undo(event, can_undo=self.isUndoAvailable(), can_redo=self.isRedoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Down and Up move between fields."""
        if not self.composing and event.key() in (*_ENTER, Qt.Key.Key_Down, Qt.Key.Key_Up):
            back = event.key() == Qt.Key.Key_Up or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                event.ignore()
                return
            self.moved.emit(not back)
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Coming by key selects the whole, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving is when the text is read."""
        super().focusOutEvent(event)
        self.composing = False
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.left.emit()


class NumberEditor(LineEditor):
    """A line of digits or a date: the input method is off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers | Qt.InputMethodHint.ImhNoPredictiveText)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)

    def setReadOnly(self, read_only: bool) -> None:  # noqa: FBT001 - Qt's own
        """Qt turns the input method on again for a field that can be typed in; digits need none."""
        super().setReadOnly(read_only)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)


class PickEditor(LineEditor):
    """A line with suggestions: typed characters, pinyin or initials narrow them, Alt+Down shows all."""

    picked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: Callable[[], PickSource] = PickSource
        self._list: Suggestions | None = None
        self.pick: Pick | None = None
        """What was picked; None where something was typed that may mean anything."""
        self._arrow = self.addAction(icon("chevron-down"), QLineEdit.ActionPosition.TrailingPosition)
        self._arrow.triggered.connect(self.offer_all)
        self.edited.connect(self._narrow)

    def set_source(self, source: Callable[[], PickSource]) -> None:
        """Where the suggestions come from; asked when they are needed."""
        self._source = source

    @property
    def suggestions(self) -> Suggestions:
        """The list under the field."""
        if self._list is None:
            self._list = Suggestions(self, self._take)
        return self._list

    def offer_all(self) -> None:
        """Show everything there is, the present value first in sight."""
        if self.isReadOnly():
            return
        self.setFocus()
        picks = self._source().first()
        current = next((number for number, pick in enumerate(picks) if pick.text == self.text()), 0)
        self.suggestions.offer(picks, current=current)

    def is_offering(self) -> bool:
        """Whether the list is shown."""
        return self._list is not None and self._list.isVisible()

    def set_text(self, text: str) -> None:
        """Show a text that nobody typed."""
        super().set_text(text)
        self.pick = None

    def setReadOnly(self, read_only: bool) -> None:  # noqa: FBT001 - Qt's own
        """A field that cannot be changed offers nothing."""
        super().setReadOnly(read_only)
        self._arrow.setVisible(not read_only)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down move in the list while it is shown; Enter takes its current line and goes on."""
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.offer_all()
        elif self.is_offering() and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.suggestions.move_current(1 if event.key() == Qt.Key.Key_Down else -1)
        elif self.is_offering() and event.key() == Qt.Key.Key_Escape:
            self.suggestions.hide()
        else:
            if self.is_offering() and event.key() in _ENTER and not self.composing:
                self.suggestions.take_current()
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click into an empty field shows what there is."""
        super().mousePressEvent(event)
        if not self.text():
            self.offer_all()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The list goes with the focus; Tab takes what it shows."""
        if self.is_offering():
            if event.reason() == Qt.FocusReason.TabFocusReason and self.text():
                self.suggestions.take_current()
            self.suggestions.hide()
        super().focusOutEvent(event)

    def _narrow(self) -> None:
        self.pick = None
        self.suggestions.offer(self._source().matching(self.text()) if self.text() else [])

    def _take(self, pick: Pick) -> None:
        self.setText(pick.text)
        self.pick = pick
        self.edited_by_pick()

    def edited_by_pick(self) -> None:
        """Tell that the text changed without offering again."""
        self.picked.emit()


class LongEditor(QPlainTextEdit):
    """Several lines; Ctrl+Enter goes to the next field, Tab too."""

    edited = Signal()
    left = Signal()
    moved = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.composing = False
        self.setTabChangesFocus(True)
        self.setFixedHeight(theme.px(72))
        self.textChanged.connect(self.edited.emit)

    def text(self) -> str:
        """What stands in the field."""
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Show a text that nobody typed."""
        self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(False)

    def set_wrong(self, wrong: bool) -> None:  # noqa: FBT001
        """Mark the field as one that cannot be read."""
        set_flag(self, "wrong", "true" if wrong else "false")

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether an input method is composing."""
        super().inputMethodEvent(event)
        self.composing = bool(event.preeditString())

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+Z to the window where there is no typing to undo."""
        document = self.document()
        if _is_idle_undo(event, can_undo=document.isUndoAvailable(), can_redo=document.isRedoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter leaves the field."""
        if event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if not self.composing:
                back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.moved.emit(not back)
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving is when the text is read."""
        super().focusOutEvent(event)
        self.composing = False
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.left.emit()


def _is_idle_undo(event: QEvent, *, can_undo: bool, can_redo: bool) -> bool:
    """Whether a field is asked to take Ctrl+Z or Ctrl+Y for itself although nothing was typed into it.

    Where typing was taken back just now, one Ctrl+Z too many must not reach for the last act.
    """
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    undo = event.matches(QKeySequence.StandardKey.Undo) and not can_undo and not can_redo
    return undo or (event.matches(QKeySequence.StandardKey.Redo) and not can_redo)


Editor = LineEditor | LongEditor


class LinkSource(Protocol):
    """What a link to an entity, named by its plural, may point to."""

    def __call__(self, plural: str) -> PickSource:
        """What the field offers."""

    def find(self, plural: str, text: str) -> tuple[str, ...]:
        """The uids that a typed text may mean."""


def _choices(field: Field, _links: LinkSource) -> Editor:
    editor = PickEditor()
    editor.set_source(lambda: choices_of(tuple(field.kind.choices())))
    return editor


@cache
def choices_of(labels: tuple[str, ...]) -> PickSource:
    """What a choice may be, found by text and pinyin."""
    return PickSource([make_pick(text, text) for text in labels])


def _link(field: Field, links: LinkSource) -> Editor:
    assert isinstance(field.kind, Link)
    editor, plural = PickEditor(), field.kind.entity
    editor.set_source(lambda: links(plural))
    return editor


def _number(_field: Field, _links: LinkSource) -> Editor:
    return NumberEditor()


def _long(_field: Field, _links: LinkSource) -> Editor:
    return LongEditor()


def _line(_field: Field, _links: LinkSource) -> Editor:
    return LineEditor()


EDITORS: Final[tuple[tuple[tuple[type[Kind], ...], Callable[[Field, LinkSource], Editor]], ...]] = (
    ((Choice, YesNo), _choices),
    ((Link,), _link),
    ((CitizenIdNumber, Digits, Phone, Whole, Exact, Money, Day, PartialDate), _number),
    ((LongText,), _long),
    ((Kind,), _line),
)
"""Which editor a kind gets: the first line that fits."""


def make_editor(field: Field, links: LinkSource) -> Editor:
    """The editor of a field, named for screen readers."""
    for kinds, make in EDITORS:
        if isinstance(field.kind, kinds):
            editor = make(field, links)
            editor.setAccessibleName(field.label)
            if field.help:
                editor.setToolTip(field.help)
            return editor
    raise TypeError(field.kind)
