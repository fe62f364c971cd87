"""What a table says of all its people at once: the school and the tier, in banners, sheet names and file names."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from desktop.codes import table
from desktop.exchange.sheet_tables import Table
from desktop.exchange.workbook.cells import Book

IsSchool = Callable[[str], bool]
"""Whether the office knows a school by this name."""

_WORDS: Final = (
    "(?:学校|中学校|小学校|中学|小学|初中|高中|完中|幼儿园|幼稚园|教学点|"
    "职教中心|职业教育中心|进修校|中心校|学院|教研室|电教馆|校|园)"
)
_ENDS: Final = (
    r"(?=$|[\s（(_\-—]|\d{4}|第[一二三四五六七八九十\d]+[届次]|骨干|教师|教职工|国家级|省级|市级|区县级|区级|县级|校级"
    r"|花名册|名册|名单|统计|汇总|人员|在职|在编)"
)
_IN_TITLE: Final = re.compile(rf"([^\s:：，。（）()《》“”]*?{_WORDS}){_ENDS}")
_UNIT_LINE: Final = re.compile(
    r"(?:填报单位|填报学校|单位名称|学校名称|报送单位|报送学校|单位|学校)\s*(?:[（(][^）)]*[）)])?\s*[:：]"
    r"\s*([^\s_＿:：（(]*)"
)
_UNIT_LABEL: Final = re.compile(
    r"(?:填报|报送|推荐|申报)?(?:单位|学校)(?:名称|全称)?\s*(?:[（(][^）)]*[）)])?\s*[:：]?\s*[_＿]*"
)
"""A cell that holds nothing but the label; the name stands in the next one."""
_AFTER_UNIT: Final = re.compile(r"(填报|填表|制表|报送|日期|时间|联系|负责|经办|审核|校长|书记|园长|电话|附件|骨干).*$")
_BEFORE: Final = re.compile(
    r"^(?:附件\s*\d*\s*[:：、]?)?[\s\d._、\-—~至()（）]*(?:学年度?|年度|年|届|级)?"
    r"(?:第[一二三]学期|[春秋]季(?:学期)?|[上下]半年|[上下]学期)?[\s._\-—]*"
)
_BEHIND: Final = re.compile(r"[\d\s._\-—()（）]+$")
_OFFICE: Final = re.compile(r"(教育委员会|教委|教育局|教体局|教育体育局|教科体局|教管中心|教办|人民政府|街道办)$")
_GENERAL: Final = re.compile(
    r"^(.*[县市区省局]|.*教委|.*教育委员会)?(全[县市区镇乡校]|各|本|我|某|所有|中)?(中小学校?|学校|中学|小学|初中|高中|幼儿园|中小学幼儿园|校|园)$"
)
_TIER_WORDS: Final = r"(国家级|省级|市级|区县级|区级|县级|校级)"
_TIER_IN_TITLE: Final = re.compile(rf"{_TIER_WORDS}(?:中小学|中青年|优秀|学科)?骨干")
_NO_APPOINTMENT: Final = re.compile(r"推荐|申报|培训|培养|候选|拟|学员|后备|考核|申请")


@dataclass(frozen=True)
class Origin:
    """A school or tier and where it was read; empty if the table says none."""

    value: str = ""
    where: str = ""


def school_of(book: Book, found: Table, is_school: IsSchool) -> Origin:
    """The school a table speaks for where no column says it."""
    below = tuple(found.between.values())
    for texts, where in ((found.banner, "表头的填报单位"), (below, "表尾的填报单位")):
        name = next(_units(texts), "")
        if name:
            return Origin(name, where)
    for text, where in _titles(book, found):
        name = _school_in(text, is_school)
        if name:
            return Origin(name, where)
    return Origin()


def _titles(book: Book, found: Table) -> Iterator[tuple[str, str]]:
    yield from ((text, "表头标题") for text in found.banner)
    yield found.sheet.name, "工作表名"
    yield PurePath(book.name).stem, "文件名"


def _units(texts: Iterable[str]) -> Iterator[str]:
    """Names after 填报单位：, in the same cell or the next one."""
    waiting = False
    for text in texts:
        line = _UNIT_LINE.search(text)
        name = line[1] if line else text if waiting else ""
        waiting = not name.strip("_＿ ") and (line is not None or _UNIT_LABEL.fullmatch(text) is not None)
        name = _AFTER_UNIT.sub("", _BEHIND.sub("", name.strip("_＿ 　"))).strip()
        if len(name) > 1 and not _OFFICE.search(name) and not name.startswith("万"):
            yield name


def _school_in(text: str, is_school: IsSchool) -> str:
    """The school named in a title, a sheet name or a file name; empty for 全县中小学骨干教师花名册."""
    text = _BEFORE.sub("", text.strip(), count=1)
    whole = _BEHIND.sub("", text)
    if is_school(whole):
        return whole
    title = _IN_TITLE.search(text)
    if title is None:
        return ""
    name = _BEFORE.sub("", title[1], count=1)
    return "" if _GENERAL.match(name) and not is_school(name) else name


def school_in_section(text: str, is_school: IsSchool) -> str:
    """The school of a line between the people, such as 一、云岭县第一中学（12人）."""
    return _school_in(re.sub(r"^[（(]?[一二三四五六七八九十\d]+[)）]?[、.．:：]\s*", "", text), is_school)


def is_of_backbone(book: Book, found: Table) -> bool:
    """Whether a title, the sheet's or the file's name says that a table lists backbone teachers."""
    return any(
        "骨干" in text and "教师" in text and not _NO_APPOINTMENT.search(text) for text, _where in _titles(book, found)
    )


def tier_of(found: Table) -> Origin:
    """The tier that a banner or the sheet's name gives to everybody of a table without a column for it."""
    for text in found.banner:
        code = _tier_in(text)
        if code:
            return Origin(code, "标题")
    plain = re.fullmatch(rf"{_TIER_WORDS}(?:骨干(?:教师)?)?(?:名单|名册|花名册)?", found.sheet.name.strip())
    return Origin(table("tier").read(plain[1]), "工作表名") if plain else Origin()


def _tier_in(text: str) -> str:
    match = _TIER_IN_TITLE.search("".join(text.split()))
    if match is None or _NO_APPOINTMENT.search(text):
        return ""
    return table("tier").read(match[1])


def tier_in_section(text: str) -> str:
    """The tier of a line between the people, such as 二、区县级骨干教师; empty if it names none."""
    return _tier_in(text)
