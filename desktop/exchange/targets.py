"""What a column of a spreadsheet can mean: a target is a field of one record that a row speaks of.

A roster row speaks of a teacher, of two of the teacher's educations, of the school, of the appointment and of the
document behind it; PROFILES name the targets of each. To let an import understand another heading, add it to the
field's `headings`; to let it fill another field, add a target here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from desktop.fields import Field, field_named, fields_of
from desktop.models import Appointment, Cohort, Education, Employment, School, Teacher
from desktop.models.base import Line, Record


@dataclass(frozen=True)
class Target:
    """A field that a column fills: the part of the row it belongs to, its own name, the headings it is known by."""

    name: str
    part: str
    field: Field
    headings: tuple[str, ...]

    @property
    def label(self) -> str:
        """The word for this target in sentences."""
        return self.headings[0]


def _target(
    part: str,
    entity: type[Record] | type[Line],
    field: str,
    *,
    name: str = "",
    headings: tuple[str, ...] = (),
) -> Target:
    declared = field_named(entity, field)
    return Target(name or field, part, declared, headings or declared.all_headings)


_LOCAL_WORDS = {
    "district_entry_month": ("首次进入本县教育时间", "首次进入本区县教育时间", "进入本县时间", "进入本县教育时间"),
}
"""Headings that name the rank of the office they come from."""


def _teacher_targets() -> Iterator[Target]:
    skipped = {"photo", "note", "retirement_override"}
    for field in fields_of(Teacher):
        if field.name not in skipped and not field.internal:
            yield Target(field.name, "teacher", field, field.all_headings + _LOCAL_WORDS.get(field.name, ()))


def _education_targets(part: str, prefix: str, words: tuple[str, ...]) -> Iterator[Target]:
    ends = {
        "education": ("学历", "学历层次", "文化程度"),
        "degree": ("学位",),
        "school": ("毕业院校", "院校", "毕业学校", "院校名称", "毕业院校及专业", "毕业院校系及专业", "毕业学校及专业"),
        "major": ("所学专业", "专业"),
        "graduated": ("毕业时间", "毕业年月"),
        "study_mode": ("学习形式", "学历类别"),
    }
    in_groups = {
        "school": ("学校", "名称"),
        "graduated": ("时间", "年月"),
        "study_mode": ("性质", "形式", "类别", "方式"),
        "education": ("层次",),
    }
    """What says enough only together with 第一学历 or 最高."""
    names = {"school": "grad_school", "graduated": "grad_month"}
    for field, tails in ends.items():
        headings = tuple(word + tail for word in words for tail in tails)
        headings += tuple(tail + word for word in words for tail in tails if word)
        headings += tuple(word + tail for word in words for tail in in_groups.get(field, ()) if word)
        headings += tuple(f"{word}学历{tail}" for word in words if word for tail in (*tails, *in_groups.get(field, ())))
        headings += ("学历学位",) if field == "education" and "" in words else ()
        headings += tuple(word for word in words if word.endswith("学历")) if field == "education" else ()
        yield _target(
            part, Education, field, name=prefix + names.get(field, field), headings=tuple(dict.fromkeys(headings))
        )


_RECOGNISED: Final = ("认定", "命名", "批准", "评定", "授予", "公布", "确认", "评选", "获评")
"""What an office calls the act by which somebody becomes a backbone teacher."""


def _appointment_target(name: str) -> Target:
    """A field of the appointment, by its own headings and by those that name the act or the honour."""
    declared = field_named(Appointment, name)
    words = {
        "recognized_on": [
            f"{act}{time}"
            for act in _RECOGNISED
            for time in ("时间", "年月", "日期", "年度", "年份", "时间及文号", "时间和文号", "时间文号")
        ],
        "tier": [f"{act}{word}" for act in _RECOGNISED for word in ("级别", "等级", "层次", "称号")],
        "number": ["骨干证书编号", "认定证书编号", "骨干教师证书号", "证书号", "荣誉证书编号"],
    }[name]
    behind = [f"骨干教师{word}" for word in words] + [f"骨干{word}" for word in words]
    return Target(name, "appointment", declared, tuple(dict.fromkeys((*declared.all_headings, *words, *behind))))


_HIGHEST: Final = ("最高", "", "现", "最高学历", "最后", "最终", "最后学历", "最终学历", "在职", "在职学历")


def _entry_headings() -> Iterator[str]:
    """来校时间 in the words of any office."""
    for go in ("进", "进入", "到", "来", "调入"):
        for here in ("校", "本校", "现校", "现单位", "本单位", "现学校"):
            yield from (f"{go}{here}{time}" for time in ("时间", "年月", "日期", "工作时间"))


def _school_headings() -> tuple[str, ...]:
    """工作单位, and every way to write whose unit and that it is the full name."""
    whose = ("", "所在", "现", "现所在", "任教", "任职", "现任教", "现任职", "工作", "现工作", "供职", "隶属", "所属")
    found = (f"{one}{what}{name}" for name in ("", "名称", "全称") for what in ("单位", "学校") for one in whose)
    return tuple(dict.fromkeys(("工作单位", *found, "校名", "学校单位", "单位学校", "幼儿园", "园名", "任教单位学校")))


@cache
def roster_targets() -> tuple[Target, ...]:
    """The targets of a roster of backbone teachers, and of a whole-staff roster of 50 to 72 columns."""
    note = field_named(Appointment, "note")
    appointment = ("tier", "recognized_on", "number")
    return (
        Target(
            "school",
            "school",
            field_named(Employment, "school"),
            _school_headings(),
        ),
        Target("school_type", "school", field_named(School, "type"), ("学校类型", "办学类型", "单位类型")),
        Target("school_credit_code", "school", field_named(School, "credit_code"), ("统一社会信用代码",)),
        *_teacher_targets(),
        *_education_targets("highest", "", _HIGHEST),
        *_education_targets("first", "first_", ("第一", "参加工作前", "初始", "第一学历", "全日制")),
        _target(
            "employment",
            Employment,
            "start",
            name="school_entry_month",
            headings=(
                *_entry_headings(),
                "来校时间",
                "进入现单位任教时间",
                "进入本校时间",
                "到校时间",
                "进入现单位时间",
            ),
        ),
        *(_appointment_target(name) for name in appointment),
        _target(
            "cohort",
            Cohort,
            "doc_no",
            headings=(
                "认定文号",
                *("文号", "文件号", "文件编号", "批文号", "批文", "发文文号", "发文号", "发文字号", "公文文号"),
                *("文件文号", "文件名称及文号", "任命文号", "聘任文号", "批准文件"),
                *(
                    f"{act}{word}"
                    for act in _RECOGNISED
                    for word in ("文号", "文件号", "文件", "文件文号", "依据", "批文")
                ),
            ),
        ),
        _target("cohort", Cohort, "ordinal", headings=("届次", "届别", "届")),
        Target("note", "appointment", note, ("备注", "说明", "备考")),
    )
