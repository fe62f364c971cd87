"""The imports of training that speak of trainees: scores, and the times at which people came."""

from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Final

from desktop.codes import table
from desktop.errors import RefusedError
from desktop.exchange.plan import Plan
from desktop.exchange.training.attendance_import import plan_attendance
from desktop.exchange.training.score_import import ScoreOptions, plan_scores
from desktop.exchange.workbook.cells import Book
from desktop.queries.directory import Directory
from desktop.queries.training.classes import courses_of, find_class
from desktop.store.database import Store

SCORES: Final = "scores"
TIMES: Final = "times"
TRAINING: Final = (SCORES, TIMES)


def plan_training(store: Store, books: list[tuple[Path, Book]], arguments: Namespace) -> Plan:
    """The plan of scores or times. Raises RefusedError for a class or course that is not there."""
    uid = None
    if arguments.training_class:
        with store.read() as session:
            uid = find_class(Directory(session), arguments.training_class)
    if arguments.profile == TIMES:
        if uid is None:
            raise RefusedError("导入考勤时间要写明 --class 培训班，没有导入")
        return plan_attendance(store, books, uid, day=date.today())  # noqa: DTZ011 - the office's own clock
    part = table("score_part").read(arguments.part)
    course = _course(store, uid, arguments.course) if arguments.course else None
    return plan_scores(store, books, ScoreOptions(part, course, None if uid is None else (uid,)))


def _course(store: Store, uid: str | None, text: str) -> str:
    if uid is None:
        raise RefusedError("导入课程成绩要写明 --class 培训班，没有导入")
    with store.read() as session:
        courses = courses_of(session, uid)
    found = [each.uid for each in courses if text.strip() in (each.uid, each.content["name"])]
    if len(found) != 1:
        told = "、".join(each.content["name"] for each in courses) or "还没有登记课程"
        raise RefusedError(f"这个班没有叫“{text}”的课程，没有导入；已有：{told}")
    return found[0]
