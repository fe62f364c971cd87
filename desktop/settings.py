"""Settings of this computer: the offices it knows and the one opened last; kept beside no office's data."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import orjson
import platformdirs

FOLDER_VARIABLE: Final = "COUNTY_DESK_SETTINGS"
"""Environment variable that names another folder for the settings, for tests and portable use."""
_REMEMBERED: Final = 12


def settings_path() -> Path:
    """The file that holds the settings of this computer."""
    named = os.environ.get(FOLDER_VARIABLE)
    folder = Path(named) if named else platformdirs.user_config_path("county-desk", appauthor=False)
    return folder / "settings.json"


def known_offices() -> list[Path]:
    """The folders of the offices opened on this computer, the last one first; those that are gone left out."""
    try:
        content = orjson.loads(settings_path().read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return []
    listed = content.get("offices", []) if isinstance(content, dict) else []
    return [Path(each) for each in listed if isinstance(each, str) and Path(each).is_dir()]


def remember_office(folder: Path) -> None:
    """Put an office first among those known; a computer that cannot keep settings goes without."""
    folder = folder.resolve()
    offices = [folder, *(each for each in known_offices() if each != folder)][:_REMEMBERED]
    path = settings_path()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(orjson.dumps({"offices": [str(each) for each in offices]}))
        fresh.replace(path)
