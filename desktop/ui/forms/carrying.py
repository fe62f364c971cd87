"""What one person's form hands on to the next: pinned values, and the last value of a field with one key."""

from desktop.models.base import Content
from desktop.ui.forms.cell import FieldCell
from desktop.ui.forms.sections import Sections
from desktop.ui.memory import recall, remember


class Carrying:
    """Pins and last values of one entity; which fields are pinned is kept on this computer, their values are not."""

    def __init__(self, plural: str, sections: Sections) -> None:
        self._plural, self._sections = plural, sections
        self._last: Content = {}
        self._pinned: set[str] = set(recall("pins", {}).get(plural, ()))
        for cell in sections.cells.values():
            cell.pinned.connect(self._keep)

    def _keep(self) -> None:
        self._pinned = {name for name, cell in self._sections.cells.items() if cell.is_pinned}
        remember("pins", {**recall("pins", {}), self._plural: sorted(self._pinned)})

    def offer(self, *, is_new: bool) -> None:
        """Show the pins in the form of a new record, and put the pinned values into it."""
        for name, cell in self._sections.cells.items():
            cell.offer_pin(is_new and cell.can_pin, on=name in self._pinned)
            if is_new and cell.can_pin and name in self._pinned and self._last.get(name) is not None:
                cell.put(self._last[name])

    def take(self, content: Content) -> None:
        """Remember what was saved."""
        self._last = dict(content)

    def repeat(self, cell: FieldCell) -> bool:
        """Put the value of the record saved before into a field; False where there is none."""
        value = self._last.get(cell.field.name)
        if value is None or cell.field.personal or cell.editor.isReadOnly():
            return False
        cell.put(value)
        return True
