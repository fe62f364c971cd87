"""The key cards an office knows: its own, its upper office's, and those of the offices below it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.archive import Identity
from desktop.codes import table
from desktop.errors import RefusedError
from desktop.exchange.keys import KeyCard, card_bytes, make_card, parse_card
from desktop.kinds import moment_text
from desktop.models import Office, School
from desktop.models.base import Content, Record
from desktop.models.local import KnownCard, RevokedKey
from desktop.store.database import Store
from desktop.store.records import Edit, Stored, find, new_uid, write_edits

PARENT: Final = "parent"
CHILD: Final = "child"
_BELOW_COUNTY: Final = ("school", "township")
_DIVISION: Final = re.compile(r"[0-9]{6}")
"""The code of a county or district (行政区划代码), with which those of places under it begin."""


def own_card(store: Store, identity: Identity) -> KeyCard:
    """The card of the office itself, signed now. Raises RefusedError if its record is missing.

    Its escrow key is the recovery key that lies in the safe: with it, what was sent to a lost computer can be opened.
    """
    with store.read() as session:
        office = _office(session, store.office_code)
    if office is None:
        raise RefusedError("本单位的登记信息缺失，请从备份恢复")
    content = office.content
    return make_card(
        identity,
        code=store.office_code,
        name=content["name"],
        level=content["rank"],
        epoch=store.epoch,
        escrow=store.settings.get("recovery_recipient", ""),
    )


def refuse_wrong_parent(card: KeyCard, *, code: str, rank: str) -> None:
    """Raise RefusedError unless a card is that of an office above one with this code and rank."""
    ranks = table("rank")
    if card.code == code:
        raise RefusedError(f"上级密钥卡就是本单位（{code}）的密钥卡，没有新建单位；请换成上级单位的密钥卡")
    if ranks.codes.index(card.level) <= ranks.codes.index(rank):
        label = ranks.label(card.level)
        raise RefusedError(f"密钥卡“{card.name}”的级别是{label}，不是上级单位，没有新建单位；请核对级别和密钥卡")


def trust_parent(store: Store, card: KeyCard, operator: str) -> None:
    """Take a card as that of the upper office, which from now on receives this office's packages."""
    _keep(store, card, PARENT, operator)


def confirm_card(store: Store, card: KeyCard, operator: str, *, desk: bool = False) -> str:
    """Trust the card of an upper or a lower office; returns which it is, by the ranks of the two.

    With `desk` it is another desk of this office, on a computer of its own, whose code begins with this one's or the
    other way round. Raises RefusedError for the office's own card, for another office of the same rank, and for a card
    older than the one known. Keys known of this office before are revoked.
    """
    if card.code == store.office_code:
        raise RefusedError(f"“{card.name}”就是本单位的密钥卡，不需要确认；没有改动")
    with store.read() as session:
        own = _office(session, store.office_code)
        _refuse_older(session, card)
    ranks = table("rank")
    own_rank = ranks.codes.index(own.content["rank"]) if own is not None else 0
    other_rank = ranks.codes.index(card.level)
    if desk:
        relation = _desk_relation(store.office_code, card)
    elif own_rank == other_rank:
        raise RefusedError(
            f"“{card.name}”与本单位同级，不是上级也不是下级，没有确认；本单位另一个股室的电脑，请选“同一单位的另一股室”"
        )
    else:
        relation = PARENT if other_rank > own_rank else CHILD
    _keep(store, card, relation, operator)
    return relation


def _desk_relation(own: str, card: KeyCard) -> str:
    """Which of two desks is the main one: that whose code is the office's own, with which the other's begins."""
    if own.startswith(f"{card.code}-"):
        return PARENT
    if card.code.startswith(f"{own}-"):
        return CHILD
    raise RefusedError(
        f"“{card.name}”（{card.code}）不是本单位（{own}）的股室，没有确认；股室代码应为单位代码加“-”，例如 {own}-rs"
    )


def _refuse_older(session: Session, card: KeyCard) -> None:
    for row in session.scalars(select(KnownCard).where(KnownCard.office_code == card.code)):
        known = parse_card(row.card.encode(), row.office_name)
        if known.key_id == card.key_id and row.revoked_at is not None:
            raise RefusedError(
                f"“{card.name}”的这张密钥卡已经作废（{row.revoked_why}），没有确认；请向该单位要新的密钥卡"
            )
        if known.key_id != card.key_id and known.serial > card.serial:
            raise RefusedError(
                f"这是“{card.name}”的第 {card.serial} 张密钥卡，已有第 {known.serial} 张，没有确认；请要最新的一张"
            )


def _keep(store: Store, card: KeyCard, relation: str, operator: str) -> None:
    word = "上级" if relation == PARENT else "下级"
    with store.write(f"确认{word}密钥卡：{card.name}", kind="setup", operator=operator) as session:
        keep_card(session, card, relation, operator)
        _place_office(session, card, relation, store.office_code)


def keep_card(session: Session, card: KeyCard, relation: str, operator: str) -> None:
    """Make a card the one that counts for its office; the keys before it sign nothing new from now on."""
    now = moment_text(datetime.now(UTC))
    others = select(KnownCard).where(KnownCard.office_code == card.code, KnownCard.sign_key_id != card.key_id)
    for row in session.scalars(others.where(KnownCard.revoked_at.is_(None))):
        row.revoked_at, row.revoked_why = now, f"已换用第 {card.serial} 张密钥卡"
    session.merge(
        KnownCard(
            sign_key_id=card.key_id,
            office_code=card.code,
            office_name=card.name,
            relation=relation,
            card=card_bytes(card).decode(),
            confirmed_at=now,
            confirmed_by=operator,
        )
    )


