"""Two offices that exchange packages: a city and the county under it, with the sample's 203 backbone teachers."""

import hashlib
import io
import shutil
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image
from uuid_utils import uuid7

from desktop import __version__
from desktop.archive import Envelope, Identity, Records, Shipment, open_archive, write_archive
from desktop.exchange.cards import card_of, confirm_card, own_card, parent_card, trust_parent
from desktop.exchange.keys import KeyCard
from desktop.exchange.merge import carry_out_merge, plan_merge
from desktop.exchange.merge_plan import MergePlan
from desktop.exchange.package import SECTIONS, Written, write_down, write_package
from desktop.exchange.receipts import write_receipt
from desktop.exchange.roster.plan import carry_out_roster, plan_roster
from desktop.exchange.settling import Settlement, settle
from desktop.exchange.signers import Signers
from desktop.exchange.streams import Stream
from desktop.exchange.workbook.read import Reader
from desktop.models import Teacher
from desktop.models.base import Record
from desktop.paths import RESOURCES
from desktop.services.backups import load_identity
from desktop.services.offices import create_office
from desktop.store import Edit, Store, Stored, load, write_edits
from desktop.store.blobs import keep_blob
from tests.builders import add_people

CITY, COUNTY, OTHER = "509900", "509999", "509998"
YEAR = 2026


