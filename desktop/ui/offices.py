"""How the offices of this computer are told apart before they are open: name and colour of each, by folder."""

from pathlib import Path
from typing import Any, Final

from desktop.ui.memory import recall, remember

COLOURS: Final = {
    "青": "#0f6b62",
    "蓝": "#1d4ed8",
    "紫": "#6d28d9",
    "褐": "#92400e",
    "灰": "#475467",
    "橄榄": "#4d7c0f",
}
"""The colours a clerk can give an office: name and value; none is the red or amber of a warning."""

_KEY: Final = "offices"


def _known() -> dict[str, dict[str, Any]]:
    found = recall(_KEY, {})
    return found if isinstance(found, dict) else {}


def name_of(folder: Path) -> str:
    """The office's name as it was when it was last open; else the folder's."""
    return str(_known().get(str(folder.resolve()), {}).get("name", folder.name))


def colour_of(folder: Path) -> str:
    """The office's colour."""
    return str(_known().get(str(folder.resolve()), {}).get("colour", next(iter(COLOURS.values()))))


def keep_office(folder: Path, name: str, colour: str = "") -> None:
    """Remember name and colour; an office that is new here gets the first colour that no other has."""
    known = _known()
    key = str(folder.resolve())
    taken = {each.get("colour") for other, each in known.items() if other != key}
    free = [each for each in COLOURS.values() if each not in taken]
    present = known.get(key, {}).get("colour") or (free or list(COLOURS.values()))[0]
    remember(_KEY, {**known, key: {"name": name, "colour": colour or present}})
