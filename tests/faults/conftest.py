"""Fixtures of the fault suite: small offices, since every fault is tried on a copy of them."""

from pathlib import Path

import pytest

from tests.builders_packages import make_small_offices


@pytest.fixture(scope="session")
def small_offices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed city and a county with six teachers that know each other; tests work on copies."""
    folder = tmp_path_factory.mktemp("small") / "offices"
    make_small_offices(folder)
    return folder