@dataclass
class Desk:
    """One office at work: its store, its keys, and the verbs of exchange."""

    store: Store

    @classmethod
    def open(cls, folder: Path) -> "Desk":
        return cls(Store.open(folder))

    @property
    def identity(self) -> Identity:
        return load_identity(self.store.folder)

    @property
    def card(self) -> KeyCard:
        return own_card(self.store, self.identity)

    def send(self, drive: Path, **words: Any) -> Written:
        if not drive.exists():
            drive.mkdir(parents=True)
        cards = {"own_card": self.card, "parent_card": parent_card(self.store)}
        return write_package(self.store, year=YEAR, folder=drive, identity=self.identity, **{**cards, **words})

    def plan(self, path: Path, **words: Any) -> MergePlan:
        return plan_merge(self.store, path, identity=self.identity, **words)

    def merge(self, path: Path, **words: Any) -> MergePlan:
        plan = self.plan(path, **words)
        carry_out_merge(self.store, plan, "李主任")
        return plan

    def send_down(self, stream: Stream, code: str, drive: Path) -> Written:
        """Write what goes down to one office."""
        drive.mkdir(exist_ok=True)
        with self.store.read() as session:
            to = card_of(session, code)
        assert to is not None
        words = {"year": YEAR, "folder": drive, "identity": self.identity, "own_card": self.card}
        return write_down(self.store, stream, recipient=to, **words)

    def settle(self, plan: MergePlan, settlements: dict[str, Settlement]) -> int:
        """Decide conflicts of a plan."""
        return settle(
            self.store,
            plan.disputes(),
            settlements,
            sender=plan.header.sender,
            package=plan.title,
            last_act=plan.last_act,
            operator="李主任",
        )

    def answer(self, plan: MergePlan, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        return write_receipt(self.store, plan, folder=folder, identity=self.identity)

    def records(self, entity: type[Record], *, with_deleted: bool = False) -> dict[str, Stored]:
        with self.store.read() as session:
            return load(session, entity, with_deleted=with_deleted)

    def one(self, entity: type[Record], name: str) -> Stored:
        return next(each for each in self.records(entity).values() if each.content.get("name") == name)

    def change(self, entity: type[Record], uid: str, **values: Any) -> None:
        """Set fields of a record (None clears one) as an Act of its own."""
        record = self.records(entity, with_deleted=True)[uid]
        content = {name: value for name, value in {**record.content, **values}.items() if value is not None}
        self.write(Edit(entity, uid, record, content))

    def delete(self, entity: type[Record], uid: str) -> None:
        self.write(Edit(entity, uid, self.records(entity)[uid], None))

    def write(self, *edits: Edit) -> None:
        with self.store.write("测试改动") as session:
            write_edits(session, edits)

    def copy(self, folder: Path) -> "Desk":
        """The same office on another computer, as a copied folder makes it."""
        self.store.close()
        shutil.copytree(self.store.folder, folder)
        self.store = Store.open(self.store.folder)
        return Desk.open(folder)


def make_offices(folder: Path) -> None:
    """A city and its county with the sample's roster; each has confirmed the other's card. Both are closed again."""
    with closing(create_office(folder / "city", name="渝州市教育局", code=CITY, rank="city")):
        pass
    with closing(create_office(folder / "county", name="云岭县教育委员会", code=COUNTY, rank="county")) as county:
        paths = sorted(path for path in (RESOURCES / "sample").iterdir() if path.suffix != ".toml")
        with Reader() as reader:
            books = [(path, reader.read(path)) for path in paths]
        carry_out_roster(county, plan_roster(county, books), "王主任")
    introduce(folder / "city", folder / "county")


def make_small_offices(folder: Path, people: int = 6) -> None:
    """A city and a county with a few invented teachers that know each other; both are closed again."""
    with closing(create_office(folder / "city", name="渝州市教育局", code=CITY, rank="city")):
        pass
    with closing(create_office(folder / "county", name="云岭县教育委员会", code=COUNTY, rank="county")) as county:
        add_people(county, people)
    introduce(folder / "city", folder / "county")


def photo(number: int, size: int = 0) -> bytes:
    """A picture of its own for each number, filled up to `size` bytes as a scanner's notes do."""
    file = io.BytesIO()
    Image.new("RGB", (240, 320), (number % 256, number // 256 % 256, 90)).save(file, "PNG")
    return file.getvalue().ljust(size, b"\0")


def give_photo(desk: Desk, uid: str, data: bytes) -> str:
    """Keep a file as the photo of a teacher; its hash."""
    name = hashlib.sha256(data).hexdigest()
    keep_blob(desk.store.folder, [data], name)
    desk.change(Teacher, uid, photo=name)
    return name


def introduce(upper: Path, lower: Path) -> None:
    """Have two offices confirm each other's cards."""
    with closing(Store.open(upper)) as above, closing(Store.open(lower)) as below:
        trust_parent(below, own_card(above, load_identity(upper)), "王主任")
        confirm_card(above, own_card(below, load_identity(lower)), "李主任")


def lines_of(desk: Desk, path: Path) -> dict[str, list[dict[str, Any]]]:
    """The records of a package that the office itself has written."""
    keys = [desk.identity.receiving]
    with open_archive(path, keys=keys, signers=Signers([desk.card]), entities=SECTIONS) as opened:
        return {plural: list(opened.records(plural)) for plural in opened.counts}


def forge(
    desk: Desk,
    folder: Path,
    lines: dict[str, list[dict[str, Any]]],
    *,
    seq: int = 2,
    manifest: dict[str, Any] | None = None,
    identity: Identity | None = None,
    **envelope: Any,
) -> Path:
    """A package with any records, validly signed by the office (or by `identity`) for its upper office."""
    parent = parent_card(desk.store)
    head = Envelope(
        kind="annual",
        id=str(uuid7()),
        stream=f"annual/{YEAR}",
        seq=seq,
        epoch=desk.store.epoch,
        sender=desk.store.office_code,
        recipient=parent.code,
        app=__version__,
    )
    folder.mkdir(exist_ok=True)
    path = folder / f"{head.id}.cpkg"
    write_archive(
        path,
        Shipment(
            envelope=replace(head, **envelope),
            manifest={"schema": {"major": 1, "minor": 0}, "year": YEAR, **(manifest or {})},
            sections=[Records(plural, lines[plural]) for plural in SECTIONS if plural in lines],
            entities=SECTIONS,
            identity=identity or desk.identity,
            recipients=parent.recipients,
        ),
    )
    return path


def counts(plan: MergePlan, plural: str) -> dict[str, int]:
    """The outcomes of one entity that came up at all."""
    return {name: number for name, number in plan.counts_by_entity()[plural].items() if number}


def texts(plan: MergePlan) -> str:
    """All sentences of a plan."""
    return "\n".join(f"{row.name}：{problem.text}" for row in plan.told_rows() for problem in row.problems)


def by_id(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines in the order that a package asks for."""
    return sorted(lines, key=lambda line: str(line["id"]))
