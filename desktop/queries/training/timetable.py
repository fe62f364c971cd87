"""Timetables: what clashes, which classes of one person overlap, and whether the plan of a class is in order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.attendance import year_of
from desktop.queries.training.classes import courses_of, is_held, session_text, sheet_of
from desktop.queries.training.lecturers import lecturer_of, unit_key
from desktop.rules.clashes import Clash, Slot, clashes, periods_overlap
from desktop.rules.content_split import Share, minimum_sentence, period_sentence, split_of, sum_sentence
from desktop.rules.hours import hours_text, tenths, tenths_of
from desktop.store.records import Stored

NEED_WORDS: Final = {"teacher": "授课教师", "room": "地点", "trainee": "学员", "class": "培训班"}
_VOCATIONAL: Final = "11"
_MINIMUM: Final = {
    (_VOCATIONAL, "1"): ("training.min_hours.voc_national", "training.min_months.voc_national", "国家级"),
    (_VOCATIONAL, "2"): ("training.min_hours.voc_provincial", "training.min_months.voc_provincial", "省级"),
    ("2", ""): ("training.min_hours.principal", "", "校长任职资格培训"),
    ("8", ""): ("ce.new_teacher_hours", "", "新教师试用期培训"),
}
"""By kind and level of a programme ("" is any): the policies of hours and months at least, and whose they are."""


def timetable_clashes(names: Directory, uid: str | None = None) -> list[Clash]:
    """Sessions at one time that need one teacher, room, trainee or class; of one class against all, or of all."""
    found = clashes(held_slots(names))
    if uid is None:
        return found
    own = {each for each, record in names.records("sessions").items() if record.content["training_class"] == uid}
    return [each for each in found if own & {each.one, each.other}]


def held_slots(names: Directory) -> Iterable[Slot]:
    """Every session that is held, with its time and what it needs."""
    people = _people_in_several(names)
    for uid, record in names.records("sessions").items():
        if not is_held(record):
            continue
        content = record.content
        owner = content["training_class"]
        teacher = lecturer_of(names, content)
        needs = {("class", owner), *(("trainee", who) for who in people[owner])}
        needs |= {("teacher", teacher.name)} if teacher.name else set()
        needs |= {("room", _room(names, owner, content["room"]))} if content.get("room") else set()
        clocks = (content.get("starts", ""), content.get("ends", ""))
        unit = unit_key(names, teacher.unit) if teacher.unit else ""
        yield Slot(uid, content["date"], content["half"], *clocks, frozenset(needs), unit)


def _room(names: Directory, owner: str, room: str) -> str:
    """Two sites may each have a 一号教室."""
    return f"{names.content('classes', owner).get('site', '')} {room}".strip()


def _people_in_several(names: Directory) -> dict[str, set[str]]:
    """By class, the teachers who are in another class too; nobody else can be in two places."""
    classes: dict[str, set[str]] = defaultdict(set)
    for record in names.records("enrolments").values():
        if "teacher" in record.content and "withdrawn_on" not in record.content:
            classes[record.content["teacher"]].add(record.content["training_class"])
    found: dict[str, set[str]] = defaultdict(set)
    for who, several in classes.items():
        if len(several) > 1:
            for each in several:
                found[each].add(who)
    return found


def clash_sentence(names: Directory, clash: Clash) -> str:
    """授课教师王芳 2026-07-09上午 同时在“一班”和“二班”."""
    one, other = (names.records("sessions")[uid] for uid in (clash.one, clash.other))
    shown = shown_need(names, clash.kind, clash.name)
    where = "”和“".join(dict.fromkeys(names.text("classes", each.content["training_class"]) for each in (one, other)))
    if clash.kind == "class":
        return f"“{shown}”{session_text(one)}排了两次课，请核对"
    if clash.kind == "teacher":
        shown, doubt = _shown_teacher(names, one.content, other.content)
        return f"授课教师{shown} {session_text(one)}同时在“{where}”，请调整其中一个课次{doubt}"
    return f"{NEED_WORDS[clash.kind]}{shown} {session_text(one)}同时在“{where}”，请调整其中一个课次"


def _shown_teacher(names: Directory, *lessons: Content) -> tuple[str, str]:
    """The teacher of two sessions with the unit that is known, and what to do if he may be two people."""
    found = [lecturer_of(names, each) for each in lessons]
    shown = next((each.text for each in found if each.unit), found[0].text)
    if all(each.unit for each in found):
        return shown, ""
    count = len(names.find("teachers", found[0].name))
    told = f"名册中有 {count} 位{found[0].name}，" if count > 1 else ""
    is_doubtful = bool(told) or any(each.unit for each in found)
    return shown, f"；{told}不是同一人的请写明教师单位" if is_doubtful else ""


def shown_need(names: Directory, kind: str, name: str) -> str:
    """Whom or what a session needs, as sentences name it."""
    plural = {"trainee": "teachers", "class": "classes"}.get(kind)
    return names.text(plural, name) if plural else name


def outside_sentence(owner: Content, lesson: Stored) -> str:
    """What is wrong with a session on a day on which its class is not held; empty where that is not so."""
    first, last = owner.get("start", ""), owner.get("end", "9")
    if first <= lesson.content["date"] <= last:
        return ""
    return (
        f"{session_text(lesson)}的课次不在培训班的起止日期（{first or '未填'} 至 {owner.get('end', '未填')}）内，请核对"
    )


def is_settled(session: Session, content: Content, lesson: Stored) -> bool:
    """Whether another time for a session is a move that is kept: its class's schedule went out, or its sheet was used.

    Before that a timetable is a draft; its changes stand in the history of the record only.
    """
    if "schedule_issued_on" in content:
        return True
    sheet = sheet_of(session, lesson.uid)
    return sheet is not None and ("printed_on" in sheet.content or "entered_on" in sheet.content)


def overlapping_classes(names: Directory, teacher: str, uid: str) -> list[str]:
    """The other classes of a teacher whose days overlap with those of a class."""
    own = names.content("classes", uid)
    others = {
        record.content["training_class"]
        for record in names.records("enrolments").values()
        if record.content.get("teacher") == teacher and "withdrawn_on" not in record.content
    }
    return sorted(each for each in others - {uid} if periods_overlap(own, names.content("classes", each)))


@dataclass(frozen=True, slots=True)
class PlanCheck:
    """What the plan of a class adds up to, in tenths, and what is wrong with it."""

    planned: int
    total: int
    shares: tuple[Share, ...]
    """Empty where the split is not asked for."""
    remarks: tuple[str, ...]
    least: int = 0
    """The tenths that regulation asks for at least (TR-3); 0 where it asks for none."""


def check_plan(
    session: Session, policies: Policies, names: Directory, uid: str, *, typed: Mapping[str, Content] | None = None
) -> PlanCheck:
    """Sum and split of the courses' hours, hours at least, approval before use, days across New Year (TR-3…TR-5).

    The split is asked of classes for vocational schools only, for which the regulation was made; hours and months at
    least of kinds with such a regulation. `typed` are courses by uid as they stand in a form and are not saved yet; a
    new one has an empty uid.
    """
    content = names.content("classes", uid)
    programme = names.content("programmes", content.get("programme", ""))
    programmes = {content["programme"]: programme} if "programme" in content else {}
    year = year_of(content, programmes)
    stored = {record.uid: record.content for record in courses_of(session, uid)}
    courses = list({**stored, **(typed or {})}.values())
    by_part: dict[str, int] = defaultdict(int)
    for course in courses:
        by_part[course.get("part", "9")] += tenths(course.get("hours"))
    planned = sum(by_part.values())
    total = tenths(content.get("hours")) or planned
    remarks = [sum_sentence(planned, total)] if courses else ["还没有登记课程"]
    shares: tuple[Share, ...] = ()
    least = 0
    kind = programme.get("kind", "")
    if kind == _VOCATIONAL:
        shares = _split(policies, year, by_part, total)
        remarks += _split_remarks(shares, total)
    regulated = _MINIMUM.get((kind, programme.get("level", "")), _MINIMUM.get((kind, "")))
    if regulated is not None:
        hours, months, word = regulated
        least = tenths_of(policies.value(hours, year))
        remarks.append(minimum_sentence(total, least, level=word))
        if months and "start" in content and "end" in content:
            remarks.append(period_sentence(content["start"], content["end"], policies.value(months, year), level=word))
    return PlanCheck(planned, total, shares, tuple(filter(None, [*remarks, *_remarks(content, courses)])), least)


def _split(policies: Policies, year: int, by_part: dict[str, int], total: int) -> tuple[Share, ...]:
    percents = policies.value("training.content_split", year)
    return split_of(by_part, total, percents, policies.value("training.content_split_tolerance", year))


def _split_remarks(shares: Iterable[Share], total: int) -> list[str]:
    words = table("content_part")
    return [
        f"{words.label(each.part)}占 {_percent(each.planned, total)}，规定占 {_percent(each.wanted, total)}左右，请调整"
        for each in shares
        if not each.fits and total
    ]


def _percent(part: int, total: int) -> str:
    return f"{hours_text(part * 1000 // total)}%"


def _remarks(content: Content, courses: list[Content]) -> list[str]:
    found = []
    experts = content.get("experts", ())
    if not (any(each.get("is_outside") for each in experts) and any(not each.get("is_outside") for each in experts)):
        found.append("培训计划还没有校内外专家共同论证")
    elif any(each.get("agrees") == 0 for each in experts):
        found.append("有专家不同意实施培训计划，请修改后再论证")
    if "plan_approved_on" not in content:
        found.append("计划论证日期没有填写，论证通过后方可实施")
    start, end = content.get("start", ""), content.get("end", "")
    if start and end and start[:4] != end[:4]:
        found.append(f"培训班跨年（{start} 至 {end}），学时登记在结班的 {end[:4]} 年")
    no_syllabus = [str(each.get("name", "")) for each in courses if not each.get("syllabus")]
    if no_syllabus:
        found.append(f"没有教学大纲的课程：{'、'.join(no_syllabus)}")
    return found
