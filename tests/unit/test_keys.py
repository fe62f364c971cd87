"""Keys: what identifies an office, and the card by which another office knows it."""

import base64
import dataclasses
import errno
import hashlib
import os

import pytest

from desktop import archive, canonical
from desktop.archive import identity
from desktop.errors import RefusedError, UnreadableFile
from desktop.exchange import keys
from tests import bech32

OFFICE = archive.Identity.create()
CITY = archive.Identity.create()
CARD = keys.make_card(OFFICE, code="509999", name="石坪县教育委员会", level="county", epoch="00000000000000ff")


# --- private keys ----------------------------------------------------------------------------------------


def test_key_file_round_trip(tmp_path):
    """The key file gives back the same keys and only its owner may read it."""
    path = tmp_path / "keys.json"
    OFFICE.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    again = archive.Identity.load(path)
    assert again.to_bytes() == OFFICE.to_bytes()
    assert again.card("509999") == OFFICE.card("509999")
    assert again.sign(b"x") == OFFICE.sign(b"x")


def test_key_file_is_never_replaced(tmp_path):
    """Private keys that exist are not overwritten by others."""
    OFFICE.save(tmp_path / "keys.json")
    with pytest.raises(RefusedError, match="已经存在"):
        CITY.save(tmp_path / "keys.json")
    assert archive.Identity.load(tmp_path / "keys.json").to_bytes() == OFFICE.to_bytes()


def damaged_key_files() -> list[bytes]:
    good = canonical.loads_strict(OFFICE.to_bytes()[:-1])
    changes = [
        {"format": 2},
        {"format": True},
        {"more": 1},
        {"sign": "x"},
        {"sign": base64.b64encode(b"short").decode()},
        {"sign": 7},
        {"receive": "x"},
        {"receive": good["receive"].lower()},
    ]
    lines = [canonical.line({**good, **change}) for change in changes]
    return [b"", b"{}\n", OFFICE.to_bytes()[:-1], OFFICE.to_bytes() + b"\n", *lines]


@pytest.mark.parametrize("data", damaged_key_files(), ids=map(str, range(len(damaged_key_files()))))
def test_damaged_key_files(tmp_path, data):
    """A key file that is not byte for byte what was written is told as damaged, without any of its content."""
    path = tmp_path / "keys.json"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match="已损坏") as caught:
        archive.Identity.load(path)
    assert "SECRET" not in repr(caught.value) + str(caught.value.__cause__)


def test_key_files_that_cannot_be_read(tmp_path):
    """A missing key file and a folder in its place end in a sentence."""
    with pytest.raises(UnreadableFile, match="没有找到"):
        archive.Identity.load(tmp_path / "keys.json")
    with pytest.raises(UnreadableFile, match="读不出"):
        archive.Identity.load(tmp_path)


def test_secrets_do_not_print():
    """No private key stands in a repr, which ends up in logs."""
    assert "SECRET" not in repr(OFFICE)
    assert "SECRET" not in repr(OFFICE.receiving)


def test_key_ids_are_of_the_raw_public_keys():
    """The first 16 hexadecimal digits of SHA-256 of the 32 bytes, for both kinds of key."""
    raw = OFFICE.verify.raw
    assert OFFICE.verify.key_id == hashlib.sha256(raw).hexdigest()[:16]
    # RFC 7748 6.1: the public key of Alice
    raw = bytes.fromhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
    text = bech32.encode("age", raw)
    assert archive.recipient_key_id(text) == hashlib.sha256(raw).hexdigest()[:16]


@pytest.mark.parametrize(
    "text",
    ["age1", "x" * 62, OFFICE.receiving.recipient.upper(), "age1" + "q" * 58],
    ids=("short", "other", "upper", "check sum"),
)
def test_recipients_that_are_none(text):
    """Another form of the same key or a wrong check sum is no recipient."""
    with pytest.raises(ValueError, match=text):
        archive.recipient_key_id(text)


@pytest.mark.parametrize(
    "text",
    ["", "x", "RWQ=", base64.b64encode(bytes(42)).decode(), OFFICE.verify.text + "\n"],
    ids=("empty", "letter", "short", "zeros", "newline"),
)
def test_signing_keys_that_are_none(text):
    """Only minisign's text of 32 bytes under their own key number is a key."""
    with pytest.raises(ValueError):  # noqa: PT011 - the text is enough
        archive.VerifyingKey.from_text(text)
    assert archive.VerifyingKey.from_text(OFFICE.verify.text) == OFFICE.verify


