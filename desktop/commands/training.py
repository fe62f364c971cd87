"""Training: attendance by exception, results of a class, statistics."""

from argparse import Namespace
from datetime import date
from typing import Any

from desktop.commands.base import Exit, answer, open_office, operator_of
from desktop.errors import RefusedError
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.classes import find_class, find_session, session_text
from desktop.queries.training.results import class_results, results_json
from desktop.queries.training.statistics import statistics
from desktop.rules.row_numbers import read_marked_rows
from desktop.services.training.sheets import enter_exceptions
from desktop.store.database import Store


def run_attendance(arguments: Namespace) -> int:
    """Enter one session by exception; without a session tell the whole class's attendance."""
    if (arguments.session is None) != (arguments.absent is None):
        raise RefusedError("登记考勤要同时写 --session 课次 和 --absent 行号（全到写“无”）；都不写则列出全班考勤")
    if arguments.session is None:
        return run_results(arguments)
    if not arguments.absent.strip():
        raise RefusedError("没有写未到的行号，没有登记；全到请写“无”")
    marks = read_marked_rows(arguments.absent)
    with open_office(arguments) as store:
        with store.read() as session:
            uid = find_class(Directory(session), arguments.training_class)
            lesson = find_session(session, uid, arguments.session)
        when = session_text(lesson)
        with store.write(f"登记 {when} 考勤", operator=operator_of(arguments, store)) as session:
            absent = enter_exceptions(session, lesson.uid, marks, day=_today())
        told = _results(store, uid)
        warnings = [f"{each['name']}：{text}" for each in told["trainees"] for text in _remarks(each)]
        data = {"session": when, "absent": absent, "warnings": warnings}
        answer(
            arguments, data, "\n".join([f"{when}：未到 {absent} 人，已登记；没有写明病、事、公、旷的为待核", *warnings])
        )
    return Exit.DONE


def _today() -> date:
    return date.today()  # noqa: DTZ011 - an office's day is the day of its own clock


def _remarks(trainee: dict[str, Any]) -> list[str]:
    failed = [trainee["failed"]] if trainee["failed"] else []
    return [*failed, *trainee["cancelled"], *trainee["warnings"], *trainee["doubts"]]


def _results(store: Store, uid: str) -> dict[str, Any]:
    with store.read() as session:
        return results_json(class_results(session, Policies(session), uid), Directory(session))


def run_results(arguments: Namespace) -> int:
    """The results of one class."""
    with open_office(arguments) as store:
        with store.read() as session:
            uid = find_class(Directory(session), arguments.training_class)
        data = _results(store, uid)
    answer(arguments, data, _told(data))
    return Exit.DONE


def _told(data: dict[str, Any]) -> str:
    lines = [f"{data['class']['name']}：{len(data['trainees'])} 人"]
    for each in data["trainees"]:
        grade = each["grade"] or ("待补考" if each["makeup"] else "未定")
        makeups = (entry["reason"] for entry in each["makeup"])
        remarks = "；".join(dict.fromkeys([*_remarks(each), *makeups, *each["reasons"]]))
        lines.append(
            f"{each['number'] or '':>4} {each['name']}　缺课 {each['absent_hours']} 学时　"
            f"{each['points'] or '—'}　{grade}　{remarks}".rstrip("　")
        )
    return "\n".join(lines)


def run_statistics(arguments: Namespace) -> int:
    """Counts and rates, each with the name of its denominator."""
    with open_office(arguments) as store, store.read() as session:
        found = statistics(session, Policies(session), by=arguments.by, year=arguments.year)
    lines = [f"{group.label}：" + "，".join(group.sentences()) for group in (*found.groups, found.total)]
    answer(arguments, found.as_json(), "\n".join(lines))
    return Exit.DONE
