"""F17 培训成绩册: scores of every part and course, the grade before and after make-up, and who signs."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sqlalchemy.orm import Session

from desktop.models import ScoreSheet
from desktop.queries.training.results import TraineeResult
from desktop.reports.blocks import Block, Column, Document, SignatureLine, SubLine, Text, Title
from desktop.reports.headings import UNKNOWN, code_label
from desktop.reports.paper import A3_LANDSCAPE, A4_LANDSCAPE, SIZE_5, SIZE_6, THREE_LINES, Align
from desktop.reports.report import TITLE, Filled, Option, Report, Settings
from desktop.reports.training.class_sheet import (
    CLASS,
    ORDER,
    ClassSheet,
    Trainee,
    TraineeColumn,
    class_sheet,
    name_column,
    ordered,
    period,
    require_trainees,
    trainee_table,
    unit_column,
)
from desktop.rules.numerals import percentage_text
from desktop.rules.training_results import DETAILS, EXTRA_PARTS, FINAL, USUAL, Given, Grade
from desktop.store.records import find

_PAPER: Final = Option("paper", "纸张", default="A4", choices=(("A4", "A4横"), ("A3", "A3横")))
_CANCELLED: Final = "取消"


def build(session: Session, settings: Settings) -> Filled:
    """Fill the score book of a class. Raises RefusedError where there is nobody."""
    sheet = class_sheet(session, settings)
    require_trainees(sheet)
    book = _Book(sheet)
    trainees = ordered(list(sheet.trainees.values()), settings[ORDER.name])
    columns = book.columns()
    paper = A3_LANDSCAPE if settings["paper"] == "A3" else A4_LANDSCAPE
    title = settings[TITLE.name] or f"{sheet.name}培训成绩册"
    blocks: tuple[Block, ...] = (
        Title(title),
        SubLine((f"培训机构：{sheet.base}", f"培训时间：{period(sheet.content)}", f"学员：{len(trainees)}人")),
        trainee_table(columns, trainees, closing=book.sums(), row_height=THREE_LINES),
        Text(_NOTE + book.group(), size=SIZE_5, keep=True),
        SignatureLine(("任课教师：", "班主任：", "教学秘书（登记人）：", "培训机构："), seal="(盖章)"),
    )
    document = Document(title, paper, blocks, author=sheet.office["name"])
    return Filled(document, len(trainees), tuple(book.warnings(trainees)))


_NOTE: Final = "注：“取消”是缺课达到该课程学时的规定比例，取消该课程成绩；原因见备注。补考只有一次，补考通过记“及格”。"


class _Book:
    """The results of one class by trainee, as the book prints them."""

    def __init__(self, sheet: ClassSheet) -> None:
        self._sheet = sheet
        self._wanted = sheet.results.wanted
        self._found = {each.uid: each for each in sheet.results.trainees}
        sheets = find(sheet.session, ScoreSheet, {"training_class": sheet.uid}).values()
        self._sheets = [each.content for each in sorted(sheets, key=lambda each: (each.content["part"], each.uid))]

    def columns(self) -> list[TraineeColumn]:
        """Name, unit, courses, parts, total, grade, make-up, grade at last, remark (domain F17)."""
        parts = [part for part in (USUAL, FINAL) if part in self._wanted.parts]
        return [
            name_column(20),
            unit_column(44),
            *(self._course(uid, name) for uid, (name, _hours) in self._wanted.courses.items()),
            *(column for part in parts for column in self._with_details(part)),
            *(self._part(part, EXTRA_PARTS[part]) for part in self._wanted.extras),
            self._column("总评\n分", 14, lambda each: "" if each.result.points is None else plain_number(each)),
            self._column("等级", 14, lambda each: _grade(each.result.first)),
            self._column("补考\n成绩", 16, lambda each: "；".join(map(_shown, each.taken.makeups.values()))),
            self._column("最终\n等级", 16, _at_last),
            self._remark(),
        ]

    def _column(self, label: str, mm: float, value: Callable[[TraineeResult], str]) -> TraineeColumn:
        """A column of the book; what is not given stands as —, and the warnings say whose score is missing."""
        return Column(label, mm, empty="", least=SIZE_6), lambda each: value(self._found[each.uid]) or UNKNOWN

    def _course(self, uid: str, name: str) -> TraineeColumn:
        def value(each: TraineeResult) -> str:
            return _CANCELLED if uid in each.taken.cancelled else _shown(each.taken.courses.get(uid, Given()))

        return self._column(name, 18, value)

    def _with_details(self, part: str) -> list[TraineeColumn]:
        """What a part was scored by, and the part."""
        details = [each for each in DETAILS[part] if each in self._wanted.parts]
        found = [self._detail(each) for each in details]
        return [*found, self._part(part, code_label("score_part", part))]

    def _detail(self, part: str) -> TraineeColumn:
        label = code_label("score_part", part)
        return self._column(label, 12, lambda each: _shown(each.taken.parts.get(part, Given())))

    def _part(self, part: str, label: str) -> TraineeColumn:
        return self._column(f"{label[:2]}\n{label[2:]}", 16, lambda each: _shown(each.taken.parts.get(part, Given())))

    def _remark(self) -> TraineeColumn:
        def value(each: Trainee) -> str:
            found = self._found[each.uid]
            decided = (f"考核小组评定为{_grade(Grade(found.taken.decided))}",) if found.taken.decided else ()
            return "；".join((*found.result.reasons, *decided, *self._notes(each.uid)))

        return Column("备注", 52, Align.LEFT, empty="", least=SIZE_6), value

    def _notes(self, enrolment: str) -> Iterator[str]:
        """What examiners wrote beside the scores of one trainee (TR-6: 评语、鉴定)."""
        for sheet in self._sheets:
            what = code_label("score_part", sheet["part"])
            if "course" in sheet:
                what = self._wanted.courses.get(sheet["course"], (what, 0))[0]
            for line in sheet.get("scores", ()):
                if line["enrolment"] == enrolment and line.get("note"):
                    yield f"{what}：{line['note']}"

    def group(self) -> str:
        """Who decided the grades, where the book of scores says so (TR-10)."""
        people = dict.fromkeys(each["decided_by"] for each in self._sheets if each.get("decided_by"))
        return f"评定人（小组）：{'；'.join(people)}。" if people else ""

    def sums(self) -> str:
        """How many have each grade or why they have none, and the share that passed, with what it is of."""
        stand = Counter(map(_at_last, self._found.values()))
        graded = {grade: stand.pop(_grade(grade), 0) for grade in Grade}
        counts = [f"{_grade(grade)}{number}人" for grade, number in graded.items()]
        counts += [f"{word}{number}人" for word, number in sorted(stand.items())]
        judged = sum(graded.values())
        passed = graded[Grade.EXCELLENT] + graded[Grade.PASSED]
        rate = [f"合格率{passed}/{judged}（已评定）＝{percentage_text(passed, judged)}"] if judged else []
        return "　".join((f"合计{len(self._found)}人", *counts, *rate))

    def warnings(self, trainees: Sequence[Trainee]) -> list[str]:
        """Scores that are missing, and make-ups that are open."""
        lacking = [each.name for each in trainees if self._found[each.uid].result.missing]
        waiting = [each.name for each in trainees if self._found[each.uid].result.makeups]
        found = [f"成绩未齐：{'、'.join(lacking)}。"] if lacking else []
        return found + ([f"待补考：{'、'.join(waiting)}。"] if waiting else [])


def plain_number(each: TraineeResult) -> str:
    """The total without needless zeros: 86.0 → 86."""
    return _plain(str(each.result.points))


def _plain(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown(given: Given) -> str:
    """A score as it is read: points, else the grade's word, or 缺考."""
    if given.is_absent:
        return "缺考"
    if given.points is not None:
        return _plain(str(given.points))
    return code_label("training_grade", given.grade) if given.grade else ""


def _grade(grade: Grade | None) -> str:
    return code_label("training_grade", str(grade)) if grade is not None else ""


def _at_last(each: TraineeResult) -> str:
    """The grade after make-up, or what stands in its way."""
    if each.taken.withdrawn:
        return "退学"
    return "待补考" if each.result.makeups else _grade(each.result.grade) or "未定"


SCORE_BOOK: Final = Report(
    code="F17",
    title="培训成绩册",
    help="各课程、平时、结业成绩，缺课取消的课程注明原因，补考和最终等级，各等级人数与合格率",
    build=build,
    entity=ScoreSheet,
    options=(CLASS, ORDER, _PAPER),
)
