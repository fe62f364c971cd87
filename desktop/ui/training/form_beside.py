"""A list or timetable on the left and the form of what is chosen there on the right."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from desktop.models.base import Content, Record
from desktop.queries.directory import Directory
from desktop.store.records import Stored
from desktop.ui.desk import Desk
from desktop.ui.forms.form import RecordForm
from desktop.ui.theme import theme
from desktop.ui.training.class_links import ClassLinks
from desktop.ui.training.growing_form import GrowingForm
from desktop.ui.widgets import card, label


class FormBeside(QSplitter):
    """Shows the form of one record of an entity whose place (its class, its programme) is given."""

    saved = Signal(str)
    """A record was saved, by uid."""
    edited = Signal()
    """Something was typed."""
    closed = Signal()
    """Nothing is in the form any more: deleted, or the clerk went back with Escape."""

    def __init__(
        self,
        desk: Desk,
        entity: type[Record],
        left: QWidget,
        *,
        without: tuple[str, ...],
        hint: str,
        wide: int = 330,
        folds: bool = False,
    ) -> None:
        """`folds`: the form takes no room while there is none."""
        super().__init__(Qt.Orientation.Horizontal)
        self.links = ClassLinks(desk)
        self._left = left
        self._made = GrowingForm(desk, entity, self.links, self._prepare, without=without, narrow=True)
        self._growth: Iterator[object] | None = None
        self._folds = folds
        self.right = QStackedWidget()
        self.right.addWidget(card(None, label(hint, "muted", wrap=True), None))
        for each in (left, self.right):
            self.addWidget(each)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(theme.px(8))
        self.setStretchFactor(0, 1)
        self.setSizes([theme.px(900 - wide), theme.px(wide)])
        self.right.setHidden(folds)

    @property
    def form(self) -> RecordForm:
        """The form; what is not made of it yet is made now."""
        return self._made.form

    def _prepare(self, form: RecordForm) -> None:
        form.names = self.links.names
        form.saved.connect(self.saved)
        form.sections.edited.connect(self.edited)
        form.deleted.connect(self.clear)
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), form, self._go_back)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.right.addWidget(form)

    def steps(self) -> Iterator[object]:
        """Make the form, a section at a step: its many fields take longer than the list beside them."""
        self._growth = self._made.steps()
        return self._growth

    def _grow(self) -> None:
        if self._growth is not None and next(self._growth, None) is not None:
            QTimer.singleShot(1, self, self._grow)

    @property
    def is_open(self) -> bool:
        """Whether a form is shown."""
        return self.right.currentIndex() == 1

    @property
    def uid(self) -> str:
        """The uid of the record in the form; empty where it is a new one or none."""
        return self.form.stored.uid if self.is_open and self.form.stored is not None else ""

    def use(self, names: Directory, *, training_class: str = "") -> None:
        """Names for the links of the form; of courses, sessions and trainees only those of one class.

        The list is there then, and the form grows while the clerk looks at it.
        """
        self.links.training_class = training_class
        self.links.use(names)
        if self._made.is_made:
            self.form.names = names
        if self._growth is None:
            self.steps()
            QTimer.singleShot(1, self, self._grow)

    def show_stored(self, stored: Stored | None, *, given: Content) -> None:
        """Show a record as it is stored now, unless it is in the form and being typed in."""
        if stored is None:
            if self.uid:
                self.clear()
            return
        present = self.form.stored
        self.form.given = given
        is_same = self.is_open and present is not None and present.uid == stored.uid
        if is_same and (self.form.is_dirty or (present is not None and present.revision >= stored.revision)):
            return
        self.form.show_record(stored, self.links.names)
        self._open()

    def _open(self) -> None:
        self.right.setCurrentWidget(self.form)
        self.right.show()

    def begin_new(self, *, given: Content, proposed: Content | None = None) -> None:
        """An empty form with some values proposed, and the keyboard in its first field."""
        self.form.given = given
        self.form.show_record(None, self.links.names)
        for name, value in (proposed or {}).items():
            self.form.sections.cells[name].put(value)
        self._open()
        self.form.sections.focus_first()

    def clear(self) -> None:
        """Show no record."""
        self.form.show_record(None, self.links.names)
        self.right.setCurrentIndex(0)
        self.right.setHidden(self._folds)
        self.closed.emit()

    def _go_back(self) -> None:
        """Escape gives up a new record, folds the form where it can, and goes back to the left."""
        if (self._folds or self.form.stored is None) and self.may_leave():
            self.clear()
        self._left.setFocus()

    def may_leave(self) -> bool:
        """The form asks where something is not saved."""
        return not self.is_open or self.form.may_leave()
