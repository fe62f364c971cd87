"""What the links of a form may point to: made in a Job the first time a field asks, for there may be very many."""

from collections.abc import Callable
from functools import partial

from desktop.models import Teacher
from desktop.queries.directory import Directory
from desktop.rules.names import normalise_name
from desktop.store.records import find
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.picks import make_pick
from desktop.ui.forms.suggestions import Pick, PickSource
from desktop.ui.jobs import Progress
from desktop.ui.lists.search import SearchIndex

_MANY = 500


class Links:
    """Sources of suggestions by the plural of the entity; `names` are those of the list in front."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.names: Directory | None = None
        self._sources: dict[str, PickSource] = {}
        self._coming: set[str] = set()

    def use(self, names: Directory) -> None:
        """Other names: what was made of the old ones is made anew when it is asked for."""
        if names is not self.names:
            self.names = names
            self._sources.clear()

    def __call__(self, plural: str) -> PickSource:
        """The source of an entity; an empty one while it is being made."""
        if plural not in self._sources and self.names is not None:
            texts = self.names.texts(plural)
            if len(texts) <= _MANY:
                self._sources[plural] = PickSource([make_pick(text, uid, text[-5:-1]) for uid, text in texts.items()])
            else:
                self._make(plural, self.names)
        return self._sources.get(plural, PickSource())

    def warm(self, plural: str) -> None:
        """Begin to make a source that will be needed."""
        self(plural)

    def _make(self, plural: str, names: Directory) -> None:
        if plural in self._coming:
            return
        self._coming.add(plural)
        texts = names.texts(plural)

        def work(progress: Progress) -> PickSource:
            picks: list[Pick] = []
            index = SearchIndex()
            for number, (uid, text) in enumerate(texts.items()):
                if number % 100 == 0:
                    progress.check()
                picks.append(make_pick(text, uid, text[-5:-1]))
                index.add(picks[-1].search)
            return PickSource(picks, index)

        def keep(source: PickSource) -> None:
            self._coming.discard(plural)
            if names is self.names:
                self._sources[plural] = source

        discard: Callable[[BaseException], None] = partial(self._drop, plural)
        self.desk.jobs.run(tr("准备候选名单"), work, keep, failed=discard, quiet=True)

    def _drop(self, plural: str, error: BaseException) -> None:
        self._coming.discard(plural)
        self.desk.tell_error(error)

    def find(self, plural: str, text: str) -> tuple[str, ...]:
        """The records that a typed text may mean: none, one, or several of one name."""
        if self.names is None:
            return ()
        if plural != "teachers":
            return self.names.find(plural, text)
        texts = self.names.texts(plural)
        name, _, hint = text.partition("（")
        with self.desk.store.read() as session:
            found = {
                **find(session, Teacher, {"name": normalise_name(name)}),
                **find(session, Teacher, {"id_number": text.strip().upper()}),
            }
        return tuple(uid for uid in found if not hint or texts.get(uid) == text)
