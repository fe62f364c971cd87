"""Find everything: one box for people, schools, pages and commands, by name, pinyin or the last of a number."""

from collections.abc import Callable, Sequence
from importlib import import_module

from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QLineEdit

from desktop.models import School, Teacher
from desktop.store.records import load
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.suggestions import Pick, Suggestions, matching
from desktop.ui.icons import icon
from desktop.ui.jobs import Progress
from desktop.ui.screens import PAGES
from desktop.ui.theme import theme

_INDEXED = frozenset({"teachers", "schools"})


class Finder(QLineEdit):
    """The box in the top bar; Enter opens the first that fits, Escape empties it."""

    def __init__(self, desk: Desk, open_entry: Callable[[str, object], None]) -> None:
        super().__init__()
        self.desk = desk
        self._open = open_entry
        self.setPlaceholderText(tr("查找教师、学校、功能，可用拼音首字母  Ctrl+F"))
        self.setAccessibleName(tr("查找全部"))
        self.setMinimumWidth(theme.px(160))
        self.setMaximumWidth(theme.px(380))
        self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._found: list[Pick] = []
        self._commands: list[tuple[str, Callable[[], None]]] = []
        self._list: Suggestions | None = None
        self.textEdited.connect(self._narrow)
        desk.changed.connect(self._hear)

    def set_commands(self, commands: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """The commands of the menu, found by their names."""
        self._commands = list(commands)
        self.index()

    def index(self) -> None:
        """Collect pages, commands, schools and people in a Job."""
        commands = list(self._commands)

        def collect(progress: Progress) -> list[Pick]:
            with self.desk.store.read() as session:
                schools = load(session, School)
                teachers = load(session, Teacher)
            make_pick = import_module("desktop.ui.forms.picks").make_pick
            found: list[Pick] = [make_pick(tr(entry.label), (entry.name, None)) for entry in PAGES]
            found += [make_pick(name, (None, run)) for name, run in commands]
            found += [make_pick(each.content["name"], ("schools", uid), tr("学校")) for uid, each in schools.items()]
            for number, (uid, each) in enumerate(teachers.items()):
                if number % 500 == 0:
                    progress.check()
                tail = str(each.content.get("id_number", ""))[-4:]
                text = f"{each.content['name']}（{tail}）" if tail else str(each.content["name"])
                found.append(make_pick(text, ("teachers", uid), tail))
            return found

        def keep(found: list[Pick]) -> None:
            self._found = found

        self.desk.jobs.run("finder", collect, keep, quiet=True)

    def _hear(self, entities: object) -> None:
        if isinstance(entities, frozenset) and entities & _INDEXED:
            self.index()

    @property
    def suggestions(self) -> Suggestions:
        """What was found, under the box."""
        if self._list is None:
            self._list = Suggestions(self, self._take)
        return self._list

    def _narrow(self, typed: str) -> None:
        self.suggestions.offer(matching(self._found, typed)[:20] if typed.strip() else [])

    def _take(self, pick: Pick) -> None:
        self.clear()
        page, what = pick.value
        if page is None:
            what()
        else:
            self._open(page, what)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down move in what was found, Enter opens it."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.suggestions.move_current(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.suggestions.take_current()
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.suggestions.hide()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: object) -> None:
        """What was found goes with the focus."""
        if self._list is not None:
            self._list.hide()
        super().focusOutEvent(event)  # type: ignore[arg-type]
