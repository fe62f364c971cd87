"""Receptions: each file a sender hands in is numbered, and what it said is the base of the next comparison."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Final

import orjson
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from desktop.exchange.plan import Outcome, PlanRow
from desktop.exchange.roster.school_names import is_general
from desktop.kinds import Packed, moment_text
from desktop.models.local import Act, Reception, ReceptionRow

Values = dict[str, Packed]


@dataclass(frozen=True, slots=True)
class IncomingRow:
    """What one row of a file said of which teacher (None if that is unclear), and what is planned for it."""

    place: str
    teacher: str | None
    name: str
    values: Values
    row: PlanRow


@dataclass
class Incoming:
    """One file of one sender as it will be received: its number, and what each row said of which record.

    `keys` are the senders for whom `headings` and `values`, the mappings met in the file, are remembered.
    """

    sender: str
    sender_name: str
    profile: str
    file_name: str
    file_hash: str
    number: int = 1
    rows: list[IncomingRow] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    headings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    earlier: "Earlier | None" = None


@dataclass
class Earlier:
    """What the office received from a sender before."""

    last: Reception | None
    said: dict[str, Values]
    """What the sender said last of each teacher."""
    in_last_file: list[str]
    """The teachers in the sender's last file, or in the files that came in one import with it."""
    same_file: Reception | None
    """An earlier reception of exactly this file."""

    @property
    def is_old_file(self) -> bool:
        """The file was handed in before, and another came after it."""
        return self.same_file is not None and self.last is not None and self.same_file.act_id != self.last.act_id


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_labels(paths: Sequence[Path]) -> list[str]:
    """What each file is called in sentences: its name, with the folder before it where a name comes twice."""
    counts = Counter(path.name for path in paths)
    return [path.name if counts[path.name] == 1 else f"{path.parent.name}／{path.name}" for path in paths]


_EVERYDAY: Final = re.compile(
    r"[\d\s._\-—()（）]+|第[一二三四五六七八九十]*次|版|终稿|最终|最新|修改|更正|骨干|教师|花名册|名册|名单|汇总|统计|信息|登记|附件|表|年|度"
)


def sender_of(file_name: str, schools: Sequence[tuple[str | None, str]]) -> tuple[str, str]:
    """Key and name of a sender: the school a file speaks of, or what is particular in the file's own name.

    `schools` are uid and name of those in the file; a school that is not known yet has no uid.
    """
    distinct = {uid or f"name:{name}": name for uid, name in schools}
    if len(distinct) == 1:
        key, name = next(iter(distinct.items()))
        if not key.startswith("name:") or not is_general(name):
            return key, name
    stem = PurePath(file_name).stem
    return f"file:{_EVERYDAY.sub('', stem) or stem}", stem


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
        return Earlier(None, {}, [], None)
    last = found[-1]
    numbers = [each.id for each in found]
    newest = {each.id for each in found if each.act_id == last.act_id}
    texts: dict[str, str] = {}
    present = []
    for number, uid, text in session.execute(
        select(ReceptionRow.reception_id, ReceptionRow.record_uid, ReceptionRow.said)
        .where(ReceptionRow.reception_id.in_(numbers))
        .order_by(ReceptionRow.reception_id)
    ):
        texts[uid] = text
        if number in newest:
            present.append(uid)
    said = {uid: orjson.loads(text) for uid, text in texts.items()}
    same = next((each for each in reversed(found) if each.file_hash == digest), None)
    return Earlier(last, said, present, same)


_RETURNED: Final = frozenset({Outcome.INVALID, Outcome.DUPLICATE})


def write_receptions(session: Session, receptions: Iterable[Incoming], *, bearer: str | None = None) -> None:
    """Note what came in, as part of the session's Act.

    A row that waits for an answer is not noted: it is weighed again when it comes again.
    """
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
            returned=sum(each.row.outcome in _RETURNED for each in incoming.rows),
        )
        session.add(row)
        session.flush()
        said = [
            {
                "reception_id": row.id,
                "place": each.place,
                "record_uid": each.teacher,
                "said": orjson.dumps(each.values).decode(),
            }
            for each in incoming.rows
            if each.teacher is not None and (each.row.is_written or each.row.outcome is Outcome.SAME)
        ]
        if said:
            session.execute(insert(ReceptionRow), said)


@dataclass(frozen=True, slots=True)
class ReceptionLine:
    """One reception as a list shows it: who handed in which file as what number, when, by whom, taken in by whom."""

    sender_name: str
    number: int
    received_at: str
    bearer: str
    file_name: str
    operator: str
    is_undone: bool


def list_receptions(session: Session, *, last: int) -> list[ReceptionLine]:
    """The newest receptions first, at most `last`."""
    query = (
        select(Reception, Act.operator, Act.undone_by)
        .join(Act, Act.id == Reception.act_id)
        .order_by(Reception.id.desc())
        .limit(last)
    )
    return [
        ReceptionLine(
            each.sender_name,
            each.number,
            each.received_at,
            each.bearer or "",
            each.file_name,
            operator,
            undone_by is not None,
        )
        for each, operator, undone_by in session.execute(query)
    ]