def test_signatures():
    """A signature holds for its message and key only; bytes that are no key verify nothing."""
    signature = OFFICE.sign(b"message")
    assert OFFICE.verify.verifies(signature, b"message")
    assert not OFFICE.verify.verifies(signature, b"massage")
    assert not CITY.verify.verifies(signature, b"message")
    assert not identity.VerifyingKey(b"short").verifies(signature, b"message")
    file = OFFICE.sign_file(b"message", "annual")
    assert OFFICE.verify.verifies_file(file, b"message", "annual")
    assert not OFFICE.verify.verifies_file(file, b"message", "annua1")
    assert not OFFICE.verify.verifies_file(file, b"massage", "annual")
    assert not OFFICE.verify.verifies_file(file + b"\n", b"message", "annual")


def test_a_trusted_comment_cannot_be_moved():
    """The comment belongs to its signature: that of another file under the same key is refused."""
    first, second = OFFICE.sign_file(b"1", "seq 1").split(b"\n"), OFFICE.sign_file(b"2", "seq 2").split(b"\n")
    mixed = b"\n".join([first[0], first[1], second[2], second[3], b""])
    assert not OFFICE.verify.verifies_file(mixed, b"1", "seq 2")


# --- cards -----------------------------------------------------------------------------------------------


def test_card_round_trip(tmp_path):
    """A card comes back as it was, with the keys that a package needs."""
    escrow = archive.ReceivingKey.create()
    card = keys.make_card(
        CITY, code="500000", name="渝州市教育委员会", level="city", epoch="0" * 16, escrow=escrow.recipient
    )
    for one, path in ((CARD, tmp_path / "county.ckey"), (card, tmp_path / "city.ckey")):
        keys.write_card(one, path)
        assert keys.read_card(path) == one
        assert path.read_bytes() == keys.card_bytes(one)
    assert CARD.recipients == (OFFICE.receiving.recipient,)
    assert card.recipients == (CITY.receiving.recipient, escrow.recipient)
    assert card.public == CITY.card("500000")
    assert card.key_id == CITY.verify.key_id


def test_a_successor_is_endorsed(tmp_path):
    """The very next card, endorsed by the key before, is known without paper; any other is not."""
    second = OFFICE.succeed("509999")
    third = second.succeed("509999")
    words = {"code": "509999", "name": "新名", "level": "county", "epoch": "0" * 16}
    later, last = keys.make_card(second, **words), keys.make_card(third, **words)
    assert keys.parse_card(keys.card_bytes(later), "x") == later
    assert later.predecessor == CARD.key_id
    assert later.succeeds(CARD)
    assert last.succeeds(later)
    assert not last.succeeds(CARD)
    assert not keys.make_card(OFFICE.succeed("509999", lost=True), **words).succeeds(CARD)
    assert not keys.make_card(OFFICE.succeed("509998"), **words).succeeds(CARD)
    assert not sign(dataclasses.replace(later, endorsement="%")).succeeds(CARD)
    third.save(tmp_path / "keys.json")
    again = archive.Identity.load(tmp_path / "keys.json")
    assert again.opening == (third.receiving, second.receiving, OFFICE.receiving)
    OFFICE.replace(tmp_path / "keys.json")
    assert archive.Identity.load(tmp_path / "keys.json").serial == 1
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_every_altered_byte_of_a_card_is_refused():
    """A card with one altered byte is refused and named; the unaltered one is accepted between every ten."""
    good = keys.card_bytes(CARD)
    for position, byte in enumerate(good):
        if position % 10 == 0:
            assert keys.parse_card(good, "x.ckey") == CARD
        bad = good[:position] + bytes([byte ^ (1 << position % 8)]) + good[position + 1 :]
        with pytest.raises(UnreadableFile, match=r"x\.ckey"):
            keys.parse_card(bad, "x.ckey")
        with pytest.raises(UnreadableFile):
            keys.parse_card(good[:position], "x.ckey")
    for data in (good + b"\n", good + b"x" * 20_000, b"\xff" * 100 + b"\n"):
        with pytest.raises(UnreadableFile, match=r"x\.ckey"):
            keys.parse_card(data, "x.ckey")


