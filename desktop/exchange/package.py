"""Packages of records: the annual one for the upper office, decisions and policies for those below.

    write_package(store, *, year, folder, identity, own_card, parent_card, tiers=(), …) -> Written
    write_down(store, stream, *, year, folder, identity, own_card, recipient, …) -> Written

A package is a full snapshot of what its stream holds, so any later one replaces a lost earlier one. It is encrypted
to the recipient, to the recipient's key in the safe, and to the sender, who can read back what was sent.
"""

import hashlib
import shutil
from collections.abc import Collection
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop.archive import Blob, Envelope, Header, Identity, Records, Sealed, Shipment, drive, largest_volume
from desktop.archive.packing import Progress
from desktop.archive.volumes import BESIDE
from desktop.canonical import CanonicalError
from desktop.codes import table_names
from desktop.errors import RefusedError, UnreadableFile
from desktop.exchange import outbox
from desktop.exchange.attachments import Outgoing, held_by, outgoing
from desktop.exchange.cards import recipients_of, revocations
from desktop.exchange.desks import own_areas
from desktop.exchange.heads import heads_for
from desktop.exchange.keys import KeyCard, card_bytes, read_card
from desktop.exchange.lifting import SCHEMA
from desktop.exchange.record_lines import refuse_unsendable
from desktop.exchange.scope import Scope
from desktop.exchange.snapshots import Choice, choose, sections
from desktop.exchange.streams import ANNUAL, DOWN, Stream
from desktop.models import BY_PLURAL
from desktop.paths import RESOURCES
from desktop.rules.check_codes import check_code
from desktop.store.bulk import without_collector
from desktop.store.database import CLOSED, Store

KIND: Final = ANNUAL.kind
SECTIONS: Final = ANNUAL.sections
_YEARS: Final = range(1900, 2900)


@dataclass(frozen=True, slots=True)
class Written:
    """A package on the drive: path, the sender's card beside it, header, records per entity, code for the telephone.

    `attachments` says how many went along, `referred` how many the recipient holds already; `left_out` names, in
    sentences, those that are lost or damaged here. Of several volumes `volumes` stand there, and `left` are the numbers
    of those that the drive had no room for.
    """

    path: Path
    card_path: Path
    header: Header
    sha256: str
    counts: dict[str, int]
    check_code: str
    attachments: int = 0
    referred: int = 0
    left_out: tuple[str, ...] = ()
    volumes: tuple[Path, ...] = ()
    left: tuple[int, ...] = ()

    @property
    def seq(self) -> int:
        """第 n 次."""
        return self.header.seq

    def as_json(self) -> dict[str, Any]:
        """What `package write --json` prints."""
        return {
            "path": str(self.path),
            "volumes": [str(path) for path in self.volumes],
            "volumes_left": list(self.left),
            "card": str(self.card_path),
            "stream": self.header.stream,
            "seq": self.seq,
            "recipient": self.header.recipient,
            "sha256": self.sha256,
            "check_code": self.check_code,
            "counts": self.counts,
            "attachments": self.attachments,
            "referred": self.referred,
            "left_out": list(self.left_out),
        }


def write_package(
    store: Store,
    *,
    year: int,
    folder: Path,
    identity: Identity,
    own_card: KeyCard,
    parent_card: KeyCard | None,
    tiers: Collection[str] = (),
    forms: Collection[str] = (),
    resend: bool = False,
    reserve: int = 0,
    progress: Progress | None = None,
    step: outbox.Step | None = None,
) -> Written:
    """Write the annual package of a year to a folder, usually of a drive, and read it back from there.

    `tiers` and `forms` are the scope: only teachers appointed to one of these tiers go, with what hangs on them, and
    only what these forms bring; none means all. Attachments that the upper office said it holds are only referred to,
    unless they are to be sent again (`resend`). So many bytes of the drive are left as `reserve` for what goes along.
    `progress` gets the plain bytes packed so far, `step` follows the copying to the drive; cancelled in the middle of
    it the package waits in the outbox. Raises RefusedError with a sentence when there is no card of the upper office,
    for a year that is none, when a text cannot be sent (all of them are named), or when the drive fails; what stood
    there is untouched then.
    """
    if parent_card is None:
        raise RefusedError("还没有上级单位的密钥卡，不能生成数据包；请向上级要密钥卡文件（.ckey），确认后再生成")
    scope = Scope.of(tiers, forms)
    writing = _Writing(store, ANNUAL, year, identity, own_card, parent_card, scope, reserve, progress, step)
    writing.resend = resend
    return writing.write(folder)


def write_down(
    store: Store,
    stream: Stream,
    *,
    year: int,
    folder: Path,
    identity: Identity,
    own_card: KeyCard,
    recipient: KeyCard,
    reserve: int = 0,
    progress: Progress | None = None,
    step: outbox.Step | None = None,
) -> Written:
    """Write what a stream holds for one office below, like `write_package`. Raises RefusedError."""
    if stream.way != DOWN or not stream.records:
        raise RefusedError(f"“{stream.label}”不是下发的数据包，没有生成")
    writing = _Writing(store, stream, year, identity, own_card, recipient, Scope(), reserve, progress, step)
    return writing.write(folder)


