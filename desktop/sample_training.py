"""The remote training of 2009 as a seed tells it: 16 sites, 48 classes, 1,314 teachers of invented names.

510 teach in junior, 804 in primary schools; 1,213 have 80 points or more, 414 of them all 100, and all passed.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Final

from desktop.kinds import sample_citizen_id
from desktop.models import Course, Employment, Enrolment, Policy, Programme, School, ScoreSheet, Teacher, TrainingClass
from desktop.models.base import Content, Record
from desktop.store import Edit, Store, write_edits
from desktop.store.records import new_uid

YEAR: Final = 2009
SITES: Final = 16
CLASSES: Final = 48
JUNIOR, PRIMARY = 510, 804
PEOPLE: Final = JUNIOR + PRIMARY
AT_80, FULL = 1213, 414
_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文斌慧玲红"


def write_sample_training(store: Store, *, operator: str = "经办人") -> str:
    """Write the training into an office as one Act; returns the uid of the programme. The same figures each time."""
    area = store.office_code
    chance = random.Random(YEAR)  # noqa: S311 - the same people each time, nothing secret
    edits: list[Edit] = []
    programme = _add(edits, Programme, _programme())
    _add(edits, Policy, _policy(area))
    schools = [_add(edits, School, _school(number, area)) for number in range(SITES)]
    classes = [_add(edits, TrainingClass, _class(number, programme)) for number in range(CLASSES)]
    for training_class in classes:
        course = {"training_class": training_class, "name": "义务教育课程网络研修", "hours": "40.0", "part": "2"}
        _add(edits, Course, {**course, "teacher": "项目专家组"})
    points = _points(chance)
    trainees: dict[str, list[Content]] = {uid: [] for uid in classes}
    for number, content in enumerate(_teachers()):
        teacher = _add(edits, Teacher, content)
        _add(edits, Employment, _employment(teacher, schools[number % SITES]))
        place = classes[number % CLASSES]
        enrolment = {"training_class": place, "number": number // CLASSES + 1, "teacher": teacher, "route": "1"}
        trainees[place].append({"enrolment": _add(edits, Enrolment, enrolment), "points": points[number]})
    for training_class, scores in trainees.items():
        sheet = {"training_class": training_class, "part": "2", "date": f"{YEAR}-10-20", "scores": scores}
        _add(edits, ScoreSheet, {**sheet, "decided_by": "远程培训平台"})
    with store.write("建立培训示例", kind="setup", operator=operator) as session:
        write_edits(session, edits)
    return programme


def _add(edits: list[Edit], entity: type[Record], content: Content) -> str:
    edit = Edit(entity, new_uid(entity, content), None, content)
    edits.append(edit)
    return edit.uid


def _programme() -> Content:
    return {
        "name": "中西部农村义务教育学校教师远程培训",
        "year": YEAR,
        "kind": "9",
        "level": "1",
        "mode": "2",
        "organiser": "教育部",
        "start": f"{YEAR}-08-01",
        "end": f"{YEAR}-10-31",
        "hours": "40.0",
        "planned_classes": CLASSES,
        "planned_people": PEOPLE,
    }


def _policy(area: str) -> Content:
    """80 points are 优 in this training."""
    source = "远程培训总结：80 分以上计优秀率"
    return {"policy_set": area, "name": "training.excellent_score", "from_year": YEAR, "value": "80", "source": source}


def _school(number: int, area: str) -> Content:
    return {"name": f"远程培训示例学校{number + 1}", "county_code": area, "order": 101 + number, "type": "312"}


def _class(number: int, programme: str) -> Content:
    return {
        "name": f"远程培训{number + 1}班",
        "code": f"Y{number + 1:02d}",
        "programme": programme,
        "site": f"第{number % SITES + 1}培训点",
        "start": f"{YEAR}-08-01",
        "end": f"{YEAR}-10-31",
        "hours": "40.0",
        "quota": 28,
    }


def _teachers() -> Iterator[Content]:
    for number in range(PEOPLE):
        surname, given = _SURNAMES[number % 20], _GIVEN[number // 20 % 30] + _GIVEN[number // 600 % 30]
        birth = f"{1960 + number // 100}{number % 12 + 1:02d}{number % 28 + 1:02d}"
        yield {
            "name": surname + given,
            "gender": "1" if number % 2 else "2",
            "ethnicity": "01",
            "birth_date": f"{birth[:4]}-{birth[4:6]}-{birth[6:]}",
            "id_number": sample_citizen_id(birth, number % 1000),
            "stage": "3" if number < JUNIOR else "2",
            "subject": "语文",
        }


def _employment(teacher: str, school: str) -> Content:
    return {"teacher": teacher, "school": school, "kind": "1", "start": "2000-09"}


def _points(chance: random.Random) -> Sequence[str]:
    """Online points of all, in chance order: full, from 80, and from 60."""
    full = ["100.0"] * FULL
    good = [f"{80 + number % 20}.{number % 10}" for number in range(AT_80 - FULL)]
    rest = [f"{60 + number % 20}.0" for number in range(PEOPLE - AT_80)]
    points = full + good + rest
    chance.shuffle(points)
    return points
