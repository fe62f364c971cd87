"""Problem, one thing wrong with one record, and the errors whose text is for the clerk.

Every DesktopError carries a Chinese sentence that may be shown as it is: what happened, what was kept, what
to do. Any other exception is a bug and goes to the crash dialog.
"""

import errno
from dataclasses import dataclass
from enum import StrEnum


class Blocks(StrEnum):
    """What a Problem keeps a clerk from doing."""

    NOTHING = "nothing"
    SUBMIT = "submit"
    SAVE = "save"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one record: the field's name, a sentence, and what it blocks."""

    field: str
    text: str
    blocks: Blocks = Blocks.SAVE


class DesktopError(Exception):
    """The base of all errors whose text is a sentence for the clerk.

    `topic` names the place of the help that explains it (`page#anchor`, see ui/help.py); where it is empty the help of
    the page in front is opened.
    """

    topic: str = ""

    @property
    def sentence(self) -> str:
        """The text to show, in the clerk's language."""
        return str(self)


class ValueProblem(DesktopError):
    """A text that cannot be read as a value of its kind."""

    topic = "lists#values"


class RefusedError(DesktopError):
    """A request that the rules do not allow; nothing was changed."""


class InvalidRecord(DesktopError):
    """A record with problems that block saving; holds them all."""

    topic = "lists#problems"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("；".join(problem.text for problem in problems))
        self.problems = problems


class StalePlan(RefusedError):
    """A plan that was made from data which changed since; it has to be made anew."""


class StaleRecord(DesktopError):
    """A record that somebody else changed since it was loaded."""

    topic = "lists#stale"


class UnreadableFile(DesktopError):
    """A file that cannot be read as what it is said to be; nothing of it was taken."""

    topic = "import#unreadable"


class PackageRefused(DesktopError):
    """A package that failed a check: `code` for programs, `member` for the part that failed."""

    topic = "packages#refused"

    def __init__(self, code: str, sentence: str, *, member: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.member = member


class DatabaseError(DesktopError):
    """A database that cannot be opened, is not ours, or was made by a newer program."""

    topic = "trouble#database"


class AmbiguousValue(ValueProblem):
    """A text that can be read in several ways; holds the readings for a person to choose from."""

    def __init__(self, sentence: str, *, readings: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.readings = readings


_DISK_REASONS = {
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘空间不足",
    errno.EFBIG: "文件超过该磁盘格式允许的大小（FAT32 为 4 GB）",
    errno.EROFS: "磁盘是只读的，请检查写保护开关",
    errno.EACCES: "没有权限，或文件正被别的程序占用",
    errno.EPERM: "没有权限，或文件正被别的程序占用",
    errno.EIO: "磁盘读写出错，可能已被拔出或损坏",
    errno.ENODEV: "磁盘已被拔出",
    errno.ENXIO: "磁盘已被拔出",
    errno.ENOENT: "找不到该文件夹，磁盘可能已被拔出",
    errno.EINVAL: "不是普通文件",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ENAMETOOLONG: "文件名太长",
}


def disk_reason(error: OSError) -> str:
    """Why a file could not be read or written, in a clerk's words."""
    return _DISK_REASONS.get(error.errno or 0, f"系统提示 {error.strerror or error}")
