"""A dialog of typed values that closes only when all of them can be read."""

from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from desktop.errors import InvalidRecord, RefusedError
from desktop.ui.widgets import label


class TypedDialog(QDialog):
    """A subclass lays out its editors and `problem`, and reads what was typed in `values`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = label("", "problem", wrap=True)

    def values(self) -> Any:  # noqa: ANN401 - each dialog has its own type of values
        """What was typed. Raises RefusedError or InvalidRecord for all that cannot be read."""
        raise NotImplementedError

    def take(self) -> None:
        """Close if everything can be read, else say what cannot."""
        try:
            self.values()
        except (InvalidRecord, RefusedError) as error:
            self.problem.setText(error.sentence)
            return
        self.accept()
