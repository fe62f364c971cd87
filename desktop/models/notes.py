"""Notes that the clerks of one office leave for themselves and for who comes after them (clerk.md §7.1)."""

from typing import ClassVar

from desktop.fields import day, link, text, yes_no
from desktop.models.base import Content, Record


class Note(Record):
    """One remark on a school or a person, such as 打过电话，周三送来; open until it is ticked off."""

    plural: ClassVar[str] = "notes"
    label: ClassVar[str] = "备忘"
    local: ClassVar[bool] = True

    text: str = text("内容", listed=True, limit=200)
    school: str | None = link("学校", "schools", listed=True)
    teacher: str | None = link("教师", "teachers", listed=True)
    due: str | None = day("最迟日期", listed=True, help="到了这一天工作台会提醒")
    is_done: bool | None = yes_no("已办结", listed=True)

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by the school and by the person they speak of."""
        return ("school", "teacher")

    @classmethod
    def called(cls, content: Content) -> str:
        """The beginning of what it says."""
        said = str(content.get("text", cls.label))
        return said if len(said) <= 12 else said[:12] + "…"
