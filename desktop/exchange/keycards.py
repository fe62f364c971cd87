"""The stream of keys (keycard): an office's present card, and downwards what was revoked, one after the other.

    write_keys(store, recipient, *, folder, identity) -> Path
    read_keys(store, path, *, identity) -> KeysTaken

Unlike every other stream nothing replaces a lost one: exactly the next number is taken, for a card or a revocation that
was left out may be the very one that matters.
"""

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from desktop.archive import Identity, Records, Shipment, check_start, inspect, open_archive
from desktop.archive.parts import HEADER, MANIFEST
from desktop.errors import PackageRefused, UnreadableFile
from desktop.exchange import outbox
from desktop.exchange.cards import (
    CHILD,
    PARENT,
    apply_revocations,
    keep_card,
    known_cards,
    own_card,
    recipients_of,
    revocations,
)
from desktop.exchange.keys import KeyCard, card_bytes, parse_card
from desktop.exchange.package import lay_card
from desktop.exchange.signers import Trust, signers_for
from desktop.exchange.streams import KEYS, check_turn
from desktop.kinds import moment_text
from desktop.store.database import Store
from desktop.store.streams import MERGE, Arrived, advance


@dataclass(frozen=True, slots=True)
class KeysTaken:
    """What reading keys of another office did: its number, a new card, revocations, what a person must look at."""

    seq: int
    new_card: KeyCard | None
    revoked: int
    told: tuple[str, ...] = ()


def write_keys(store: Store, recipient: KeyCard, *, folder: Path, identity: Identity) -> Path:
    """Write the own card for another office, with all revocations for one below.

    Raises RefusedError when the drive fails.
    """
    outbox.check_folder(folder)
    own = own_card(store, identity)
    now = datetime.now(UTC)
    with store.write(f"生成密钥变更：{recipient.name}", kind="package") as session:
        envelope = outbox.prepare(session, store, kind=KEYS.kind, stream=KEYS.name(now.year), recipient=recipient.code)
        is_above = recipient.code in _parents(session)
        revoked = [] if is_above else [{"id": each["key"], **each} for each in revocations(session)]
        recipients = recipients_of(session, recipient, now.year)
    cards = [{"id": own.key_id, "card": card_bytes(own).decode().rstrip("\n")}]
    name = f"{KEYS.label}_{recipient.code}_第{envelope.seq}次.cpkg"
    sealed = outbox.seal(
        store,
        lambda _volume, _of: name,
        Shipment(
            envelope=envelope,
            manifest={"schema": {"major": 1, "minor": 0}, "year": now.year, "created": moment_text(now)},
            sections=[Records("cards", cards), *([Records("revocations", revoked)] if revoked else [])],
            entities=KEYS.sections,
            identity=identity,
            recipients=[*recipients, identity.receiving.recipient],
        ),
    )
    [path] = outbox.hand_over(store, sealed.header.id, folder, is_renamed=True).paths
    lay_card(own, folder)
    return path


def read_keys(
    store: Store, path: Path, *, identity: Identity, operator: str = "", accept_new_epoch: bool = False
) -> KeysTaken:
    """Take another office's card, and of an upper one its revocations; reading the same twice changes nothing.

    Raises PackageRefused when the file is damaged, not signed by a confirmed office or the successor of its key, not
    for this office, or not the very next one.
    """
    own = own_card(store, identity)
    start = check_start(path)
    if start.kind != KEYS.kind:
        text = f"{path.name} 不是密钥变更，不能在这里读入。数据没有变化，请另选文件。"
        raise PackageRefused("kind", text, member=HEADER)
    with store.read() as session:
        relation = PARENT if start.sender in _parents(session) else CHILD
        signers = signers_for(session, path, own, relation)
        header = inspect(path, signers).header
        check_turn(session, header, store.office_code, accept_new_epoch=accept_new_epoch)
    if signers.trust(header.signer) not in (Trust.CONFIRMED, Trust.SUCCESSOR):
        text = f"{path.name} 不是由已确认的单位签名的，没有采用。请向该单位要密钥卡和盖章的密钥页，核对确认后再读入。"
        raise PackageRefused("unknown-signer", text, member=HEADER)
    with closing(
        open_archive(path, keys=identity.opening, signers=signers, entities=KEYS.sections, kinds=(KEYS.kind,))
    ) as opened:
        cards, revoked = list(opened.records("cards")), list(opened.records("revocations"))
    arrived = Arrived(header.sender, header.stream, header.epoch, header.seq, header.manifest)
    revoked = revoked if relation == PARENT else []  # who is below revokes nothing here
    with store.write("收到密钥变更", kind=MERGE, operator=operator) as session:
        new_card, told = _take_card(session, header.sender, cards, relation, operator)
        apply_revocations(session, [{**each, "key": each.get("id")} for each in revoked])
        advance(session, arrived)
    return KeysTaken(header.seq, new_card, len(revoked), tuple(told))


def _parents(session: Session) -> set[str]:
    return {card.code for card in known_cards(session, PARENT)}


def _take_card(
    session: Session, sender: str, cards: list[dict[str, Any]], relation: str, operator: str
) -> tuple[KeyCard | None, list[str]]:
    """Keep the sender's card where a known one vouches for it; else tell that a person has to compare it."""
    known = {card.key_id: card for card in known_cards(session, relation) if card.code == sender}
    for value in cards:
        try:
            card = parse_card(f"{value.get('card')}\n".encode(), "密钥变更里的密钥卡")
        except UnreadableFile as error:
            raise PackageRefused("keycard", error.sentence, member=MANIFEST) from error
        if card.code != sender or card.key_id in known:
            continue
        if any(card.succeeds(before) for before in known.values()):
            keep_card(session, card, relation, operator)
            return card, []
        return None, [f"“{card.name}”的第 {card.serial} 张密钥卡没有上一张的担保，请与盖章的密钥页逐组核对后再确认"]
    return None, []
