"""A policy's value as people write it, and the value of what they wrote, by the shape of the value that held so far."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from desktop.errors import ValueProblem
from desktop.rules.characters import drop_blanks, plain
from desktop.rules.hours import read_fraction

ROWS: Final = "；"
"""Between the rows of a table, which may as well stand on lines of their own."""
_BETWEEN: Final = "、"
_SIGNS: Final = "、,，"
_ROW_SIGNS: Final = "；;\n"
_YES, _NO = "是", "否"
_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_FRACTION: Final = re.compile(r"\d+/\d+")
_MONTH_DAY: Final = re.compile(r"(\d{1,2})-(\d{1,2})")
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_PERCENT: Final = "%"
_WHOLE_UNITS: Final = frozenset({"年", "天", "日", "人", "次", "个月", "分钟", "个工作日", "岁", _PERCENT})


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value may be: one like `like`, in `unit`, by choices (value → label), of words that `knows` accepts.

    `words` are named where one is not accepted.
    """

    like: Any
    unit: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    knows: Callable[[str], bool] | None = None
    words: Sequence[str] = ()

    @property
    def is_table(self) -> bool:
        """Whether it has rows, which want lines of their own."""
        return isinstance(self.like, dict) or (_is_list(self.like) and bool(self.like) and _is_row(self.like[0]))


def policy_text(value: Any, choices: Mapping[str, str] | None = None) -> str:  # noqa: ANN401
    """The value in words: 是, 40、60, 公需科目：24；专业科目：48."""
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, dict):
        return ROWS.join(f"{word}：{each}" for word, each in value.items())
    if _is_list(value):
        is_table = any(map(_is_row, value))
        return (ROWS if is_table else _BETWEEN).join(_row_text(each) if _is_row(each) else str(each) for each in value)
    return (choices or {}).get(value, str(value)) if isinstance(value, str) else str(value)


def read_policy(text: str, shape: Shape) -> Any:  # noqa: ANN401
    """The value of a text. Raises ValueProblem that says what cannot be and what can."""
    like = shape.like
    if shape.choices:
        return _choice(text.strip(), shape.choices)
    if isinstance(like, bool):
        return _choice(text.strip(), {True: _YES, False: _NO})
    if isinstance(like, dict):
        return _table_by_word(text, shape)
    if not _is_list(like):
        return _single(text.strip(), like, shape)
    if shape.is_table:
        return [_row(row, like[0], shape) for row in _split(text, _ROW_SIGNS)]
    parts = _split(text, _SIGNS + _ROW_SIGNS)
    if like and _has_meaning_by_place(like[0]):
        return _places(parts, like, shape)
    return [_single(each, "", shape) for each in parts]


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _is_row(value: object) -> bool:
    return _is_list(value) or isinstance(value, dict)


def _row_text(row: Any) -> str:  # noqa: ANN401 - a list or a table by word
    return _BETWEEN.join(map(str, row.values() if isinstance(row, dict) else row))


def _split(text: str, signs: str) -> list[str]:
    return [each.strip() for each in re.split(f"[{re.escape(signs)}]", text) if each.strip()]


def _choice(text: str, choices: Mapping[Any, str]) -> Any:  # noqa: ANN401
    for value, word in choices.items():
        if text in (word, value):
            return value
    raise ValueProblem(f"“{text}”不能用，可填：{'、'.join(choices.values())}")


def _has_meaning_by_place(like: object) -> bool:
    """Numbers and days of a list mean each something of its own; words are as many as there are."""
    return not isinstance(like, str) or bool(_NUMBER.fullmatch(like) or _MONTH_DAY.fullmatch(like))


def _single(text: str, like: Any, shape: Shape) -> Any:  # noqa: ANN401
    if not isinstance(like, str):
        return _number(text, shape.unit)
    if _FRACTION.fullmatch(like):
        return _fraction(plain(text))
    if _MONTH_DAY.fullmatch(like):
        return _month_day(plain(text))
    if _MONTH.fullmatch(like):
        return _month(plain(text))
    if _NUMBER.fullmatch(like):
        return str(_number(text, ""))
    return _word(text, shape)


def _word(text: str, shape: Shape) -> str:
    if shape.knows is not None and not shape.knows(text):
        raise ValueProblem(f"“{text}”不能用，可用的有：{'、'.join(shape.words)}")
    return text


def _number(text: str, unit: str) -> int | float:
    text = plain(text)
    if not _NUMBER.fullmatch(text):
        raise ValueProblem(f"“{text}”应是不小于 0 的数字")
    number = Decimal(text)
    is_whole = number == number.to_integral_value()
    if unit in _WHOLE_UNITS and not is_whole:
        raise ValueProblem(f"“{text}”应是整数（{unit}）")
    if unit == _PERCENT and number > 100:
        raise ValueProblem(f"“{text}”应在 0—100 之间")
    return int(number) if is_whole else float(number)


def _fraction(text: str) -> str:
    if not _FRACTION.fullmatch(text) or text.endswith("/0") or not 0 < (parts := read_fraction(text))[0] <= parts[1]:
        raise ValueProblem(f"“{text}”应是大于 0、不大于 1 的分数，例如 1/3")
    return text


def _month_day(text: str) -> str:
    found = _MONTH_DAY.fullmatch(text)
    try:
        day = date(2000, *map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise ValueProblem(f"“{text}”应是月-日，例如 12-20")
    return f"{day.month:02d}-{day.day:02d}"


def _month(text: str) -> str:
    if not _MONTH.fullmatch(text):
        raise ValueProblem(f"“{text}”应是年-月，例如 1965-01")
    return text


def _places(parts: Sequence[str], like: Sequence[Any], shape: Shape) -> list[Any]:
    """Values that have each a meaning by its place, so that there are as many; percents make up the whole."""
    if len(parts) != len(like):
        raise ValueProblem(f"应有 {len(like)} 项，用“、”隔开，例如 {policy_text(like)}")
    found = [_single(part, model, shape) for part, model in zip(parts, like, strict=True)]
    if shape.unit == _PERCENT and sum(found) != 100:
        raise ValueProblem(f"合计应是 100，现在是 {sum(found)}")
    return found


def _row(text: str, like: Any, shape: Shape) -> Any:  # noqa: ANN401
    """One row of a table, with as many values as the first had."""
    parts = _split(text, _SIGNS)
    models = list(like.values()) if isinstance(like, dict) else list(like)
    if len(parts) != len(models):
        raise ValueProblem(f"“{text}”应有 {len(models)} 项，用“、”隔开，例如 {_row_text(like)}")
    values = [_single(part, model, shape) for part, model in zip(parts, models, strict=True)]
    return dict(zip(like, values, strict=True)) if isinstance(like, dict) else values


def _table_by_word(text: str, shape: Shape) -> dict[str, int | float]:
    found: dict[str, int | float] = {}
    for row in _split(text, _SIGNS + _ROW_SIGNS):
        word, sign, number = row.replace("：", ":").partition(":")
        if not sign:
            raise ValueProblem(f"“{row}”应写成“词：数”，例如 {policy_text(shape.like) or '国家级：2'}")
        word = _word(drop_blanks(word), shape)
        if word in found:
            raise ValueProblem(f"“{word}”写了两次")
        found[word] = _number(number, shape.unit)
    return found
