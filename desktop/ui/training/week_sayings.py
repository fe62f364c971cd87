"""What is said under the week: its hours, what is left to plan, clashes; of a card that is dragged, what it meets."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.queries.training.week import ClassTimetable, SessionEntry
from desktop.ui.training.plan_sums import shortened
from desktop.ui.training.week_texts import hours_of_week, unplanned
from desktop.ui.widgets import column, label

_TOLD = 2
"""So many clashes stand under the week; the others are counted, and each card tells its own."""


class WeekSayings(QWidget):
    """Two lines; the second is there while something clashes."""

    def __init__(self) -> None:
        super().__init__()
        self._clashing: Sequence[str] = ()
        self.hours = label("", "muted", wrap=True)
        self.clashes = label("", "amber", wrap=True)
        self.clashes.hide()
        self.setLayout(column(self.hours, self.clashes, space=6))

    def tell(self, found: ClassTimetable, of_week: Sequence[SessionEntry]) -> None:
        """Of a class and the week that is shown."""
        self.hours.setText("　".join([hours_of_week(found, of_week), *unplanned(found.courses)]))
        self._clashing = found.clashes
        self.tell_hovered("")

    def tell_hovered(self, text: str) -> None:
        """A session is dragged: what it would clash with where it is; the clashes again once that is over."""
        self.clashes.setText(text or "\n".join(shortened(self._clashing, _TOLD)))
        self.clashes.setVisible(bool(self.clashes.text()))
