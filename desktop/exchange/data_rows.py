"""Which rows below the headings hold people (or other records), and what the rest are.

Totals, signatures, notes, column counters and examples stand among the people of nearly every sheet. What is left
out although it has content is told, so that no person is lost in silence.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.rules.characters import HAN
from desktop.rules.traditional import simplified

_TOTALS: Final = re.compile(
    r"^(本页|以上|全校|全县|全区|全市|本校|本表|总)?(合计|小计|总计|共计|累计|总数|总人数|汇总)|^(共|计|共有)[\d一二三四五六七八九十百]+[人名位个]"
)
_TOTAL_STARTS: Final = frozenset("本以全总合小共累汇计")
_ASIDE_STARTS: Final = _TOTAL_STARTS | frozenset("例示样范举填注说备附要提特")
_SIGNATURES: Final = re.compile(
    r"(填表人|填报人|制表人?|经办人|审核人|负责人|复核人?|校长|书记|园长|签字|签名|盖章|公章|联系人|填报时间|填表时间|填报日期|填表日期|制表时间)"
    r"[^，。]{0,12}[:：_＿（(]|[（(](盖章|公章|签章|签字|印章)[)）]\s*$"
)
_UNIT_LINE: Final = re.compile(
    r"^((填报|报送|推荐|申报)?(单位|学校)(名称|全称)?([（(].{1,4}[)）])?|填[报表](人|日期|时间)|日期|联系人|联系电话"
    r"|经办人|审核人|负责人|校长|园长|附[件表]?[\d一二三四五六七八九十]*)$"
)
"""A label whose value follows in the next cell: 学校名称, 填报人; and 附件1, which heads a title."""
_NO_GROUP: Final = re.compile(
    r"^((填报|报送|推荐|申报)(单位|学校)(名称|全称)?|(单位|学校)(名称|全称)|(填[报表]|制表)(人|日期|时间)|经办人|审核人|附[件表]?\d*)$"
)
"""Such labels as stand over no columns: a group may be called 学校 or 联系电话."""
_NOTES: Final = re.compile(r"^(注|说明|备注|填表说明|填报说明|填写说明|附|附件|要求|提示|特别说明)\d*[:：、.．]")
_EXAMPLES: Final = re.compile(r"^(示|样|范|举|填写示|填写样|填写范)?例\d*$|^(示|样|范|举)?例[:：如]")
_HINTS: Final = frozenset({"必填", "选填", "必填项", "选填项", "文本", "文本格式", "汉字", "不填"})
_COUNTERS: Final = re.compile(r"^(\d{1,2}|[A-Z]{1,2}|[甲乙丙丁戊己庚辛壬癸]|[①-⑳])(\.0)?$")
_ID_SHAPE: Final = re.compile(r"^\W?\d{15}(\d\d[\dXx])?$")
_SHORT_NAME: Final = re.compile(rf"[{HAN}]{{2,4}}|[{HAN}]+([·•‧・.．][{HAN}]+)+")
_NO_NAME: Final = re.compile(r"[级校园组系班]$|骨干|教师|名单|学校|中学|小学")


@dataclass
class DataRows:
    """Rows by what they are, as indexes: people, texts that stand between them, examples, and rows left out."""

    people: list[int] = field(default_factory=list)
    between: dict[int, str] = field(default_factory=dict)
    examples: list[int] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)


def is_filled(cell: object) -> bool:
    """Whether a cell shows anything."""
    return cell is not None and (cell.__class__ is not str or bool(str(cell).strip()))


def is_signature(text: str) -> bool:
    """Whether a text is a line for names, seals and days below or above a list."""
    return _SIGNATURES.search(text) is not None


def is_unit_line(text: str) -> bool:
    """Whether a text above a list is the label of a value: 单位名称, 填报人：."""
    return _UNIT_LINE.search(text.strip()) is not None


def is_no_group(text: str) -> bool:
    """Whether a text is the label of a value even where blanks follow it above headings: 填报人, 单位名称."""
    return _NO_GROUP.search(text.strip(" ：:")) is not None


def sort_rows(
    sheet_rows: Sequence[Sequence[Any]],
    rows: Iterable[int],
    columns: Sequence[int],
    *,
    name: int | None,
    is_person: bool,
    is_wide: Callable[[int], bool],
    is_continued: Callable[[int], bool] = lambda _row: False,
) -> DataRows:
    """Sort the rows of a table.

    `columns` are the places of its columns without serials, `name` the place of the name; `is_person` says that
    this is a name of a person; `is_wide` says of a row that its text is merged over the columns, `is_continued`
    that it says more of the person whose name is merged down to it.
    """
    found = DataRows()
    half = len(columns) // 2
    for row in rows:
        cells = sheet_rows[row]
        if is_person and name is not None and _is_plainly_named(cells, name, half) and not is_wide(row):
            found.people.append(row)
            continue
        filled = [column for column in columns if cells[column] is not None and is_filled(cells[column])]
        texts = [cell for cell in cells if cell.__class__ is str and cell]
        if not filled or _is_aside(cells, filled, texts):
            _keep_text(found, row, texts, filled)
        elif is_continued(row):
            found.people.append(row)
        elif is_person:
            _sort_person(found, row, _Row(cells, filled, texts, name, half), is_wide=is_wide(row))
        elif _is_record(filled, texts, name, half):
            found.people.append(row)
    return found


@dataclass(frozen=True, slots=True)
class _Row:
    """A row with the places that are filled, its texts, and half the number of its table's columns."""

    cells: Sequence[Any]
    filled: Sequence[int]
    texts: Sequence[str]
    name: int | None
    half: int


