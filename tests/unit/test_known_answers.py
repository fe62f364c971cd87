"""Signatures and ciphertexts against the answers that the published standards print, not against our own writer.

An age file is written here from its specification (age-encryption.org/v1) with primitives that are held against their
RFCs first; the reader of the program takes it, and refuses each fault that the specification names.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.archive import Identity, ReceivingKey
from desktop.archive.attachments import open_attachment, sealed_path
from desktop.archive.identity import VerifyingKey, recipient_key_id
from desktop.errors import PackageRefused
from tests import bech32

RFC_8032 = {
    "empty": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
            "24655141438e7a100b"
        ),
    ),
    "1 byte": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
            "eeb00d291612bb0c00"
        ),
    ),
    "2 bytes": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed2"
            "8dc027beceea1ec40a"
        ),
    ),
}
# RFC 7748 6.1
ALICE_PUBLIC = bytes.fromhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
BOB = bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
BOB_PUBLIC = bytes.fromhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
SHARED = bytes.fromhex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")

OPENS = ReceivingKey(bech32.encode("age-secret-key-", BOB).upper())
CHUNK = 64 * 1024


# --- signatures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RFC_8032)
def test_signatures_are_those_of_rfc_8032(name):
    """Key, signature and check of 7.1; with one bit of message, key or signature changed nothing verifies."""
    seed, public, message, signature = map(bytes.fromhex, RFC_8032[name])
    identity = Identity(Ed25519PrivateKey.from_private_bytes(seed), OPENS)
    assert identity.verify.raw == public
    assert identity.sign(message) == signature
    assert identity.verify.verifies(signature, message)
    assert not identity.verify.verifies(signature, message + b"\0")
    assert not identity.verify.verifies(flipped(signature), message)
    assert not VerifyingKey(flipped(public)).verifies(signature, message)


def test_a_published_signature_of_minisign_holds():
    """The example of minisign's own documents: file "test", prehashed, and its trusted comment."""
    key = VerifyingKey(base64.b64decode("RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3")[10:])
    head = base64.b64decode(
        "RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo="
    )
    last = base64.b64decode("y/rUw2y8/hOUYjZU71eHp/Wo1KZ40fGy2VJEDl34XMJM+TX48Ss/17u3IvIfbVR1FkZZSNCisQbuQY+bHwhEBg==")
    signature = head[10:]
    assert key.verifies(signature, hashlib.blake2b(b"test").digest())
    assert key.verifies(last, signature + b"timestamp:1556193335\tfile:test")
    assert not key.verifies(signature, hashlib.blake2b(b"Test").digest())
    assert not key.verifies(last, signature + b"timestamp:1556193336\tfile:test")


# --- encryption -------------------------------------------------------------------------------------------


def test_primitives_are_those_of_their_rfcs():
    """What the age file below is written with gives the answers of RFC 7748 6.1, RFC 5869 A.1 and RFC 8439 2.8.2."""
    bob = X25519PrivateKey.from_private_bytes(BOB)
    assert bob.public_key().public_bytes_raw() == BOB_PUBLIC
    assert bob.exchange(X25519PublicKey.from_public_bytes(ALICE_PUBLIC)) == SHARED
    derived = HKDF(SHA256(), 42, bytes(range(13)), bytes(range(0xF0, 0xFA))).derive(b"\x0b" * 22)
    assert derived.hex().startswith("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b88718")
    text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen "
    cipher = ChaCha20Poly1305(bytes(range(0x80, 0xA0)))
    nonce, more = bytes.fromhex("070000004041424344454647"), bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    sealed = cipher.encrypt(nonce, text + b"would be it.", more)
    assert sealed[:16].hex() == "d31a8d34648e60db7b86afbc53ef7ec2"
    assert sealed[-16:].hex() == "1ae10b594f09e26a7e902ecbd0600691"


def test_the_receiving_key_is_that_of_rfc_7748():
    """Bob's private key gives Bob's public one in age's form, whose key id is of the raw 32 bytes."""
    assert OPENS.recipient == bech32.encode("age", BOB_PUBLIC)
    assert recipient_key_id(OPENS.recipient) == hashlib.sha256(BOB_PUBLIC).hexdigest()[:16]


