"""Where resources and migrations lie: from source, installed from a wheel, and frozen into one folder."""

import sys
from pathlib import Path


def _base() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen)
    package = Path(__file__).resolve().parent
    return package if (package / "resources").is_dir() else package.parent


RESOURCES = _base() / "resources"
MIGRATIONS = _base() / "migrations"
