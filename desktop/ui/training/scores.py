"""成绩: parts, courses, make-up and the group's decision in a grid; the examination of the column in hand above it."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QWidget

from desktop.errors import InvalidRecord
from desktop.exchange.training.score_import import ScoreOptions, plan_pasted_scores, plan_scores, score_text
from desktop.fields import field_named
from desktop.models import ScoreSheet
from desktop.queries.policies import Policies
from desktop.queries.training.score_table import ScoreColumn, ScoreTable, score_table
from desktop.rules.training_results import FINAL, USUAL, Grade
from desktop.services.records import parse_values
from desktop.services.training.score_rules import ScoreRules, set_score_rules
from desktop.services.training.scoring import enter_score_cells, enter_scores, score_by_details
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.dialogs import SPREADSHEETS
from desktop.ui.flow import flowing
from desktop.ui.forms.text_fields import LineEditor, NumberEditor
from desktop.ui.theme import theme
from desktop.ui.training.piece import Piece
from desktop.ui.training.plan_stack import PlanStack
from desktop.ui.training.score_grid import LEGEND, ScoreGrid
from desktop.ui.training.score_model import FIRST
from desktop.ui.training.score_rules_dialog import ScoreRulesDialog
from desktop.ui.widgets import ShortLabel, button, column, label, row

_WIDE: Final = {"date": 104, "room": 130, "decided_by": 150, "registrar": 84}
"""The fields of an examination, and the most of their width at 100 %."""


class Examination(QWidget):
    """When, where and by whom the scores of one column were given."""

    changed = Signal(object)
    """Packed values of the fields that are others now."""
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shown: dict[str, str] = {}
        self.what = ShortLabel("", "section")
        self.fields: dict[str, LineEditor] = {}
        pieces: list[QWidget] = []
        for name, wide in _WIDE.items():
            declared = field_named(ScoreSheet, name)
            editor = NumberEditor() if name == "date" else LineEditor()
            editor.setAccessibleName(declared.label)
            editor.setPlaceholderText("2026-07-17" if name == "date" else "")
            editor.setMaximumWidth(theme.px(wide))
            editor.setMinimumWidth(theme.px(70))
            editor.left.connect(self._take)
            editor.moved.connect(lambda _on: self._take())
            self.fields[name] = editor
            pieces += [label(declared.label.partition("（")[0], "muted"), editor]
        layout = row(self.what, *pieces, space=6)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def show_column(self, shown: ScoreColumn | None) -> None:
        """Show the examination of a column."""
        self.what.setText(shown.label if shown is not None else "")
        for name, editor in self.fields.items():
            packed = shown.sheet.get(name) if shown is not None else None
            editor.set_text(field_named(ScoreSheet, name).format_packed(packed))
            editor.setEnabled(shown is not None)
        self._shown = {name: editor.text() for name, editor in self.fields.items()}

    def _take(self) -> None:
        texts = {name: editor.text().strip() for name, editor in self.fields.items()}
        changed = {name: text for name, text in texts.items() if text != self._shown[name]}
        if not changed:
            return
        try:
            values = parse_values(ScoreSheet, changed)
        except InvalidRecord as error:
            self.refused.emit("；".join(each.text for each in error.problems))
            return
        self._shown = {name: editor.text() for name, editor in self.fields.items()}
        self.changed.emit(values)


class ScoresPiece(Piece):
    """The scores of one class."""

    READS = frozenset(
        {"classes", "courses", "programmes", "enrolments", "score_sheets", "sign_in_sheets", "sessions", "teachers"}
    ) | {"policies"}

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.found: ScoreTable | None = None
        self._noted = ""
        self.grid = ScoreGrid(desk)
        self.model = self.grid.scores
        self.exam = Examination()
        self.told = label("", "muted", wrap=True)
        self.person = ShortLabel("", "")
        self.stack = PlanStack(desk, self._work())
        self.setLayout(column(self.stack))
        self._connect()

    def _work(self) -> QWidget:
        self.import_button = button(tr("导入成绩…"), self.ask_import, icon_name="file-import")
        self.details_button = button(
            tr("分项…"), self.ask_details, tip=tr("平时按出勤、作业、表现，结业按试讲、论文、技能分别登记")
        )
        self.rules_button = button(tr("评定办法…"), self.ask_rules, tip=tr("平时与结业、各分项的比重，及格和评优分数"))
        self.note_button = button(tr("评语…"), self.ask_note, keys="F6")
        self.next_button = button(tr("下一个未齐或待补考"), self.next_open, keys="F8")
        notice = self.sheet_button("F18", lambda: {"form": "notice"})
        notice.setText(tr("补考通知"))  # type: ignore[attr-defined]  # a button
        makeups = self.sheet_button("F18", lambda: {"form": "list"})
        tools = flowing(
            self.sheet_button("F17"),
            makeups,
            notice,
            self.import_button,
            self.note_button,
            self.details_button,
            self.rules_button,
            self.next_button,
        )
        whole = QWidget()
        legend = label(tr(LEGEND), "small", wrap=True)
        layout = column(tools, self.exam, self.told, self.grid, self.person, legend, space=6)
        layout.setStretch(3, 1)
        whole.setLayout(layout)
        return whole

    def _connect(self) -> None:
        self.grid.moved.connect(self._follow)
        self.grid.refused.connect(lambda text: self._tell(text, wrong=True))
        self.model.noted.connect(self._note)
        self.grid.failed.connect(self.refresh)
        self.grid.names_pasted.connect(self.plan_pasted)
        self.exam.changed.connect(self.save_examination)
        self.exam.refused.connect(lambda text: self._tell(text, wrong=True))

    def show_class(self, uid: str) -> None:
        """Show another class."""
        self.stack.show_work()
        self.found, self._noted = None, ""
        super().show_class(uid)

    def refresh(self) -> None:
        """Read the scores; what is typed and not yet saved stays over them."""
        self.read(lambda session: score_table(session, Policies(session), self.uid), self._take)

    def _take(self, found: ScoreTable) -> None:
        is_first = self.found is None
        self.found = found
        self.grid.show_scores(found)
        if is_first:
            self.grid.go(0, FIRST)
        self._follow(self.grid.cells.currentIndex())
        self._tell(self._noted, wrong=bool(self._noted))

    def _note(self, text: str) -> None:
        """Keep what was left or rounded in sight until the next entry."""
        self._noted = text
        self._tell(text, wrong=bool(text))

    def _tell(self, text: str, *, wrong: bool = False) -> None:
        """Say what was refused; nothing brings back how far the class is."""
        self.told.setText(text or self._counts())
        self.told.setProperty("role", "red" if wrong else "muted")
        self.told.style().polish(self.told)

    def _counts(self) -> str:
        if self.found is None:
            return ""
        results = [each.result for each in self.found.results if not each.taken.withdrawn]
        grades = {grade: sum(each.settled is grade for each in results) for grade in Grade}
        rules = self.found.rules
        usual, final = rules.weights
        parts = (
            tr("学员 {count} 人", count=len(results)),
            tr("优 {count}", count=grades[Grade.EXCELLENT]),
            tr("及格 {count}", count=grades[Grade.PASSED]),
            tr("不及格 {count}", count=grades[Grade.FAILED]),
            tr("待补考 {count} 人", count=sum(bool(each.makeups) for each in results)),
            tr("成绩未齐 {count} 人", count=sum(bool(each.missing) for each in results)),
            tr("平时 {usual}% + 结业 {final}%", usual=usual, final=final),
            tr("{passing} 分及格，{best} 分评优", passing=rules.pass_points, best=rules.excellent_points),
        )
        return " · ".join(parts)

    def column_in_hand(self) -> ScoreColumn | None:
        """What is scored in the column of the keyboard."""
        place = self.grid.cells.currentIndex().column() - FIRST
        return self.model.columns[place] if 0 <= place < len(self.model.columns) else None

    def _follow(self, index: QModelIndex) -> None:
        self.exam.show_column(self.column_in_hand())
        self.person.setText(self.model.sentence(index.row()) if index.isValid() else "")
        shown = self.column_in_hand()
        self.import_button.setEnabled(shown is not None and not shown.is_makeup)

    def focus_first(self) -> None:
        """The keyboard starts in the grid."""
        self.grid.cells.setFocus()

    def next_open(self) -> None:
        """The keyboard goes to the next trainee whose result is open."""
        count, start = len(self.model.people), self.grid.cells.currentIndex().row()
        for by in range(1, count + 1):
            result = self.model.results[(start + by) % count].result
            if result.makeups or result.missing:
                self.grid.go((start + by) % count, max(self.grid.cells.currentIndex().column(), FIRST))
                self.grid.cells.setFocus()
                return

    def save_examination(self, values: Mapping[str, str | None]) -> None:
        """Keep when, where and by whom the column in hand was examined."""
        shown, uid = self.column_in_hand(), self.uid
        if shown is None:
            return
        part, course = shown.key
        title = tr("登记“{what}”考核情况", what=shown.label)
        self.write(title, lambda session: enter_scores(session, uid, part, {}, course=course, **values), once=False)

    def ask_details(self) -> None:
        """Score a part by its details from now on; what was given for the whole part stays and goes before them."""
        uid = self.uid
        parts = {tr("平时分出勤、作业、表现"): USUAL, tr("结业分试讲、论文、技能"): FINAL}
        text = tr(
            "分项登记后，总的一栏由有成绩的分项按“评定办法”的比重平均得出；总的一栏直接填写的，以填写的为准。没有用到的分项空着，不参加平均。"
        )
        answer = self.desk.dialogs.ask(tr("分项登记"), text, *parts, tr("不分项"))
        if answer in parts:
            self.write(answer, lambda session: score_by_details(session, uid, parts[answer]))

    def ask_rules(self) -> None:
        """Change how the office scores from the year of this class on."""
        if self.found is None:
            return
        year = self.found.year

        def ask(rules: ScoreRules) -> None:
            dialog = ScoreRulesDialog(rules, year, self)
            if self.desk.dialogs.run(dialog):
                wanted, source = dialog.rules(), dialog.source.text()
                title = tr("修改成绩评定办法（{year} 年度起）", year=year)
                self.write(title, lambda session: set_score_rules(session, year, wanted, source))

        self.read(lambda session: ScoreRules.of(Policies(session), year), ask)

    def ask_note(self) -> None:
        """A remark on the score in hand, as the examiner wrote it; an empty one takes it away."""
        index, shown = self.grid.cells.currentIndex(), self.column_in_hand()
        if shown is None or not index.isValid() or not score_text(self.model.line(self.model.place(index))):
            self._tell(tr("先登记成绩，再写评语"), wrong=True)
            return
        place = self.model.place(index)
        who = self.model.people[index.row()].name
        line = self.model.line(place)
        present = tr("现为“{note}”。", note=line["note"]) if line.get("note") else ""
        text = tr("{who} {what}的评语或鉴定。{present}清空则删去。", who=who, what=shown.label, present=present)
        note = self.desk.dialogs.ask_text(tr("评语"), text, optional=True)
        if note is not None:
            scores = {place: {"note": note.strip() or None}}
            title = tr("登记 {who} {what}评语", who=who, what=shown.label)
            self.write(title, lambda session: enter_score_cells(session, scores))

    def _options(self) -> ScoreOptions | None:
        shown = self.column_in_hand()
        return ScoreOptions(shown.part, shown.course, (self.uid,)) if shown is not None else None

    def ask_import(self) -> None:
        """Plan a workbook of scores for the column in hand."""
        options, store = self._options(), self.desk.store
        shown = self.column_in_hand()
        if options is None or shown is None:
            return
        files = self.desk.dialogs.choose_files(tr("导入“{what}”", what=shown.label), SPREADSHEETS)
        if files:
            self.stack.plan.read(files, lambda books: plan_scores(store, books, options), self.stack.show_plan)

    def plan_pasted(self, text: str) -> None:
        """Match pasted names with their scores, for the column in hand."""
        options, store = self._options(), self.desk.store
        if options is not None:
            self.stack.plan.plan_text(lambda: plan_pasted_scores(store, text, options), self.stack.show_plan)