WRONG = [
    ({"code": "../x"}, "单位代码"),
    ({"name": " "}, "单位名称"),
    ({"name": "县\n委"}, "单位名称"),
    ({"name": "县" * 101}, "单位名称"),
    ({"level": "village"}, "单位级别"),
    ({"serial": 0}, "密钥卡序号"),
    ({"epoch": "xyz"}, "数据库标识"),
    ({"escrow": "age1"}, "备用收件密钥"),
    ({"predecessor": "0" * 16}, "上一张密钥卡"),
]


@pytest.mark.parametrize(("change", "told"), WRONG)
def test_wrong_values_are_neither_made_nor_read(change, told):
    """Each field is checked when a card is made, and when a signed one is read."""
    values = {"code": "509999", "name": "县教委", "level": "county", "epoch": "0" * 16, **change}
    own = {name: values.pop(name) for name in ("serial", "predecessor") if name in values}
    with pytest.raises(ValueError, match=told):
        keys.make_card(dataclasses.replace(OFFICE, **own), **values)
    card = sign(dataclasses.replace(CARD, **change))
    with pytest.raises(UnreadableFile, match=told):
        keys.parse_card(keys.card_bytes(card), "x.ckey")


def sign(card: keys.KeyCard, signer: archive.Identity = OFFICE) -> keys.KeyCard:
    bare = dataclasses.replace(card, signature="")
    message = b"county-desk key card 1\n" + keys.card_bytes(bare)
    return dataclasses.replace(card, signature=base64.b64encode(signer.sign(message)).decode())


def test_cards_signed_by_another_are_refused():
    """The builder of the test makes what passes; the same signed by another key, or with a loose text, is refused."""
    assert keys.parse_card(keys.card_bytes(sign(CARD)), "x") == CARD
    loose = dataclasses.replace(CARD, signature=CARD.signature[:-1])
    other_bits = dataclasses.replace(CARD, signature=CARD.signature[:-3] + loosen(CARD.signature[-3]) + "==")
    for card in (sign(CARD, CITY), loose, other_bits, dataclasses.replace(CARD, sign=CITY.verify.text)):
        with pytest.raises(UnreadableFile, match="签名不符"):
            keys.parse_card(keys.card_bytes(card), "x.ckey")
    with pytest.raises(UnreadableFile, match="签名密钥"):
        keys.parse_card(keys.card_bytes(dataclasses.replace(CARD, sign="x")), "x.ckey")


def loosen(character: str) -> str:
    """The base64 character with the same leading bits and other unused ones."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return alphabet[alphabet.index(character) ^ 1]


@pytest.mark.parametrize(
    "change", [{"format": 2}, {"more": "x"}, {"serial": "1"}, {"serial": True}, {"name": 7}, {"escrow": ""}]
)
def test_cards_of_another_form(change):
    """Unknown items, other types and another format are refused."""
    value = canonical.loads_strict(keys.card_bytes(CARD)[:-1])
    with pytest.raises(UnreadableFile):
        keys.parse_card(canonical.line({**value, **change}), "x.ckey")
    with pytest.raises(UnreadableFile, match="项目不齐"):
        keys.parse_card(canonical.line({"format": 1}), "x.ckey")


def test_cards_on_drives(tmp_path, monkeypatch):
    """A missing card ends in a sentence, an existing one stays, a full drive leaves nothing."""
    path = tmp_path / "x.ckey"
    with pytest.raises(UnreadableFile, match=r"x\.ckey"):
        keys.read_card(path)
    keys.write_card(CARD, path)
    with pytest.raises(RefusedError, match="已经存在"):
        keys.write_card(CARD, path)

    def full(handle):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RefusedError, match="空间不足"):
        keys.write_card(CARD, tmp_path / "y.ckey")
    assert [one.name for one in tmp_path.iterdir()] == ["x.ckey"]


def test_fingerprint():
    """Eight groups of five digits over all fields: any changed field changes them."""
    digits = keys.fingerprint(CARD)
    groups = digits.split(" ")
    assert [len(group) for group in groups] == [5] * 8
    number = int.from_bytes(hashlib.sha256(keys.card_bytes(CARD)).digest())
    assert f"{number:078d}".startswith(digits.replace(" ", ""))
    changes = ({"name": "x"}, {"serial": 2}, {"epoch": "1" * 16}, {"code": "1"}, {"escrow": CARD.receive})
    others = {keys.fingerprint(sign(dataclasses.replace(CARD, **change))) for change in changes}
    assert len({digits, *others}) == 6
    assert keys.qr_text(CARD) == f"COUNTY-DESK KEY 509999 1 {digits.replace(' ', '')}"
