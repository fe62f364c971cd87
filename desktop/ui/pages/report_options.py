"""What may be set for one report: its options and what its list is narrowed to, with the choices made last time."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from desktop.codes import table
from desktop.kinds import Choice
from desktop.queries.columns import columns
from desktop.reports.report import Option, Report
from desktop.text import tr
from desktop.ui.forms.picks import make_pick
from desktop.ui.forms.suggestions import Pick, PickSource
from desktop.ui.forms.text_fields import LineEditor, PickEditor
from desktop.ui.theme import theme
from desktop.ui.widgets import clear, column, label

_NARROWED_BY = ("tier", "school")


class ReportOptions(QWidget):
    """An editor for each option; `edited` tells that a value was left or chosen."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, QComboBox | LineEditor] = {}
        self.links: dict[str, str] = {}
        """The entities that options are picked from, by option."""
        self._layout = column(space=6)
        self.setLayout(column(self._layout, None, margins=(0, 0, 6, 0)))

    def show_report(self, report: Report, known: Mapping[str, str]) -> None:
        """Offer the options of a report, set as `known` says, by name."""
        clear(self._layout)
        self.fields = {}
        self.links = {option.name: option.link for option in report.all_options if option.link}
        grid = QGridLayout()
        grid.setVerticalSpacing(theme.px(6))
        grid.setColumnStretch(1, 1)
        for option in report.all_options:
            self._add(grid, option.name, option.label, _editor(option, known.get(option.name, option.default)))
        by_name = {each.name: each for each in columns(report.entity)} if report.filtered else {}
        for name in (each for each in _NARROWED_BY if each in by_name):
            text = by_name[name].label
            self._add(grid, text, text, _filter(by_name[name].kind, text, known.get(text, "")))
        self._layout.addLayout(grid)

    def _add(self, grid: QGridLayout, name: str, text: str, editor: QComboBox | LineEditor) -> None:
        line = grid.rowCount()
        caption = label(text)
        caption.setBuddy(editor)
        editor.setAccessibleName(text)
        grid.addWidget(caption, line, 0)
        grid.addWidget(editor, line, 1)
        if isinstance(editor, QComboBox):
            editor.activated.connect(lambda _index: self.edited.emit())
        else:
            editor.moved.connect(lambda _on: self.edited.emit())
            if isinstance(editor, PickEditor):
                editor.picked.connect(self.edited)
        self.fields[name] = editor

    def offer(self, picks: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Offer records, uid and text by the plural of their entity; one that is set already is shown by its text."""
        for name, plural in self.links.items():
            editor, known = self.fields[name], dict(picks.get(plural, ()))
            assert isinstance(editor, PickEditor)
            source = PickSource([make_pick(text, uid) for uid, text in known.items()])
            editor.set_source(lambda source=source: source)  # type: ignore[misc]
            present = str(editor.pick.value) if editor.pick is not None else ""
            if present in known:
                editor.set_text(known[present])
                editor.pick = Pick(known[present], present, "")
            elif present:
                editor.set_text("")

    def chosen(self) -> dict[str, str]:
        """What is set now, by name; what was left empty is left out."""
        found = {}
        for name, editor in self.fields.items():
            text = str(editor.currentData() or "") if isinstance(editor, QComboBox) else editor.text().strip()
            if isinstance(editor, PickEditor) and editor.pick is not None:
                text = str(editor.pick.value)
            if text:
                found[name] = text
        return found


def _editor(option: Option, value: str) -> QComboBox | LineEditor:
    if option.choices:
        return _box(option.choices, value)
    if option.link:
        return _pick(value)
    line = LineEditor()
    line.set_text(value)
    line.setPlaceholderText(tr("按规定格式"))
    return line


def _pick(value: str) -> PickEditor:
    """A field that offers records; what is set is a uid until its text is known."""
    editor = PickEditor()
    editor.setPlaceholderText(tr("选择，或打拼音首字母"))
    if value:
        editor.set_text(value)
        editor.pick = Pick(value, value, "")
    return editor


def _filter(kind: object, text: str, value: str) -> QComboBox | LineEditor:
    if isinstance(kind, Choice):
        labels = [table(kind.table_name).label(code) for code in table(kind.table_name).codes]
        return _box((("", tr("全部")), *((each, each) for each in labels)), value)
    line = LineEditor()
    line.set_text(value)
    line.setPlaceholderText(tr("全部；填{what}全称则只印它", what=text))
    return line


def _box(choices: tuple[tuple[str, str], ...], value: str) -> QComboBox:
    box = QComboBox()
    for code, text in choices:
        box.addItem(text, code)
    box.setCurrentIndex(max(box.findData(value), 0))
    return box
