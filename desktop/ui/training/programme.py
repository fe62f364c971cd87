"""项目: the form of one programme; who bears its travel and how long it lasts is told while one types."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QTimer

from desktop.errors import ValueProblem
from desktop.kinds import Money
from desktop.models import Programme
from desktop.models.base import Content
from desktop.queries.training.year_plan import ProgrammeDetail, programme_detail
from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.form import RecordForm
from desktop.ui.forms.links import Links
from desktop.ui.training.growing_form import GrowingForm, propose
from desktop.ui.training.piece import Piece
from desktop.ui.widgets import ShortLabel, column

_PAUSE = 150
"""Milliseconds after the last key before both are made anew."""
_COUNTED = ("year", "kind", "level", "start", "end", "travel")


class ProgrammePiece(Piece):
    """The programme itself; without one an empty form for a new one."""

    READS = frozenset({"programmes"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.links = Links(desk)
        self._proposed_for = ""
        """The kind for which values were proposed last."""
        self.made = GrowingForm(desk, Programme, self.links, self._prepare)
        self.travel, self.months = ShortLabel("", "muted"), ShortLabel("", "muted")
        self.remarks = ShortLabel("", "amber")
        for each in (self.travel, self.months, self.remarks):
            each.hide()
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self.refresh)
        self.body = column(self.travel, self.months, self.remarks, space=6)
        self.setLayout(self.body)

    def _prepare(self, form: RecordForm) -> None:
        form.sections.edited.connect(self._timer.start)
        form.saved.connect(self.saved)
        form.deleted.connect(lambda: self.saved.emit(""))
        self.body.addWidget(form, 1)

    @property
    def form(self) -> RecordForm:
        """The form of the programme."""
        return self.made.form

    def steps(self) -> Iterator[object]:
        """The form, section by section."""
        return self.made.steps()

    def refresh(self) -> None:
        """Read the programme; what is typed stays and counts, as far as it can be read."""
        self.read(partial(programme_detail, uid=self.uid, typed=self._typed()), self._show)

    def _typed(self) -> Content | None:
        present = self.form.stored
        if not self.form.is_dirty or (present.uid if present is not None else "") != self.uid:
            return None
        content: Content = dict(present.content) if present is not None else {}
        for name in _COUNTED:
            try:
                content[name] = self.form.sections.cells[name].packed()
            except ValueProblem:
                content[name] = None
        return {name: value for name, value in content.items() if value is not None}

    def _show(self, found: ProgrammeDetail) -> None:
        self.links.use(found.names)
        self.form.names = found.names
        told = ((self.travel, _travel(found)), (self.months, _months(found)), (self.remarks, "；".join(found.remarks)))
        for line, text in told:
            line.setText(text)
            line.setVisible(bool(text))
        if found.stored is None and not self.uid:
            self._propose(found)
        if found.stored is not None and not self._is_kept(found.stored):
            self.form.show_record(found.stored, found.names)

    def _propose(self, found: ProgrammeDetail) -> None:
        """What policy gives a new programme of this kind, once for each kind chosen: what was cleared stays empty."""
        kind = self.form.sections.cells["kind"].editor.text()
        if found.proposed and kind != self._proposed_for:
            self._proposed_for = kind
            propose(self.form, found.proposed)

    def _is_kept(self, found: Stored) -> bool:
        """Whether the form has this programme already as it is now, or is being typed in."""
        present = self.form.stored
        if present is None or present.uid != found.uid:
            return False
        return self.form.is_dirty or present.revision >= found.revision

    def begin_new(self, year: int) -> None:
        """An empty form for a programme of a year."""
        self.uid = self._proposed_for = ""
        self.form.show_record(None, self.links.names)
        self.form.sections.cells["year"].put(year)
        self.form.sections.focus_first()
        self.refresh()

    def may_leave(self) -> bool:
        """The form asks where something is not saved."""
        return self.form.may_leave()

    def focus_first(self) -> None:
        """The keyboard starts in the first field."""
        self.form.sections.focus_first()


def _travel(found: ProgrammeDetail) -> str:
    """Who bears the travel; nothing where no regulation divides it."""
    if found.travel is None:
        return ""
    money = Money()
    return tr(
        "差旅费 {all} 元：主管部门承担 {percent}%，{authority} 元；任职学校承担 {school} 元",
        all=money.format(found.travel.authority + found.travel.school),
        percent=found.travel_percent,
        authority=money.format(found.travel.authority),
        school=money.format(found.travel.school),
    )


def _months(found: ProgrammeDetail) -> str:
    """How long both parts last; nothing where no regulation speaks of them."""
    if found.months is None:
        return ""
    return tr(
        "集中培训到 {classes}，教学实践到 {practice}，共 {months} 个月",
        classes=found.months.classes_end.isoformat(),
        practice=found.months.practice_end.isoformat(),
        months=f"{found.months.months.normalize():f}",
    )
