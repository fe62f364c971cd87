"""Keys of one installation: Ed25519 to sign, X25519 to receive, and signatures that `minisign` can check.

Private keys leave this module only into `keys.json` (mode 0600) and through `ReceivingKey.secret`, which is
printed on the recovery sheet. Key ids are the first 16 hexadecimal digits of SHA-256 of the raw public key.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desktop import canonical
from desktop.archive import drive
from desktop.errors import UnreadableFile, disk_reason

_MINISIGN_KEY = b"Ed"
_MINISIGN_HASHED = b"ED"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_KEY_FILE_FORMAT = 1
_KEY_FILE_LIMIT = 16 * 1024
_MOST_FORMER = 64
_LATER = frozenset({"serial", "predecessor", "endorsement", "former"})
"""What a key file says of keys that were changed; that of a first pair has none of it."""

_SUCCESSION = b"county-desk key succession 1\n"  # a signature for a successor is good for nothing else


def key_id(public: bytes) -> str:
    """The 16 hexadecimal digits by which headers name a raw public key of 32 bytes."""
    return hashlib.sha256(public).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public Ed25519 key; `text` is the form that `minisign -P` takes."""

    raw: bytes

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read minisign's form; raises ValueError unless it is exactly what `text` would give back."""
        key = cls(base64.b64decode(text, validate=True)[10:])
        if len(key.raw) != 32 or key.text != text:
            raise ValueError(text)
        return key

    @property
    def key_id(self) -> str:
        """The id in headers."""
        return key_id(self.raw)

    @property
    def text(self) -> str:
        """Base64 of "Ed", key number and key; the key number is the key id."""
        return base64.b64encode(_MINISIGN_KEY + bytes.fromhex(self.key_id) + self.raw).decode()

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature is this key's over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def verifies_file(self, signature_file: bytes, message: bytes, comment: str) -> bool:
        """Whether these are the bytes of this key's .minisig over the message with this trusted comment."""
        lines = signature_file.split(b"\n")
        try:
            head, last = base64.b64decode(lines[1], validate=True), base64.b64decode(lines[3], validate=True)
        except (IndexError, binascii.Error):
            return False
        signature = head[10:]
        if signature_file != _minisign_text(self, signature, last, comment):
            return False
        if not self.verifies(signature, _digest(message)):
            return False
        return self.verifies(last, signature + comment.encode())


def _digest(message: bytes) -> bytes:
    return hashlib.blake2b(message).digest()


def _minisign_text(key: VerifyingKey, signature: bytes, last: bytes, comment: str) -> bytes:
    head = _MINISIGN_HASHED + bytes.fromhex(key.key_id) + signature
    lines = (
        f"untrusted comment: county-desk {key.key_id}",
        base64.b64encode(head).decode(),
        f"trusted comment: {comment}",
        base64.b64encode(last).decode(),
    )
    return "".join(f"{line}\n" for line in lines).encode()


def recipient_key_id(recipient: str) -> str:
    """The key id of an age recipient (`age1…`); raises ValueError if it is not one in canonical form."""
    try:
        known = str(pyrage.x25519.Recipient.from_str(recipient))
    except pyrage.RecipientError:
        raise ValueError(recipient) from None
    if known != recipient:
        raise ValueError(recipient)
    number = 0
    for character in recipient[4:-6]:  # 52 characters of 5 bits: 32 bytes and 4 bits of padding
        number = number << 5 | _BECH32.index(character)
    return key_id((number >> 4).to_bytes(32))


@dataclass(frozen=True, slots=True)
class ReceivingKey:
    """A private X25519 key in age's text form: what opens packages, backups and escrow."""

    secret: str = field(repr=False)

    @classmethod
    def create(cls) -> Self:
        """A new random key."""
        return cls(str(pyrage.x25519.Identity.generate()))

    def age_identity(self) -> pyrage.x25519.Identity:
        """The key as pyrage takes it; raises ValueError if the text is no key."""
        try:
            identity = pyrage.x25519.Identity.from_str(self.secret)
        except pyrage.IdentityError:
            raise ValueError from None  # the text is secret and stays out of the message
        if str(identity) != self.secret:
            raise ValueError
        return identity

    @property
    def recipient(self) -> str:
        """The public half, `age1…`."""
        return str(self.age_identity().to_public())

    @property
    def key_id(self) -> str:
        """The id in headers."""
        return recipient_key_id(self.recipient)


@dataclass(frozen=True, slots=True)
class PublicCard:
    """What a reader must know of an office to take its packages: organisation code and public keys."""

    code: str
    verify: VerifyingKey
    recipient: str


