"""Fixtures of the fault suite: small offices, since every fault is tried on a copy of them."""

from contextlib import closing
from pathlib import Path

import pytest

from desktop.services.offices import create_office
from tests.builders import add_people
from tests.builders_packages import CITY, COUNTY, introduce


@pytest.fixture(scope="session")
def small_offices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed city and a county with six teachers that know each other; tests work on copies."""
    folder = tmp_path_factory.mktemp("small") / "offices"
    with closing(create_office(folder / "city", name="渝州市教育局", code=CITY, rank="city")):
        pass
    with closing(create_office(folder / "county", name="云岭县教育委员会", code=COUNTY, rank="county")) as county:
        add_people(county, 6)
    introduce(folder / "city", folder / "county")
    return folder
