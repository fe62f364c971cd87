"""Find everything: one box for people, schools, sheets, pages and commands, by name, pinyin or the last of a number."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from desktop.models import School, TrainingClass
from desktop.queries.people import PersonName, names_of_people
from desktop.store.records import load
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.suggestions import Pick, Suggestions, matching
from desktop.ui.icons import icon
from desktop.ui.jobs import Progress
from desktop.ui.lists.search import SearchIndex, text_of
from desktop.ui.screens import PAGES
from desktop.ui.theme import theme

_MOST: Final = 20
_INDEXED = frozenset({"teachers", "schools", "classes"})


class People:
    """The names of all people in the index that lists are searched by, so that the same words find them."""

    def __init__(self, people: Sequence[PersonName], progress: Progress) -> None:
        searches_of = import_module("desktop.collation").pinyin_searches
        self._people = people
        self._index = SearchIndex()
        for number, each in enumerate(people):
            if number % 100 == 0:
                progress.check()
            reading = each.reading.lower().split()
            words = (each.name.lower(), *searches_of(each.name), "".join(reading), "".join(part[0] for part in reading))
            self._index.add(text_of(word for word in (*words, each.tail.lower()) if word))

    def matching(self, typed: str) -> list[Pick]:
        """The first people that fit: letters and digits begin a word, characters stand in it."""
        places = self._index.find(typed.lower().split()) or ()
        return [self._pick(self._people[place]) for place in places[:_MOST]]

    @staticmethod
    def _pick(person: PersonName) -> Pick:
        text = f"{person.name}（{person.tail}）" if person.tail else person.name
        return Pick(text, ("teachers", person.uid), "")


def _from_each_word(title: str) -> Iterator[str]:
    """The pinyin of a title from each character on: a sheet is called by its last word, 花名册, more than its first."""
    searches_of = import_module("desktop.collation").pinyin_searches
    for start in range(len(title) - 1):
        yield from searches_of(title[start:])


def _from_names(names: Iterable[str]) -> Iterator[str]:
    """The short and former names of a school, and their pinyin."""
    searches_of = import_module("desktop.collation").pinyin_searches
    for name in names:
        yield from (name, *searches_of(name))


class Finder(QLineEdit):
    """The box in the top bar; Enter opens the first that fits, Escape empties it."""

    def __init__(self, desk: Desk, open_entry: Callable[[str, object], None]) -> None:
        super().__init__()
        self.desk = desk
        self._open = open_entry
        self.setPlaceholderText(tr("查找教师、学校、表格、功能，可用拼音首字母  Ctrl+F"))
        self.setAccessibleName(tr("查找全部"))
        self.setMinimumWidth(theme.px(130))
        self.setMaximumWidth(theme.px(380))
        self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._found: list[Pick] = []
        self._people: People | None = None
        self._is_awaited = False
        """Whether Enter was pressed before there was anything to find."""
        self._is_wanted = False
        """Whether anybody ever came here: a hundred thousand names are not read for nothing."""
        self._commands: list[tuple[str, Callable[[], None]]] = []
        self._list: Suggestions | None = None
        self.textEdited.connect(self._narrow)
        desk.changed.connect(self._hear)

    def set_commands(self, commands: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """The commands of the menu, found by their names."""
        self._commands = list(commands)

    def index(self) -> None:
        """Collect pages, commands, sheets, schools and people in a Job."""
        commands = list(self._commands)

        def collect(progress: Progress) -> tuple[list[Pick], People]:
            make_pick = import_module("desktop.ui.forms.picks").make_pick
            reports = import_module("desktop.reports.registry").REPORTS
            found: list[Pick] = [make_pick(tr(entry.label), (entry.name, None)) for entry in PAGES]
            found += [make_pick(name, (None, run)) for name, run in commands]
            for each in reports:
                words = _from_each_word(each.title)
                found.append(make_pick(tr("打印{title}", title=each.title), ("reports", each.code), *words))
            with self.desk.store.read() as session:
                schools = load(session, School)
                classes = load(session, TrainingClass)
                people = names_of_people(session)
            for uid, school in schools.items():
                words = _from_names([line["name"] for line in school.content.get("names", ())])
                found.append(make_pick(school.content["name"], ("schools", uid), tr("学校"), *words))
            found += [
                make_pick(each.content["name"], ("training", uid), tr("培训班"), each.content.get("code", ""))
                for uid, each in classes.items()
            ]
            return found, People(people, progress)

        def keep(found: tuple[list[Pick], People]) -> None:
            self._found, self._people = found
            if self.text().strip():
                self._narrow(self.text())
            if self._is_awaited:
                self._is_awaited = False
                self.suggestions.take_current()

        self._is_wanted = True
        self.desk.jobs.run("finder", collect, keep, quiet=True)

    def _hear(self, entities: object) -> None:
        if self._is_wanted and isinstance(entities, frozenset) and entities & _INDEXED:
            self.index()

    @property
    def suggestions(self) -> Suggestions:
        """What was found, under the box."""
        if self._list is None:
            self._list = Suggestions(self, self._take)
        return self._list

    def _narrow(self, typed: str) -> None:
        if not typed.strip():
            self.suggestions.offer([])
            return
        people = self._people.matching(typed) if self._people is not None else []
        self.suggestions.offer([*matching(self._found, typed)[:_MOST], *people][:_MOST])

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
            self._is_awaited = not self.suggestions.take_current() and self._people is None
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.suggestions.hide()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The first visit collects what can be found."""
        if not self._is_wanted:
            self.index()
        super().focusInEvent(event)

    def focusOutEvent(self, event: object) -> None:
        """What was found goes with the focus."""
        if self._list is not None:
            self._list.hide()
        super().focusOutEvent(event)  # type: ignore[arg-type]
