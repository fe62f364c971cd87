"""What this office did with packages of others, kept until it is answered: the account and the remarks by record."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from sqlalchemy.orm import Session

from desktop import canonical
from desktop.archive import Header
from desktop.canonical import CanonicalError
from desktop.exchange.merge_row import MergeRow
from desktop.kinds import clean_text, moment_text
from desktop.models.local import TakenPackage

IMPORTED: Final = "imported"
REFUSED: Final = "refused"
HELD: Final = "held"
RESULTS: Final = {IMPORTED: "已收到并合并", REFUSED: "退回", HELD: "已收到，暂存待处理"}
REMARK: Final = ("uid", "entity", "name", "outcome", "field", "text")
"""What a remark says about one record."""


def note_taken(
    session: Session, header: Header, counts: Mapping[str, Mapping[str, int]], told: Iterable[MergeRow]
) -> None:
    """Keep the account and the remarks of a merge; the account of the first merge of a package stays."""
    row = session.get(TakenPackage, header.id)
    if row is None or row.result != IMPORTED:
        some = {plural: each for plural, each in counts.items() if any(each.values())}
        row = _put(session, header, result=IMPORTED, reason=None, counts=some)
    row.remarks = orjson.dumps(list(_remarks(told))).decode()


def note_answer(session: Session, header: Header, *, result: str, reason: str) -> None:
    """Keep that a package was refused or is held, and why."""
    _put(session, header, result=result, reason=reason, counts={})


def _put(
    session: Session, header: Header, *, result: str, reason: str | None, counts: Mapping[str, Any]
) -> TakenPackage:
    return session.merge(
        TakenPackage(
            package_id=header.id,
            sender=header.sender,
            stream=header.stream,
            epoch=header.epoch,
            seq=header.seq,
            manifest_hash=header.manifest,
            result=result,
            reason=reason,
            counts=orjson.dumps(counts).decode(),
            remarks="[]",
            taken_at=moment_text(datetime.now(UTC)),
        )
    )


def _remarks(told: Iterable[MergeRow]) -> Iterator[dict[str, str]]:
    for row in told:
        for problem in row.problems:
            values = (row.uid, row.entity, row.name, str(row.outcome), problem.field, problem.text)
            yield {name: sendable(value) for name, value in zip(REMARK, values, strict=True)}


def sendable(text: str) -> str:
    """A text that a package can hold: what this office stores may have signs that only its own fonts know."""
    try:
        canonical.dumps({"text": text})
    except CanonicalError:
        return "".join(sign for sign in clean_text(text)[: canonical.TEXT] if _is_sendable(sign))
    return text


def _is_sendable(sign: str) -> bool:
    try:
        canonical.dumps({"text": sign})
    except CanonicalError:
        return False
    return True
