"""A list of records with its filter bar: loads in Jobs, narrows as one types, keeps the selection, tells its sums."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.fields import fields_of
from desktop.kinds import Link, PersonName
from desktop.models.base import Record
from desktop.queries.listing import ListColumn
from desktop.store.history import newest_change, records_changed_since
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.lists.filters import FilterBar
from desktop.ui.lists.listing import Listing, load_beginning, load_listing, make_index, read_some, sorted_rows
from desktop.ui.lists.model import RecordModel
from desktop.ui.lists.sums import told_sums
from desktop.ui.lists.table import RecordTable
from desktop.ui.memory import recall, remember
from desktop.ui.screens import screen_of
from desktop.ui.widgets import column

_PEOPLE = frozenset({"teachers", "appointments"})
_FEW = 200
"""So many changed records are read by themselves; after more, the whole list."""


class RecordList(QWidget):
    """Filter bar and table over one Listing."""

    selected = Signal()
    loaded = Signal()
    """Rows are shown, for the first time or anew."""

    def __init__(self, desk: Desk, entity: type[Record]) -> None:
        super().__init__()
        self.desk, self.entity = desk, entity
        self.how = screen_of(entity.plural)
        self.listing: Listing | None = None
        self._sorted: Sequence[int] | None = None
        self._loading = 0
        self._seen = 0
        self._wanted: str | None = None
        self.model = RecordModel(self)
        self.table = RecordTable(self.model)
        self.table.setAccessibleName(tr("{what}列表", what=entity.label))
        self.filters = FilterBar(self.how.filters, of_people=is_of_people(entity))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._tell())
        self.model.sort_wanted.connect(self.sort)
        self.filters.changed.connect(self.refilter)
        self.filters.search.into_list.connect(self.into_list)
        desk.changed.connect(self._hear)
        desk.year_changed.connect(self.reload)
        desk.answered.connect(self.reload)
        self.setLayout(column(self.table, space=0))

    def _tell(self) -> None:
        self.tell_selection()
        self.selected.emit()

    def shown_columns(self) -> list[ListColumn]:
        """The columns to show: what the clerk chose, else what the screen shows at first."""
        by_name = {each.name: each for each in self.columns}
        chosen = recall("columns", {}).get(self.entity.plural) or list(self.how.shown)
        wanted = [by_name[name] for name in chosen if name in by_name]
        return wanted or [each for each in self.columns if each.listed]

    @property
    def columns(self) -> tuple[ListColumn, ...]:
        """All columns the list can have."""
        return self.listing.columns if self.listing is not None else ()

    def reload(self) -> None:
        """Read the list anew in a Job; the old rows stay until the new ones are there, or the first ones at first."""
        self._loading += 1
        is_first = self.listing is None
        turn, day, store = self._loading, self.desk.day, self.desk.store
        shown = recall("columns", {}).get(self.entity.plural) or self.how.shown

        def work(progress: Progress) -> tuple[Listing, int]:
            seen = newest_change(store)
            beginning = load_beginning(store, self.entity, day, progress, shown=shown) if is_first else None
            if beginning is not None:
                return beginning, seen
            return load_listing(
                store, self.entity, day, progress, shown=shown, filters=self.how.filters, also=(self.how.tag,)
            ), seen

        def take(found: tuple[Listing, int]) -> None:
            if turn == self._loading:
                self._take_listing(*found)

        self.desk.jobs.run(tr("读取列表"), work, take, quiet=True)

    def _take_listing(self, listing: Listing, seen: int) -> None:
        self._wanted = self._wanted or self.selected_uid()
        self.listing, self._seen, self._sorted = listing, seen, None
        self.filters.fill(listing)
        self.refilter()
        self.table.fit_columns()
        header = self.table.horizontalHeader()
        if header.sortIndicatorSection() >= 0:
            self.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        self.loaded.emit()
        if listing.is_whole:
            self._make_index(listing)
            self.choose_wanted()
        else:
            QTimer.singleShot(0, self, self.reload)  # the first rows are painted before the rest takes the processor

    def _make_index(self, listing: Listing) -> None:
        size, done = len(listing.uids), self._seen

        def keep(index: object) -> None:
            if listing is not self.listing:
                return
            if len(listing.uids) != size or self._seen != done:
                self._make_index(listing)  # rows came in meanwhile
                return
            listing.index = index  # type: ignore[assignment]
            if self.filters.search.text():
                self.refilter()

        self.desk.jobs.run("index", partial(make_index, listing), keep, quiet=True)

    def _hear(self, entities: object) -> None:
        """Something was written: read the few records it touched, or the whole list where other records matter."""
        listing = self.listing
        if listing is None or not isinstance(entities, frozenset):
            return
        if entities != {self.entity.plural} or not listing.is_whole:
            self.reload()
            return
        store, since, turn = self.desk.store, self._seen, self._loading

        def work(_progress: Progress) -> object:
            changed, seen = records_changed_since(store, since)
            uids = {uid for plural, uid in changed if plural == self.entity.plural}
            if len(uids) > _FEW or len(changed) != len(uids):
                return None
            return (uids, *read_some(store, listing, uids), seen)

        def take(found: object) -> None:
            if turn != self._loading:
                return
            if not isinstance(found, tuple):
                self.reload()
                return
            uids, rows, names, self._seen = found
            self._wanted = self._wanted or self.selected_uid()
            listing.put(uids, rows, names)
            self._sorted = None
            header = self.table.horizontalHeader()
            if header.sortIndicatorSection() >= 0:
                self.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
            self.refilter()
            self.loaded.emit()
            self.choose_wanted()

        self.desk.jobs.run(tr("读取列表"), work, take, quiet=True)

    def refilter(self) -> None:
        """Apply filters and search; the selected record stays selected where it is still shown."""
        listing = self.listing
        if listing is None:
            self.filters.count.setText(tr("正在准备查找……") if self.filters.search.text() else "")
            return
        kept = self.selected_uid()
        with _Quiet(self.table.selectionModel()):
            places = self.filters.passing(listing, self._sorted if self._sorted is not None else listing.order)
            self.model.show(listing, self.shown_columns(), places)
            if kept:
                self.table.select_line(self.model.line_of(kept))
        self._tell_count(len(places), len(listing.order))
        self.tell_selection()

    def _tell_count(self, shown: int, every: int) -> None:
        if self.filters.search.text() and self.listing is not None and self.listing.index is None:
            self.filters.count.setText(tr("正在准备查找……"))
            return
        unit = tr(self.how.unit)
        text = tr("共 {count} {unit}", count=every, unit=unit)
        if self.listing is not None and not self.listing.is_whole:
            text = tr("正在读取其余…")
        if shown != every:
            text = tr("显示 {shown} {unit}，共 {count} {unit}", shown=shown, count=every, unit=unit)
        self.filters.count.setText(text)

    def sort(self, number: int, order: Qt.SortOrder) -> None:
        """Bring the rows into the order of a column, or back into the office's own."""
        listing = self.listing
        if listing is None:
            return
        if not 0 <= number < len(self.model.columns):
            self._sorted = None
            self.refilter()
            return
        wanted, falling = self.model.columns[number], order == Qt.SortOrder.DescendingOrder

        def take(places: list[int]) -> None:
            if listing is self.listing:
                self._sorted = places
                self.refilter()

        work = partial(sorted_rows, listing, wanted, falling=falling)
        self.desk.jobs.run("sort", lambda progress: work(progress=progress), take, quiet=True)

    def is_ready(self) -> bool:
        """Whether all rows are there to be worked on; says so where they are not."""
        if self.listing is not None and self.listing.is_whole:
            return True
        self.desk.said.emit(tr("列表还在读取，请稍候再试"))
        return False

    def show_columns(self, names: Sequence[str]) -> None:
        """Show these columns from now on; what is not loaded yet is read."""
        remember("columns", {**recall("columns", {}), self.entity.plural: list(names)})
        if self.listing is not None and all(name in self.listing.values for name in names):
            self.refilter()
            self.table.fit_columns()
        else:
            self.reload()

    def selected_uid(self) -> str | None:
        """The first selected record."""
        lines = self.table.selected_lines() if self.listing is not None else []
        return self.model.uid_at(lines[0]) if lines and lines[0] < len(self.model.places) else None

    def selected_uids(self) -> list[str]:
        """The selected records from the top."""
        return [self.model.uid_at(line) for line in self.table.selected_lines()]

    def want(self, uid: str | None) -> None:
        """Select a record as soon as it is there."""
        self._wanted = uid

    def choose_wanted(self) -> None:
        """Select the record that was wanted."""
        wanted, self._wanted = self._wanted, None
        line = self.model.line_of(wanted) if wanted is not None else -1
        if line >= 0:
            self.table.select_line(line)

    def into_list(self) -> None:
        """Put the keyboard into the list, on a row."""
        if self.model.rowCount():
            self.table.setFocus()
            if not self.table.selected_lines():
                self.table.select_line(0)

    def tell_selection(self) -> None:
        """How many are shown and selected, with sum and average where numbers are, to the status bar."""
        if not self.isVisible():
            return
        lines = self.table.selected_lines()
        shown, unit = self.model.rowCount(), tr(self.how.unit)
        told = tr("{shown} {unit} · 已选 {count}", shown=shown, unit=unit, count=len(lines))
        if self.listing is not None and len(lines) > 1:
            told = " · ".join(
                [told, *told_sums(self.listing, self.model.columns, [self.model.places[n] for n in lines])]
            )
        self.desk.counted.emit(told)


def is_of_people(entity: type[Record]) -> bool:
    """Whether each record is a person's, or about one."""
    return any(
        (each.name == "name" and isinstance(each.kind, PersonName))
        or (each.required and isinstance(each.kind, Link) and each.kind.entity in _PEOPLE)
        for each in fields_of(entity)
    )


class _Quiet:
    """While the rows change under a selection, the form is not to hear of it."""

    def __init__(self, selection: QItemSelectionModel) -> None:
        self._selection = selection

    def __enter__(self) -> None:
        self._selection.blockSignals(True)

    def __exit__(self, *_error: object) -> None:
        self._selection.blockSignals(False)
