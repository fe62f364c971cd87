"""Training travels in the yearly package: the upper office holds the same marks, results and numbers."""

from datetime import date

from desktop.models import Certificate, SignInSheet
from desktop.services.checking import check_database
from desktop.services.training.certificates import issue
from tests.builders import contents_of
from tests.builders_training import make_class, mark_all, results_of, score


def test_results_are_the_same_above(city, county, tmp_path):
    """After the merge the city judges each trainee as the county does, and nothing is left over or refused."""
    made = make_class(county.store, courses=(("教法", "12.0"),), hours=((0, "4.0"),) * 2, people=3, class_hours="24.0")
    mark_all(county.store, made, [[("1", None), ("5", None), ("7", "1.5")]] * 2)
    score(county.store, made, "2", ["90.0", "90.0", "70.0"])
    with county.store.write("发证") as session:
        issue(session, made.uid, date(2026, 8, 1))
    assert check_database(county.store) == []
    counts = city.merge(county.send(tmp_path / "drive").path).counts()
    assert {name: counts[name] for name in ("stale", "conflict", "refused", "invalid")} == {
        "stale": 0,
        "conflict": 0,
        "refused": 0,
        "invalid": 0,
    }
    for entity in (SignInSheet, Certificate):
        assert contents_of(city.store, entity) == contents_of(county.store, entity)
    assert [each.result for each in results_of(city.store, made.uid)] == [
        each.result for each in results_of(county.store, made.uid)
    ]
