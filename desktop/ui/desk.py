"""The desk: the open office, who works on it, for which year, and what pages share; one for each window."""

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.errors import DesktopError
from desktop.models import Operator
from desktop.queries.offices import own_office, use_local_words
from desktop.services import records
from desktop.services.drafts import Typed
from desktop.store.database import Store
from desktop.store.history import ActLine, Undone, last_undoable, undo
from desktop.store.records import load
from desktop.text import tr
from desktop.ui.dialogs import Dialogs
from desktop.ui.jobs import Jobs, Progress
from desktop.ui.memory import recall, remember


class Desk(QObject):
    """What every page is handed: store, operator, year, dialogs and Jobs, and the news of changes."""

    changed = Signal(object)
    """The plural names of entities that changed, told in the window's thread whoever changed them."""
    year_changed = Signal()
    operator_changed = Signal()
    undoable_changed = Signal()
    wanted = Signal(str, object)
    """A page and what it shall show."""
    said = Signal(str)
    """A short sentence for the status bar."""
    counted = Signal(str)
    """What is selected on the present page."""
    backed_up = Signal()
    answered = Signal()
    """The upper office's receipts were read: every record stands differently with it."""
    crashed = Signal(object)
    closing = Signal()

    def __init__(self, store: Store, dialogs: Dialogs | None = None) -> None:
        super().__init__()
        self.store = store
        self.dialogs = dialogs or Dialogs()
        self.jobs = Jobs()
        self.jobs.failed.connect(self.tell_error)
        self.year = date.today().year  # noqa: DTZ011 - the office's own clock
        self.other_year = self.year - 1
        """The year that is open beside the present one."""
        self.last_act: ActLine | None = None
        self.topic = ""
        """The help of the page in front; explains every refusal that names no place of its own."""
        self.resumed: dict[str, Typed] = {}
        """Drafts that the clerk wants to go on with, by form; the form takes its own when it comes to the front."""
        with store.read() as session:
            self.office = own_office(session)
            self.operators = sorted(each.content["name"] for each in load(session, Operator).values())
        use_local_words(self.office)
        known = recall("operators", {}).get(store.office_code, "")
        self.operator = known if known in self.operators else next(iter(self.operators), "")
        store.changed.append(self._hear)
        self.changed.connect(lambda _entities: self.find_last_act())

    def _hear(self, entities: frozenset[str]) -> None:
        """Called by the store in whatever thread wrote; the signal carries it over."""
        self.changed.emit(entities)

    @property
    def day(self) -> date:
        """The day for which lists are made: today, of an earlier year its last day."""
        today = date.today()  # noqa: DTZ011
        return today if self.year == today.year else date(self.year, 12, 31)

    def set_year(self, year: int) -> None:
        """Work in another year."""
        if year != self.year:
            self.other_year, self.year = self.year, year
            self.year_changed.emit()

    def set_operator(self, name: str) -> None:
        """Somebody else sits down; a name that is new here is registered."""
        if name not in self.operators:
            with self.store.write(f"登记经办人 {name}", operator=name) as session:
                records.save(session, Operator, {"name": name})
            self.operators = sorted([*self.operators, name])
        self.operator = name
        remember("operators", {**recall("operators", {}), self.store.office_code: name})
        self.operator_changed.emit()

    def ask_operator(self) -> None:
        """Ask who sits down, where more than one may; a new name is added there."""
        text = tr("请选择您的姓名，操作日志和草稿都记在您名下；名单上没有的，直接填写。")
        name = self.dialogs.ask_name(tr("您是哪位经办人？"), text, self.operators, self.operator)
        if name and name != self.operator:
            self.attempt(lambda: self.set_operator(name))

    def tell_error(self, error: BaseException) -> None:
        """A sentence for the clerk, or the crash dialog for a bug."""
        if isinstance(error, DesktopError):
            self.dialogs.tell(tr("没有完成"), error.sentence, why=error.topic or self.topic)
        else:
            self.crashed.emit(error)

    def attempt(self, work: Callable[[], Any]) -> bool:
        """Do something short; tells a refusal and returns whether it was done."""
        try:
            work()
        except DesktopError as error:
            self.tell_error(error)
            return False
        return True

    def go(self, page: str, what: object = None) -> None:
        """Open a page."""
        self.wanted.emit(page, what)

    def find_last_act(self) -> None:
        """Look up what Ctrl+Z would take back."""

        def look(_progress: Progress) -> ActLine | None:
            with self.store.read() as session:
                return last_undoable(session)

        def keep(found: ActLine | None) -> None:
            self.last_act = found
            self.undoable_changed.emit()

        self.jobs.run("undo", look, keep, quiet=True)

    def undo(self, act: ActLine, then: Callable[[], None] | None = None) -> None:
        """Take an Act back as a Job."""

        def done(undone: Undone) -> None:
            self.said.emit(tr("已撤销“{name}”，{done}", name=act.name, done=undone.sentence))
            if then is not None:
                then()

        def failed(error: BaseException) -> None:
            self.find_last_act()
            self.tell_error(error)

        def work(_progress: Progress) -> Undone:
            return undo(self.store, act.id, operator=self.operator)

        self.last_act = None  # until the one before is found, Ctrl+Z pressed again takes nothing back
        title = tr("撤销 {name}", name=act.name)
        self.jobs.run(title, work, done, failed=failed, can_cancel=False, once=True)

    def close(self) -> None:
        """Stop all work and leave a tidy database."""
        self.jobs.stop()
        self.closing.emit()
        self.store.changed.remove(self._hear)
        use_local_words(None)
        self.store.close()
