"""One cell of a roster: from whatever stands in it to a packed value, or a sentence that says what is wrong.

The same value stands in a column hundreds of times, so readings are remembered by target and content.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from desktop.codes import table
from desktop.errors import AmbiguousValue, ValueProblem
from desktop.exchange.targets import Target
from desktop.exchange.workbook.cells import CellError, Value
from desktop.kinds import Choice, CitizenIdNumber, DocumentNumber, Ordinal, Packed, PersonName, Phone, number_text
from desktop.rules.characters import halve_width, plain
from desktop.rules.citizen_id import DamagedId, damaged_id
from desktop.rules.documents import is_document_number, normalise_document_number
from desktop.rules.names import name_faults, normalise_name, propose_name
from desktop.rules.traditional import simplified

NOTHING: Final = frozenset(
    {"", "无", "/", "／", "\\", "-", "－", "—", "——", "———", "一", "--", "---", "／／", "//", "暂无", "未填", "没有"}
    | {
        "不详",
        "未详",
        "不明",
        "未知",
        "不清楚",
        "空",
        "空白",
        "null",
        "NULL",
        "Null",
        "None",
        "nan",
        "NaN",
        "N/A",
        "n/a",
    }
)
"""What a clerk writes into a cell that has no value, and what an export of a database leaves there."""

_ERRORS: Final = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"})
"""What a formula that failed leaves in a text file."""

MASKED: Final = re.compile(r"[*＊•●]{4,}")
"""A number that an export masked; on its way back it means "unchanged"."""

_STRIPPED: Final = " \t\r\n\v\f\u3000\u00a0\ufeff\u200b"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says: a packed value, or a problem, or several readings to choose from.

    `told` is what was taken, where that is not what was written; `also` holds values of other targets that stood
    in the same cell, such as 函授 in 本科（函授）; `rest` is text of the cell that no value holds.
    """

    packed: Packed | None = None
    problem: str = ""
    readings: tuple[str, ...] = ()
    unchanged: bool = False
    damaged: DamagedId | None = None
    told: str = ""
    also: tuple[tuple[str, Packed], ...] = ()
    rest: str = ""


EMPTY: Final = Reading()
UNCHANGED: Final = Reading(unchanged=True)


def shown(value: Value) -> str:
    """A cell's value as the sentence quotes it."""
    if isinstance(value, str):
        return value.strip(_STRIPPED)
    if value is None:
        return ""
    if isinstance(value, CellError):
        return value.text
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    return value.isoformat()


class CellReader:
    """Reads the cells of one file; `mapped` holds what its sender's values mean, by target and text.

    `used` collects the mapped values that were met.
    """

    def __init__(self, mapped: Mapping[tuple[str, str], str], *, date1904: bool = False) -> None:
        self._mapped = mapped
        self._date1904 = date1904
        self._known: dict[str, dict[Value, Reading]] = {}
        self._plain: dict[str, dict[Value, Packed]] = {}
        self.used: set[tuple[str, str]] = set()

    def plain(self, target: Target) -> dict[Value, Packed]:
        """The texts of a target that were read so far and mean just one value."""
        return self._plain.setdefault(target.name, {})

    def meaning(self, target: str, text: str) -> str:
        """What a text was mapped to by hand, or the text itself."""
        if (target, text) not in self._mapped:
            return text
        self.used.add((target, text))
        return self._mapped[target, text]

    def is_mapped(self, target: str, text: str) -> bool:
        """Whether somebody said what a text means, or that it means nothing."""
        return (target, text) in self._mapped

    def read(self, target: Target, value: Value) -> Reading:
        """What a cell says about a target."""
        if isinstance(value, bool):
            return self._read(target, value)
        known = self._known.setdefault(target.name, {None: EMPTY})
        found = known.get(value)
        if found is None:
            found = known[value] = self._read(target, value)
            if value.__class__ is str and found.packed is not None and not (found.told or found.also or found.rest):
                self.plain(target)[value] = found.packed
        return found

    def _read(self, target: Target, value: Value) -> Reading:
        text = shown(value)
        if isinstance(value, CellError) or text in _ERRORS:
            return Reading(problem=f"{target.label}单元格显示为“{text}”，取不到内容，请填写实际内容")
        if self._mapped and (meaning := self.meaning(target.name, text)) != text:
            value = text = meaning
        if isinstance(value, str):
            text = _unwrap(text) if target.name != "name" else text
            if text in NOTHING and not (text == "一" and target.field.kind.is_number):
                return EMPTY
            if (target.field.personal or target.name == "name") and MASKED.search(text):
                return UNCHANGED
            value = text
        return self._judge(target, value, text)

    def _judge(self, target: Target, value: Value, text: str) -> Reading:
        try:
            return self._parse(target, value, text)
        except AmbiguousValue as error:
            if len(error.readings) == 1:
                return Reading(error.readings[0], told=error.readings[0])
            return Reading(problem=_sentence(target, str(error)), readings=error.readings)
        except ValueProblem as error:
            found = _split(target, text) if isinstance(value, str) else None
            return found or Reading(problem=_sentence(target, str(error)), damaged=_damaged(target, value))

    def _parse(self, target: Target, value: Value, text: str) -> Reading:
        kind = target.field.kind
        if isinstance(kind, PersonName) and isinstance(value, str):
            return _read_name(kind, text)
        if isinstance(value, (str, bool)):
            parsed = kind.parse(_subjects(text) if target.field.name in _SUBJECTS else text)
        elif isinstance(value, (int, float)):
            parsed = kind.parse_number(value, date1904=self._date1904)
        elif isinstance(value, datetime):
            parsed = kind.parse_day(value.date())
        elif isinstance(value, date):
            parsed = kind.parse_day(value)
        else:
            raise ValueProblem(f"“{text}”是时刻，此栏不能填时刻")
        if parsed is None or parsed == "":
            return EMPTY
        return Reading(kind.pack(parsed), told=_told(target, text, parsed))


