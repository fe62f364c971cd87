"""Keys over the years, case by case: whose package is taken, who may open it, and what needs the stamped page again.

Each case seals a real package. The names of keys: `first`, `second` and `third` follow each other in good order, `lost`
follows the first after a loss, `robber` is what a thief of the first key would make, `forged` claims an endorsement.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.archive import Envelope, Identity, ReceivingKey, Records, Shipment, inspect, open_archive, write_archive
from desktop.errors import PackageRefused
from desktop.exchange.keys import KeyCard, make_card
from desktop.exchange.signers import Signers, Trust

CODE, OTHER, CITY = "509999", "509998", "509900"
EPOCH = "00000000000000ff"


def card(identity: Identity, code: str = CODE) -> KeyCard:
    return make_card(identity, code=code, name="石坪县教育委员会", level="county", epoch=EPOCH)


FIRST = Identity.create()
SECOND = FIRST.succeed(CODE)
THIRD = SECOND.succeed(CODE)
LOST = FIRST.succeed(CODE, lost=True)
ROBBER = SECOND.succeed(CODE)
STRANGER = Identity.create()
FORGED = replace(STRANGER.succeed(CODE), predecessor=FIRST.verify.key_id)
KEYS = {
    "first": FIRST,
    "second": SECOND,
    "third": THIRD,
    "lost": LOST,
    "after lost": LOST.succeed(CODE),
    "robber": ROBBER,
    "stranger": STRANGER,
    "forged": FORGED,
    "unendorsed": replace(SECOND, endorsement=""),
    "elsewhere endorsed": FIRST.succeed(OTHER),
}
CARDS = {name: card(identity) for name, identity in KEYS.items()}
CARDS["other"] = card(STRANGER, OTHER)
CARDS["other first"] = card(FIRST, OTHER)
CARDS["garbled"] = replace(CARDS["second"], endorsement="?")
CARDS["cut"] = replace(CARDS["second"], endorsement=CARDS["second"].endorsement[:-4])
CARDS["renumbered"] = replace(CARDS["third"], serial=2, predecessor=FIRST.verify.key_id)

UNKNOWN, SUCCESSOR, CONFIRMED, REVOKED = Trust.UNKNOWN, Trust.SUCCESSOR, Trust.CONFIRMED, Trust.REVOKED

SIGNED: dict[str, tuple[str, str, str, str, str]] = {
    # signed by, confirmed, lying beside, changed or revoked: what becomes of it
    "confirmed": ("first", "first", "", "", CONFIRMED),
    "never seen": ("first", "", "", "", "unknown-signer"),
    "unconfirmed": ("first", "", "first", "", UNKNOWN),
    "unconfirmed beside other offices": ("first", "other", "first", "", UNKNOWN),
    "unconfirmed with the next card beside": ("first", "", "first second", "", UNKNOWN),
    "changed": ("second", "first", "second", "", SUCCESSOR),
    "changed, old card beside too": ("second", "first", "first second", "", SUCCESSOR),
    "changed, card forgotten": ("second", "first", "", "", "unknown-signer"),
    "changed and taken": ("second", "second", "second", "first", CONFIRMED),
    "changed and taken, card not beside": ("second", "second", "", "first", CONFIRMED),
    "changed twice, one after the other": ("third", "second", "third", "first", SUCCESSOR),
    "one card left out": ("third", "first", "third", "", UNKNOWN),
    "both cards beside at once": ("third", "first", "second third", "", UNKNOWN),
    "back to the key before": ("first", "second", "first", "first", REVOKED),
    "back to a card never known": ("first", "second", "first", "", UNKNOWN),
    "back by two": ("second", "third", "second", "first second", REVOKED),
    "lost": ("lost", "first", "lost", "", UNKNOWN),
    "lost, stamped page confirmed": ("lost", "lost", "lost", "first", CONFIRMED),
    "lost, changed later": ("after lost", "lost", "after lost", "first", SUCCESSOR),
    "lost key used by its finder": ("first", "lost", "first", "first", REVOKED),
    "lost key endorsing after the loss": ("second", "lost", "second", "first", UNKNOWN),
    "robber in the third place": ("robber", "lost", "second robber", "first", UNKNOWN),
    "revoked": ("first", "", "first", "first", REVOKED),
    "revoked key endorsing": ("second", "", "second", "first", UNKNOWN),
    "stranger under our code": ("stranger", "first", "stranger", "", UNKNOWN),
    "stranger's next card": ("forged", "first", "forged", "", UNKNOWN),
    "no endorsement": ("unendorsed", "first", "unendorsed", "", UNKNOWN),
    "endorsed for another office": ("elsewhere endorsed", "first", "elsewhere endorsed", "", UNKNOWN),
    "endorsement garbled": ("second", "first", "garbled", "", UNKNOWN),
    "endorsement cut": ("second", "first", "cut", "", UNKNOWN),
    "third passed off as second": ("third", "first", "renumbered", "", UNKNOWN),
    "key of another office": ("stranger", "other", "", "", "signer-office"),
    "same key, other office": ("first", "other first", "", "", "signer-office"),
}

UPPER = Identity.create()
UPPER_NEXT = UPPER.succeed(CITY)
UPPER_LOST = UPPER_NEXT.succeed(CITY, lost=True)
SAFE, OTHER_SAFE = ReceivingKey.create(), ReceivingKey.create()
OPENED: dict[str, tuple[list[ReceivingKey], tuple[ReceivingKey, ...], bool]] = {
    # sealed for, opened with: whether it opens
    "sent to the present key": ([UPPER.receiving], UPPER.opening, True),
    "sent before the change": ([UPPER.receiving], UPPER_NEXT.opening, True),
    "sent before two changes and a loss": ([UPPER.receiving], UPPER_LOST.opening, True),
    "new computer, new keys, no backup": ([UPPER.receiving], Identity.create().opening, False),
    "backup from before the change": ([UPPER_NEXT.receiving], UPPER.opening, False),
    "the same within the season": ([UPPER.receiving, UPPER_NEXT.receiving], UPPER.opening, True),
    "upper office lost, key in the safe": ([UPPER.receiving, SAFE], (SAFE,), True),
    "sent without the key in the safe": ([UPPER.receiving], (SAFE,), False),
    "another office's safe": ([UPPER.receiving, SAFE], (OTHER_SAFE,), False),
    "no key at all": ([UPPER.receiving], (), False),
}


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Identity, list[ReceivingKey]], Path]:
    """Writes a package of the office 509999 and gives its path."""
    folder = tmp_path_factory.mktemp("keys")

    def write(identity: Identity, keys: list[ReceivingKey]) -> Path:
        path = folder / f"{len(list(folder.iterdir()))}.cpkg"
        envelope = Envelope(
            kind="annual",
            id="0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
            stream="annual/2026",
            seq=1,
            epoch=EPOCH,
            sender=CODE,
            recipient=CITY,
            app="county-desk 0.1.0",
        )
        shipment = Shipment(
            envelope=envelope,
            manifest={"schema": {"major": 1, "minor": 0}, "year": 2026},
            sections=[Records("schools", [{"id": "1", "name": "石坪镇中心小学"}])],
            entities=("schools",),
            identity=identity,
            recipients=[key.recipient for key in keys],
        )
        return write_archive(path, shipment).path

    return write


def named(names: str, cards: dict[str, KeyCard]) -> list[KeyCard]:
    """The cards of a table's cell: whole names parted by spaces."""
    if names in cards:
        return [cards[names]]
    return [cards[name] for name in names.split()]


