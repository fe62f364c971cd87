"""Keys over the years: a new pair in good order, a loss, a revocation, and the key in the safe."""

import json
from datetime import UTC, datetime

import pytest

from desktop import cli
from desktop.archive import ReceivingKey, open_archive
from desktop.errors import PackageRefused, RefusedError
from desktop.exchange.cards import card_of, confirm_card, list_cards, parent_card
from desktop.exchange.keycards import read_keys, write_keys
from desktop.exchange.package import SECTIONS, write_package
from desktop.exchange.signers import Signers
from desktop.models.local import RevokedKey
from desktop.services.copies import list_backups
from desktop.services.keyring import revoke_key, rotate_keys
from tests.builders_packages import CITY, COUNTY, counts


def known(desk, code=COUNTY):
    with desk.store.read() as session:
        return card_of(session, code)


def test_a_rotated_key_is_taken_without_paper(city, county, tmp_path):
    """The card that lies beside the package is endorsed by the key before: the city merges and keeps the new card."""
    city.merge(county.send(tmp_path / "drive").path)
    before = known(city)
    rotate_keys(county.store, "王主任")
    plan = city.merge(county.send(tmp_path / "drive").path)
    assert counts(plan, "teachers") == {"same": 203}
    assert "第 2 张密钥卡" in "".join(plan.assumed)
    assert known(city).succeeds(before)
    with city.store.read() as session:
        lines = [line for line in list_cards(session) if line.card.code == COUNTY]
    assert [(line.card.serial, bool(line.revoked)) for line in lines] == [(2, False), (1, True)]


def test_backups_hold_both_pairs(county):
    """A backup is made before and after, and what was sent to the key before still opens."""
    former = county.identity.receiving
    rotate_keys(county.store, "王主任")
    assert [backup.why for backup in list_backups(county.store.folder / "backups")][-2:] == ["更换密钥前", "更换密钥后"]
    assert county.identity.opening[1] == former


def test_a_lost_key_needs_paper_again(city, county, tmp_path):
    """After a loss nothing vouches for the new card: the package may be looked at, and merged once it is confirmed."""
    city.merge(county.send(tmp_path / "drive").path)
    epoch = county.store.epoch
    rotate_keys(county.store, "王主任", lost=True)
    assert county.store.epoch != epoch
    written = county.send(tmp_path / "drive")
    plan = city.plan(written.path, accept_new_epoch=True)
    assert not plan.key_confirmed
    with pytest.raises(RefusedError, match="密钥卡还没有确认"):
        city.merge(written.path, accept_new_epoch=True)
    confirm_card(city.store, county.card, "李主任")
    assert counts(city.merge(written.path, accept_new_epoch=True), "teachers") == {"same": 203}


def test_a_revoked_key_counts_as_far_as_it_was_taken(city, county, tmp_path):
    """What the revoked key signed before may be looked at again; the next package under it is refused."""
    first = county.send(tmp_path / "drive").path
    city.merge(first)
    second = county.send(tmp_path / "drive").path
    with pytest.raises(RefusedError, match="写明原因"):
        revoke_key(city.store, COUNTY, " ", "李主任")
    assert revoke_key(city.store, COUNTY, "电脑被盗", "李主任") == 1
    assert city.plan(first).known_already
    with pytest.raises(PackageRefused, match="电脑被盗") as error:
        city.plan(second)
    assert error.value.code == "revoked"
    with pytest.raises(RefusedError, match="已经作废"):
        confirm_card(city.store, county.card, "李主任")
    with pytest.raises(RefusedError, match="没有单位"):
        revoke_key(city.store, COUNTY, "再次", "李主任")


def test_for_a_season_both_keys_open(city, county, tmp_path):
    """After an orderly change the old key opens this year's packages too; a lost or revoked one opens nothing new."""
    old = city.identity.receiving

    def opens(key, year):
        words = {"identity": county.identity, "own_card": county.card, "parent_card": parent_card(county.store)}
        folder = tmp_path / f"drive{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        written = write_package(county.store, year=year, folder=folder, **words)
        return key.key_id in written.header.recips

    this_year = datetime.now(UTC).year
    rotate_keys(city.store, "李主任")
    confirm_card(county.store, city.card, "王主任")
    new = city.identity.receiving
    assert opens(old, this_year)
    assert opens(new, this_year)
    assert not opens(old, this_year + 1)
    second = city.identity.receiving
    rotate_keys(city.store, "李主任", lost=True)
    confirm_card(county.store, city.card, "王主任")
    assert not opens(second, this_year)
    assert not opens(old, this_year)
    assert opens(city.identity.receiving, this_year)