def _read_name(kind: PersonName, text: str) -> Reading:
    """A name as it can be printed: what was typed behind it goes, and is told; a character that is missing does not."""
    if _EVERYDAY_NAME.fullmatch(text):
        return Reading(text)
    name = kind.parse(propose_name(text))
    if not name:
        return EMPTY
    if faults := name_faults(name):
        return Reading(problem="；".join(faults))
    if name == normalise_name(text):
        return Reading(kind.pack(name), told=name if "·" in name and _DOT.search(text) else "")
    aside = _ASIDE.search(text)
    rest = aside[1] if aside and aside[1] not in _GENDERS and not _PINYIN.fullmatch(aside[1]) else ""
    return Reading(kind.pack(name), told=name, rest=rest)


def _unwrap(text: str) -> str:
    """A text without the apostrophe or the equals sign and quotes that keep it a text; ‘优秀’ in it stays."""
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    bare = text.lstrip(_APOSTROPHES)
    return (text if any(sign in bare for sign in _APOSTROPHES) else bare).strip(_STRIPPED)


_APOSTROPHES: Final = "'’‘`"


def _sentence(target: Target, text: str) -> str:
    return text if target.label in text else f"{target.label}：{text}"


def _damaged(target: Target, value: Value) -> DamagedId | None:
    if target.name != "id_number" or not isinstance(value, (int, float, str)):
        return None
    return damaged_id(value)


_ASIDE: Final = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]\s*$")
_EVERYDAY_NAME: Final = re.compile("[\u4e00-\u9fff]{2,4}")
"""What needs no closer look: nearly every name is one of these, and a county has ten thousand."""
_GENDERS: Final = frozenset({"男", "女"})
_PINYIN: Final = re.compile(r"[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+")
_DOT: Final = re.compile(r"[.．。﹒－—–\-•‧・∙⋅]")


_EVERYDAY: Final = re.compile(r"骨干|教师|中小学|学历|毕业")
"""Words that make no other choice of it: 县级骨干教师 is 县级."""


def _told(target: Target, text: str, parsed: Any) -> str:  # noqa: ANN401 - each kind has its own type of value
    """What a clerk should see because it is not what was written: another dot, another word, 18 digits."""
    kind = target.field.kind
    if isinstance(kind, CitizenIdNumber):
        return "18 位" if len(text) != 18 and len(plain(text)) == 15 else ""
    if isinstance(kind, DocumentNumber) or target.field.name in _SUBJECTS:
        return str(parsed) if simplified(text) != text and simplified(str(parsed)) == parsed else ""
    if isinstance(kind, Choice):
        label = kind.format(parsed)
        word, shown_label = _EVERYDAY.sub("", plain(text)), _EVERYDAY.sub("", label)
        is_same = word == parsed or _within(word, shown_label) or _within(shown_label, word) or word.isascii()
        return "" if is_same else label
    return ""


_SUBJECTS: Final = frozenset({"subject", "minor_subjects", "cert_subject"})


def _subjects(text: str) -> str:
    """Known subjects in traditional characters as the table writes them, so that lists and counts find them."""
    known = (table("subject").find(word) for word in re.split(r"[\s、,，/／;；]+", text))
    return simplified(text) if simplified(text) != text and all(known) else text


