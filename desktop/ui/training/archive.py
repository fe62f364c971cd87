"""档案: the checklist of a class's file with what each paper still lacks, and the inspections of the class."""

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QTabWidget, QWidget

from desktop.codes import table
from desktop.models import Inspection
from desktop.queries.training.class_file import ClassArchive, FileItem, class_archive
from desktop.services.training.archive import drop_scan, file_items, keep_scans, unfile_items
from desktop.store.blobs import blob_path, is_whole
from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.flow import flowing
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.training.day_dialog import DayDialog
from desktop.ui.training.form_beside import FormBeside
from desktop.ui.training.piece import Piece
from desktop.ui.training.scans_dialog import SCANS, ScansDialog, suffix_kinds
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
            "archive_scans",
        }
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.archive: ClassArchive | None = None
        self.done = label("")
        headings = (tr("材料"), tr("情况"), tr("归档日期"), tr("扫描件"), tr("存放位置"))
        self.papers = RowsTable(tr("归档材料清单"), headings, (140, 400, 110, 80, 140))
        self.papers.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        columns = (tr("日期"), tr("检查种类"), tr("检查人"), tr("检查情况"), tr("反馈日期"))
        self.inspections = RowsTable(tr("教学检查"), columns, (92, 110, 110, 240, 92))
        self.beside = FormBeside(desk, Inspection, self._inspected(), without=("training_class",), hint="", folds=True)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._checklist(), tr("归档材料"))
        self.tabs.addTab(self.beside, tr("教学检查与听课"))
        self.setLayout(column(self.tabs, space=0))
        self.papers.doubleClicked.connect(lambda _index: self.look_at_scans())
        QShortcut(QKeySequence(Qt.Key.Key_Return), self.papers, self.look_at_scans).setContext(
            Qt.ShortcutContext.WidgetShortcut
        )
        self.inspections.doubleClicked.connect(lambda _index: self.edit())
        self.inspections.selectionModel().currentRowChanged.connect(lambda *_: self._follow())
        for key in (Qt.Key.Key_Return, Qt.Key.Key_F2):
            shortcut = QShortcut(QKeySequence(key), self.inspections, self.edit)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)

    def _checklist(self) -> QWidget:
        tools = flowing(
            button(tr("登记归档"), self.file, icon_name="clipboard"),
            button(tr("取消归档"), self.unfile, icon_name="arrow-back-up"),
            button(tr("放入扫描件…"), self.add_scans, icon_name="file-import"),
            button(tr("查看扫描件"), self.look_at_scans, tip=tr("双击或回车")),
        )
        whole = QWidget()
        layout = column(tools, self.done, self.papers, space=6, margins=(0, 6, 0, 0))
        layout.setStretch(2, 1)
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

    def add_scans(self) -> None:
        """Keep scanned files with the paper selected, or with one that is asked for."""
        chosen = self.selected
        words = table("archive_item")
        labels = [words.label(each) for each in words.codes]
        present = chosen[0].label if len(chosen) == 1 else labels[0]
        answer = self.desk.dialogs.ask_name(tr("放入扫描件"), tr("这些扫描件是哪一种材料？"), labels, present)
        item = words.find(answer) if answer else None
        if answer and item is None:
            self.desk.dialogs.tell(tr("放入扫描件"), tr("没有“{name}”这种材料，请从列出的材料中选。", name=answer))
        files = self.desk.dialogs.choose_files(tr("选择扫描件"), SCANS) if item is not None else []
        if item is None or not files:
            return
        uid, folder = self.uid, self.desk.store.folder
        title = tr("放入“{item}”扫描件 {count} 个", item=words.label(item), count=len(files))

        def done(count: int) -> None:
            self.desk.said.emit(tr("已放入 {count} 个扫描件", count=count))

        self.write(title, lambda session: keep_scans(session, folder, uid, item, files), done)

    def look_at_scans(self) -> None:
        """Show the scanned files of the paper at the keyboard."""
        chosen = self.papers.selected()
        scans = self.archive.scans.get(chosen.item, []) if self.archive is not None and chosen is not None else []
        if not scans:
            self.desk.dialogs.tell(tr("查看扫描件"), tr("所选材料还没有扫描件，请先“放入扫描件”。"))
            return
        dialog = ScansDialog(tr("“{item}”扫描件", item=chosen.label), scans, self._bytes, self._save_scan, self)
        if self.desk.dialogs.run(dialog) and dialog.dropped:
            self.write(tr("移除扫描件"), lambda session: drop_scan(session, dialog.dropped))

    def _bytes(self, name: str) -> bytes | None:
        path = blob_path(self.desk.store.folder, name)
        return path.read_bytes() if is_whole(path, name) else None

    def _save_scan(self, scan: Stored) -> None:
        """Write one scanned file elsewhere, under its own name."""
        name, data = scan.content["name"], self._bytes(scan.content["file"])
        path = self.desk.dialogs.choose_path(tr("另存扫描件"), name, suffix_kinds(name)) if data is not None else None
        if path is not None and data is not None:
            self.desk.jobs.run(tr("另存扫描件"), lambda _progress: path.write_bytes(data))

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
    count = len(found.scans.get(each.item, ()))
    scans = tr("{count} 个", count=count) if count else ""
    texts = (each.label, told, each.filed_on, scans, found.places.get(each.item, ""))
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
