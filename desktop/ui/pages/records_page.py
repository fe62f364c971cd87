"""The page of any entity: its list with filters, and the form of the record beside it."""

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QSplitter, QStackedWidget, QWidget

from desktop.models import BY_PLURAL
from desktop.queries.listing import ListColumn
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.form import RecordForm, tag_of
from desktop.ui.forms.picks import make_pick
from desktop.ui.forms.suggestions import Pick
from desktop.ui.lists.filters import FilterBar
from desktop.ui.lists.listing import Listing, load_listing, make_searches, sorted_rows
from desktop.ui.lists.model import RecordModel
from desktop.ui.lists.table import RecordTable
from desktop.ui.memory import recall, remember
from desktop.ui.page import Page
from desktop.ui.screens import Entry, screen_of
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, label, row


class RecordsPage(Page):
    """List and form of one entity."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.entity = BY_PLURAL[entry.name]
        self.how = screen_of(entry.name)
        self.listing: Listing | None = None
        self._order: Sequence[int] = ()
        self._loading = 0
        self._wanted: str | None = None
        self._picks: dict[str, list[Pick]] = {}
        self.model = RecordModel(self)
        self.table = RecordTable(self.model)
        self.table.setAccessibleName(tr("{what}列表", what=self.entity.label))
        self.filters = FilterBar(self.how.filters)
        self.form = RecordForm(desk, self.entity, self.picks)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        if self.how.import_page:
            to_import = partial(self.desk.go, self.how.import_page)
            self.tools.addWidget(button(tr("导入表格"), to_import, icon_name="upload"))
        self.export_button = button(tr("导出"), self.export, icon_name="download")
        self.mask_button = button(tr("显示号码"), self.toggle_masked, icon_name="eye")
        self.column_button = QPushButton(tr("栏目"))
        self.column_button.setMenu(QMenu(self.column_button))
        new = button(tr("新增"), self.new, icon_name="plus", role="primary", keys="Ctrl+N")
        for each in (self.column_button, self.mask_button, self.export_button, new):
            self.tools.addWidget(each)
        self.empty = self._empty_card()
        self.left = QStackedWidget()
        self.left.addWidget(self.table)
        self.left.addWidget(self.empty)
        self.hint = card(None, label(tr("选中左边一行，在这里查看和修改；Ctrl+N 新增。"), "muted", wrap=True), None)
        self.right = QStackedWidget()
        self.right.addWidget(self.hint)
        self.right.addWidget(self.form)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.left)
        self.splitter.addWidget(self.right)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(theme.px(8))
        self.splitter.setStretchFactor(0, 11)
        self.splitter.setStretchFactor(1, 9)
        self.splitter.setSizes([theme.px(604), theme.px(542)])
        self.body.addWidget(self.filters)
        self.body.addWidget(self.splitter, 1)

    def _empty_card(self) -> QWidget:
        text = self.how.empty or tr("这里还没有内容。")
        first = button(tr("新增第一条"), self.new, icon_name="plus", role="primary")
        pieces = [first]
        if self.how.import_page:
            pieces.append(button(tr("导入表格"), partial(self.desk.go, self.how.import_page), icon_name="upload"))
        return card(None, label(text, wrap=True), row(*pieces, None), None, margin=28)

    def _connect(self) -> None:
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._select())
        self.table.opened.connect(self.form.sections.focus_first)
        self.model.sort_wanted.connect(self.sort)
        self.filters.changed.connect(self.refilter)
        self.filters.search.into_list.connect(self._into_list)
        self.form.saved.connect(self._after_save)
        self.form.deleted.connect(self._after_delete)
        self.desk.changed.connect(self._hear)
        self.desk.year_changed.connect(self.reload)
        QShortcut(QKeySequence("F3"), self, self.filters.search.setFocus)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self.form, self.table.setFocus)

    def show_for(self, what: object) -> None:
        """Come to the front; `what` is the uid of a record, or "new"."""
        if what == "new":
            self.new()
        elif isinstance(what, str):
            self._wanted = what
        if self.listing is None:
            self.reload()
        elif isinstance(what, str) and what != "new":
            self.filters.clear()
            self._choose_wanted()
        self._tell_selection()

    def focus_first(self) -> None:
        """The keyboard starts in the list."""
        self.table.setFocus()

    def reload(self) -> None:
        """Read the list anew in a Job; the old rows stay until the new ones are there."""
        self._loading += 1
        turn, day, store = self._loading, self.desk.day, self.desk.store
        self.desk.jobs.run(
            tr("读取列表"),
            lambda _progress: load_listing(store, self.entity, day, self.how.filters),
            lambda listing: self._take_listing(listing) if turn == self._loading else None,
            quiet=True,
        )

    def _take_listing(self, listing: Listing) -> None:
        kept = self._selected_uid()
        first = self.listing is None
        if self.listing is not None and len(self.listing.rows) == len(listing.rows) and not self.filters.search.text():
            listing.searches = self.listing.searches
        self.listing = listing
        self._picks.clear()
        self._order = range(len(listing.rows))
        self.filters.fill(listing)
        self.left.setCurrentIndex(0 if listing.rows else 1)
        self._show_rows()
        self.table.fit_columns()
        self._fill_columns_menu()
        header = self.table.horizontalHeader()
        if not first and header.sortIndicatorSection() >= 0:
            self.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        self._wanted = self._wanted or kept
        self._choose_wanted()
        self._tell_selection()
        self._index(listing)

    def _index(self, listing: Listing) -> None:
        def keep(searches: list[str]) -> None:
            listing.searches = searches
            if self.filters.search.text():
                self.refilter()

        self.desk.jobs.run("index", partial(make_searches, listing), keep, quiet=True)

    def shown_columns(self) -> list[ListColumn]:
        """The columns to show: what the clerk chose, else what the screen shows at first."""
        assert self.listing is not None
        chosen = recall("columns", {}).get(self.entity.plural) or list(self.how.shown)
        by_name = {each.name: each for each in self.listing.columns}
        wanted = [by_name[name] for name in chosen if name in by_name]
        return wanted or [each for each in self.listing.columns if each.listed]

    def _show_rows(self) -> None:
        assert self.listing is not None
        places = self.filters.passing(self.listing, self._order)
        self.model.show(self.listing, self.shown_columns(), places)
        unit, all_rows = tr(self.how.unit), len(self.listing.rows)
        text = tr("共 {count} {unit}", count=all_rows, unit=unit)
        if len(places) != all_rows:
            text = tr("显示 {shown} {unit}，共 {count} {unit}", shown=len(places), count=all_rows, unit=unit)
        self.filters.count.setText(text)

    def refilter(self) -> None:
        """Apply filters and search; the record in the form stays selected where it is still shown."""
        if self.listing is None:
            return
        kept = self._selected_uid()
        with _Quiet(self.table.selectionModel()):
            self._show_rows()
            if kept:
                self.table.select_line(self.model.line_of(kept))
        self._tell_selection()

    def sort(self, number: int, order: Qt.SortOrder) -> None:
        """Bring the rows into the order of a column, or back into the office's own."""
        listing = self.listing
        if listing is None:
            return
        if not 0 <= number < len(self.model.columns):
            self._order = range(len(listing.rows))
            self.refilter()
            return
        wanted, falling = self.model.columns[number], order == Qt.SortOrder.DescendingOrder

        def take(places: list[int]) -> None:
            if listing is self.listing:
                self._order = places
                self.refilter()

        self.desk.jobs.run("sort", lambda _p: sorted_rows(listing, wanted, falling=falling), take, quiet=True)

    def _selected_uid(self) -> str | None:
        lines = self.table.selected_lines() if self.listing is not None else []
        return self.model.row_at(lines[0]).stored.uid if lines and lines[0] < len(self.model.places) else None

    def _choose_wanted(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.table.select_line(self.model.line_of(wanted))

    def _into_list(self) -> None:
        if self.model.rowCount():
            self.table.setFocus()
            if not self.table.selected_lines():
                self.table.select_line(0)

    def _select(self) -> None:
        """Another line: show its record, unless the one in the form is not saved and the clerk stays with it."""
        lines = self.table.selected_lines()
        self._tell_selection()
        if not lines:
            return
        chosen = self.model.row_at(lines[0] if len(lines) == 1 else self.table.currentIndex().row())
        present = self.form.stored
        in_front = self.right.currentWidget() is self.form
        is_same = in_front and present is not None and present.uid == chosen.stored.uid
        if is_same and present is not None and present.revision >= chosen.stored.revision:
            return
        if in_front and not is_same and not self.form.may_leave():
            with _Quiet(self.table.selectionModel()):
                self.table.clearSelection()
                if present is not None:
                    self.table.select_line(self.model.line_of(present.uid))
            return
        if is_same and self.form.is_dirty:
            return
        texts = {each.name: chosen.text(each) for each in self.model.listing.columns} if self.model.listing else {}
        self.right.setCurrentWidget(self.form)
        self.form.show_record(chosen.stored, chosen.names, tag_of(self.entity, texts))

    def _tell_selection(self) -> None:
        count = len(self.table.selected_lines())
        shown = self.model.rowCount()
        if not self.isVisible():
            return
        self.desk.counted.emit(tr("{shown} {unit} · 已选 {count}", shown=shown, unit=self.how.unit, count=count))

    def new(self) -> None:
        """An empty form with the keyboard in its first field."""
        if self.right.currentWidget() is self.form and not self.form.may_leave():
            return
        if self.listing is None:
            self.reload()
        self.table.clearSelection()
        self.right.setCurrentWidget(self.form)
        names = self.listing.names if self.listing is not None else None
        self.form.show_record(None, names)
        self.form.sections.focus_first()

    def _after_save(self, uid: str) -> None:
        self._wanted = uid if self.form.stored is not None else None
        self.desk.said.emit(tr("已保存"))

    def _after_delete(self) -> None:
        self.form.show_record(None, self.listing.names if self.listing is not None else None)
        self.right.setCurrentWidget(self.hint)
        self.table.clearSelection()

    def _hear(self, entities: object) -> None:
        if self.listing is not None and isinstance(entities, frozenset):
            self.reload()

    def picks(self, plural: str) -> Sequence[Pick]:
        """What a link field offers."""
        if plural not in self._picks and self.listing is not None:
            candidates = self.listing.candidates(plural)
            self._picks[plural] = [make_pick(text, uid, text[-5:-1]) for uid, text in candidates.items()]
        return self._picks.get(plural, ())

    def toggle_masked(self) -> None:
        """Personal numbers in full until asked again."""
        masked = not self.model.masked
        self.model.set_masked(masked)
        self.form.set_masked(masked)
        self.mask_button.setText(tr("显示号码") if masked else tr("隐去号码"))

    def _fill_columns_menu(self) -> None:
        assert self.listing is not None
        menu = self.column_button.menu()
        menu.clear()
        shown = {each.name for each in self.shown_columns()}
        for each in self.listing.columns:
            action = menu.addAction(each.label)
            action.setCheckable(True)
            action.setChecked(each.name in shown)
            action.toggled.connect(partial(self._show_column, each.name))

    def _show_column(self, name: str, on: bool) -> None:  # noqa: FBT001 - Qt hands it so
        assert self.listing is not None
        present = [each.name for each in self.shown_columns()]
        if on:
            names = [each.name for each in self.listing.columns]
            present = [*present, name] if name in names else present
        elif len(present) > 1:
            present.remove(name)
        remember("columns", {**recall("columns", {}), self.entity.plural: present})
        self._show_rows()
        self.table.fit_columns()

    def export(self) -> None:
        """Write what is seen to a file: these rows, these columns, numbers masked as on the screen."""
        if self.listing is None:
            return
        kinds = "表格 (*.xlsx);;文本表格 (*.csv)"
        path = self.desk.dialogs.choose_path(tr("导出"), f"{self.entity.label}.xlsx", kinds)
        if path is None:
            return
        header = self.table.horizontalHeader()
        order = sorted(range(self.model.columnCount()), key=header.visualIndex)
        columns = [self.model.columns[number] for number in order]
        rows = [self.model.row_at(line) for line in range(self.model.rowCount())]
        masked, title = self.model.masked, self.entity.label

        def work(_progress: object) -> Path:
            export_rows: Callable[..., None] = import_module("desktop.exchange.lists").export_rows
            export_rows(path, title, columns, rows, masked=masked)
            return path

        def done(_path: Path) -> None:
            self.desk.said.emit(tr("已导出 {count} 条到 {path}", count=len(rows), path=path.name))

        self.desk.jobs.run(tr("导出"), work, done)

    def may_leave(self) -> bool:
        """The form asks where something is not saved."""
        return self.right.currentWidget() is not self.form or self.form.may_leave()


class _Quiet:
    """While the rows change under a selection, the form is not to hear of it."""

    def __init__(self, selection: QItemSelectionModel) -> None:
        self._selection = selection

    def __enter__(self) -> None:
        self._selection.blockSignals(True)

    def __exit__(self, *_error: object) -> None:
        self._selection.blockSignals(False)
