"""档案: the checklist of a class's file with what each paper still lacks, and the inspections of the class."""

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QTabWidget, QWidget

from desktop.codes import table
from desktop.models import Inspection
from desktop.queries.training.class_file import ClassArchive, FileItem, class_archive
from desktop.services.training.archive import file_items, unfile_items
from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.training.day_dialog import DayDialog
from desktop.ui.training.form_beside import FormBeside
from desktop.ui.training.piece import Piece
from desktop.ui.widgets import button, column, label, row


class ArchivePiece(Piece):
    """Papers on one tab, inspections on the other."""

    READS = frozenset(
        {
            "classes",
            "courses",
            "sessions",
            "enrolments",
            "sign_in_sheets",
            "score_sheets",
            "certificates",
            "inspections",
        }
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.archive: ClassArchive | None = None
        self.done = label("")
        headings = (tr("材料"), tr("情况"), tr("归档日期"), tr("存放位置"))
        self.papers = RowsTable(tr("归档材料清单"), headings, (140, 440, 110, 140))
        self.papers.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        columns = (tr("日期"), tr("检查种类"), tr("检查人"), tr("检查情况"), tr("反馈日期"))
        self.inspections = RowsTable(tr("教学检查"), columns, (92, 110, 110, 240, 92))
        self.beside = FormBeside(desk, Inspection, self._inspected(), without=("training_class",), hint="", folds=True)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._checklist(), tr("归档材料"))
        self.tabs.addTab(self.beside, tr("教学检查与听课"))
        self.setLayout(column(self.tabs, space=0))
        self.inspections.doubleClicked.connect(lambda _index: self.edit())
        self.inspections.selectionModel().currentRowChanged.connect(lambda *_: self._follow())
        for key in (Qt.Key.Key_Return, Qt.Key.Key_F2):
            shortcut = QShortcut(QKeySequence(key), self.inspections, self.edit)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)

    def _checklist(self) -> QWidget:
        tools = row(
            self.done,
            None,
            button(tr("登记归档"), self.file, icon_name="clipboard"),
            button(tr("取消归档"), self.unfile, icon_name="arrow-back-up"),
        )
        whole = QWidget()
        layout = column(tools, self.papers, space=6, margins=(0, 6, 0, 0))
        layout.setStretch(1, 1)
        whole.setLayout(layout)
        return whole

    def _inspected(self) -> QWidget:
        new = button(tr("登记检查"), self.new, icon_name="plus", keys="Insert")
        whole = QWidget()
        layout = column(row(new, None), self.inspections, space=6, margins=(0, 6, 0, 0))
        layout.setStretch(1, 1)
        whole.setLayout(layout)
        whole.setFocusProxy(self.inspections)
        return whole

    def show_class(self, uid: str) -> None:
        """Another class: its file."""
        if self.beside.is_open:
            self.beside.clear()
        super().show_class(uid)

    def refresh(self) -> None:
        """Read what is there and what is lacking."""
        self.read(partial(class_archive, uid=self.uid), self._show)

    def _show(self, found: ClassArchive) -> None:
        self.archive = found
        self.beside.use(found.names, training_class=self.uid)
        lines = {index.row() for index in self.papers.selectionModel().selectedRows()}
        self.papers.show_rows([_paper(each, found) for each in found.items])
        for number, line in enumerate(sorted(each for each in lines if each < len(found.items))):
            self.papers.select_line(line, further=number > 0)
        text = tr("档案材料 {all} 项，已齐 {done} 项", all=len(found.items), done=found.complete)
        self.done.setText(text if found.complete < len(found.items) else tr("{text}，档案完整", text=text))
        present = self.inspections.currentIndex().row()
        self.inspections.show_rows([_inspection(each) for each in found.inspections])
        if 0 <= present < len(found.inspections):
            self.inspections.select_line(present)
        if self.beside.is_open and self.beside.uid:
            stored = next((each for each in found.inspections if each.uid == self.beside.uid), None)
            self.beside.show_stored(stored, given=self._given())

    def _given(self) -> dict[str, str]:
        return {"training_class": self.uid}

    @property
    def selected(self) -> list[FileItem]:
        """The papers selected, from the top."""
        lines = sorted({index.row() for index in self.papers.selectionModel().selectedRows()})
        return [self.papers.rows.rows[line].what for line in lines]

    def file(self) -> None:
        """Note the papers selected as filed; what the records themselves lack is told first."""
        chosen = self.selected
        if not chosen:
            self.desk.dialogs.tell(tr("登记归档"), tr("请先在清单中选中材料。"))
            return
        named = "、".join(each.label for each in chosen)
        text = tr("“{names}”哪天归档，放在哪里？", names=named)
        lacking = [each for each in chosen if each.lacking not in ("", tr("已齐，还没有归档"), tr("归档日期没有填写"))]
        if lacking:
            text += tr("其中还缺：{what}。", what="；".join(f"{each.label}（{each.lacking}）" for each in lacking))
        today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
        dialog = DayDialog(tr("登记归档"), text, today, reason=tr("存放位置（可不填）"), needed=False, parent=self)
        if self.desk.dialogs.run(dialog):
            uid, items, day, place = self.uid, [each.item for each in chosen], dialog.day, dialog.why
            self.write(tr("归档 {names}", names=named), lambda session: file_items(session, uid, items, day, place))

    def unfile(self) -> None:
        """Take the papers selected out of the file."""
        chosen = self.selected
        if chosen:
            uid, items = self.uid, [each.item for each in chosen]
            named = "、".join(each.label for each in chosen)
            self.write(tr("取消归档 {names}", names=named), lambda session: unfile_items(session, uid, items))

    def new(self) -> None:
        """An empty form for an inspection of today."""
        if not self.beside.may_leave():
            return
        today = date.today().isoformat()  # noqa: DTZ011
        self.beside.begin_new(given=self._given(), proposed={"date": today})

    def edit(self) -> None:
        """The form of the inspection at the keyboard."""
        chosen = self.inspections.selected()
        if isinstance(chosen, Stored) and self.beside.may_leave():
            self.beside.show_stored(chosen, given=self._given())
            self.beside.form.sections.focus_first()

    def _follow(self) -> None:
        """While a form is open it follows the line at the keyboard."""
        chosen = self.inspections.selected()
        if self.beside.is_open and isinstance(chosen, Stored) and not self.beside.form.is_dirty:
            self.beside.show_stored(chosen, given=self._given())

    def may_leave(self) -> bool:
        """The form asks where something is not saved."""
        return self.beside.may_leave()

    def focus_first(self) -> None:
        """The keyboard starts in the list in front."""
        (self.papers if self.tabs.currentIndex() == 0 else self.inspections).setFocus()


def _paper(each: FileItem, found: ClassArchive) -> Row:
    told = tr("✓ 完整") if each.is_complete else each.lacking
    texts = (each.label, told, each.filed_on, found.places.get(each.item, ""))
    return Row(texts, each, ("", look.ACCENT if each.is_complete else look.AMBER))


def _inspection(each: Stored) -> Row:
    content = each.content
    texts = (
        content["date"],
        table("inspection_kind").label(content["kind"]),
        content.get("inspector", ""),
        content.get("findings", ""),
        content.get("feedback_on", ""),
    )
    return Row(texts, each)