@pytest.mark.parametrize("case", SIGNED)
def test_whose_signature_counts(case, sealed):
    """Only a confirmed key and the very next one that it endorses merge; others wait for paper or are refused."""
    signed_by, confirmed, beside, revoked, expected = SIGNED[case]
    path = sealed(KEYS[signed_by], [UPPER.receiving])
    signers = Signers(named(confirmed, CARDS), named(beside, CARDS), named(revoked, CARDS))
    if isinstance(expected, Trust):
        assert signers.trust(inspect(path, signers).header.signer) is expected
        return
    with pytest.raises(PackageRefused) as caught:
        inspect(path, signers)
    assert caught.value.code == expected


@pytest.mark.parametrize("case", OPENED)
def test_who_can_open(case, sealed):
    """What was sent to a key is opened by that key or by the one in the safe, by nobody else."""
    recipients, keys, opens = OPENED[case]
    path = sealed(FIRST, recipients)
    words = {"keys": keys, "signers": Signers([CARDS["first"]]), "entities": ("schools",)}
    if opens:
        with open_archive(path, **words) as opened:
            assert opened.counts == {"schools": 1}
        return
    with pytest.raises(PackageRefused) as caught:
        open_archive(path, **words).close()
    assert caught.value.code == "not-for-us"


def test_a_check_of_endorsements_that_always_holds_is_caught(monkeypatch):
    """The control: were an endorsement not looked at, cases of the table above would come out otherwise."""
    monkeypatch.setattr(KeyCard, "succeeds", lambda self, before: self.code == before.code)
    wrong = [
        case
        for case, (signed_by, confirmed, beside, revoked, expected) in SIGNED.items()
        if expected is UNKNOWN
        and Signers(named(confirmed, CARDS), named(beside, CARDS), named(revoked, CARDS)).trust(
            KEYS[signed_by].verify.key_id
        )
        is SUCCESSOR
    ]
    assert len(wrong) > 10


def test_a_mistyped_key_of_the_safe_is_no_key():
    """One letter other than printed, two exchanged or one left out: told, never taken for another key."""
    secret = SAFE.secret
    start = len("AGE-SECRET-KEY-1")
    for place in range(start, len(secret)):
        other = "Q" if secret[place] != "Q" else "P"
        swapped = secret[:place] + secret[place : place + 2][::-1] + secret[place + 2 :]
        for typed in (secret[:place] + other + secret[place + 1 :], secret[:place] + secret[place + 1 :], swapped):
            if typed != secret:
                with pytest.raises(ValueError, match=r"^$"):
                    ReceivingKey(typed).age_identity()
