"""Whose signature is taken: cards confirmed here, their successors, keys that were revoked, cards that lie beside."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from sqlalchemy.orm import Session

from desktop.archive import PublicCard
from desktop.errors import UnreadableFile
from desktop.exchange.cards import known_cards
from desktop.exchange.keys import KeyCard, read_card


class Trust(StrEnum):
    """What is thought of a key: a person confirmed it, a confirmed one vouches for it, nobody does, it was revoked."""

    CONFIRMED = "confirmed"
    SUCCESSOR = "successor"
    UNKNOWN = "unknown"
    REVOKED = "revoked"


class Signers:
    """The cards by which a package may be signed, told apart by the trust in them."""

    def __init__(
        self, confirmed: Sequence[KeyCard], beside: Sequence[KeyCard] = (), revoked: Sequence[KeyCard] = ()
    ) -> None:
        self.confirmed = {card.key_id: card for card in confirmed}
        self.revoked = {card.key_id: card for card in revoked}
        self._beside = {card.key_id: card for card in beside}

    def card(self, key_id: str) -> KeyCard | None:
        """The card of a key, whatever the trust in it."""
        return self.confirmed.get(key_id) or self.revoked.get(key_id) or self._beside.get(key_id)

    def trust(self, key_id: str) -> Trust:
        """What is thought of a key."""
        if key_id in self.confirmed:
            return Trust.CONFIRMED
        if key_id in self.revoked:
            return Trust.REVOKED
        card = self._beside.get(key_id)
        if card is not None and any(card.succeeds(before) for before in self.confirmed.values()):
            return Trust.SUCCESSOR
        return Trust.UNKNOWN

    def __call__(self, key_id: str) -> PublicCard | None:
        """What the reader of a package asks for."""
        card = self.card(key_id)
        return card.public if card is not None else None


def signers_for(session: Session, path: Path, own: KeyCard, relation: str | None = None) -> Signers:
    """Who may have signed a file: the office itself, cards known here (of one relation or all), cards beside it."""
    confirmed = [own, *known_cards(session, relation)]
    return Signers(confirmed, list(cards_beside(path)), known_cards(session, relation, revoked=True))


def cards_beside(path: Path) -> Iterator[KeyCard]:
    """The whole cards in the folder of a package; anything else there is passed over."""
    for each in sorted(path.parent.glob("*.ckey")):
        try:
            yield read_card(each)
        except UnreadableFile:
            continue
