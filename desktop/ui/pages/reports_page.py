"""Official sheets: which one, its options, the preview from the same bytes as the file, and saving as PDF."""

# mypy: allow-untyped-calls
# pypdfium2 bears annotations only in part.

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pypdfium2 import PdfDocument
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QListWidget, QListWidgetItem, QScrollArea, QWidget

from desktop.codes import table
from desktop.queries.listing import columns
from desktop.reports.printing import Prepared, prepare_report, print_prepared
from desktop.reports.registry import REPORTS
from desktop.reports.render import Printed, render
from desktop.reports.report import Option, Report
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.editors import LineEditor
from desktop.ui.jobs import Progress
from desktop.ui.memory import recall, remember
from desktop.ui.page import Page
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, clear, column, label, row

_LISTED = 4
"""So many sheets are seen at once; the others are a turn of the wheel away."""
_ZOOMS = (60, 80, 100, 125, 150, 200)
_POINTS_PER_INCH = 72
_SCREEN = 96


@dataclass
class Preview:
    """A report as it would be printed: the bytes, what was prepared, and what is to be told."""

    data: bytes
    prepared: Prepared
    printed: Printed


def make_preview(desk: Desk, report: Report, options: dict[str, str], progress: Progress) -> Preview:
    """Print into a scratch file; the print log hears nothing of it."""
    progress.step(0, 0, tr("正在汇集数据"))
    prepared = prepare_report(desk.store, report.code, options)
    with tempfile.TemporaryDirectory(prefix="county-desk-") as scratch:
        path = Path(scratch) / "preview.pdf"
        printed = render(prepared.filled.document, path, progress=progress.step)
        return Preview(path.read_bytes(), prepared, printed)