def succession_message(*, code: str, serial: int, sign: str, receive: str) -> bytes:
    """What the key before signs to name its successor: office, serial number of the new card, both new keys."""
    return _SUCCESSION + canonical.line({"code": code, "receive": receive, "serial": serial, "sign": sign})


@dataclass(frozen=True, slots=True)
class Identity:
    """The private keys of one installation.

    `serial` counts its pairs of keys from 1; `predecessor` is the key id before, `endorsement` that key's signature
    over this pair (empty after a loss); `former` are the receiving keys before, which open what was sent to them.
    """

    signing: Ed25519PrivateKey = field(repr=False)
    receiving: ReceivingKey
    serial: int = 1
    predecessor: str = ""
    endorsement: str = ""
    former: tuple[ReceivingKey, ...] = ()

    @classmethod
    def create(cls) -> Self:
        """New random keys."""
        return cls(Ed25519PrivateKey.generate(), ReceivingKey.create())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Keys from the content of a key file; raises ValueError or CanonicalError."""
        value = canonical.loads_strict(data.removesuffix(b"\n"))
        if value.keys() - _LATER != {"format", "receive", "sign"} or value["format"] != _KEY_FILE_FORMAT:
            raise ValueError
        seed = base64.b64decode(str(value["sign"]), validate=True)
        former = tuple(map(ReceivingKey, value.get("former", ())))
        identity = cls(
            Ed25519PrivateKey.from_private_bytes(seed),
            ReceivingKey(str(value["receive"])),
            value.get("serial", 1),
            value.get("predecessor", ""),
            value.get("endorsement", ""),
            former,
        )
        for key in identity.opening:
            key.age_identity()
        if identity.to_bytes() != data:
            raise ValueError
        return identity

    def succeed(self, code: str, *, lost: bool = False) -> Self:
        """The next pair of keys of an office; endorsed by this one unless it was `lost` or stolen."""
        fresh = Identity.create()
        serial = self.serial + 1
        message = succession_message(
            code=code, serial=serial, sign=fresh.verify.text, receive=fresh.receiving.recipient
        )
        endorsement = "" if lost else base64.b64encode(self.sign(message)).decode()
        former = (self.receiving, *self.former)[:_MOST_FORMER]
        return type(self)(fresh.signing, fresh.receiving, serial, self.verify.key_id, endorsement, former)

    @property
    def opening(self) -> tuple[ReceivingKey, ...]:
        """The keys that open what was sent to this office: the present one first."""
        return (self.receiving, *self.former)

    @classmethod
    def load(cls, path: Path) -> Self:
        """The keys in a key file; raises UnreadableFile with a sentence."""
        try:
            with path.open("rb") as file:
                return cls.from_bytes(file.read(_KEY_FILE_LIMIT))
        except FileNotFoundError:
            raise UnreadableFile(f"没有找到密钥文件 {path.name}，请从最近的备份恢复。") from None
        except OSError as error:
            raise UnreadableFile(f"密钥文件 {path.name} 读不出：{disk_reason(error)}。") from error
        except (ValueError, TypeError, canonical.CanonicalError):
            raise UnreadableFile(f"密钥文件 {path.name} 已损坏，请从最近的备份恢复。") from None

    def to_bytes(self) -> bytes:
        """The content of a key file."""
        seed = base64.b64encode(self.signing.private_bytes_raw()).decode()
        later = {
            "serial": self.serial if self.serial > 1 else None,
            "predecessor": self.predecessor,
            "endorsement": self.endorsement,
            "former": [key.secret for key in self.former],
        }
        known = {name: value for name, value in later.items() if value}
        return canonical.line({"format": _KEY_FILE_FORMAT, "receive": self.receiving.secret, "sign": seed, **known})

    def save(self, path: Path) -> None:
        """Write a key file that only its owner may read; never replaces one. Raises RefusedError."""
        with drive.new_file(path, mode=0o600) as part:
            part.file.write(self.to_bytes())
            part.settle()

    def replace(self, path: Path) -> None:
        """Put the key file in the place of the one before, by one rename. Raises RefusedError."""
        following = path.with_name(f"{path.name}.next")
        following.unlink(missing_ok=True)
        self.save(following)
        following.replace(path)

    @property
    def verify(self) -> VerifyingKey:
        """The public half of the signing key."""
        return VerifyingKey(self.signing.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of a plain Ed25519 signature."""
        return self.signing.sign(message)

    def sign_file(self, message: bytes, comment: str) -> bytes:
        """The bytes of a .minisig over the message, with a trusted comment."""
        signature = self.sign(_digest(message))
        return _minisign_text(self.verify, signature, self.sign(signature + comment.encode()), comment)

    def card(self, code: str) -> PublicCard:
        """The public half, under the organisation code of the office."""
        return PublicCard(code, self.verify, self.receiving.recipient)