def test_an_older_card_is_not_taken(city, county):
    """A card from before the rotation does not come back."""
    old = county.card
    rotate_keys(county.store, "王主任")
    confirm_card(city.store, county.card, "李主任")
    with pytest.raises(RefusedError, match="已经作废"):
        confirm_card(city.store, old, "李主任")


def test_the_key_in_the_safe_opens_packages(city, county, tmp_path):
    """With the upper office's computer gone, its recovery key opens what was sent to it."""
    path = county.send(tmp_path / "drive").path
    secret = (city.store.folder / "recovery.key").read_text(encoding="ascii").split()[0]
    signers = Signers([county.card])
    with open_archive(path, keys=[ReceivingKey(secret)], signers=signers, entities=SECTIONS) as opened:
        assert opened.counts["teachers"] == 203


def test_keys_on_the_command_line(county, tmp_path, capsys):
    """`keys show`, `card` and `rotate` tell fingerprints; a card that changes has another one."""
    county.store.close()
    office = ["--office", str(county.store.folder), "--json"]
    assert cli.run(["keys", "card", "--to", str(tmp_path / "a.ckey"), *office]) == 0
    first = json.loads(capsys.readouterr().out)
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert cli.run(["keys", "rotate", "--to", str(tmp_path / "b.ckey"), *office]) == 0
    second = json.loads(capsys.readouterr().out)
    assert (first["serial"], second["serial"]) == (1, 2)
    assert cli.run(["keys", "show", *office]) == 0
    cards = json.loads(capsys.readouterr().out)["cards"]
    assert [(card["relation"], card["serial"]) for card in cards] == [("own", 2), ("parent", 1)]
    assert cards[0]["fingerprint"] == second["fingerprint"] != first["fingerprint"]


def test_keys_go_down_without_a_gap(city, county, tmp_path):
    """The city's new card and its revocations are taken one after the other; a later one waits for the one before."""
    folder = tmp_path / "down"
    folder.mkdir()

    def write():
        return write_keys(city.store, known(city), folder=folder, identity=city.identity)

    def take(path):
        return read_keys(county.store, path, identity=county.identity)

    first = write()
    assert take(first).new_card is None
    assert take(first).seq == 1, "the same again changes nothing"
    rotate_keys(city.store, "李主任")
    second = write()
    revoked = RevokedKey(sign_key_id="0" * 16, office_code="509998", why="电脑被盗", revoked_at="2026-03-01")
    with city.store.write("作废") as session:
        session.add(revoked)
    third = write()
    with pytest.raises(PackageRefused, match="第 2 次还没有读入") as caught:
        take(third)
    assert caught.value.code == "gap"
    taken = take(second)
    assert taken.new_card.serial == 2
    assert known(county, CITY).serial == 2
    assert take(third).revoked == 1
    with county.store.read() as session:
        assert session.get(RevokedKey, "0" * 16).why == "电脑被盗"
    with pytest.raises(PackageRefused, match="已收到第 3 次"):
        take(first)
    assert county.send(tmp_path / "drive").header.recips


def test_a_changed_card_goes_up_by_itself(city, county, tmp_path):
    """The next card of an office below is taken in its own stream, in order; it revokes nothing above."""

    def write():
        return write_keys(county.store, known(county, CITY), folder=tmp_path, identity=county.identity)

    def take(path):
        return read_keys(city.store, path, identity=city.identity)

    with county.store.write("作废") as session:
        session.add(RevokedKey(sign_key_id=known(city).key_id, office_code=CITY, why="试", revoked_at="2026-03-01"))
    first = write()
    assert take(first).new_card is None
    rotate_keys(county.store, "王主任")
    second, third = write(), write()
    with pytest.raises(PackageRefused, match="第 2 次还没有读入"):
        take(third)
    taken = take(second)
    assert (taken.new_card.serial, taken.revoked) == (2, 0)
    assert known(city).serial == 2
    assert counts(city.merge(county.send(tmp_path / "drive").path), "teachers") == {"new": 203}
    rotate_keys(county.store, "王主任", lost=True)
    with pytest.raises(PackageRefused, match="盖章的密钥页"):
        read_keys(city.store, write(), identity=city.identity, accept_new_epoch=True)


def test_a_lost_key_of_the_upper_office_needs_paper(city, county, tmp_path):
    """Keys signed by a pair that nobody vouches for are not taken from a stick."""
    rotate_keys(city.store, "李主任", lost=True)
    path = write_keys(city.store, known(city), folder=tmp_path, identity=city.identity)
    with pytest.raises(PackageRefused) as caught:
        read_keys(county.store, path, identity=county.identity)
    assert caught.value.code == "unknown-signer"
    assert "盖章的密钥页" in caught.value.sentence
