"""Which official sheet a page wants to see, and how it is set."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SheetWish:
    """The code of a report and options by name; what is not named stays as it was set last."""

    code: str
    options: Mapping[str, str] = field(default_factory=dict)
