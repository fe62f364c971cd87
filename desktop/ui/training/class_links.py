"""What the links of a form in one class may point to: its own courses, sessions and trainees, not those of others."""

from typing import Final

from desktop.ui.desk import Desk
from desktop.ui.forms.links import Links
from desktop.ui.forms.picks import make_pick
from desktop.ui.forms.suggestions import PickSource

_OF_CLASS: Final = frozenset({"courses", "sessions", "enrolments"})


class ClassLinks(Links):
    """Sources of suggestions, some of them of one class only."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.training_class = ""
        """Empty: of any class."""

    def __call__(self, plural: str) -> PickSource:
        """The source of an entity."""
        if not self._is_narrowed(plural) or self.names is None:
            return super().__call__(plural)
        names = self.names
        return PickSource([make_pick(names.text(plural, uid), uid) for uid in self._own(plural)])

    def find(self, plural: str, text: str) -> tuple[str, ...]:
        """The records that a typed text may mean; a plain name is enough within the class."""
        found = super().find(plural, text)
        if not self._is_narrowed(plural):
            return found
        own = self._own(plural)
        return tuple(uid for uid in found if uid in own)

    def _is_narrowed(self, plural: str) -> bool:
        return bool(self.training_class) and plural in _OF_CLASS

    def _own(self, plural: str) -> dict[str, None]:
        if self.names is None:
            return {}
        records = self.names.records(plural).items()
        return {uid: None for uid, each in records if each.content.get("training_class") == self.training_class}
