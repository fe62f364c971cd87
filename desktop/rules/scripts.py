"""Repairs of texts that went through a wrong encoding, as proposals for a person to accept."""

import re
from dataclasses import dataclass

from desktop.rules.characters import HAN

_LOST = re.compile(rf"[！!][{HAN}]{{1,6}}[A-Za-z](?=[{HAN}])")
_SIGNS_OF_LATIN = re.compile(r"[\u00a1-\u00ff]{2}")
_COMMON_FIRST_BYTES = range(0xB0, 0xD8)  # level 1 of GB 2312: the 3,755 commonest characters


@dataclass(frozen=True, slots=True)
class LostByte:
    """One place where the first byte of a two-byte character is missing.

    `damaged` is the text as it stands, `rest` what follows the lost character, `candidates` the common
    characters that it may have been, in the order of their pinyin.
    """

    damaged: str
    rest: str
    candidates: tuple[str, ...]


def _decode(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def find_lost_byte(text: str) -> LostByte | None:
    """Find a run like 示范！钡倪x拔 that is 示范校”的選拔 in GBK with one byte lost; None when there is none.

    The mark: an exclamation mark, then rare characters, then a Latin letter inside a Chinese word.
    """
    match = _LOST.search(text)
    if not match:
        return None
    damaged = match[0]
    try:
        raw = ("！" + damaged[1:]).encode("gbk")
    except UnicodeEncodeError:
        return None
    decoded = (_decode(bytes([first]) + raw, "gbk") for first in _COMMON_FIRST_BYTES)
    repairs = [repair for repair in decoded if repair and not re.search("[A-Za-z]", repair)]
    if not repairs:
        return None
    return LostByte(damaged, repairs[0][1:], tuple(repair[0] for repair in repairs))


def repair_lost_byte(text: str, lost: LostByte, character: str) -> str:
    """Put the character a person chose in the place of the lost one."""
    return text.replace(lost.damaged, character + lost.rest, 1)


def _is_chinese(text: str) -> bool:
    return bool(re.fullmatch(rf"[{HAN}\x20-\x7e\u3000-\u303f\uff00-\uffef\u00b7\u2010-\u2026\s]+", text)) and bool(
        re.search(f"[{HAN}]", text)
    )


def propose_from_latin(text: str) -> str | None:
    """Propose 姓名 for ÐÕÃû: GBK bytes that were read as Latin-1; None when the text is not of that sort."""
    if not _SIGNS_OF_LATIN.search(text):
        return None
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        return None
    proposal = _decode(raw, "gb18030")
    return proposal if proposal and _is_chinese(proposal) else None


def propose_from_gbk(text: str) -> str | None:
    """Propose 姓名 for 濮撳悕: UTF-8 bytes that were read as GBK; None when the text is not of that sort."""
    if not re.search(f"[{HAN}]", text):
        return None
    try:
        raw = text.encode("gb18030")
    except UnicodeEncodeError:
        return None
    proposal = _decode(raw, "utf-8")
    return proposal if proposal and _is_chinese(proposal) else None
