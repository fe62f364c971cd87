"""A training class of the sample office: programme, places, courses, two weeks of sessions, trainees of its schools."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from desktop.models import (
    Course,
    Employment,
    Enrolment,
    Inspection,
    Operator,
    Place,
    Programme,
    Teacher,
    TrainingClass,
    TrainingSession,
)
from desktop.models.base import Content, Record
from desktop.store import Edit, Store, write_edits
from desktop.store.records import load, new_uid

PEOPLE: Final = 28
START: Final = date(2026, 7, 6)
_COURSES: Final = (
    ("教育政策与师德修养", "8.0", "1", "周建国"),
    ("教学理论与课堂诊断", "8.0", "1", "林淑芬"),
    ("数学核心素养与单元设计", "12.0", "2", "高志远"),
    ("信息技术与教学融合", "12.0", "2", "马晓东"),
    ("名校跟岗与教学实践", "32.0", "3", "何秀英"),
    ("论文写作与答辩", "8.0", "9", "郭明"),
)
_ROOMS: Final = ("培训楼201", "培训楼201", "培训楼305", "微机室", "跟岗学校", "培训楼305")


def write_sample_class(store: Store) -> str:
    """Write the class into an office that has teachers, as one Act; returns its uid."""
    with store.read() as session:
        schools = list(dict.fromkeys(each.content["school"] for each in load(session, Employment).values()))
        known = load(session, Teacher)
        operator = next(iter(load(session, Operator).values())).content["name"]
    teachers = [uid for uid, each in known.items() if each.content.get("subject") == "数学"]
    edits = list(_edits(schools, teachers[:PEOPLE]))
    with store.write("建立培训班示例", kind="setup", operator=operator) as session:
        write_edits(session, edits)
    return next(edit.uid for edit in edits if edit.entity is TrainingClass)


def _edit(entity: type[Record], content: Content) -> Edit:
    return Edit(entity, new_uid(entity, content), None, content)


def _edits(schools: Sequence[str], teachers: Sequence[str]) -> Iterator[Edit]:
    programme = _edit(Programme, _PROGRAMME)
    yield programme
    yield _edit(Place, {"programme": programme.uid, "count": 40, "doc_no": "云州教发〔2026〕21号"})
    for place in range(min(6, len(schools))):
        content = {"programme": programme.uid, "school": schools[place], "count": 3, "deadline": "2026-06-20"}
        yield _edit(Place, content)
    training_class = _edit(TrainingClass, {**_CLASS, "programme": programme.uid})
    yield training_class
    yield _edit(TrainingClass, {**_SECOND, "programme": programme.uid})
    courses = []
    for order, (name, hours, part, teacher) in enumerate(_COURSES, 1):
        content = {"training_class": training_class.uid, "order": order, "name": name, "hours": hours, "part": part}
        content |= {"teacher": teacher, "teacher_unit": "云岭县教师进修学校", "is_graded": int(order < 5)}
        courses.append(_edit(Course, {**content, "syllabus": f"{name}：目标、内容与学时分配、实践环节、成绩评定。"}))
    yield from courses
    for day, half, place in _halves():
        content = {"training_class": training_class.uid, "date": day.isoformat(), "half": half, "hours": "4.0"}
        yield _edit(TrainingSession, {**content, "course": courses[place].uid, "room": _ROOMS[place]})
    for number, teacher in enumerate(teachers, 1):
        content = {"training_class": training_class.uid, "number": number, "teacher": teacher, "route": "2"}
        yield _edit(Enrolment, content)
    inspection = {"training_class": training_class.uid, "kind": "1", "date": "2026-07-08", "inspector": "县教委培训股"}
    yield _edit(Inspection, {**inspection, "findings": "教学准备充分，签到规范。"})


def _halves() -> Iterator[tuple[date, str, int]]:
    """Mornings and afternoons of two weeks without Sundays, each with the place of its course."""
    places = [place for place, each in enumerate(_COURSES) for _ in range(int(float(each[1])) // 4)]
    days = [START + timedelta(days=number) for number in range(13) if number % 7 != 6]
    halves = [(day, half) for day in days for half in ("1", "2")]
    for (day, half), place in zip(halves, places, strict=False):
        yield day, half, place


_PROGRAMME: Final[Content] = {
    "name": "2026年县级骨干教师提高培训",
    "year": START.year,
    "kind": "1",
    "level": "4",
    "mode": "1",
    "tier": "3",
    "audience": "县级骨干教师",
    "organiser": "云岭县教育委员会",
    "base": "云岭县教师进修学校",
    "start": "2026-07-06",
    "end": "2026-07-18",
    "hours": "80.0",
    "planned_classes": 2,
    "planned_people": 60,
    "budget": 4_800_000,
    "travel": 560_000,
    "has_defence": 1,
    "doc_no": "云教发〔2026〕11号",
}
_CLASS: Final[Content] = {
    "name": "骨干教师数学班",
    "code": "S01",
    "site": "县教师进修学校",
    "stage": "2",
    "start": "2026-07-06",
    "end": "2026-07-18",
    "hours": "80.0",
    "quota": 30,
    "head_teacher": "赵红梅",
    "contact": "赵红梅",
    "phone": "19900001234",
    "plan_approved_on": "2026-06-12",
    "plan_opinion": "同意实施。",
    "experts": [
        {"name": "周建国", "unit": "云岭县教师进修学校", "is_outside": 0, "date": "2026-06-10", "agrees": 1},
        {"name": "林淑芬", "unit": "云州师范学院", "is_outside": 1, "date": "2026-06-12", "agrees": 1},
    ],
    "archive": [{"item": "1", "filed_on": "2026-06-15", "place": "3号柜"}],
}
_SECOND: Final[Content] = {
    "name": "骨干教师语文班",
    "code": "S02",
    "site": "石坪镇中心小学",
    "stage": "2",
    "start": "2026-08-03",
    "end": "2026-08-15",
    "hours": "80.0",
    "quota": 30,
    "head_teacher": "孙丽",
}
