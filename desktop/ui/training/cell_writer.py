"""What is typed into the cells of a grid, written one Act at a time; what is typed meanwhile goes into the next."""

from collections.abc import Callable
from typing import Generic, TypeVar

from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress

Place = TypeVar("Place")
Value = TypeVar("Value")


class CellWriter(Generic[Place, Value]):
    """Keeps what is not saved yet, by place; `unsaved` lies over what the database says until it says the same.

    `carry_out(session, values)` writes, `entitle` names the Act, `refused` is told when nothing could be kept.
    """

    def __init__(
        self,
        desk: Desk,
        carry_out: Callable[..., object],
        entitle: Callable[[dict[Place, Value]], str],
        refused: Callable[[], None],
    ) -> None:
        self._desk, self._carry_out, self._entitle, self._refused = desk, carry_out, entitle, refused
        self._waiting: dict[Place, Value] = {}
        self._writing: dict[Place, Value] = {}

    @property
    def unsaved(self) -> dict[Place, Value]:
        """What is being written and what waits."""
        return {**self._writing, **self._waiting}

    def put(self, values: dict[Place, Value]) -> None:
        """Write values, at once if nothing is being written."""
        self._waiting.update(values)
        self._go_on()

    def _go_on(self) -> None:
        if self._writing or not self._waiting:
            return
        self._writing, self._waiting = self._waiting, {}
        values, store, operator = self._writing, self._desk.store, self._desk.operator
        title = self._entitle(values)

        def work(_progress: Progress) -> None:
            with store.write(title, operator=operator) as session:
                self._carry_out(session, values)

        self._desk.jobs.run(title, work, lambda _none: self._done(), failed=self._fail, quiet=True, can_cancel=False)

    def _done(self) -> None:
        self._writing = {}
        self._go_on()

    def _fail(self, error: BaseException) -> None:
        """Nothing of it is kept: what waits behind was typed on top of it."""
        self._writing, self._waiting = {}, {}
        self._refused()
        self._desk.tell_error(error)
