"""tr(): every text that a clerk sees on screen passes here, so that a catalogue of another language can be laid over.

Printed forms are always Chinese and do not pass here.
"""

from collections.abc import Mapping

_catalogue: dict[str, str] = {}


def use_catalogue(texts: Mapping[str, str]) -> None:
    """Lay a catalogue over: Chinese text to the text shown instead; an empty one brings Chinese back."""
    _catalogue.clear()
    _catalogue.update(texts)


def tr(text: str, /, **values: object) -> str:
    """The text to show, with {name} filled from the values."""
    shown = _catalogue.get(text, text)
    return shown.format(**values) if values else shown
