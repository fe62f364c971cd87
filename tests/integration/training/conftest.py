"""A class that is over, on a copy of its office, and an office in which a test makes its own."""

import shutil
from datetime import date

import pytest

from desktop.services.training.certificates import issue
from desktop.store import Store
from tests.builders import make_office
from tests.builders_paper import make_paper_class


@pytest.fixture(scope="module")
def finished_class(tmp_path_factory):
    """A closed office whose class is over, its certificates issued; and what it is made of."""
    folder = tmp_path_factory.mktemp("paper") / "office"
    store = make_office(folder)
    made = make_paper_class(store)
    with store.write("发证", operator="王主任") as session:
        issue(session, made.uid, date(2026, 7, 20))
    store.close()
    return folder, made


@pytest.fixture
def finished(finished_class, tmp_path):
    """An open copy of it."""
    opened = Store.open(shutil.copytree(finished_class[0], tmp_path / "office"))
    yield opened
    opened.close()


@pytest.fixture
def made(finished_class):
    """The uids of the class."""
    return finished_class[1]


@pytest.fixture
def fresh(tmp_path):
    """An office whose class has neither marks nor scores."""
    opened = make_office(tmp_path / "fresh")
    yield opened
    opened.close()
