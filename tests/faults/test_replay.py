"""T13, the table: which package is taken after which, by counter and epoch alone."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from desktop.archive import LIMITS
from desktop.errors import PackageRefused
from desktop.exchange import streams
from tests.builders_packages import YEAR, Desk, forge, lines_of

HIGH = 20
EPOCH, OTHER_EPOCH = "00000000000000aa", "00000000000000bb"


@pytest.fixture(scope="module")
def taken(small_offices: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed city that took number 20 of one epoch, the county beside it, and the package."""
    folder = shutil.copytree(small_offices, tmp_path_factory.mktemp("replay") / "offices")
    with closing(Desk.open(folder / "county").store) as store, closing(Desk.open(folder / "city").store) as above:
        county, city = Desk(store), Desk(above)
        lines = lines_of(county, county.send(folder / "stick").path)
        path = forge(county, folder / "first", lines, seq=HIGH, epoch=EPOCH)
        city.merge(path)
        path.rename(folder / "taken.cpkg")
    return folder


@pytest.fixture
def desks(taken: Path, tmp_path: Path):
    """The city and the county, open, on a copy."""
    folder = shutil.copytree(taken, tmp_path / "offices")
    with closing(Desk.open(folder / "county").store) as store, closing(Desk.open(folder / "city").store) as above:
        yield Desk(store), Desk(above), folder


TABLE = [
    (1, EPOCH, "older"),
    (HIGH - 1, EPOCH, "older"),
    (HIGH, EPOCH, "fork"),
    (HIGH + 1, EPOCH, ""),
    (HIGH + 2, EPOCH, ""),
    (HIGH + LIMITS.sequence_jump, EPOCH, ""),
    (HIGH + LIMITS.sequence_jump + 1, EPOCH, "jump"),
    (2**53 - 1, EPOCH, "jump"),
    (1, OTHER_EPOCH, "new-epoch"),
    (HIGH, OTHER_EPOCH, "new-epoch"),
    (HIGH + 1, OTHER_EPOCH, "new-epoch"),
]


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize(("seq", "epoch", "code"), TABLE)
def test_the_table(desks, tmp_path, seq, epoch, code, accepted):
    """Each place in a stream is taken or refused under its own code; accepting a new epoch opens nothing else."""
    county, city, _ = desks
    path = forge(county, tmp_path / "stick", {}, seq=seq, epoch=epoch)
    if code and not (accepted and code == "new-epoch"):
        with pytest.raises(PackageRefused, match="。") as caught:
            city.plan(path, accept_new_epoch=accepted)
        assert caught.value.code == code
        return
    plan = city.merge(path, accept_new_epoch=accepted)
    missed = seq - HIGH - 1
    assert any(f"{missed} 次" in text for text in plan.assumed) == (epoch == EPOCH and missed > 0)


def test_the_same_package_again_is_no_change(desks):
    """The very same package is told as merged already and may be answered again."""
    _, city, folder = desks
    plan = city.merge(folder / "taken.cpkg")
    assert plan.known_already
    assert city.answer(plan, folder / "receipts").exists()


def test_an_epoch_given_up_never_comes_back(desks, tmp_path):
    """After a new epoch was accepted, no package of the old one is taken, however new its number."""
    county, city, folder = desks
    city.merge(forge(county, tmp_path / "stick", {}, seq=1, epoch=OTHER_EPOCH), accept_new_epoch=True)
    old = forge(county, tmp_path / "stick", {}, seq=HIGH + 1, epoch=EPOCH)
    for path in (folder / "taken.cpkg", old):
        for accepted in (False, True):
            with pytest.raises(PackageRefused) as caught:
                city.plan(path, accept_new_epoch=accepted)
            assert caught.value.code == "closed-epoch"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"sender": "660000"}, "signer-office"),
        ({"recipient": "660000"}, "recipient"),
        ({"recipient": "509999"}, "recipient"),
        ({"kind": "codes", "stream": "codes"}, "side"),
        ({"stream": f"annual/{YEAR - 1}"}, "manifest-fields"),
        ({"stream": "annual"}, "manifest-fields"),
    ],
)
def test_the_wrong_package(desks, tmp_path, words, code):
    """F22: another office's, another year's and another kind of package are told as that, and nothing changes."""
    county, city, _ = desks
    path = forge(county, tmp_path / "stick", {}, seq=HIGH + 1, epoch=EPOCH, **words)
    with pytest.raises(PackageRefused, match="。") as caught:
        city.plan(path)
    assert caught.value.code == code


def test_last_years_package_counts_in_its_own_stream(desks, tmp_path):
    """The package of another year is taken in that year's stream and leaves this year's as it stands."""
    county, city, folder = desks
    last = {"stream": f"annual/{YEAR - 1}", "manifest": {"year": YEAR - 1}}
    city.merge(forge(county, tmp_path / "stick", {}, seq=3, epoch=EPOCH, **last))
    assert city.plan(folder / "taken.cpkg").known_already


def test_the_own_package(desks):
    """A package that this office wrote itself is no package to merge."""
    county, _, folder = desks
    with pytest.raises(PackageRefused) as caught:
        county.plan(next((folder / "stick").glob("*.cpkg")))
    assert caught.value.code == "own"


@pytest.mark.parametrize(("rule", "seq", "epoch"), [("_check_seq", 1, EPOCH), ("_check_epoch", 1, OTHER_EPOCH)])
def test_without_the_rule_the_wrong_package_is_taken(desks, tmp_path, monkeypatch, rule, seq, epoch):
    """Control: nothing else than the rules of counters and epochs keeps an older package or a twin's out."""
    county, city, _ = desks
    monkeypatch.setattr(streams, rule, lambda *_, **__: [])
    city.merge(forge(county, tmp_path / "stick", {}, seq=seq, epoch=epoch))
