"""The scores of one class as a table: people, what is scored, and what comes of it; a cell takes points or a word."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from desktop.codes import table
from desktop.errors import ValueProblem
from desktop.exchange.training.score_import import is_rounded, read_score_texts, score_text
from desktop.models.base import Content
from desktop.queries.training.results import OF_COURSE, TraineeResult
from desktop.queries.training.roll import Listed
from desktop.queries.training.score_table import ScoreColumn, ScoreTable
from desktop.rules.training_results import DETAILS
from desktop.text import tr
from desktop.ui import theme as look

Index = QModelIndex | QPersistentModelIndex
Place = tuple[str, tuple[str, str | None]]
"""Enrolment, and part with course."""
_NO_INDEX = QModelIndex()
NUMBER, NAME, UNIT = range(3)
FIRST: Final = 3
"""The column of the first score."""
_BEFORE: Final = ("学号", "姓名", "工作单位")
_BEHIND: Final = ("总评\n分", "等级", "待补考", "最终\n等级")
_EMPTY: Final[Content] = {"points": None, "grade": None, "is_absent": None}
_NOTED: Final = "*"
"""Behind a score with a remark."""
_LETTERS: Final = {"Y": "优", "J": "及格", "B": "不及格", "Q": "缺考"}
"""What stands for a word while no input method is on."""


def read_score(text: str) -> Content:
    """The score that a cell's text means, all of it set; empty where nothing is written. Raises ValueProblem."""
    plain = text.strip()
    return {**_EMPTY, **read_score_texts({"points": _LETTERS.get(plain.upper(), plain)})}


def cut_heading(label: str) -> str:
    """A label in two lines of five characters; the tip has the whole."""
    plain = label.replace("（", " ").replace("）", "")
    return plain if len(plain) <= 5 else f"{plain[:5]}\n{plain[5:9]}{'…' if len(plain) > 9 else ''}"


