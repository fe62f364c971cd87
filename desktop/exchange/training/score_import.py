"""Scores from workbooks, as a platform gives those of 1,314 people, or pasted: planned row by row, then one Act."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.errors import RefusedError, ValueProblem
from desktop.exchange.plan import FieldChange, Outcome, Plan, PlanRow, newest_act
from desktop.exchange.training.trainee_rows import TraineeRow, Trainees, pasted_rows, trainee_rows
from desktop.exchange.workbook.cells import Book
from desktop.models import ScoreSheet
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.rules.characters import plain
from desktop.rules.numerals import read_score
from desktop.rules.training_results import rounded
from desktop.store.database import Store
from desktop.store.records import Edit, Stored, find, new_uid

WANTED: Final = {
    "points": (
        "成绩",
        "分数",
        "总分",
        "得分",
        "总成绩",
        "考核成绩",
        "考试成绩",
        "网络成绩",
        "结业成绩",
        "平时成绩",
        "最终成绩",
    ),
    "grade": ("等级", "等次", "结论", "评定等级"),
}
_ABSENT: Final = frozenset({"缺考", "未考", "缺", "未参加"})
MAKEUP: Final = "4"


@dataclass(frozen=True)
class ScoreOptions:
    """What the scores are: part (code of score_part), course, the classes they may be of (None: any), the day."""

    part: str
    course: str | None = None
    classes: Collection[str] | None = None
    date: str | None = None


@dataclass(slots=True)
class ScorePlan(Plan):
    """A plan whose rows together make one score sheet of each class; rows may still be unticked."""

    options: ScoreOptions = field(default_factory=lambda: ScoreOptions("2"))
    said: dict[int, tuple[str, str, Content]] = field(default_factory=dict)
    """Class, enrolment and score by the place of the row in `rows`."""
    sheets: dict[str, Stored] = field(default_factory=dict)
    """The sheets there are, by class."""

    def written_edits(self) -> list[Edit]:
        """One edit for each class that a ticked row speaks of; what a sheet has of others stays."""
        by_class: dict[str, dict[str, Content]] = defaultdict(dict)
        for place, (owner, who, score) in self.said.items():
            if self.rows[place].is_written:
                by_class[owner][who] = score
        return [self._edit(owner, scores) for owner, scores in by_class.items()]

    def _edit(self, owner: str, scores: Mapping[str, Content]) -> Edit:
        before = self.sheets.get(owner)
        old = before.content if before is not None else {}
        lines = {line["enrolment"]: line for line in old.get("scores", ())} | dict(scores)
        options = self.options
        content: Content = {**old, "training_class": owner, "part": options.part, "scores": list(lines.values())}
        content |= {name: value for name, value in (("course", options.course), ("date", options.date)) if value}
        uid = before.uid if before is not None else new_uid(ScoreSheet, content)
        return Edit(ScoreSheet, uid, before, content)


def plan_scores(store: Store, books: Iterable[tuple[Path, Book]], options: ScoreOptions) -> ScorePlan:
    """Plan the scores of workbooks. Raises RefusedError for a book without such columns, or for make-ups.

    Make-ups are entered one by one, because each is due to one person and taken once.
    """
    books = list(books)
    title = f"导入成绩：{'、'.join(path.name for path, _ in books)}"
    return _plan(store, trainee_rows(books, WANTED, "成绩"), options, title)


def plan_pasted_scores(store: Store, text: str, options: ScoreOptions) -> ScorePlan:
    """Plan scores that were pasted. Raises as `plan_scores`."""
    return _plan(store, pasted_rows(text, WANTED, "成绩"), options, "粘贴成绩")


def _plan(store: Store, rows: Iterable[TraineeRow], options: ScoreOptions, title: str) -> ScorePlan:
    if options.part == MAKEUP:
        raise RefusedError("补考成绩请逐人登记：每人只有一次补考，没有导入")
    with store.read() as session:
        names = Directory(session)
        plan = ScorePlan(title, last_act=newest_act(session), options=options)
        plan.sheets = _sheets(session, options)
        trainees = Trainees(names, options.classes)
        seen: dict[str, int] = {}
        for row in rows:
            who, refused = trainees.resolve(row)
            if refused is None and "withdrawn_on" in names.content("enrolments", who):
                refused = row.plan(Outcome.INVALID, f"“{row.name}”已退学，不登记成绩；请核对，或先取消退学", "name")
            plan.rows.append(refused or _decide(plan, row, who, trainees.class_of[who], seen))
    return plan


def _sheets(session: Session, options: ScoreOptions) -> dict[str, Stored]:
    """The newest sheet of each class for this part and course."""
    found = [
        each
        for each in find(session, ScoreSheet, {"part": options.part}).values()
        if each.content.get("course") == options.course
    ]
    ordered = sorted(found, key=lambda each: (each.content.get("date", ""), each.uid))
    return {each.content["training_class"]: each for each in ordered}


def _decide(plan: ScorePlan, row: TraineeRow, who: str, owner: str, seen: dict[str, int]) -> PlanRow:
    if who in seen:
        return row.plan(Outcome.DUPLICATE, f"与第 {seen[who]} 行说的是同一名学员，请只保留一行", "name")
    seen[who] = row.number
    try:
        score = read_score_texts(row.texts)
    except ValueProblem as error:
        return row.plan(Outcome.INVALID, f"成绩：{error}", "points" if "points" in row.texts else "grade")
    if len(score) == 0:
        return row.plan(Outcome.SAME)
    sheet = plan.sheets.get(owner)
    lines = sheet.content.get("scores", ()) if sheet is not None else ()
    old: Content = next((line for line in lines if line["enrolment"] == who), {})
    new = {"enrolment": who, **{name: old[name] for name in ("note",) if name in old}, **score}
    if old == new:
        return row.plan(Outcome.SAME)
    plan.said[len(plan.rows)] = (owner, who, new)
    planned = row.plan(Outcome.CHANGED if old else Outcome.NEW)
    planned.changes = [FieldChange("score_sheets", "scores", "成绩", score_text(old), _told(plan, row, new))]
    return planned


def _told(plan: ScorePlan, row: TraineeRow, new: Content) -> str:
    """The score as the plan shows it; one that was rounded with what the sheet says, and once for the whole plan."""
    text, written = score_text(new), row.texts.get("points", "")
    if not is_rounded(written, new):
        return text
    written = plain(written).removesuffix("分")
    if not plan.assumed:
        plan.assumed.append(f"分数有两位以上小数的，四舍五入为一位小数登记，例如 {row.name} {written} 登记为 {text}")
    return f"{text}（{written} 四舍五入）"


def is_rounded(written: str, score: Content) -> bool:
    """Whether the points of a score were written with more decimals than are kept."""
    return score.get("points") is not None and len(plain(written).removesuffix("分").partition(".")[2]) > 1


def read_score_texts(texts: Mapping[str, str]) -> Content:
    """The score of a row as packed values; empty if nothing is written. Raises ValueProblem.

    Points with more decimals than are kept, as platforms give them, are rounded half up wherever they come from.
    """
    points, grade = texts.get("points", ""), texts.get("grade", "")
    if points in _ABSENT or grade in _ABSENT:
        return {"is_absent": 1}
    score: Content = {}
    code = table("training_grade").find(points) if points else None
    if code is not None:
        return {"grade": code}
    if points and (packed := _packed_points(points)) is not None:
        score["points"] = packed
    if grade:
        score["grade"] = table("training_grade").read(grade)
    return score


def _packed_points(text: str) -> str | None:
    """Points in 0…100; None for a sign that there are none. Raises ValueProblem."""
    try:
        read = read_score(text)
    except ValueProblem as error:
        raise ValueProblem(f"“{text}”不是成绩，请填写分数、等级（优、及格、不及格）或“缺考”") from error
    if read is None:
        return None
    if read.points is None:
        raise ValueProblem(f"“{text}”不是本表的等级，请填写分数、等级（优、及格、不及格）或“缺考”")
    if not 0 <= read.points <= 100:
        raise ValueProblem(f"“{text}”应在 0—100 之间，请核对")
    return str(rounded(read.points))


def score_text(line: Mapping[str, object]) -> str:
    """One score as the plan shows it."""
    if line.get("is_absent"):
        return "缺考"
    grade = line.get("grade")
    parts = (line.get("points"), table("training_grade").label(str(grade)) if grade else None)
    return " ".join(str(part) for part in parts if part is not None)