class ReportsPage(Page):
    """Sheets on the left, the paper on the right."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.preview: Preview | None = None
        self._pdf: PdfDocument | None = None
        self._shown = 0
        self._turn = 0
        self.fields: dict[str, QComboBox | LineEditor] = {}
        self.list = QListWidget()
        self.list.setAccessibleName(tr("报表"))
        for report in REPORTS:
            item = QListWidgetItem(report.title)
            item.setToolTip(report.help)
            self.list.addItem(item)
        self.list.setMinimumHeight(theme.px(34) + theme.px(6))
        self.list.setMaximumHeight(min(len(REPORTS), _LISTED) * theme.px(34) + theme.px(6))
        self.help = label("", "muted", wrap=True)
        self.options = column(space=6)
        holder = QWidget()
        holder.setLayout(column(self.options, None))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(holder)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        refresh = button(tr("更新预览"), self.refresh, icon_name="refresh", keys="F5")
        left = card(label(tr("选择报表"), "section"), self.list, self.help, label(tr("选项"), "section"), space=8)
        inner = left.layout()
        assert inner is not None
        inner.addWidget(area)
        inner.addWidget(refresh)
        left.setFixedWidth(theme.px(300))
        self.save_button = button(tr("存为 PDF"), self.save, icon_name="download", role="primary", keys="Ctrl+S")
        self.save_button.setEnabled(False)
        self.tools.addWidget(self.save_button)
        body = row(left, self._paper(), space=12)
        body.setStretch(1, 1)
        self.body.addLayout(body, 1)
        self.list.currentRowChanged.connect(self._choose)
        desk.changed.connect(lambda _entities: self._mark_old())
        desk.closing.connect(self._forget)
        self.list.setCurrentRow(0)

    def _paper(self) -> QWidget:
        self.sheet = QLabel()
        self.sheet.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.sheet.setAccessibleName(tr("预览"))
        self.paper = QScrollArea()
        self.paper.setWidgetResizable(True)
        self.paper.setWidget(self.sheet)
        self.place = label("", "muted", wrap=True)
        self.told = label("", "amber", wrap=True)
        self.told.hide()
        self.zoom = QComboBox()
        self.zoom.setAccessibleName(tr("缩放"))
        self.zoom.addItem(tr("整宽"), 0)
        for percent in _ZOOMS:
            self.zoom.addItem(f"{percent}%", percent)
        self.zoom.currentIndexChanged.connect(lambda _index: self._draw())
        before = button(tr("上一页"), partial(self.turn, -1))
        after = button(tr("下一页"), partial(self.turn, 1))
        head = row(self.place, before, after, self.zoom)
        head.setStretch(0, 1)
        return card(head, self.told, self.paper, space=6, margin=10)

    def show_for(self, what: object) -> None:
        """Come to the front; the code of a report chooses it."""
        codes = [report.code for report in REPORTS]
        if what in codes:
            self.list.setCurrentRow(codes.index(str(what)))
        if self.preview is None:
            self.refresh()

    def focus_first(self) -> None:
        """The keyboard starts at the sheets."""
        self.list.setFocus()

    @property
    def report(self) -> Report:
        """The sheet chosen."""
        return REPORTS[max(self.list.currentRow(), 0)]

    def _choose(self, _row: int) -> None:
        report = self.report
        self.help.setText(report.help)
        clear(self.options)
        self.fields = {}
        grid = QGridLayout()
        grid.setVerticalSpacing(theme.px(6))
        known = recall("reports", {}).get(report.code, {})
        filters = ("tier", "school") if report.filtered else ()
        for option in report.all_options:
            self._add(grid, option.name, option.label, self._editor(option, known.get(option.name, option.default)))
        by_name = {each.name: each for each in columns(report.entity)}
        for name in (each for each in filters if each in by_name):
            self._add(grid, by_name[name].label, by_name[name].label, self._filter(name, by_name[name].label))
        self.options.addLayout(grid)
        if self.preview is not None:
            self.refresh()

    def _add(self, grid: QGridLayout, name: str, text: str, editor: QComboBox | LineEditor) -> None:
        line = grid.rowCount()
        caption = label(text)
        caption.setBuddy(editor)
        editor.setAccessibleName(text)
        grid.addWidget(caption, line, 0)
        grid.addWidget(editor, line, 1)
        grid.setColumnStretch(1, 1)
        self.fields[name] = editor

    def _editor(self, option: Option, value: str) -> QComboBox | LineEditor:
        if option.choices:
            box = QComboBox()
            for code, text in option.choices:
                box.addItem(text, code)
            box.setCurrentIndex(max(box.findData(value), 0))
            box.activated.connect(lambda _index: self.refresh())
            return box
        line = LineEditor()
        line.set_text(value)
        line.setPlaceholderText(tr("按规定格式"))
        line.moved.connect(lambda _on: self.refresh())
        return line

    def _filter(self, name: str, text: str) -> QComboBox | LineEditor:
        if name == "tier":
            box = QComboBox()
            tiers = table("tier")
            box.addItem(tr("全部"), "")
            for code in tiers.codes:
                box.addItem(tiers.label(code), tiers.label(code))
            box.activated.connect(lambda _index: self.refresh())
            return box
        line = LineEditor()
        line.setPlaceholderText(tr("全部；填{what}全称则只印它", what=text))
        line.moved.connect(lambda _on: self.refresh())
        return line

    def chosen_options(self) -> dict[str, str]:
        """What is set now, by name; what was left empty is left out."""
        found = {}
        for name, editor in self.fields.items():
            text = str(editor.currentData() or "") if isinstance(editor, QComboBox) else editor.text().strip()
            if text:
                found[name] = text
        return found

    def refresh(self) -> None:
        """Make the preview in a Job; the newest wish counts."""
        self._turn += 1
        turn, report, options = self._turn, self.report, self.chosen_options()
        remember("reports", {**recall("reports", {}), report.code: options})

        def take(found: Preview) -> None:
            if turn == self._turn:
                self._show(found)

        def failed(error: BaseException) -> None:
            if turn == self._turn:
                self._forget()
                self.desk.tell_error(error)

        work = partial(make_preview, self.desk, report, options)
        self.desk.jobs.run(tr("预览 {title}", title=report.title), work, take, failed=failed)

    def _forget(self) -> None:
        if self._pdf is not None:
            self._pdf.close()
        self.preview, self._pdf = None, None
        self.sheet.clear()
        self.place.setText("")
        self.save_button.setEnabled(False)

    def _mark_old(self) -> None:
        if self.preview is not None:
            self.told.setText(tr("数据已有改动，按 F5 更新预览"))
            self.told.show()

    def _show(self, found: Preview) -> None:
        if self._pdf is not None:
            self._pdf.close()
        self.preview = found
        self._pdf = PdfDocument(found.data)
        self._shown = min(self._shown, len(self._pdf) - 1)
        self.save_button.setEnabled(True)
        warnings = [*found.prepared.filled.warnings, *found.printed.warnings]
        warnings += [each.sentence for each in found.prepared.missing]
        self.told.setText("\n".join(warnings[:3]))
        self.told.setVisible(bool(warnings))
        self._draw()

    def turn(self, by: int) -> None:
        """Another page."""
        if self._pdf is not None:
            self._shown = max(0, min(len(self._pdf) - 1, self._shown + by))
            self._draw()

    def _draw(self) -> None:
        if self._pdf is None or self.preview is None:
            return
        page = self._pdf[self._shown]
        width, height = page.get_size()
        percent = self.zoom.currentData()
        wide = max(self.paper.width() - theme.px(28), 100)
        scale = wide / width if not percent else percent / 100 * _SCREEN / _POINTS_PER_INCH
        ratio = self.devicePixelRatioF()
        bitmap = page.render(scale=scale * ratio, rev_byteorder=True, prefer_bgrx=True)
        image = QImage(
            bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGBX8888
        ).copy()
        image.setDevicePixelRatio(ratio)
        self.sheet.setPixmap(QPixmap.fromImage(image))
        shape = tr("横向") if width > height else tr("纵向")
        millimetres = tuple(round(each / _POINTS_PER_INCH * 25.4) for each in (width, height))
        paper = {(210, 297): "A4", (297, 420): "A3"}.get((min(millimetres), max(millimetres)), "")
        text = tr("第 {page} 页，共 {pages} 页 · {paper} {shape} · {people} 人")
        people = self.preview.prepared.filled.people
        self.place.setText(
            text.format(page=self._shown + 1, pages=len(self._pdf), paper=paper, shape=shape, people=people)
        )

    def save(self) -> None:
        """Write the PDF file that the preview shows, and the print log."""
        preview = self.preview
        if preview is None:
            return
        name = f"{preview.prepared.filled.document.title}.pdf"
        path = self.desk.dialogs.choose_path(tr("存为 PDF"), name, "PDF (*.pdf)")
        if path is None:
            return

        def work(progress: Progress) -> str:
            done = print_prepared(
                self.desk.store,
                preview.prepared,
                path,
                operator=self.desk.operator,
                progress=progress.step,
            )
            return tr(
                "已写出 {name}，{pages} 页，版本 {version}",
                name=path.name,
                pages=done[0].pages,
                version=done[1].version,
            )

        self.desk.jobs.run(tr("打印到 {name}", name=path.name), work, self.desk.said.emit)