@dataclass(frozen=True)
class AgeFile:
    """An age file for one recipient, part by part as the specification has them; chunks are number, is last, text."""

    version: bytes = b"age-encryption.org/v1"
    recipient: bytes = BOB_PUBLIC
    ephemeral: bytes | None = hashlib.sha256(b"ephemeral").digest()
    file_key: bytes = bytes(range(16))
    arguments: bytes = b""
    mac_key: bytes = b""
    chunks: tuple[tuple[int, bool, bytes], ...] = ((0, False, b"a" * CHUNK), (1, True, b"end"))
    behind: bytes = b""

    def to_bytes(self) -> bytes:
        """The whole file; without an ephemeral key the share is the point of low order, of which all secrets are 0."""
        share, secret = bytes(32), bytes(32)
        if self.ephemeral is not None:
            ephemeral = X25519PrivateKey.from_private_bytes(self.ephemeral)
            share = ephemeral.public_key().public_bytes_raw()
            secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(self.recipient))
        wrap = derive(secret, share + self.recipient, b"age-encryption.org/v1/X25519")
        body = ChaCha20Poly1305(wrap).encrypt(bytes(12), self.file_key, None)
        head = b"%s\n-> X25519 %s%s\n%s\n---" % (self.version, unpadded(share), self.arguments, unpadded(body))
        mac = hmac.digest(derive(self.mac_key or self.file_key, b"", b"header"), head, "sha256")
        nonce = bytes(16)
        stream = ChaCha20Poly1305(derive(self.file_key, nonce, b"payload"))
        chunks = [
            stream.encrypt(number.to_bytes(11) + bytes([is_last]), text, None) for number, is_last, text in self.chunks
        ]
        return b"%s %s\n%s%s%s" % (head, unpadded(mac), nonce, b"".join(chunks), self.behind)

    @property
    def plain(self) -> bytes:
        """What comes out."""
        return b"".join(text for _number, _is_last, text in self.chunks)


def derive(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(secret)


def unpadded(raw: bytes) -> bytes:
    return base64.b64encode(raw).rstrip(b"=")


def flipped(raw: bytes) -> bytes:
    return raw[:-1] + bytes([raw[-1] ^ 1])


GOOD = {
    "two chunks": AgeFile(),
    "one chunk": AgeFile(chunks=((0, True, b"end"),)),
    "last chunk full": AgeFile(chunks=((0, True, b"a" * CHUNK),)),
    "nothing": AgeFile(chunks=((0, True, b""),)),
}
FAULTS = {
    "version": {"version": b"age-encryption.org/v2"},
    "for another": {"recipient": ALICE_PUBLIC},
    "low order": {"ephemeral": None},
    "long file key": {"file_key": bytes(17)},
    "extra argument": {"arguments": b" more"},
    "header authenticated by another": {"mac_key": bytes(16)},
    "no chunk": {"chunks": ()},
    "no last chunk": {"chunks": ((0, False, b"a" * CHUNK),)},
    "last chunk empty": {"chunks": ((0, False, b"a" * CHUNK), (1, True, b""))},
    "two last chunks": {"chunks": ((0, True, b"a" * CHUNK), (1, True, b"end"))},
    "short chunk before the last": {"chunks": ((0, False, b"a"), (1, True, b"end"))},
    "chunks in another order": {"chunks": ((1, False, b"a" * CHUNK), (0, True, b"end"))},
    "bytes behind": {"behind": b"more"},
}


def opened(folder: Path, data: bytes, plain: bytes) -> bytes:
    """The content of an attachment as the program opens it, when the hash of its name is that of `plain`."""
    sha256 = hashlib.sha256(plain).hexdigest()
    path = sealed_path(folder, sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    open_attachment(folder, folder / "plain", sha256=sha256, keys=[OPENS])
    return (folder / "plain").read_bytes()


@pytest.mark.parametrize("name", GOOD)
def test_a_file_after_the_specification_opens(name, tmp_path):
    """What another program writes after the specification is opened, of whatever length."""
    assert opened(tmp_path, GOOD[name].to_bytes(), GOOD[name].plain) == GOOD[name].plain


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_of_the_specification_is_refused(name, tmp_path):
    """One thing other than in the files that open, all else right: refused, and no plain file is left."""
    bad = replace(AgeFile(), **FAULTS[name])
    with pytest.raises(PackageRefused, match="打不开"):
        opened(tmp_path, bad.to_bytes(), bad.plain)
    assert not (tmp_path / "plain").exists()
