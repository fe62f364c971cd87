"""Packages to alter and to forge: a valid one of the county, its parts, and its rebuilding under a valid signature."""

import hashlib
import io
import tarfile
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyrage

from desktop import canonical
from desktop.archive import (
    Blob,
    Envelope,
    Header,
    Identity,
    PublicCard,
    Records,
    Shipment,
    open_archive,
    ustar,
    write_archive,
)
from desktop.errors import PackageRefused

ENTITIES = ("offices", "schools", "teachers")
SENDER, UPPER = Identity.create(), Identity.create()
HEAD = Envelope(
    kind="annual",
    id="01890000-0000-7000-8000-000000000001",
    stream="annual/2026",
    seq=7,
    epoch="00000000000000ff",
    sender="509999",
    recipient="509900",
    app="county-desk 0.1.0",
)
RECORDS = {
    "schools": [{"id": "1", "name": "石坪镇中心小学"}],
    "teachers": [{"id": f"{number:04d}", "name": f"张{'伟𠮷𬭚𫘝𨱏'[number % 5]}", "rev": 1} for number in range(40)],
}
Members = dict[str, bytes]


def signers(key_id: str) -> PublicCard | None:
    """Knows one sender."""
    return SENDER.card("509999") if key_id == SENDER.verify.key_id else None


def write_package(
    path: Path, records: dict[str, list[dict[str, Any]]] | None = None, blobs: Sequence[Blob] = ()
) -> Path:
    """A valid package."""
    values = RECORDS if records is None else records
    write_archive(
        path,
        Shipment(
            envelope=HEAD,
            manifest={"schema": {"major": 1, "minor": 0}, "year": 2026},
            sections=[*(Records(entity, rows) for entity, rows in values.items()), *blobs],
            entities=ENTITIES,
            identity=SENDER,
            recipients=[UPPER.receiving.recipient, SENDER.receiving.recipient],
        ),
    )
    return path


def read(path: Path) -> dict[str, list[dict[str, Any]]]:
    """All records of a package that is accepted; raises PackageRefused or UnreadableFile."""
    with open_archive(path, keys=[UPPER.receiving], signers=signers, entities=ENTITIES, kinds=("annual",)) as opened:
        return {entity: list(opened.records(entity)) for entity in opened.counts}


def members_of(data: bytes) -> Members:
    """The members of a ustar, by another reader than ours."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {name: tar.extractfile(name).read() for name in tar.getnames()}


def pack(parts: list[tuple[str, bytes]]) -> bytes:
    """A ustar as our writer makes it."""
    blocks = []
    for name, data in parts:
        member = ustar.Member(name, len(data))
        blocks += [member.block(), data, bytes(member.padding)]
    return b"".join(blocks) + ustar.END


def plain_payload(path: Path) -> bytes:
    """The decrypted payload of a package."""
    secret = members_of(path.read_bytes())["payload.age"]
    return pyrage.decrypt(secret, [UPPER.receiving.age_identity()])


def seal(header: Header, payload: bytes, manifest: bytes | None) -> bytes:
    """A package whose signature, hashes and encryption are right around any payload."""
    if manifest is not None:
        header = replace(header, manifest=hashlib.sha256(manifest).hexdigest())
    keys = [pyrage.x25519.Recipient.from_str(each.receiving.recipient) for each in (UPPER, SENDER)]
    secret = pyrage.encrypt(payload, keys)
    head = header.to_bytes()
    trailer = canonical.line(
        {
            "header": hashlib.sha256(head).hexdigest(),
            "len": len(secret),
            "payload": hashlib.sha256(secret).hexdigest(),
        }
    )
    signature = SENDER.sign_file(trailer, header.comment)
    return pack(
        [
            ("header.json", head),
            ("payload.age", secret),
            ("trailer.json", trailer),
            ("trailer.json.minisig", signature),
        ]
    )


def outcome(path: Path) -> dict[str, list[dict[str, Any]]] | str | None:
    """The records of a package that was accepted, None when it was refused with a sentence, else the crash."""
    try:
        return read(path)
    except PackageRefused as error:
        return None if error.code and len(error.sentence) > 15 else f"a refusal without words: {error}"
    except Exception:  # noqa: BLE001 - every other error is what a fuzzer looks for
        return traceback.format_exc()
