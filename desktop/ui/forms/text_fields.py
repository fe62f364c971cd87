"""The fields that are typed into: all with text(), set_text() and the signals edited and left.

Nothing here acts on text that an input method is still composing: such text is in no field's text() yet.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from desktop.ui.forms.suggestions import Pick, PickSource, Suggestions
from desktop.ui.icons import icon
from desktop.ui.theme import theme
from desktop.ui.widgets import set_flag

_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class IdleUndo(QObject):
    """Leaves Ctrl+Z and Ctrl+Y to the window where a field has no typing to undo.

    Where typing was taken back just now, one Ctrl+Z too many must not reach for the last act. It watches only the field
    with the keyboard: an `event` of its own would be asked whenever any field of a form is moved, styled or painted.
    """

    def __init__(self, field: QWidget, can_undo: Callable[[], bool], can_redo: Callable[[], bool]) -> None:
        super().__init__(field)
        self._can_undo, self._can_redo = can_undo, can_redo

    def eventFilter(self, _field: QObject, event: QEvent) -> bool:
        """Whether the field is asked to take the key for itself although nothing was typed into it."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        can_redo = self._can_redo()
        undo = event.matches(QKeySequence.StandardKey.Undo) and not self._can_undo() and not can_redo
        is_idle = undo or (event.matches(QKeySequence.StandardKey.Redo) and not can_redo)
        if is_idle:
            event.ignore()
        return is_idle


class LineEditor(QLineEdit):
    """One line of text; Enter and Down go to the next field, Shift+Enter and Up to the one before."""

    edited = Signal()
    left = Signal()
    moved = Signal(bool)
    """Go to the next field (True) or the one before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.composing = False
        # as `set_wrong` says it: the style is not looked up anew for the first value
        self.setProperty("wrong", "false")
        self._idle_undo = IdleUndo(self, self.isUndoAvailable, self.isRedoAvailable)
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
        self.installEventFilter(self._idle_undo)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving is when the text is read."""
        super().focusOutEvent(event)
        self.removeEventFilter(self._idle_undo)
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
        self.setProperty("wrong", "false")
        document = self.document()
        self._idle_undo = IdleUndo(self, document.isUndoAvailable, document.isRedoAvailable)
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter leaves the field."""
        if event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if not self.composing:
                back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.moved.emit(not back)
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """While the keyboard is here, Ctrl+Z is looked at."""
        super().focusInEvent(event)
        self.installEventFilter(self._idle_undo)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving is when the text is read."""
        super().focusOutEvent(event)
        self.removeEventFilter(self._idle_undo)
        self.composing = False
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.left.emit()
