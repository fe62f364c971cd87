"""Problem, one thing wrong with one record, and the errors whose text is for the clerk.

Every DesktopError carries a Chinese sentence that may be shown as it is: what happened, what was kept, what
to do. Any other exception is a bug and goes to the crash dialog.
"""

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
