"""What the window remembers on this computer: text scale, operator of each office, places last used."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from desktop.settings import settings_path


def _path() -> Path:
    return settings_path().with_name("window.json")


def recall(name: str, default: Any = None) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """A value remembered under a name."""
    return _all().get(name, default)


def remember(name: str, value: Any) -> None:  # noqa: ANN401
    """Keep a value; a computer that cannot keep settings goes without."""
    path = _path()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(orjson.dumps({**_all(), name: value}))
        fresh.replace(path)


def _all() -> dict[str, Any]:
    try:
        content = orjson.loads(_path().read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return content if isinstance(content, dict) else {}
