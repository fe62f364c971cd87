"""班级概况: the form of a class."""

from collections.abc import Iterator
from functools import partial

from desktop.errors import ValueProblem
from desktop.models import TrainingClass
from desktop.queries.training.class_list import ClassRecord, class_record
from desktop.queries.training.year_plan import class_defaults
from desktop.store.records import Stored
from desktop.ui.desk import Desk
from desktop.ui.forms.form import RecordForm
from desktop.ui.forms.links import Links
from desktop.ui.training.growing_form import GrowingForm, propose
from desktop.ui.training.piece import Piece
from desktop.ui.widgets import column, row


class OverviewPiece(Piece):
    """The class itself; without a class an empty form for a new one."""

    READS = frozenset({"classes", "programmes"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.links = Links(desk)
        self.made = GrowingForm(desk, TrainingClass, self.links, self._prepare)
        sheets = row(self.sheet_button("F11"), self.sheet_button("F12"), None)
        self.body = column(sheets, space=8)
        self.setLayout(self.body)

    def _prepare(self, form: RecordForm) -> None:
        form.next_button.hide()
        form.saved.connect(self.saved)
        form.deleted.connect(lambda: self.saved.emit(""))
        form.sections.cells["programme"].editor.left.connect(self._take_over)
        self.body.addWidget(form, 1)

    def _take_over(self) -> None:
        """A new class takes over what its programme says, where nothing is written yet."""
        names = self.links.names
        try:
            programme = self.form.sections.cells["programme"].packed()
        except ValueProblem:
            return
        if programme and names is not None:
            propose(self.form, class_defaults(names.content("programmes", programme)))

    @property
    def form(self) -> RecordForm:
        """The form of the class."""
        return self.made.form

    def steps(self) -> Iterator[object]:
        """The form, section by section."""
        return self.made.steps()

    def refresh(self) -> None:
        """Read the class; what is typed stays."""
        self.read(partial(class_record, uid=self.uid), self._show)

    def _show(self, found: ClassRecord) -> None:
        self.links.use(found.names)
        if self._is_kept(found.stored):
            return
        self.form.show_record(found.stored, found.names)

    def _is_kept(self, found: Stored | None) -> bool:
        """Whether the form has this class already as it is now, or is being typed in."""
        present = self.form.stored
        if present is None or found is None or present.uid != found.uid:
            return False
        return self.form.is_dirty or present.revision >= found.revision

    def begin_new(self, programme: str = "") -> None:
        """An empty form with the keyboard in its first field, perhaps for a certain programme."""
        self.uid = ""
        self.read(partial(class_record, uid=""), lambda found: self._begin(found, programme))

    def _begin(self, found: ClassRecord, programme: str) -> None:
        self.links.use(found.names)
        self.form.show_record(None, found.names)
        if programme:
            self.form.sections.cells["programme"].put(programme)
            propose(self.form, class_defaults(found.names.content("programmes", programme)))
        self.form.sections.focus_first()

    def may_leave(self) -> bool:
        """The form asks where something is not saved."""
        return self.form.may_leave()

    def focus_first(self) -> None:
        """The keyboard starts in the first field."""
        self.form.sections.focus_first()
