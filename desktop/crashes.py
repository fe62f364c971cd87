"""The log of crashes: where in the program it happened, without a word of what was typed or stored."""

import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from desktop import __version__
from desktop.settings import settings_path

_COPIED: Final = 20_000
"""So many characters of the end of the log are handed to a technician."""


def _log_path() -> Path:
    return settings_path().with_name("crashes.log")


def crash_text() -> str:
    """The end of the log, for a technician; empty where the program never failed."""
    with suppress(OSError):
        return _log_path().read_text(encoding="utf-8")[-_COPIED:]
    return ""


def log_crash(error: BaseException) -> Path:
    """Append the place of an error to the log of this computer; returns the log's path.

    Only file names, line numbers and names of functions and errors are kept: messages may hold personal data.
    """
    path = _log_path()
    lines = [f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} county-desk {__version__} python {sys.version.split()[0]}"]
    current: BaseException | None = error
    while current is not None:
        lines.append(type(current).__name__)
        frames = traceback.extract_tb(current.__traceback__)
        lines += [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        current = current.__cause__ or current.__context__
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write("\n".join(lines) + "\n\n")
    return path
