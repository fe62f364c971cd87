"""Sign-in sheets: made with rows that stay when printed, filled in the evening by naming only who was not there."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.errors import RefusedError
from desktop.models import Enrolment, SignInSheet, TrainingSession
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.classes import sheet_of
from desktop.queries.training.sheet_rows import BY_NUMBER, ROWS, laid_out, marked, with_newcomers
from desktop.rules.absence import AWAY, Mark, arrival_mark
from desktop.rules.row_numbers import rows_text
from desktop.services.records import save
from desktop.store.records import Stored, load_one


def make_sheet(
    session: Session,
    session_uid: str,
    *,
    order: str = BY_NUMBER,
    rows_per_page: int = 20,
    printed_on: date | None = None,
) -> str:
    """The sheet of a session with a row for each trainee of its day; returns its uid.

    A sheet that was printed keeps its rows, and trainees who came since stand behind them; one that was not printed
    and not filled in is laid out anew. Raises RefusedError for a session that was moved or cancelled, and for a
    class without trainees.
    """
    lesson = _held_session(session, session_uid)
    before = sheet_of(session, session_uid)
    values = laid_out(session, lesson, order=order, rows_per_page=rows_per_page)
    if printed_on is not None:
        values["printed_on"] = printed_on.isoformat()
    return save(session, SignInSheet, values, uid=before.uid if before is not None else None)


def _held_session(session: Session, uid: str) -> Stored:
    lesson = load_one(session, TrainingSession, uid)
    if lesson is None:
        raise RefusedError("这个课次已被删除，请重新选择")
    state = lesson.content.get("state", "1")
    if state != "1":
        word = table("session_state").label(state)
        raise RefusedError(f"{lesson.content['date']} 的课次{word}，没有登记；请选择实际上课的课次")
    return lesson


def enter_exceptions(session: Session, session_uid: str, marks: Mapping[int, str], *, day: date) -> int:
    """Enter one session by the rows that were otherwise, with the mark of each; all others were there.

    What was entered before as late, early or on leave stays unless another mark than 待核 is given; who was 待核 and is
    named no more was there. A session without sheet gets one by number. Returns how many stand as absent. Raises
    RefusedError for a row number that is not on the sheet.
    """
    return _enter(session, session_uid, marks, _after_roll_call, day)


def _after_roll_call(known: str, given: str | None) -> str:
    if given is not None and (given != Mark.PENDING or known in (Mark.PRESENT, Mark.UNPLANNED)):
        return given
    return str(Mark.PRESENT) if given is None and known == Mark.PENDING else known


def _enter(
    session: Session, session_uid: str, marks: Mapping[int, str], choose: Callable[[str, str | None], str], day: date
) -> int:
    lesson, sheet = _sheet_to_fill(session, session_uid)
    lines = sheet.content.get("marks", [])
    _refuse_unknown_rows(lesson, lines, marks)
    entered = [marked(line, choose(line.get("mark", str(Mark.PRESENT)), marks.get(line["row"]))) for line in lines]
    save(session, SignInSheet, {"marks": entered, "entered_on": day.isoformat()}, uid=sheet.uid)
    return sum(line["mark"] in AWAY for line in entered)


def _sheet_to_fill(session: Session, session_uid: str) -> tuple[Stored, Stored]:
    """A session that takes place and its sheet, made if there is none, with who came since it was made."""
    lesson = _held_session(session, session_uid)
    before = sheet_of(session, session_uid)
    content = with_newcomers(session, lesson, before)
    if before is None or content != before.content:
        save(session, SignInSheet, content, uid=before.uid if before is not None else None)
    sheet = sheet_of(session, session_uid)
    assert sheet is not None
    return lesson, sheet


def _refuse_unknown_rows(lesson: Stored, lines: list[Content], marks: Mapping[int, str]) -> None:
    known = {line["row"] for line in lines}
    unknown = [row for row in marks if row not in known]
    if unknown:
        shown = rows_text(unknown)
        last = max(known, default=0)
        raise RefusedError(
            f"行号 {shown} 不在 {lesson.content['date']} 的签到表上（共 {last} 行），没有登记；请对照签到表核对行号"
        )


def set_mark(
    session: Session,
    session_uid: str,
    enrolment: str,
    mark: str | None,
    *,
    hours: str | None = None,
    note: str | None = None,
) -> None:
    """Set the mark of one trainee in the grid; None empties it.

    Raises RefusedError if the trainee is not on the sheet, or more hours are missed than the session has.
    """
    set_marks(session, session_uid, {enrolment: {"mark": mark, "hours": hours, "note": note}})


def set_marks(session: Session, session_uid: str, marks: Mapping[str, Content]) -> None:
    """Set marks of several trainees of one session (a column of the grid) by enrolment. Raises as `set_mark`."""
    lesson, before = _sheet_to_fill(session, session_uid)
    lines = before.content.get("marks", [])
    missing = marks.keys() - {line["enrolment"] for line in lines}
    if missing:
        names = Directory(session)
        told = "、".join(names.name("enrolments", uid) for uid in missing)
        raise RefusedError(f"{told}不在 {lesson.content['date']} 的签到表上，没有登记；请先把新学员补到签到表末尾")
    for given in marks.values():
        _refuse_more_than(lesson, given.get("hours"))
    entered = [{**line, **marks[line["enrolment"]]} if line["enrolment"] in marks else line for line in lines]
    plain = [{name: value for name, value in line.items() if value is not None} for line in entered]
    save(session, SignInSheet, {"marks": plain}, uid=before.uid)


def enter_cells(session: Session, cells: Mapping[tuple[str, str], Content], *, day: date) -> None:
    """Set mark, and perhaps hours and note, of cells of a grid by session and enrolment; None empties.

    Who came after printing gets a row behind the others.

    A session whose rows all have a mark then is entered on `day`. Raises RefusedError as `set_marks`.
    """
    by_session: dict[str, dict[str, Content]] = {}
    for (lesson, who), given in cells.items():
        by_session.setdefault(lesson, {})[who] = given
    for lesson, marks in by_session.items():
        _append_newcomers(session, lesson, marks)
        set_marks(session, lesson, marks)
        sheet = sheet_of(session, lesson)
        assert sheet is not None
        if "entered_on" not in sheet.content and all("mark" in line for line in sheet.content.get("marks", ())):
            save(session, SignInSheet, {"entered_on": day.isoformat()}, uid=sheet.uid)


def sign_in(session: Session, session_uid: str, enrolment: str, at: datetime) -> str:
    """Note by a badge that a trainee has come; 迟到 where that is later than policy allows. Returns the mark.

    Raises RefusedError for a badge of another class, and for a trainee who is not on the sheet of the day.
    """
    lesson, _sheet = _sheet_to_fill(session, session_uid)
    trainee = load_one(session, Enrolment, enrolment)
    if trainee is None or trainee.content["training_class"] != lesson.content["training_class"]:
        who = Directory(session).text("enrolments", enrolment) if trainee is not None else "这张胸卡的学员"
        raise RefusedError(f"{who}不是本班学员，没有签到；请核对胸卡，现场报到的先登记学员")
    day = lesson.content["date"]
    starts = lesson.content.get("starts", "") if at.date().isoformat() == day else ""
    grace = Policies(session).value("training.late_after_minutes", int(day[:4]))
    mark = str(arrival_mark(starts, f"{at:%H:%M}", grace))
    _append_newcomers(session, session_uid, (enrolment,))
    set_marks(session, session_uid, {enrolment: {"mark": mark, "hours": None}})
    return mark


def _append_newcomers(session: Session, lesson: str, people: Iterable[str]) -> None:
    sheet = sheet_of(session, lesson)
    if sheet is not None and set(people) - {line["enrolment"] for line in sheet.content.get("marks", ())}:
        make_sheet(session, lesson, rows_per_page=sheet.content.get("rows_per_page", ROWS))


def finish_roll_call(session: Session, session_uid: str, *, day: date) -> int:
    """Close a session whose people were read in one by one: who has no mark is 待核; returns how many are absent."""
    _lesson, sheet = _sheet_to_fill(session, session_uid)
    open_rows = [line["row"] for line in sheet.content.get("marks", ()) if "mark" not in line]
    return _enter(session, session_uid, dict.fromkeys(open_rows, str(Mark.PENDING)), _keep_or_take, day)


def _keep_or_take(known: str, given: str | None) -> str:
    return given or known


def _refuse_more_than(lesson: Stored, hours: str | None) -> None:
    whole = lesson.content["hours"]
    if hours is not None and float(hours) > float(whole):
        raise RefusedError(f"缺课 {hours} 学时多于本课次的 {whole} 学时，没有登记；请核对缺课学时")
