"""Fixtures of the integration tests: real databases in temporary folders."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.offices import create_office
from desktop.store import Store
from tests.builders_packages import Desk, make_offices


@pytest.fixture(scope="session")
def new_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed county office as it was made; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("new") / "office"
    create_office(folder, name="云岭县教育委员会", code="509999", rank="county", operator="王主任").close()
    return folder


@pytest.fixture
def office(new_office: Path, tmp_path: Path) -> Path:
    """The folder of a closed county office without schools and teachers."""
    return shutil.copytree(new_office, tmp_path / "office")


@pytest.fixture
def store(office: Path) -> Iterator[Store]:
    """The open store of that office."""
    opened = Store.open(office)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def two_offices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The closed city and county as they were made; tests work on copies of them."""
    folder = tmp_path_factory.mktemp("two") / "offices"
    make_offices(folder)
    return folder


@pytest.fixture
def desks(two_offices: Path, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """The open city and county."""
    folder = shutil.copytree(two_offices, tmp_path / "offices")
    city, county = Desk.open(folder / "city"), Desk.open(folder / "county")
    yield city, county
    city.store.close()
    county.store.close()


@pytest.fixture
def city(desks: tuple[Desk, Desk]) -> Desk:
    """The upper office."""
    return desks[0]


@pytest.fixture
def county(desks: tuple[Desk, Desk]) -> Desk:
    """The office with 203 backbone teachers."""
    return desks[1]
