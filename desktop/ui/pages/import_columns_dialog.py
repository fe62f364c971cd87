"""What the headings of some files mean, said by hand; remembered for their senders."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QGridLayout

from desktop.errors import RefusedError
from desktop.exchange.roster.answers import RosterOptions
from desktop.exchange.roster.columns import FileColumn
from desktop.exchange.targets import roster_targets
from desktop.text import tr
from desktop.ui.forms.picks import make_pick
from desktop.ui.forms.suggestions import PickSource
from desktop.ui.forms.text_fields import PickEditor
from desktop.ui.theme import theme
from desktop.ui.typed_dialog import AnswerDialog
from desktop.ui.widgets import label


class ColumnsDialog(AnswerDialog):
    """A line for each heading: examples of what stands under it, and what it means; unknown ones first."""

    def __init__(self, columns: Sequence[FileColumn], options: RosterOptions, trouble: str = "") -> None:
        said = trouble or tr(
            "每个栏目对应程序里的哪一项。指定一次，同一学校以后照办。留空的栏目内容随人保存，导出时原样给回。"
        )
        super().__init__(tr("栏目对应"), said, wide=860, high=560)
        self.options = options
        self._labels = {target.name: target.label for target in roster_targets()}
        self._names = {text: name for name, text in self._labels.items()}
        self.fields: dict[str, PickEditor] = {}
        self._shown: dict[str, str] = {}
        grid = QGridLayout()
        grid.setVerticalSpacing(theme.px(6))
        grid.setColumnStretch(1, 1)
        for place, text in enumerate((tr("表中栏目"), tr("其中内容"), tr("对应项目"))):
            grid.addWidget(label(text, "muted"), 0, place)
        picks = PickSource([make_pick(text, name) for name, text in self._labels.items()])
        distinct = {column.heading: column for column in reversed(columns)}
        for column in sorted(distinct.values(), key=lambda each: bool(each.target)):
            self._add(grid, column, picks)
        self.body.addLayout(grid)

    def _add(self, grid: QGridLayout, column: FileColumn, picks: PickSource) -> None:
        line = grid.rowCount()
        editor = PickEditor()
        editor.set_source(lambda: picks)
        editor.setFixedWidth(theme.px(190))
        editor.setPlaceholderText(tr("没有对应的项目"))
        editor.set_text(self._labels.get(column.target, ""))
        editor.setAccessibleName(tr("“{heading}”对应", heading=column.heading))
        editor.moved.connect(self.focusNextChild)
        heading = " ".join(column.heading.split())
        grid.addWidget(label(f"{heading}（{tr('上次指定')}）" if column.is_by_hand else heading, wrap=True), line, 0)
        grid.addWidget(label("、".join(column.examples) or tr("（空）"), "muted", wrap=True), line, 1)
        grid.addWidget(editor, line, 2)
        self.fields[column.heading] = editor
        self._shown[column.heading] = editor.text()

    def values(self) -> None:
        """Take the headings whose meaning was changed. Raises RefusedError for one that means nothing known."""
        headings = dict(self.options.headings)
        for heading, editor in self.fields.items():
            text = editor.text().strip()
            if text and text not in self._names:
                editor.setFocus()
                raise RefusedError(tr("“{text}”不是程序里的项目，请从列表中选一项，或留空", text=text))
            if text != self._shown[heading]:
                headings[heading] = self._names.get(text, "")
        if headings == dict(self.options.headings):
            raise RefusedError(tr("还没有改动任何栏目；不改请按取消"))
        self.options = replace(self.options, headings=headings)
