"""Keys of offices: the own card and page, cards of others, rotation and revocation."""

from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

from desktop.commands.base import Exit, answer, open_office, operator_of
from desktop.errors import RefusedError
from desktop.exchange.cards import card_of, confirm_card, list_cards, own_card
from desktop.exchange.keycards import read_keys, write_keys
from desktop.exchange.keys import KeyCard, fingerprint, qr_text, read_card, write_card
from desktop.reports.key_card import key_card_document
from desktop.reports.render import render
from desktop.services.backups import load_identity
from desktop.services.keyring import revoke_key, rotate_keys
from desktop.store.database import Store

_WORDS = {"own": "本单位", "parent": "上级", "child": "下级"}


def run_show(arguments: Namespace) -> int:
    """List the own card and those of others, with fingerprint and state."""
    with open_office(arguments) as store:
        own = own_card(store, load_identity(store.folder))
        with store.read() as session:
            known = list_cards(session)
    cards = [_card_json(own, "own", "")] + [_card_json(each.card, each.relation, each.revoked) for each in known]
    lines = [
        f"{_WORDS[each['relation']]} {each['name']}（{each['code']}）第 {each['serial']} 张："
        + (f"已作废，{each['revoked']}" if each["revoked"] else each["fingerprint"])
        for each in cards
    ]
    answer(arguments, {"cards": cards}, "\n".join(lines))
    return Exit.DONE


def _card_json(card: KeyCard, relation: str, revoked: str) -> dict[str, Any]:
    return {
        "relation": relation,
        "code": card.code,
        "name": card.name,
        "serial": card.serial,
        "key_id": card.key_id,
        "fingerprint": fingerprint(card),
        "revoked": revoked,
    }


def run_card(arguments: Namespace) -> int:
    """Write the office's key card and its page, to be handed to the upper office or to those below."""
    with open_office(arguments) as store:
        _tell_card(arguments, store, Path(arguments.to))
    return Exit.DONE


def _tell_card(arguments: Namespace, store: Store, path: Path) -> None:
    card = own_card(store, load_identity(store.folder))
    path = path / f"{card.code}.ckey" if path.is_dir() else path
    page = path.with_suffix(".pdf")
    today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
    render(key_card_document(card.name, card.code, fingerprint(card).split(), qr_text(card), today), page)
    write_card(card, path)  # last: where the page found no room there is no card either
    text = f"密钥卡已写到 {path}\n打印 {page}，盖章后随数据包一起交给对方\n核对码：{fingerprint(card)}"
    data = {"path": str(path), "page": str(page), "fingerprint": fingerprint(card), "serial": card.serial}
    answer(arguments, data, text)


def run_confirm(arguments: Namespace) -> int:
    """Trust another office's key card after its fingerprint was compared."""
    card = read_card(Path(arguments.card))
    with open_office(arguments) as store:
        relation = confirm_card(store, card, operator_of(arguments, store), desk=arguments.desk)
    text = f"已确认{_WORDS[relation]}单位“{card.name}”（{card.code}）的密钥卡，核对码：{fingerprint(card)}"
    data = {"code": card.code, "name": card.name, "relation": relation, "fingerprint": fingerprint(card)}
    answer(arguments, data, text)
    return Exit.DONE


def run_rotate(arguments: Namespace) -> int:
    """Give the office its next pair of keys and write the new card."""
    with open_office(arguments) as store:
        rotate_keys(store, operator_of(arguments, store), lost=arguments.lost)
        _tell_card(arguments, store, Path(arguments.to))
    return Exit.DONE


def run_revoke(arguments: Namespace) -> int:
    """Revoke the key of a lower office."""
    with open_office(arguments) as store:
        count = revoke_key(store, arguments.code, arguments.why, operator_of(arguments, store))
    text = f"已作废单位 {arguments.code} 的密钥；请向该单位要新的密钥卡和盖章的密钥页，再确认"
    answer(arguments, {"code": arguments.code, "revoked": count}, text)
    return Exit.DONE


def run_send(arguments: Namespace) -> int:
    """Write the own card for another office, and for one below what was revoked."""
    with open_office(arguments) as store:
        with store.read() as session:
            card = card_of(session, arguments.code)
        if card is None:
            raise RefusedError(f"单位 {arguments.code} 的密钥卡还没有确认，没有生成密钥变更；请先确认密钥卡")
        path = write_keys(store, card, folder=Path(arguments.to), identity=load_identity(store.folder))
    answer(arguments, {"path": str(path)}, f"密钥变更已写到 {path} 并读回核对")
    return Exit.DONE


def run_take(arguments: Namespace) -> int:
    """Read another office's new card, and of an upper one its revocations."""
    with open_office(arguments) as store:
        operator = operator_of(arguments, store)
        identity, accepted = load_identity(store.folder), arguments.accept_new_epoch
        file = Path(arguments.file)
        taken = read_keys(store, file, identity=identity, operator=operator, accept_new_epoch=accepted)
    lines = [f"第 {taken.seq} 次密钥变更已读入，其中作废的密钥 {taken.revoked} 把", *taken.told]
    if taken.new_card is not None:
        lines.append(
            f"“{taken.new_card.name}”换用了第 {taken.new_card.serial} 张密钥卡，核对码 {fingerprint(taken.new_card)}"
        )
    serial = taken.new_card.serial if taken.new_card is not None else None
    data = {"seq": taken.seq, "revoked": taken.revoked, "new_serial": serial, "told": list(taken.told)}
    answer(arguments, data, "\n".join(lines))
    return Exit.ROWS_REFUSED if taken.told else Exit.DONE
