"""Finding classes, courses, sessions and sheets by the words of a command or a page."""

from datetime import date

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.errors import RefusedError, ValueProblem
from desktop.models import Course, Enrolment, SignInSheet, TrainingClass, TrainingSession
from desktop.queries.directory import Directory
from desktop.queries.training.attendance import HELD
from desktop.rules.dates import read_day
from desktop.store.records import Stored, find


def find_class(names: Directory, text: str) -> str:
    """The uid of the class that a code, a name or a uid means. Raises RefusedError with a sentence."""
    text = text.strip()
    known = names.records(TrainingClass.plural)
    by_code = [uid for uid, record in known.items() if record.content.get("code") == text]
    found = [text] if text in known else by_code or list(names.find(TrainingClass.plural, text))
    if len(found) == 1:
        return found[0]
    if not found:
        told = "、".join(names.text(TrainingClass.plural, uid) for uid in list(known)[:6]) or "还没有登记培训班"
        raise RefusedError(f"没有叫“{text}”的培训班，请核对班级代码或名称；已有：{told}")
    told = "、".join(names.text(TrainingClass.plural, uid) for uid in found[:6])
    raise RefusedError(f"“{text}”可能是 {len(found)} 个培训班中的一个（{told}），请写班级代码")


def sessions_of(session: Session, uid: str) -> list[Stored]:
    """The sessions of a class in order of time, those moved and cancelled too."""
    found = find(session, TrainingSession, {"training_class": uid}).values()
    return sorted(found, key=session_order)


def session_order(record: Stored) -> tuple[str, str, str, str]:
    """Day, half-day, clock time."""
    content = record.content
    return (content["date"], content["half"], content.get("starts", ""), record.uid)


def is_held(record: Stored) -> bool:
    """Whether a session takes place: neither moved nor cancelled."""
    state: str = record.content.get("state", HELD)
    return state == HELD


def find_session(session: Session, uid: str, text: str) -> Stored:
    """The session of a class that a text means: 2026-07-09上午, its place in the timetable (7), or a uid.

    Raises RefusedError with a sentence that lists what there is.
    """
    everything = sessions_of(session, uid)
    held = [each for each in everything if is_held(each)]
    text = text.strip()
    found = [each for each in everything if each.uid == text]
    if not found and text.isdigit() and len(text) < 4:
        found = held[int(text) - 1 : int(text)] if int(text) else []
    if not found:
        found = _at(held, text)
    if len(found) == 1:
        return found[0]
    shown = found or held
    told = "、".join(session_text(each) for each in shown[:6]) or "还没有排课"
    what = f"有 {len(found)} 个课次" if found else "没有课次"
    raise RefusedError(f"“{text}”{what}，请写日期和时段，例如 2026-07-09上午（只作格式示范）；可选：{told}")


def _at(held: list[Stored], text: str) -> list[Stored]:
    halves = table("day_part")
    half = next((code for code in halves.codes if text.endswith(halves.label(code))), None)
    day_text = text.removesuffix(halves.label(half)).strip() if half else text
    try:
        day = read_day(day_text).isoformat()
    except ValueProblem:
        return []
    return [each for each in held if each.content["date"] == day and half in (None, each.content["half"])]


def session_text(record: Stored) -> str:
    """Day and half-day of a session as sentences name it."""
    return f"{record.content['date']}{table('day_part').label(record.content['half'])}"


def sheet_of(session: Session, uid: str) -> Stored | None:
    """The sign-in sheet of a session, or None."""
    return next(iter(find(session, SignInSheet, {"session": uid}).values()), None)


def courses_of(session: Session, uid: str) -> list[Stored]:
    """The courses of a class in their order."""
    found = find(session, Course, {"training_class": uid}).values()
    return sorted(found, key=lambda each: (each.content.get("order", 999), each.uid))


def trainees_of(session: Session, uid: str, *, on: date | None = None) -> list[Stored]:
    """The trainees of a class by number; on a day only those who had come and not left."""
    found = find(session, Enrolment, {"training_class": uid}).values()
    day = on.isoformat() if on is not None else None
    there = [each for each in found if day is None or _is_there(each, day)]
    return sorted(there, key=lambda each: (each.content.get("number", 99_999), each.uid))


def _is_there(record: Stored, day: str) -> bool:
    joined, withdrawn = record.content.get("joined_on"), record.content.get("withdrawn_on")
    return (not joined or joined <= day) and (not withdrawn or day < withdrawn)
