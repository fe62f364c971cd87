"""Receptions: each file a sender hands in is numbered, and what it said is the base of the next comparison."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePath

import orjson
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from desktop.kinds import Packed, moment_text
from desktop.models.local import Act, Reception, ReceptionRow

Values = dict[str, Packed]


@dataclass
class Incoming:
    """One file of one sender as it will be received: its number, and what each row said of which record."""

    sender: str
    sender_name: str
    profile: str
    file_name: str
    file_hash: str
    number: int
    rows: list[tuple[str, str, Values]] = field(default_factory=list)
    """Place in the file, uid of the teacher, values by target."""


@dataclass
class Earlier:
    """What the office received from a sender before."""

    last: Reception | None
    said: dict[str, Values]
    """What the sender's last file said, by uid of the teacher."""
    same_file: Reception | None
    """An earlier reception of exactly this file."""

    @property
    def is_old_file(self) -> bool:
        """The file was handed in before, and another came after it."""
        return self.same_file is not None and self.last is not None and self.same_file.id != self.last.id


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sender_of(file_name: str, schools: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Key and name of a sender: the school a file speaks of, or for several schools the file's own name."""
    distinct = dict(schools)
    if len(distinct) == 1:
        return next(iter(distinct.items()))
    stem = re.sub(r"[\d\s._\-—()（）第次版终稿最终新]+", "", PurePath(file_name).stem)
    return f"file:{stem}", stem or file_name


def earlier_receptions(session: Session, sender: str, profile: str, digest: str) -> Earlier:
    """The receptions of a sender whose import was not undone."""
    query = (
        select(Reception)
        .join(Act, Act.id == Reception.act_id)
        .where(Reception.sender == sender, Reception.profile == profile, Act.undone_by.is_(None))
        .order_by(Reception.id)
    )
    found = list(session.scalars(query))
    if not found:
        return Earlier(None, {}, None)
    last = found[-1]
    rows = session.execute(
        select(ReceptionRow.record_uid, ReceptionRow.said).where(ReceptionRow.reception_id == last.id)
    )
    said = {uid: orjson.loads(text) for uid, text in rows}
    same = next((each for each in reversed(found) if each.file_hash == digest), None)
    return Earlier(last, said, same)


def write_receptions(session: Session, receptions: Iterable[Incoming], *, bearer: str | None = None) -> None:
    """Note what came in, as part of the session's Act."""
    act = session.info["act"]
    for incoming in receptions:
        row = Reception(
            sender=incoming.sender,
            sender_name=incoming.sender_name,
            profile=incoming.profile,
            number=incoming.number,
            file_name=incoming.file_name,
            file_hash=incoming.file_hash,
            received_at=moment_text(datetime.now(UTC)),
            bearer=bearer,
            act_id=act.number(session),
        )
        session.add(row)
        session.flush()
        said = [
            {"reception_id": row.id, "place": place, "record_uid": uid, "said": orjson.dumps(values).decode()}
            for place, uid, values in incoming.rows
        ]
        if said:
            session.execute(insert(ReceptionRow), said)
