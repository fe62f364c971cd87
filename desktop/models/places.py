"""Offices, which use the program, and schools, where teachers work."""

from typing import ClassVar

from desktop.errors import Blocks, Problem
from desktop.fields import (
    choice,
    digits,
    document_number,
    lines,
    link,
    partial_date,
    phone,
    text,
    whole,
    year,
)
from desktop.models.base import Content, Line, Record


class Office(Record):
    """One installation: a school, a township office, a county, a city, a province."""

    plural: ClassVar[str] = "offices"
    label: ClassVar[str] = "单位"
    key: ClassVar[tuple[str, ...]] = ("code",)
    shared: ClassVar[bool] = True

    name: str = text("单位全称", section="基本情况", listed=True, help="与公章一致", sensitive=True)
    code: str = text("单位代码", section="基本情况", listed=True, limit=40)
    rank: str = choice("级别", "rank", section="基本情况", listed=True)
    parent_code: str | None = text("上级单位代码", section="基本情况", listed=True, limit=40)
    county_word: str | None = text("区县级的叫法", section="称呼", help="县级、区级或市级", limit=10)
    city_word: str | None = text("市级的叫法", section="称呼", help="市级或省级", limit=10)
    handler_title: str | None = text("经办人称谓", section="签字栏", limit=20)
    reviewer_title: str | None = text("审核人称谓", section="签字栏", limit=20)
    leader_title: str | None = text("负责人称谓", section="签字栏", limit=20)
    contact: str | None = text("联系人", section="联系方式", limit=40)
    phone: str | None = phone("联系电话", section="联系方式", personal=False)


class SchoolName(Line):
    """A name of a school with the years in which it was in force."""

    parent: ClassVar[str] = "schools"
    table: ClassVar[str] = "school_names"

    name: str = text("名称")
    kind: str = choice("种类", "school_name_kind")
    from_year: int | None = year("启用年份")
    to_year: int | None = year("停用年份")


class School(Record):
    """A place where teachers work; the county is its writer."""

    plural: ClassVar[str] = "schools"
    label: ClassVar[str] = "学校"
    key: ClassVar[tuple[str, ...]] = ("name", "county_code")
    shared: ClassVar[bool] = True

    name: str = text(
        "学校全称",
        section="基本情况",
        listed=True,
        help="与公章一致",
        sensitive=True,
        headings=("学校名称", "单位全称"),
    )
    county_code: str = text("所属区县代码", section="基本情况", limit=40, internal=True)
    order: int | None = whole("排列顺序", section="基本情况", listed=True, help="各种名册按此顺序排列")
    code: str | None = text("学校代码", section="基本情况", listed=True, limit=40)
    credit_code: str | None = text("统一社会信用代码", section="基本情况", limit=18)
    type: str | None = choice("学校类型", "school_type", section="基本情况", listed=True)
    location_class: str | None = choice("城乡类型", "location_class", section="基本情况", listed=True)
    ownership: str | None = choice("办学性质", "ownership", section="基本情况")
    township: str | None = text("所在乡镇（街道）", section="基本情况", limit=60)
    secretary: str | None = text("书记", section="负责人", limit=60)
    secretary_phone: str | None = phone("书记电话", section="负责人")
    principal: str | None = text("校长", section="负责人", limit=60, listed=True)
    principal_phone: str | None = phone("校长电话", section="负责人")
    training_officer: str | None = text("师训专干", section="负责人", limit=60, listed=True)
    training_officer_phone: str | None = phone("师训专干电话", section="负责人", listed=True)
    stamping_school: str | None = link("代章学校", "schools", section="隶属", help="没有公章的由中心校代章")
    merged_into: str | None = link("并入学校", "schools", section="隶属")
    merged_on: str | None = partial_date("并入时间", section="隶属")
    merged_document: str | None = document_number("并入文号", section="隶属")
    note: str | None = text("备注", section="备注")
    postcode: str | None = digits("邮政编码", lengths=(6,), section="联系方式")
    names: list[SchoolName] = lines("名称沿革与简称", SchoolName)

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """A merged school names the year; names in force have years in order."""
        found = []
        if content.get("merged_into") and not content.get("merged_on"):
            found.append(Problem("merged_on", "已填并入学校，并入时间没有填写", Blocks.SUBMIT))
        for number, line in enumerate(content.get("names", ()), 1):
            start, end = line.get("from_year"), line.get("to_year")
            if start and end and start > end:
                text_ = f"名称“{line.get('name')}”启用年份 {start} 晚于停用年份 {end}，请核对"
                found.append(Problem(f"names.{number}.to_year", text_))
        return found
