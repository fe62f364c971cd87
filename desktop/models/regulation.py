"""Numbers and days set by regulation: policies and holidays, shipped or handed down by the upper office."""

import datetime as dt
from typing import ClassVar, Final

from desktop.fields import choice, day, text, year
from desktop.models.base import Content, Record

SHIPPED: Final = "shipped"
"""The origin of what comes with the program and is no office's word; another version may ship it otherwise."""

OPEN_START: Final = 1949
"""The first year of a policy that is in force without a beginning of its own."""


class Policy(Record):
    """One number or choice set by regulation, with its set, the years in force and its source."""

    plural: ClassVar[str] = "policies"
    label: ClassVar[str] = "政策参数"
    key: ClassVar[tuple[str, ...]] = ("policy_set", "name", "from_year")
    shared: ClassVar[bool] = True

    policy_set: str = text("政策组", listed=True, limit=60)
    name: str = text("参数", listed=True, limit=100)
    from_year: int = year("起始年份", listed=True)
    to_year: int | None = year("终止年份", listed=True)
    value: str = text("值", listed=True)
    unit: str | None = text("单位", listed=True, limit=40)
    meaning: str | None = text("说明", listed=True)
    source: str = text("依据", listed=True)

    @classmethod
    def called(cls, content: Content) -> str:
        """What it settles, in words; its name is the program's."""
        return str(content.get("meaning") or content.get("name", cls.label))


class Holiday(Record):
    """A day off on a weekday, or a weekend day declared a working day, by the State Council's yearly notice."""

    plural: ClassVar[str] = "holidays"
    label: ClassVar[str] = "节假日"
    key: ClassVar[tuple[str, ...]] = ("date",)
    shared: ClassVar[bool] = True

    date: dt.date = day("日期", listed=True)
    kind: str = choice("安排", "holiday_kind", listed=True)
    name: str | None = text("节日", listed=True, limit=40)
    source: str | None = text("依据", listed=True)