def _place_office(session: Session, card: KeyCard, relation: str, own_code: str) -> None:
    """Note the relation on the office that this database writes: itself under a parent, or a child under itself."""
    if relation == PARENT:
        own = _office(session, own_code)
        if own is not None and own.content.get("parent_code") != card.code:
            write_edits(session, [Edit(Office, own.uid, own, {**own.content, "parent_code": card.code})])
        return
    if _office(session, card.code) is None:
        content: Content = {"name": card.name, "code": card.code, "rank": card.level, "parent_code": own_code}
        write_edits(session, [Edit(Office, new_uid(Office, content), None, content, origin=card.code, revision=0)])


def _office(session: Session, code: str) -> Stored | None:
    return next(iter(find(session, Office, {"code": code}).values()), None)


def known_cards(session: Session, relation: str | None = None, *, revoked: bool = False) -> list[KeyCard]:
    """The cards that count, of one relation or all; with `revoked` those whose keys were changed or revoked."""
    is_known = KnownCard.revoked_at.is_not(None) if revoked else KnownCard.revoked_at.is_(None)
    query = select(KnownCard).where(KnownCard.confirmed_at.is_not(None), is_known).order_by(KnownCard.confirmed_at)
    if relation is not None:
        query = query.where(KnownCard.relation == relation)
    return [parse_card(row.card.encode(), row.office_name) for row in session.scalars(query)]


def apply_revocations(session: Session, told: object) -> None:
    """Revoke the keys that the upper office says are revoked; what is no such list is passed over."""
    now = moment_text(datetime.now(UTC))
    for each in told if isinstance(told, list) else ():
        if not isinstance(each, dict) or not all(type(each.get(name)) is str for name in ("key", "office", "why")):
            continue
        session.merge(RevokedKey(sign_key_id=each["key"], office_code=each["office"], why=each["why"], revoked_at=now))
        row = session.get(KnownCard, each["key"])
        if row is not None and row.revoked_at is None:
            row.revoked_at, row.revoked_why = now, each["why"]


def revocations(session: Session) -> list[dict[str, str]]:
    """The keys revoked by this office, as every package downwards repeats them."""
    rows = session.scalars(select(RevokedKey).order_by(RevokedKey.sign_key_id))
    return [{"key": row.sign_key_id, "office": row.office_code, "why": row.why} for row in rows]


@dataclass(frozen=True, slots=True)
class CardLine:
    """One card as a list shows it: whose, what it is to this office, and why it counts no more (empty: it counts)."""

    card: KeyCard
    relation: str
    confirmed_at: str
    confirmed_by: str
    revoked: str


def list_cards(session: Session) -> list[CardLine]:
    """All cards ever confirmed here, by office, the newest first."""
    rows = session.scalars(select(KnownCard).where(KnownCard.confirmed_at.is_not(None)))
    lines = [
        CardLine(
            parse_card(row.card.encode(), row.office_name),
            row.relation,
            row.confirmed_at or "",
            row.confirmed_by or "",
            row.revoked_why or "",
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.relation != PARENT, line.card.code, -line.card.serial))


def card_of(session: Session, code: str) -> KeyCard | None:
    """The card that counts for an office; None where none was confirmed."""
    return next((card for card in known_cards(session) if card.code == code), None)


def county_code(session: Session, code: str) -> str:
    """The code of the county whose schools an office names, so that all under it give one school the same uid.

    Below a county: that of the county's card, else the six digits of the county with which codes of offices begin.
    """
    own = _office(session, code)
    if own is None or own.content["rank"] not in _BELOW_COUNTY:
        return code
    for card in reversed(known_cards(session, PARENT)):
        if card.level == "county":
            return card.code
    begun = _DIVISION.match(code)
    return begun.group() if begun else code


def untyped_values(session: Session, entity: type[Record], office: str) -> Content:
    """What a new record of an office needs and nobody types: a school the code of its county."""
    return {"county_code": county_code(session, office)} if entity is School else {}


def parent_card(store: Store) -> KeyCard:
    """The card of the upper office confirmed last. Raises RefusedError with the way to get one."""
    with store.read() as session:
        cards = known_cards(session, PARENT)
    if not cards:
        raise RefusedError("还没有上级单位的密钥卡，不能写数据包；请向上级要密钥卡文件（.ckey），核对确认后再写")
    return cards[-1]


def recipients_of(session: Session, card: KeyCard, year: int) -> list[str]:
    """Whom a package for an office is encrypted to: working key, key in the safe, and for a season the key before.

    An office that changed its keys in good order may for the rest of that year restore a backup that knows only the old
    pair. A key that was lost, stolen or revoked opens nothing any more.
    """
    found = list(card.recipients)
    now = session.get(KnownCard, card.key_id)
    if now is None or int((now.confirmed_at or "0")[:4]) < year:
        return found
    rows = session.scalars(select(KnownCard).where(KnownCard.office_code == card.code))
    for row in rows:
        before = parse_card(row.card.encode(), row.office_name)
        if row.confirmed_at and card.succeeds(before) and session.get(RevokedKey, before.key_id) is None:
            found.append(before.receive)
    return found