class ScoreModel(QAbstractTableModel):
    """A ScoreTable with what is typed and not yet saved laid over it."""

    entered = Signal(object)
    """Scores by place."""
    refused = Signal(str)
    noted = Signal(str)
    """What was left out or rounded of what was taken; empty where nothing was."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: ScoreTable | None = None
        self.columns: list[ScoreColumn] = []
        self.people: list[Listed] = []
        self.results: list[TraineeResult] = []
        self.typed: Mapping[Place, Content] = {}

    def show(self, found: ScoreTable, typed: Mapping[Place, Content]) -> None:
        """Show other scores; where people and columns stay, the keyboard and the selection do."""
        stays = [each.key for each in found.columns] == [each.key for each in self.columns]
        stays = stays and [each.uid for each in found.people] == [each.uid for each in self.people]
        if not stays:
            self.beginResetModel()
        self.found, self.columns, self.people, self.results = found, found.columns, found.people, found.results
        self.typed = typed
        if stays:
            self.tell_all()
        else:
            self.endResetModel()

    def tell_all(self) -> None:
        """Have everything in sight painted anew."""
        if self.people:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.people) - 1, self.columnCount() - 1))

    def lay_over(self, typed: Mapping[Place, Content]) -> None:
        """Show what is typed before it is saved."""
        self.typed = typed
        self.tell_all()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else len(self.people)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else FIRST + len(self.columns) + len(_BEHIND)

    def place(self, index: Index) -> Place:
        """Enrolment, part and course of a cell."""
        return self.people[index.row()].uid, self.columns[index.column() - FIRST].key

    def line(self, place: Place) -> Content:
        """The score line of a cell as it will be once everything is saved; empty where there is none."""
        known = self.found.lines.get(place, {}) if self.found is not None else {}
        return {**known, **self.typed[place]} if place in self.typed else known

    def why_closed(self, index: Index) -> str:
        """Why nothing can be written into a cell; empty where something can."""
        column, each = self.columns[index.column() - FIRST], self.results[index.row()]
        if each.taken.withdrawn:
            return tr("{name} 已退学，不登记成绩", name=self.people[index.row()].name)
        if column.part == OF_COURSE and column.course in each.taken.cancelled:
            return each.taken.cancelled[str(column.course)]
        course = column.course or ""
        if column.is_makeup and course not in each.result.makeups and course not in each.taken.makeups:
            return tr("{name} 这一项不用补考", name=self.people[index.row()].name)
        return ""

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Open cells can be typed into."""
        found = super().flags(index)
        is_score = index.isValid() and FIRST <= index.column() < FIRST + len(self.columns)
        return found | Qt.ItemFlag.ItemIsEditable if is_score and not self.why_closed(index) else found

    def sentence(self, line: int) -> str:
        """The trainee of a line with everything that explains the result."""
        if not 0 <= line < len(self.people):
            return ""
        who, result = self.people[line], self.results[line].result
        missing = [tr("还缺 {what}", what="、".join(result.missing))] if result.missing else []
        settled = [each for each in result.reasons if each not in result.makeups.values()]
        open_ = [tr("待补考：{why}", why=reason) for reason in result.makeups.values()]
        told = [*settled, *open_, *missing] or [tr("成绩已齐")]
        lines = ((each.label, self.line((who.uid, each.key))) for each in self.columns)
        told += [tr("{what}评语：{note}", what=what, note=each["note"]) for what, each in lines if each.get("note")]
        return f"{who.text}（{who.unit}）：{'；'.join(told)}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, tip, colours and place of a cell."""
        if not index.isValid():
            return None
        is_score = FIRST <= index.column() < FIRST + len(self.columns)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._score(index) if is_score else self._text(index.row(), index.column())
        if role == Qt.ItemDataRole.EditRole and is_score:
            return score_text(self.line(self.place(index)))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._score_tip(index) if is_score else self._tip(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and (is_score or index.column() not in (NAME, UNIT)):
            return int(Qt.AlignmentFlag.AlignCenter)
        if role == Qt.ItemDataRole.BackgroundRole and is_score and self.why_closed(index):
            return QColor(look.GROUND)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(index, is_score=is_score)
        return None

    def _score(self, index: Index) -> str:
        column, each = self.columns[index.column() - FIRST], self.results[index.row()]
        if column.part == OF_COURSE and column.course in each.taken.cancelled:
            return tr("取消")
        line = self.line(self.place(index))
        mark = _NOTED if line.get("note") else ""
        return f"{score_text(line)}{mark}" if score_text(line) else self._joined(index)

    def _joined(self, index: Index) -> str:
        """The mean of the details of a part that was not scored as a whole; what is typed goes before it."""
        column = self.columns[index.column() - FIRST]
        if column.part not in DETAILS or self.place(index) in self.typed:
            return ""
        given = self.results[index.row()].taken.parts.get(column.part)
        if given is None or given.is_open:
            return ""
        return tr("缺考") if given.is_absent else str(given.points)

    def _score_tip(self, index: Index) -> str:
        line = self.line(self.place(index))
        if line.get("note"):
            return str(line["note"])
        if not score_text(line) and self._joined(index):
            return tr("由分项平均得出；直接填写的，以填写的为准")
        return self.why_closed(index)

    def _text(self, line: int, column: int) -> str:
        who, result = self.people[line], self.results[line].result
        if column < FIRST:
            number = str(who.number) if who.number is not None else ""
            name = tr("{name}（退）", name=who.name) if self.results[line].taken.withdrawn else who.name
            return (number, name, who.unit)[column]
        words = table("training_grade")
        return (
            str(result.points) if result.points is not None else "",
            words.label(result.first) if result.first is not None else "",
            tr("{count} 项", count=len(result.makeups)) if result.makeups else "",
            words.label(result.settled) if result.settled is not None else "",
        )[column - FIRST - len(self.columns)]

    def _tip(self, line: int, column: int) -> str:
        return self.sentence(line) if column >= FIRST else self._text(line, column)

    def _colour(self, index: Index, *, is_score: bool) -> QColor | None:
        each = self.results[index.row()]
        if not is_score:
            is_end = index.column() == self.columnCount() - 1
            if is_end and each.result.grade == "3":
                return QColor(look.RED)
            return QColor(look.AMBER) if each.result.makeups and index.column() == self.columnCount() - 2 else None
        column = self.columns[index.column() - FIRST]
        if column.part == OF_COURSE and column.course in each.taken.cancelled:
            return QColor(look.RED)
        line = self.line(self.place(index))
        points, passing = line.get("points"), self.found.rules.pass_points if self.found is not None else 0
        is_low = bool(line.get("is_absent")) or line.get("grade") == "3"
        return QColor(look.RED) if is_low or (points is not None and float(points) < passing) else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Read what was typed into a cell; what cannot be read is told, and the cell keeps what it had."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        if str(value) == score_text(self.line(self.place(index))):
            return False
        return self.enter({(index.row(), index.column()): str(value)})

    def enter(self, texts: Mapping[tuple[int, int], str]) -> bool:
        """Take texts by line and column; a wrong one keeps all of them out, closed cells only themselves.

        What is wrong, or was left or rounded, is told together.
        """
        scores: dict[Place, Content] = {}
        wrong, closed, rounded = [], [], []
        for (line, column), text in texts.items():
            index = self.index(line, column)
            who = self.people[line].text
            if why := self.why_closed(index):
                closed += [f"{who}：{why}"] if text.strip() not in ("", self._score(index)) else []
                continue
            try:
                score = read_score(text)
            except ValueProblem as error:
                wrong.append(f"{who}：{error.sentence}")
                continue
            rounded += [f"{who} {text.strip()} → {score_text(score)}"] if is_rounded(text, score) else []
            if score != {**_EMPTY, **_plain(self.line(self.place(index)))}:
                scores[self.place(index)] = score
        if wrong or (closed and not scores):
            self.refused.emit(_some(wrong or closed))
            return False
        told = [tr("未登记：{what}", what=_some(closed))] if closed else []
        told += [tr("四舍五入为一位小数：{what}", what=_some(rounded))] if rounded else []
        self.noted.emit("。".join(told))
        if scores:
            self.entered.emit(scores)
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What is scored; the tip has the whole name."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        is_score = FIRST <= section < FIRST + len(self.columns)
        if role == Qt.ItemDataRole.DisplayRole:
            if is_score:
                return cut_heading(self.columns[section - FIRST].label)
            return tr(_BEFORE[section] if section < FIRST else _BEHIND[section - self.columnCount()])
        if role == Qt.ItemDataRole.ToolTipRole and is_score:
            return self.columns[section - FIRST].label
        return None


def _some(told: list[str]) -> str:
    more = tr("……共 {count} 处", count=len(told)) if len(told) > 3 else ""
    return f"{'；'.join(told[:3])}{more}"


def _plain(line: Content) -> Content:
    return {name: line.get(name) for name in _EMPTY}
