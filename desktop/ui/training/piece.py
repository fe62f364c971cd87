"""What every piece of the training pages has: what it shows, reading and writing beside the window, its sheets."""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, Final, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.reports.registry import report_named
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.paper.sheet_wish import SheetWish
from desktop.ui.widgets import YieldingWidget, button

Found = TypeVar("Found")
_PATIENCE: Final = 0.5
"""Seconds for which reading waits for the window to make the piece."""


class Piece(YieldingWidget):
    """One tab of the class desk; a piece of another page (the year plan) shows a programme in the same way."""

    saved = Signal(str)
    """The class itself was made, changed or deleted (an empty uid) here."""

    wanted = Signal(str, object)
    """Another tab is to come to the front, by its title, and to begin something there."""

    READS: ClassVar[frozenset[str]] = frozenset()
    """The plural names of the entities after whose change it is read anew."""

    SHEET_OPTION: ClassVar[str] = "class"
    """The option of official sheets that is what the piece shows."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.uid = ""
        """The class (or programme) that is shown."""
        self._turn = 0
        self.is_ready = threading.Event()
        """Whether the window has made the piece: a Job that reads meanwhile would take turns with it at every event."""
        self.is_ready.set()

    def steps(self) -> Iterator[object]:
        """What is left to make when the piece stands in its tab: each step has a turn of the window for itself."""
        return iter(())

    def show_class(self, uid: str) -> None:
        """Show another class."""
        self.uid = uid
        self.refresh()

    def refresh(self) -> None:
        """Read what is shown anew; the old rows stay until the new ones are there."""
        raise NotImplementedError

    def begin_for(self, what: object) -> None:
        """Do what another tab asked for with `wanted`, as soon as what is shown has been read."""

    def may_leave(self) -> bool:
        """Whether another tab, class or page may come; a piece with unsaved typing asks first."""
        return True

    def focus_first(self) -> None:
        """Put the keyboard where the work begins."""
        self.setFocus()

    def read(self, query: Callable[..., Found], take: Callable[[Found], None]) -> None:
        """Call `query(session)` in a Job and `take` what it found; of several wishes only the newest is taken.

        What comes after the clerk went on to another class is dropped.
        """
        self._turn += 1
        turn, uid, store = self._turn, self.uid, self.desk.store

        def work(_progress: Progress) -> Found:
            self.is_ready.wait(_PATIENCE)
            with store.read() as session:
                return query(session)

        def done(found: Found) -> None:
            if turn == self._turn and uid == self.uid:
                take(found)

        self.desk.jobs.run(tr("读取"), work, done, quiet=True)

    def write(
        self,
        name: str,
        change: Callable[..., Found],
        then: Callable[[Found], None] | None = None,
        *,
        once: bool = True,
    ) -> None:
        """Call `change(session)` as one Act of this name in a Job; a refusal is told and nothing is kept.

        A second click while it runs writes nothing. What is typed or scanned one after the other is not `once`: the
        next may have the same name and be another, and writing the same twice changes nothing.
        """
        store, operator = self.desk.store, self.desk.operator

        def work(_progress: Progress) -> Found:
            with store.write(name, operator=operator) as session:
                return change(session)

        self.desk.jobs.run(name, work, then, quiet=True, can_cancel=False, once=once)

    def sheet_button(self, code: str, options: Callable[[], Mapping[str, str]] | None = None) -> QWidget:
        """A button that opens the preview of an official sheet for the class shown; `options` are set beside it."""
        title = report_named(code).title

        def go() -> None:
            chosen = {self.SHEET_OPTION: self.uid, **(options() if options is not None else {})}
            self.desk.go("reports", SheetWish(code, chosen))

        return button(tr(title), go, icon_name="printer", tip=tr("打开“{title}”的预览", title=title))
