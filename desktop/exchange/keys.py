"""Key cards (`.ckey`): who an office is and which keys it uses, signed by itself, compared by eye on paper.

The signature only shows that the card is whole and that its owner has the key; that the owner is the office is
confirmed by a person who compares the eight groups of the fingerprint with the stamped page.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from desktop import canonical
from desktop.archive import Identity, PublicCard, VerifyingKey, drive, recipient_key_id, succession_message
from desktop.errors import UnreadableFile, disk_reason

_FORMAT = 1
_PURPOSE = b"county-desk key card 1\n"  # a signature for a card is good for nothing else
_LIMIT = 16 * 1024
_NAME_LENGTH = 100
_LEVELS = ("school", "township", "county", "city", "province")
_CODE = re.compile(r"[0-9A-Za-z-]{1,32}")
_HEX16 = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCard:
    """One office's public keys: organisation code and name, level, serial number of the card, keys, epoch.

    `sign` is minisign's text of the Ed25519 key, `receive` and `escrow` (empty when the office has none) are
    age recipients, `predecessor` is the key id of the card before, empty for the first, `endorsement` its signature
    over this card's keys, empty where the key before was lost.
    """

    code: str
    name: str
    level: str
    serial: int
    sign: str
    receive: str
    epoch: str
    escrow: str = ""
    predecessor: str = ""
    endorsement: str = ""
    signature: str = ""

    @property
    def key_id(self) -> str:
        """The id under which headers name the signer."""
        return VerifyingKey.from_text(self.sign).key_id

    @property
    def recipients(self) -> tuple[str, ...]:
        """Whom a package for this office is encrypted to: the working key and, where there is one, the escrow key."""
        return tuple(filter(None, (self.receive, self.escrow)))

    def succeeds(self, before: "KeyCard") -> bool:
        """Whether this is the very next card of the same office, endorsed by the key of the card before.

        Exactly the next serial number: a card that was left out may have carried a revocation.
        """
        if (self.code, self.serial, self.predecessor) != (before.code, before.serial + 1, before.key_id):
            return False
        message = succession_message(code=self.code, serial=self.serial, sign=self.sign, receive=self.receive)
        try:
            endorsement = base64.b64decode(self.endorsement, validate=True)
        except binascii.Error:
            return False
        return VerifyingKey.from_text(before.sign).verifies(endorsement, message)

    @property
    def public(self) -> PublicCard:
        """What the reader of a package needs of this card."""
        return PublicCard(self.code, VerifyingKey.from_text(self.sign), self.receive)


def make_card(
    identity: Identity,
    *,
    code: str,
    name: str,
    level: str,
    epoch: str,
    escrow: str = "",
) -> KeyCard:
    """The signed card of an identity; raises ValueError when a value is none that `read_card` would take."""
    card = KeyCard(
        code=code,
        name=name,
        level=level,
        serial=identity.serial,
        sign=identity.verify.text,
        receive=identity.receiving.recipient,
        epoch=epoch,
        escrow=escrow,
        predecessor=identity.predecessor,
        endorsement=identity.endorsement,
    )
    wrong = _find_wrong(card)
    if wrong:
        raise ValueError(wrong)
    return replace(card, signature=base64.b64encode(identity.sign(_message(card))).decode())


def write_card(card: KeyCard, path: Path) -> None:
    """Write the card under a new name, on the medium; raises RefusedError."""
    with drive.new_file(path) as part:
        part.file.write(card_bytes(card))
        part.settle()


def card_bytes(card: KeyCard) -> bytes:
    """The content of a card file."""
    return canonical.line(_values(card))


def read_card(path: Path) -> KeyCard:
    """Read a card file; raises UnreadableFile with a sentence."""
    try:
        with drive.open_plain(path) as file:
            data = file.read(_LIMIT + 1)
    except FileNotFoundError as error:
        raise UnreadableFile(f"没有找到密钥卡文件“{path}”；请核对位置和文件名，U盘是否已插好。") from error
    except OSError as error:
        raise UnreadableFile(f"密钥卡 {path.name} 读不出：{disk_reason(error)}。") from error
    return parse_card(data, path.name)


def parse_card(data: bytes, name: str) -> KeyCard:
    """The card with these bytes; `name` is told when they are none. Raises UnreadableFile."""
    refused = f"{name} 不是完整的密钥卡，请向发出单位重新索取"
    if len(data) > _LIMIT or not data.endswith(b"\n"):
        raise UnreadableFile(f"{refused}。")
    try:
        card = _from_values(canonical.loads_strict(data[:-1]))
    except canonical.CanonicalError as error:
        raise UnreadableFile(f"{refused}（{error.sentence.rstrip('。')}）。") from error
    wrong = "项目不齐" if card is None else _find_wrong(card)
    if card is None or wrong:
        raise UnreadableFile(f"{refused}（{wrong}）。")
    if card_bytes(card) != data or not _is_signed(card):
        raise UnreadableFile(f"{refused}（签名不符，内容被改动过）。")
    return card


def _values(card: KeyCard) -> dict[str, Any]:
    values = {field.name: getattr(card, field.name) for field in fields(card)}
    return {"format": _FORMAT, **{name: value for name, value in values.items() if value != ""}}


def _from_values(values: dict[str, Any]) -> KeyCard | None:
    kinds = {field.name: int if field.name == "serial" else str for field in fields(KeyCard)}
    required = kinds.keys() - {"escrow", "predecessor", "endorsement"}
    own = {name: value for name, value in values.items() if name != "format"}
    if not required <= own.keys() <= kinds.keys():
        return None
    if any(type(value) is not kinds[name] for name, value in own.items()):
        return None
    return KeyCard(**own)


def _find_wrong(card: KeyCard) -> str:
    """What is wrong with the values of a card, in a clerk's words; empty when nothing is."""
    right: dict[str, object] = {
        "单位代码": _CODE.fullmatch(card.code),
        "单位名称": 0 < len(card.name.strip()) <= _NAME_LENGTH and "\n" not in card.name,
        "单位级别": card.level in _LEVELS,
        "密钥卡序号": card.serial > 0,
        "签名密钥": _holds(VerifyingKey.from_text, card.sign),
        "收件密钥": _holds(recipient_key_id, card.receive),
        "备用收件密钥": card.escrow == "" or _holds(recipient_key_id, card.escrow),
        "数据库标识": _HEX16.fullmatch(card.epoch),
        "上一张密钥卡": card.predecessor == "" or (card.serial > 1 and _HEX16.fullmatch(card.predecessor)),
        "上一张密钥卡的签名": card.endorsement == "" or card.predecessor != "",
    }
    return next((f"{name}不合规定" for name, holds in right.items() if not holds), "")


def _holds(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _message(card: KeyCard) -> bytes:
    return _PURPOSE + canonical.line(_values(replace(card, signature="")))


def _is_signed(card: KeyCard) -> bool:
    try:
        signature = base64.b64decode(card.signature, validate=True)
    except binascii.Error:
        return False
    key = VerifyingKey.from_text(card.sign)
    return base64.b64encode(signature).decode() == card.signature and key.verifies(signature, _message(card))


def fingerprint(card: KeyCard) -> str:
    """Eight groups of five digits: the first 40 of the 78 decimal digits of SHA-256 over all fields."""
    number = int(hashlib.sha256(card_bytes(card)).hexdigest(), 16)
    digits = f"{number:078d}"[:40]
    return " ".join(digits[start : start + 5] for start in range(0, 40, 5))


def qr_text(card: KeyCard) -> str:
    """The text of the QR code on the printed page: office, serial number and fingerprint."""
    return f"COUNTY-DESK KEY {card.code} {card.serial} {fingerprint(card).replace(' ', '')}"