def _sort_person(found: DataRows, number: int, row: _Row, *, is_wide: bool) -> None:
    is_named = row.name is not None and row.name in row.filled
    name = str(row.cells[row.name]).strip() if row.name is not None and is_named else ""
    first = row.texts[0].strip() if row.texts else ""
    if _EXAMPLES.match(first) or _EXAMPLES.match(name):
        found.examples.append(number)
    elif not is_wide and (_is_named(row, name) if is_named else _is_nameless(row)):
        found.people.append(number)
    elif is_named or is_wide or len(row.filled) < 2 or _NOTES.match(first) or any(map(is_signature, row.texts)):
        _keep_text(found, number, row.texts, row.filled)
    else:
        found.left_out.append(number)


def _is_plainly_named(cells: Sequence[Any], name: int, half: int) -> bool:
    """The ordinary person, whom no closer look can turn into anything else: a short name in a well filled row."""
    value, first = cells[name], cells[0]
    return (
        value.__class__ is str
        and 1 < len(value) < 5
        and value[0] > "\u4dff"
        and value[0] not in _ASIDE_STARTS
        and value not in _HINTS
        and len(cells) - cells.count(None) > half + 2
        and not (first.__class__ is str and first.lstrip()[:1] in _ASIDE_STARTS)
    )


def _keep_text(found: DataRows, row: int, texts: Sequence[str], filled: Sequence[int]) -> None:
    if len(texts) == 1 and len(filled) <= 1:
        found.between[row] = texts[0].strip()


def _is_aside(cells: Sequence[Any], filled: Sequence[int], texts: Sequence[str]) -> bool:
    """A total, a counter of columns (1 2 3 or 甲 乙 1 2), or hints such as 必填."""
    for text in texts[:3]:
        plain = simplified("".join(text.split()))
        if plain[:1] in _TOTAL_STARTS and _TOTALS.match(plain):
            return True
    shown = str(cells[filled[0]])
    if len(shown) > 5:
        return False
    if shown.strip("（）() ") in _HINTS:
        return True
    return len(filled) >= 3 and all(_COUNTERS.match(str(cells[column]).strip()) for column in filled)


def _is_record(filled: Sequence[int], texts: Sequence[str], name: int | None, half: int) -> bool:
    if len(filled) == 1 and filled[0] != name:
        return False
    if len(filled) > 1 and name is not None and name in filled and len(texts) > half:
        return True
    return not any(map(is_signature, texts)) and not _NOTES.match(texts[0] if texts else "")


def _is_named(row: _Row, name: str) -> bool:
    """A row whose name cell is filled: a person, unless that cell or a nearly empty row says otherwise."""
    if len(name) > 4 and (is_signature(name) or _NOTES.match(name)):
        return False
    if len(row.filled) == 1:
        plain = "".join(name.split())
        return bool(_SHORT_NAME.fullmatch(plain)) and not _NO_NAME.search(plain)
    return len(row.filled) > row.half or not any(map(is_signature, row.texts))


def _is_nameless(row: _Row) -> bool:
    """A row without name is a person whose name was forgotten, if there is a number or most of the rest."""
    if any(_ID_SHAPE.match(text.strip()) for text in row.texts):
        return True
    return len(row.filled) >= max(3, row.half + 1) and not any(map(is_signature, row.texts))
