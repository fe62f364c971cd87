"""The levels are called as in the office that is open: 县级 in a county, 区级 in a district, never 区县级."""

from collections.abc import Iterator

import pytest

from desktop.codes import table
from desktop.fields import field_named
from desktop.models import Appointment
from desktop.queries.offices import use_local_words


@pytest.fixture(autouse=True)
def as_shipped() -> Iterator[None]:
    yield
    use_local_words(None)


def office(name: str, **words: str) -> dict[str, str]:
    return {"name": name, "code": "509999", "rank": "county", **words}


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (office("云岭县教育委员会"), "县级"),
        (office("渡口区教育局"), "区级"),
        (office("云岭县教育委员会", county_word="区级"), "区级"),
    ],
)
def test_county_level_is_called_by_its_word(content: dict[str, str], word: str) -> None:
    """Lists, forms and exports show the local word; typed and pasted, every word still means the same level."""
    use_local_words(content)
    tier = field_named(Appointment, "tier")
    assert tier.format_packed("3") == word
    assert word in tier.kind.choices()
    assert "区县级" not in tier.kind.choices()
    assert all(tier.parse(each) == "3" for each in (word, "县级", "区级", "区县级"))
    assert word in {table("honor_level").label(code) for code in table("honor_level").codes}
    use_local_words(None)
    assert tier.format_packed("3") == "区县级"


def test_word_that_means_another_level_is_not_used() -> None:
    """A county-level city that calls its level 市级 keeps both levels apart."""
    use_local_words(office("石门市教育局", county_word="市级"))
    labels = field_named(Appointment, "tier").kind.choices()
    assert len(set(labels)) == len(labels)
