"""The rows of a sign-in sheet: laid out once, frozen when the sheet is printed, later trainees behind them."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.collation import pinyin_key
from desktop.errors import RefusedError
from desktop.models import TrainingClass
from desktop.models.base import Content
from desktop.queries.columns import Surroundings, official_place
from desktop.queries.directory import Directory
from desktop.queries.training.classes import is_held, sessions_of, sheet_of, trainees_of
from desktop.store.records import Stored, load_one

BY_NUMBER, BY_PINYIN, BY_SEAT, BY_SCHOOL = "1", "2", "3", "4"
ROWS: Final = 20


def laid_out(session: Session, lesson: Stored, *, order: str = BY_NUMBER, rows_per_page: int = ROWS) -> Content:
    """The content of the sheet of a session as it would be printed now.

    A sheet that was printed or filled in keeps its rows and its order. One that was not takes over the rows of the
    sheet printed for another session of the day, since one paper may serve both. Raises RefusedError for a class
    without trainees.
    """
    day = date.fromisoformat(lesson.content["date"])
    trainees = trainees_of(session, lesson.content["training_class"], on=day)
    if not trainees:
        raise RefusedError("这个培训班还没有学员，没有生成签到表；请先报名")
    frozen = _frozen_sheet(session, lesson)
    kept: list[Content] = []
    own = sheet_of(session, lesson.uid)
    if frozen is not None:
        order = frozen.content.get("order", order)
        is_own = own is not None and own.uid == frozen.uid
        lines = frozen.content.get("marks", ())
        kept = [line if is_own else {"row": line["row"], "enrolment": line["enrolment"]} for line in lines]
    values: Content = {**own.content} if own is not None else {}
    values |= {"session": lesson.uid, "order": order, "rows_per_page": rows_per_page}
    values["marks"] = _with_rows(kept, _ordered(session, trainees, order, day))
    values["number"] = _sheet_number(session, lesson)
    return values


def with_newcomers(session: Session, lesson: Stored, sheet: Stored | None) -> Content:
    """The sheet of a session with a row behind the others for each trainee who came after it was made.

    One that was filled in stays as it is: who is enrolled afterwards was not there. Raises RefusedError as `laid_out`.
    """
    if sheet is None:
        return laid_out(session, lesson)
    if "entered_on" in sheet.content:
        return sheet.content
    kept = {name: sheet.content[name] for name in ("order", "rows_per_page") if name in sheet.content}
    return laid_out(session, lesson, **kept)


def marked(line: Content, mark: str) -> Content:
    """A row with a mark; the hours of a part belonged to the mark that it had, and go with it."""
    is_same = line.get("mark") == mark
    return {**{name: value for name, value in line.items() if is_same or name != "hours"}, "mark": mark}


def _frozen_sheet(session: Session, lesson: Stored) -> Stored | None:
    """The sheet whose rows are kept: the session's own, else that of another session of the same day."""
    of_day = [each for each in sessions_of(session, lesson.content["training_class"]) if is_held(each)]
    others = [each.uid for each in of_day if each.content["date"] == lesson.content["date"] and each.uid != lesson.uid]
    sheets = (sheet_of(session, uid) for uid in (lesson.uid, *others))
    return next((each for each in sheets if each is not None and _is_frozen(each.content)), None)


def _is_frozen(content: Content) -> bool:
    return (
        "printed_on" in content or "entered_on" in content or any("mark" in line for line in content.get("marks", ()))
    )


def _with_rows(kept: list[Content], trainees: Iterable[Stored]) -> list[Content]:
    """Rows as they were printed, and behind them one for each trainee who has none."""
    known = {line["enrolment"] for line in kept}
    last = max((line["row"] for line in kept), default=0)
    fresh = [each.uid for each in trainees if each.uid not in known]
    return kept + [{"row": row, "enrolment": uid} for row, uid in enumerate(fresh, last + 1)]


def _ordered(session: Session, trainees: list[Stored], order: str, day: date) -> list[Stored]:
    """Trainees as a sheet lists them; those without seat or school come last."""
    if order == BY_NUMBER:
        return trainees
    names = Directory(session)
    if order == BY_PINYIN:
        return sorted(trainees, key=lambda each: pinyin_key(names.name("enrolments", each.uid)))
    if order == BY_SEAT:
        return sorted(trainees, key=lambda each: _seat_key(each.content.get("seat", "")))
    around = Surroundings(session, day)
    place = {
        each.uid: official_place(names.content("schools", around.school_of.get(each.content.get("teacher", ""), "")))
        for each in trainees
    }
    return sorted(trainees, key=lambda each: place[each.uid])


def _seat_key(seat: str) -> tuple[bool, int, str]:
    """3排12座 after 3排2座."""
    digits = "".join(character if character.isdigit() else " " for character in seat).split()
    return (not seat, int("".join(part.zfill(4) for part in digits) or 0), seat)


def _sheet_number(session: Session, lesson: Stored) -> str:
    """Class code, day and half-day: G1-0709上."""
    content = load_one(session, TrainingClass, lesson.content["training_class"])
    code = content.content.get("code") if content is not None else None
    half = table("day_part").label(lesson.content["half"])[0]
    return f"{code or '班'}-{lesson.content['date'][5:7]}{lesson.content['date'][8:10]}{half}"
