"""An office of very many teachers in as many schools as a province has, written by the path of imports."""

from pathlib import Path
from typing import Final

from desktop.kinds import sample_citizen_id
from desktop.models import Appointment, Cohort, Employment, School, Teacher
from desktop.models.base import Content, Record
from desktop.store import Edit, Store, write_edits
from desktop.store.bulk import without_collector
from desktop.store.records import new_uid
from tests.builders import (
    appointment_content,
    cohort_content,
    employment_content,
    make_office,
    school_content,
    teacher_content,
)

_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎单解仇区查"
)
_GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文斌慧玲红宇欣怡梓涵浩然子轩雨晴佳琪思远"
_PER_SCHOOL: Final = 80
_APPOINTED: Final = 20


def make_big_office(folder: Path, people: int) -> Store:
    """A county with so many teachers, each employed at a school; one of twenty is a backbone teacher."""
    store = make_office(folder)
    with without_collector():
        schools = _add(store, School, [school_content(number) for number in range(1, people // _PER_SCHOOL + 2)])
        [cohort] = _add(store, Cohort, [cohort_content(ordinal=3)])
        teachers = _add(store, Teacher, [_person(number) for number in range(people)])
        _add(
            store,
            Employment,
            [employment_content(teacher, schools[place // _PER_SCHOOL]) for place, teacher in enumerate(teachers)],
        )
        _add(store, Appointment, [appointment_content(teacher, cohort) for teacher in teachers[::_APPOINTED]])
    return store


def _person(number: int) -> Content:
    born = f"{1965 + number // 9000 % 35}{number // 900 % 10 + 1:02d}15"
    given = _GIVEN[number // 7 % len(_GIVEN)] + _GIVEN[number // 311 % len(_GIVEN)]
    return teacher_content(
        number,
        name=_SURNAMES[number % len(_SURNAMES)] + given,
        birth_date=f"{born[:4]}-{born[4:6]}-{born[6:]}",
        id_number=sample_citizen_id(born, 100 + number % 900),
        gender="1" if number % 2 else "2",
        mobile=f"139{number:08d}",
        stage="3",
    )


def _add(store: Store, entity: type[Record], contents: list[Content]) -> list[str]:
    uids = [new_uid(entity, content) for content in contents]
    with store.write("测试数据", kind="setup", operator="王主任") as session:
        edits = (Edit(entity, uid, None, content) for uid, content in zip(uids, contents, strict=True))
        write_edits(session, edits)
    return uids
