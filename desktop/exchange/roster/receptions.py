"""Receptions: each file a sender hands in is numbered, and what it said is the base of the next comparison."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from pathlib import Path, PurePath
from typing import Final

import orjson
from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from desktop.exchange.plan import Outcome, PlanRow
from desktop.exchange.roster.school_names import is_general
from desktop.kinds import Packed, moment_text
from desktop.models import Teacher
from desktop.models.local import Act, Reception, ReceptionRow
from desktop.store.aliases import kept_uids

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
    schools: set[str] = field(default_factory=set)
    """The names of schools as the file has them."""


@dataclass
class Earlier:
    """What the office received from a sender before."""

    number: int = 0
    """The number of the sender's last reception."""
    base: Reception | None = None
    """The last reception that was no old file: what the next one is held against."""
    said: dict[str, list[Values]] = field(default_factory=dict)
    """What the sender said last of each teacher, in as many rows as the teacher has appointments."""
    in_last_file: list[str] = field(default_factory=list)
    """The teachers in the sender's last file, or in the files that came in one import with it."""
    same_file: Reception | None = None
    """An earlier reception of exactly these rows."""

    @property
    def is_old_file(self) -> bool:
        """The file was handed in before, and another came after it."""
        return self.same_file is not None and self.base is not None and self.same_file.act_id != self.base.act_id

    @cached_property
    def rounds(self) -> dict[tuple[Packed | None, Packed | None], Packed]:
        """By tier and document: the round (届) that the sender last said it to be of."""
        rows = (each for rows in self.said.values() for each in rows if "ordinal" in each)
        return {(each.get("tier"), each.get("doc_no")): each["ordinal"] for each in rows}

    def last_said(self, teacher: str, values: Values) -> Values:
        """What the sender said last of a teacher: of several rows the one about the same appointment.

        Where its tier or document was corrected since, the row with most in common is about the same; of two, the last.
        """
        return max(reversed(self.said.get(teacher, ())), key=lambda each: _in_common(each, values), default={})


def _in_common(one: Values, other: Values) -> tuple[bool, int]:
    """Whether two rows name the same tier and document, and how much of an appointment they share."""
    same = [one.get(name) == other.get(name) for name in ("tier", "doc_no", "recognized_on")]
    return same[0] and same[1], sum(same)


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
    """The receptions of a sender whose import was not undone; of two records made one, both say it of the one kept."""
    query = (
        select(Reception)
        .join(Act, Act.id == Reception.act_id)
        .where(Reception.sender == sender, Reception.profile == profile, Act.undone_by.is_(None))
        .order_by(Reception.id)
    )
    found = list(session.scalars(query))
    held = _without_old_files(found)
    if not held:
        return Earlier()
    base = held[-1]
    acts = {each.id: each.act_id for each in held}
    kept = kept_uids(session, Teacher)
    texts: dict[str, tuple[int, list[str]]] = {}
    for number, told_of, text in session.execute(
        select(ReceptionRow.reception_id, ReceptionRow.record_uid, ReceptionRow.said)
        .where(ReceptionRow.reception_id.in_(acts))
        .order_by(ReceptionRow.reception_id)
    ):
        uid = kept.get(told_of, told_of)
        act, rows = texts.get(uid, (0, []))
        texts[uid] = (acts[number], [*(rows if act == acts[number] else []), text])
    return Earlier(
        number=found[-1].number,
        base=base,
        said={uid: [orjson.loads(text) for text in rows] for uid, (_act, rows) in texts.items()},
        in_last_file=[uid for uid, (act, _rows) in texts.items() if act == base.act_id],
        same_file=next((each for each in reversed(held) if each.file_hash == digest), None),
    )


def said_by_others(session: Session, sender: str, teacher: str) -> list[Values]:
    """What other senders ever said of a teacher, in imports that were not undone."""
    return _ever_said(session, teacher, Reception.sender != sender)


def said_by_sender(session: Session, sender: str, teacher: str) -> list[Values]:
    """What a sender ever said of a teacher, in imports that were not undone."""
    return _ever_said(session, teacher, Reception.sender == sender)


def _ever_said(session: Session, teacher: str, whose: ColumnElement[bool]) -> list[Values]:
    query = (
        select(ReceptionRow.said)
        .join(Reception, Reception.id == ReceptionRow.reception_id)
        .join(Act, Act.id == Reception.act_id)
        .where(ReceptionRow.record_uid == teacher, whose, Act.undone_by.is_(None))
    )
    return [orjson.loads(text) for text in session.scalars(query)]


def _without_old_files(receptions: Iterable[Reception]) -> list[Reception]:
    """The receptions without those of files that were old when they came: these say nothing new of anybody."""
    held: list[Reception] = []
    latest: dict[str, int] = {}
    for act, together in groupby(receptions, key=lambda each: each.act_id):
        before = held[-1].act_id if held else act
        for each in list(together):
            if latest.get(each.file_hash, before) in (before, act):
                held.append(each)
                latest[each.file_hash] = act
    return held


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