def _within(short: str, full: str) -> bool:
    """Every character of one text stands in the other, in order: 本科 in 大学本科."""
    rest = iter(full)
    return all(character in rest for character in short)


_EDUCATION_PARTS: Final = ("education", "study_mode", "degree")
_SEPARATORS: Final = re.compile(r"[\s/／、,，;；+＋()（）\[\]【】]+")


def _split(target: Target, text: str) -> Reading | None:
    """More than one value in a cell: 本科（函授）, 自考大专, 本科/学士; two telephone numbers."""
    if isinstance(target.field.kind, Phone):
        return _split_phones(target.field.kind, text)
    if isinstance(target.field.kind, CitizenIdNumber):
        return _split_other_paper(text)
    if target.name == "tier":
        return _split_tier(target, text)
    if target.name == "recognized_on":
        return _split_recognition(target, text)
    if target.part in {"highest", "first"} and target.field.name == "education":
        return _split_education(target, text)
    return None


_ROUND: Final = re.compile(r"[(（]?(第?[一二三四五六七八九十\d]+)届[)）]?")


def _split_tier(target: Target, text: str) -> Reading | None:
    """The round beside the tier: 市级（第三届）, 第四届市级骨干教师."""
    found = _ROUND.search(text)
    tier = table("tier").find(text.replace(found[0], "")) if found else None
    if found is None or tier is None:
        return None
    return Reading(tier, told=target.field.format_packed(tier), also=(("ordinal", Ordinal().parse(found[1])),))


def _split_other_paper(text: str) -> Reading | None:
    """The number of another paper beside its name: E12345678（护照）."""
    found = re.search(r"[A-Z]{1,3}\d{6,12}", plain(text).upper())
    code = table("id_type").find(re.sub(r"[()（）:：号码]", "", plain(text).replace(found[0], ""))) if found else None
    if found is None or code in {None, "1"}:
        return None
    return Reading(also=(("id_type", str(code)), ("other_id_number", found[0])))


def _split_recognition(target: Target, text: str) -> Reading | None:
    """The day and the number of the document in one cell, as the official roster has them; or the number alone."""
    match = _DAY_AND_NUMBER.fullmatch(simplified(halve_width(text.strip())))
    number = normalise_document_number((match["number"] or match["first"]) if match is not None else "")
    if match is None or not is_document_number(number):
        return None
    try:
        day = target.field.parse(match["day"] or match["last"] or "")
    except ValueProblem:
        return None
    return Reading(target.field.pack(day) if day else None, also=(("doc_no", number),))


_SET_OFF: Final = r"[\s,，;；、/]*"
_DAY: Final = r"\d{4}[年./\-]\d{1,2}(?:月|[月./\-]\d{1,2}日?)?"
_DAY_AND_NUMBER: Final = re.compile(
    rf"(?P<day>{_DAY}){_SET_OFF}(?P<number>\D.*号)|(?P<first>\D.*号)(?:{_SET_OFF}(?P<last>{_DAY}))?", re.DOTALL
)


def _split_phones(kind: Phone, text: str) -> Reading | None:
    """The first of several numbers; the others are kept with the record."""
    numbers = [each for each in re.split(r"[\s/／、,，;；或]+", text) if each]
    if len(numbers) < 2:
        return None
    try:
        read = [kind.parse(number) for number in numbers]
    except ValueProblem:
        return None
    return Reading(read[0], rest="、".join(read[1:]))


def _split_education(target: Target, text: str) -> Reading | None:
    found: dict[str, str] = {}
    for word in filter(None, _SEPARATORS.split(text)):
        meanings = _education_word(word)
        if not meanings or meanings.keys() & found.keys():
            return None
        found |= meanings
    if "education" not in found:
        return None
    prefix = target.name.removesuffix("education")
    also = tuple((prefix + name, code) for name, code in found.items() if name != "education")
    told = "＋".join(table(name).label(found[name]) for name in _EDUCATION_PARTS if name in found)
    return Reading(found["education"], also=also, told=told)


def _education_word(word: str) -> dict[str, str]:
    """What a word says of education, mode of study and degree: one of them, or two as in 函授本科."""
    for name in _EDUCATION_PARTS:
        code = table(name).find(word)
        if code is not None:
            return {name: code}
    for place in range(1, len(word)):
        found = [
            {name: code for name in _EDUCATION_PARTS if (code := table(name).find(part)) is not None}
            for part in (word[:place], word[place:])
        ]
        if all(len(each) == 1 for each in found) and found[0].keys() != found[1].keys():
            return found[0] | found[1]
    return {}