@dataclass(slots=True)
class _Writing:
    """One package on its way out."""

    store: Store
    stream: Stream
    year: int
    identity: Identity
    own_card: KeyCard
    recipient: KeyCard
    scope: Scope
    reserve: int
    progress: Progress | None
    step: outbox.Step | None
    resend: bool = False

    def write(self, folder: Path) -> Written:
        """Seal it in the outbox, copy it to the folder, and lay the card beside it."""
        if self.year not in _YEARS:
            now = datetime.now(UTC).year
            raise RefusedError(f"年度“{self.year}”不对，没有生成数据包；请写四位数的年份，例如 {now}")
        outbox.check_folder(folder)
        with without_collector():
            sealed, along = self._seal(_largest_volume(folder, self.reserve))
        handed = outbox.hand_over(self.store, sealed.header.id, folder, reserve=self.reserve, step=self.step)
        code = check_code(sealed.header.manifest)
        card_path = lay_card(self.own_card, folder)
        return Written(
            handed.paths[0],
            card_path,
            sealed.header,
            sealed.sha256,
            dict(sealed.counts),
            code,
            attachments=len(along.blobs),
            referred=len(along.referred),
            left_out=tuple(along.left_out),
            volumes=handed.paths,
            left=handed.left,
        )

    def _seal(self, volume: int) -> tuple[Sealed, Outgoing]:
        """Number what is sent and read it from the very state in which it was numbered.

        With a write-ahead log a reader keeps that state while the lines are written one after another; without one, a
        reader would keep the writer from committing, and all lines are read at once.
        """
        with ExitStack() as stack:
            with self.store.write(f"生成 {self.stream.titled(self.year)}数据包", kind="package") as writer:
                envelope = outbox.prepare(
                    writer,
                    self.store,
                    kind=self.stream.kind,
                    stream=self.stream.name(self.year),
                    recipient=self.recipient.code,
                )
                manifest = self._manifest(writer, envelope)
                recipients = recipients_of(writer, self.recipient, self.year)
                session = stack.enter_context(self.store.read()) if self.store.has_log else writer
                chosen = choose(
                    session,
                    self.stream,
                    own=self.store.office_code,
                    recipient=self.recipient.code,
                    scope=self.scope,
                )
                held = set() if self.resend else held_by(session, self.recipient.code)
                along = outgoing(session, self.store.folder, chosen, held=held)
                if along.referred:
                    manifest["referred"] = along.referred
                parts = sections(session, chosen)
                if not self.store.has_log:
                    parts = [Records(part.entity, list(part.values)) for part in parts]
            try:
                return self._seal_parts(envelope, manifest, [*parts, *along.blobs], volume, recipients), along
            except CanonicalError:
                outbox.withdraw(self.store, envelope)
                self._refuse_unsendable(chosen)
                raise

    def _seal_parts(
        self,
        envelope: Envelope,
        manifest: dict[str, Any],
        parts: list[Records | Blob],
        volume: int,
        recipients: list[str],
    ) -> Sealed:
        return outbox.seal(
            self.store,
            partial(self._name, envelope),
            Shipment(
                envelope=envelope,
                manifest=manifest,
                sections=parts,
                entities=self.stream.sections,
                identity=self.identity,
                recipients=[*recipients, self.identity.receiving.recipient],
            ),
            volume=volume,
            progress=self.progress,
        )

    def _refuse_unsendable(self, chosen: Choice) -> None:
        with self.store.read() as session:
            refuse_unsendable((BY_PLURAL[part.entity], part.values) for part in sections(session, chosen))

    def _name(self, envelope: Envelope, volume: int, of: int) -> str:
        """年度上报_509999_2026_第7次_共1卷第1卷.cpkg; what goes down is named for whom it is."""
        office = envelope.recipient if self.stream.way == DOWN else envelope.sender
        year = f"{self.year}_" if self.stream.yearly else ""
        return f"{self.stream.label}_{office}_{year}第{envelope.seq}次_共{of}卷第{volume}卷.cpkg"

    def _manifest(self, session: Session, envelope: Envelope) -> dict[str, Any]:
        manifest = heads_for(session, envelope)
        manifest |= {"schema": SCHEMA, "year": self.year, "office": self.own_card.name, "codes": dict(_code_tables())}
        if self.scope:
            manifest["scope"] = self.scope.to_value()
        if CLOSED in self.store.settings:
            manifest["areas"] = list(own_areas(self.store))
        if self.stream.way == DOWN:
            manifest["revoked"] = revocations(session)
        return manifest


def _largest_volume(folder: Path, reserve: int) -> int:
    """The bytes of a volume for the drive at hand, beside what goes along; of a nearly full one half of its room.

    Where only a few megabytes are free the records, which cannot be split, may take all of them.
    """
    free = shutil.disk_usage(folder).free
    return max(min(largest_volume(folder), free - reserve), free // 2, min(free - BESIDE, _RECORDS))


_RECORDS: Final = 4 * 1024 * 1024
"""The records of one office, packed, are hardly ever more."""


@cache
def _code_tables() -> tuple[tuple[str, str], ...]:
    """The code tables that values were checked with, and the SHA-256 of each."""
    files = {name: (RESOURCES / "codes" / f"{name}.csv").read_bytes() for name in table_names()}
    return tuple((name, hashlib.sha256(data).hexdigest()) for name, data in files.items())


def lay_card(card: KeyCard, folder: Path) -> Path:
    """Lay the sender's card beside the package, so that its signature can be checked before it is confirmed."""
    name = f"密钥卡_{card.code}.ckey"
    for known in sorted(folder.glob(f"{Path(name).stem}*.ckey")):
        with suppress(UnreadableFile):  # whatever else has such a name stays as it is
            if read_card(known) == card:
                return known
    path = outbox.free_path(folder, name)
    with drive.new_file(path) as part:
        part.file.write(card_bytes(card))
        part.settle()
    return path
