"""A form that is made section by section, each in a turn of the window, or at once where it is needed before that."""

from collections.abc import Callable, Collection, Iterator
from functools import cached_property

from desktop.models.base import Content, Record
from desktop.ui.desk import Desk
from desktop.ui.forms.editors import LinkSource
from desktop.ui.forms.form import RecordForm
from desktop.ui.forms.sections import Sections


class GrowingForm:
    """Makes the form of an entity; `prepare` puts it into its place and connects it."""

    def __init__(
        self,
        desk: Desk,
        entity: type[Record],
        links: LinkSource,
        prepare: Callable[[RecordForm], None],
        *,
        without: Collection[str] = (),
        narrow: bool = False,
    ) -> None:
        self._desk, self._entity, self._links, self._prepare = desk, entity, links, prepare
        self._is_narrow = narrow
        self._sections = Sections(entity, links, without=without)

    @cached_property
    def form(self) -> RecordForm:
        """The form; what is not made of it yet is made now."""
        made = RecordForm(self._desk, self._entity, self._links, sections=self._sections, narrow=self._is_narrow)
        self._prepare(made)
        return made

    @property
    def is_made(self) -> bool:
        """Whether the form is there; asking makes none."""
        return "form" in vars(self)

    def steps(self) -> Iterator[object]:
        """Make it, a section at a step."""
        while self._sections.grow():
            yield self._sections
        yield self.form


def propose(form: RecordForm, values: Content) -> None:
    """Put values into those fields of a new record in which nothing stands yet."""
    if form.stored is not None:
        return
    for name, value in values.items():
        if not form.sections.cells[name].editor.text().strip():
            form.sections.cells[name].put(value)
