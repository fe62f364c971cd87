"""Telling what a package says, as far as the keys here reach; nothing is written."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.archive import Envelope, Header, Identity, ReceivingKey, inspect, open_archive
from desktop.errors import PackageRefused
from desktop.exchange.cards import own_card
from desktop.exchange.keys import KeyCard, fingerprint
from desktop.exchange.signers import Signers, Trust, signers_for
from desktop.exchange.streams import BY_KIND
from desktop.exchange.volumes import volumes_beside
from desktop.rules.check_codes import check_code
from desktop.store.database import Store


@dataclass(frozen=True, slots=True)
class Shown:
    """What a package says: header, its card, whether that was confirmed here, and what only a key opens.

    `manifest` and `counts` are empty for who cannot decrypt it.
    """

    header: Header
    sha256: str
    card: KeyCard | None
    key_confirmed: bool
    manifest: dict[str, Any]
    counts: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """What `package show --json` prints."""
        header = self.header
        facts = {name: getattr(header, name) for name in Envelope.__slots__}
        opened: dict[str, Any] = {
            name: self.manifest[name] for name in ("year", "office", "created", "scope") if name in self.manifest
        }
        return {
            **facts,
            "sha256": self.sha256,
            "check_code": check_code(header.manifest),
            "key_confirmed": self.key_confirmed,
            "fingerprint": fingerprint(self.card) if self.card is not None else "",
            "opened": bool(self.manifest),
            **opened,
            "volume": list(header.vol),
            "counts": self.counts,
        }


def show_package(store: Store, path: Path, *, identity: Identity) -> Shown:
    """Check a package as far as the keys here reach and tell what it says.

    Raises PackageRefused or UnreadableFile.
    """
    own = own_card(store, identity)
    with store.read() as session:
        signers = signers_for(session, path, own)
    found = inspect(path, signers)
    header = found.header
    confirmed = signers.trust(header.signer) in (Trust.CONFIRMED, Trust.SUCCESSOR)
    files = [each.path for each in volumes_beside(path, header)]
    manifest, counts = _open(files, signers, identity.opening, header.kind)
    return Shown(header, found.sha256, signers.card(header.signer), confirmed, manifest, counts)


def verify_package(store: Store, path: Path, *, identity: Identity) -> Header:
    """Check signature and hashes of a package that this computer need not be able to open; returns its header.

    Raises PackageRefused or UnreadableFile.
    """
    own = own_card(store, identity)
    with store.read() as session:
        return inspect(path, signers_for(session, path, own)).header


def _open(
    paths: list[Path], signers: Signers, keys: Sequence[ReceivingKey], kind: str
) -> tuple[dict[str, Any], dict[str, int]]:
    entities = BY_KIND[kind].sections if kind in BY_KIND else ()
    try:
        with closing(open_archive(paths, keys=keys, signers=signers, entities=entities)) as opened:
            return opened.manifest, opened.counts
    except PackageRefused as error:
        if error.code in ("not-for-us", "volumes"):  # what the header says is known all the same
            return {}, {}
        raise
