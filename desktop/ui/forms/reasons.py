"""Asking for the reason of a correction, with those that were given before on this computer to choose from."""

from collections.abc import Iterable
from typing import Final

from desktop.text import tr
from desktop.ui.dialogs import Dialogs
from desktop.ui.memory import recall, remember

_KEPT: Final = 8


def ask_reason(dialogs: Dialogs, labels: Iterable[str]) -> str | None:
    """The reason, remembered for the next time; None where the clerk goes back. `labels` are the fields corrected."""
    text = tr("您更正了{labels}。更正要写明原因，原因载入更正登记。", labels="、".join(labels))
    known = [str(each) for each in recall("reasons", [])]
    found = dialogs.ask_name(tr("更正原因"), text, known, "")
    if not found:
        return None
    remember("reasons", [found, *(each for each in known if each != found)][:_KEPT])
    return found
