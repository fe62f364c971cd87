"""A whole class as its sheets need it: people of several schools with odd names, two weeks, marks, scores, leave."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from desktop.models import (
    Appointment,
    Cohort,
    Course,
    Employment,
    Enrolment,
    Leave,
    Place,
    Programme,
    School,
    ScoreSheet,
    SignInSheet,
    Teacher,
    TrainingClass,
    TrainingSession,
)
from desktop.models.base import Content
from desktop.store import Store
from tests.builders import add, add_all, appointment_content, cohort_content, employment_content, teacher_content

NAMES = (
    "王𠮷",
    "古丽娜尔·艾合买提江",
    "李𬭚",
    "张伟",
    "欧阳㛃婷",
    "陈静",
    "龙䶮",
    "刘洋",
    "赵敏",
    "周芳",
    "吴磊",
    "徐丽",
)
SCHOOLS = ("云岭县第一中学", "云岭县石坪镇初级中学", "云岭县青杠乡九年一贯制学校", "云岭县城关第一小学")
COURSES = (
    ("课程标准解读与教学设计", "24.0", "1", "陈明远", "山城师范大学教授"),
    ("课堂观察与诊断", "16.0", "2", "李思源", "山城市教育科学研究院研究员"),
    ("信息技术与学科教学融合", "16.0", "2", "周海", "云岭县教师进修学校"),
    ("跟岗实践", "24.0", "3", "各基地学校导师", ""),
)
FIRST = date(2026, 7, 6)


@dataclass
class PaperClass:
    """The uids of a class and of what belongs to it."""

    uid: str
    programme: str
    courses: list[str]
    sessions: list[str]
    trainees: list[str]
    teachers: list[str] = field(default_factory=list)
    schools: list[str] = field(default_factory=list)


def make_paper_class(store: Store, *, people: int = 46, marks: bool = True, scores: bool = True) -> PaperClass:
    """The class; with `marks` everybody was there but for a few, with `scores` one must make up a course."""
    schools = add_all(
        store,
        School,
        [{"name": name, "county_code": "509999", "order": 10 + n, "type": "311"} for n, name in enumerate(SCHOOLS)],
    )
    teachers = add_all(store, Teacher, [_teacher(number) for number in range(people)])
    add_all(store, Employment, [employment_content(who, schools[n * 4 // people]) for n, who in enumerate(teachers)])
    cohort = add(store, Cohort, cohort_content())
    add_all(store, Appointment, [appointment_content(who, cohort) for who in teachers[::2]])
    programme = add(store, Programme, _PROGRAMME)
    places = add_all(store, Place, [{"programme": programme, "count": 50}, *_places(programme, schools)])
    uid = add(store, TrainingClass, _CLASS | {"programme": programme})
    courses = add_all(store, Course, [_course(uid, number, *each) for number, each in enumerate(COURSES, 1)])
    sessions = add_all(store, TrainingSession, list(_sessions(uid, courses)))
    enrolments = [
        {
            "training_class": uid,
            "number": number,
            "teacher": who,
            "group": f"第{(number - 1) % 4 + 1}组",
            "seat": f"{(number - 1) // 8 + 1}排{(number - 1) % 8 + 1}座",
            "lodges": int(number % 3 == 0),
            "place": places[1 + (number - 1) * 4 // people],
            **({"room": f"{300 + number // 6}"} if number % 3 == 0 else {}),
        }
        for number, who in enumerate(teachers, 1)
    ]
    made = PaperClass(uid, programme, courses, sessions, add_all(store, Enrolment, enrolments), teachers, schools)
    if marks:
        add_all(store, SignInSheet, [_sheet(made, number) for number in range(len(sessions))])
        add(store, Leave, _leave(made))
    if scores:
        add_scores(store, made)
    return made


_PROGRAMME: Content = {
    "name": "2026年农村初中骨干教师提高培训",
    "year": 2026,
    "kind": "1",
    "level": "4",
    "mode": "1",
    "organiser": "云岭县教育委员会",
    "base": "云岭县教师进修学校",
    "audience": "农村初中县级骨干教师",
    "start": "2026-07-06",
    "end": "2026-07-17",
    "hours": "80.0",
}
_CLASS: Content = {
    "name": "2026年农村初中骨干教师提高培训一班",
    "code": "G1",
    "site": "云岭县教师进修学校",
    "start": "2026-07-06",
    "end": "2026-07-17",
    "hours": "80.0",
    "quota": 50,
    "head_teacher": "吴桂兰",
    "contact": "郑小平",
    "phone": "023-60010001",
    "timetable": "上午 8:30—11:50，下午 14:30—17:50",
    "plan_approved_on": "2026-06-18",
    "experts": [
        {"name": "陈明远", "unit": "山城师范大学", "is_outside": 1, "date": "2026-06-16", "agrees": 1},
        {"name": "何玲", "agrees": 1},
    ],
}


def _teacher(number: int) -> Content:
    name = (
        NAMES[number] if number < len(NAMES) else f"{NAMES[3 + number % 3][0]}{'建国志强晓燕文斌'[number % 8]}{number}"
    )
    return teacher_content(number + 1, name="".join(c for c in name if not c.isdigit()), stage="3")


def _places(programme: str, schools: list[str]) -> list[Content]:
    return [{"programme": programme, "school": school, "count": 12, "deadline": "2026-06-20"} for school in schools]


def _course(uid: str, order: int, name: str, hours: str, part: str, teacher: str, unit: str) -> Content:
    content = {"training_class": uid, "order": order, "name": name, "hours": hours, "part": part, "teacher": teacher}
    return content | ({"teacher_unit": unit} if unit else {}) | {"is_graded": int(part in "12")}


def _sessions(uid: str, courses: list[str]) -> list[Content]:
    """Ten days of two halves; the courses one after the other, four hours each time."""
    wanted = [course for course, each in zip(courses, COURSES, strict=True) for _ in range(int(float(each[1])) // 4)]
    days = [FIRST + timedelta(days=number) for number in range(12) if (FIRST + timedelta(days=number)).weekday() < 5]
    found = []
    for number, course in enumerate(wanted):
        half = number % 2
        found.append(
            {
                "training_class": uid,
                "date": days[number // 2].isoformat(),
                "half": str(half + 1),
                "starts": ("08:30", "14:30")[half],
                "ends": ("11:50", "17:50")[half],
                "course": course,
                "hours": "4.0",
                "room": "学术报告厅",
            }
        )
    return found


def _sheet(made: PaperClass, number: int) -> Content:
    """Trainee 3 misses the second course altogether, 5 is ill once, 7 late, 9 leaves early, 11 is not yet settled."""
    marks = dict.fromkeys(made.trainees, "1")
    if 6 <= number < 10:
        marks[made.trainees[2]] = "7"
    if number == 1:
        marks |= {made.trainees[4]: "4", made.trainees[6]: "2", made.trainees[8]: "3", made.trainees[10]: "9"}
    lines = [{"row": row, "enrolment": who, "mark": marks[who]} for row, who in enumerate(made.trainees, 1)]
    return {"session": made.sessions[number], "number": f"G1-{number}", "entered_on": "2026-07-17", "marks": lines}


def _leave(made: PaperClass) -> Content:
    return {
        "enrolment": made.trainees[4],
        "kind": "1",
        "start": "2026-07-06",
        "start_half": "2",
        "end": "2026-07-06",
        "end_half": "2",
        "hours": "4.0",
        "reason": "突发高烧，到县人民医院就诊",
        "applied_on": "2026-07-06",
    }


def add_scores(store: Store, made: PaperClass) -> None:
    """Scores of the three graded courses, and of 平时 and 结业."""
    sheets = [_score_sheet(made, "3", course) for course in made.courses[:3]]
    add_all(store, ScoreSheet, [*sheets, _score_sheet(made, "1"), _score_sheet(made, "2")])


def _score_sheet(made: PaperClass, part: str, course: str | None = None) -> Content:
    lines = [{"enrolment": who, "points": f"{70 + n * 7 % 30}.0"} for n, who in enumerate(made.trainees)]
    content = {"training_class": made.uid, "part": part, "date": "2026-07-17", "scores": lines}
    return content | ({"course": course} if course else {})
