"""Numbers of official documents (发文字号, GB/T 9704-2012 7.2.5): 云教发〔2024〕30号."""

import re

from desktop.rules.characters import plain
from desktop.rules.traditional import simplified

_RIGHT = re.compile(r".{1,12}〔\d{4}〕[1-9]\d{0,3}号")
_OPEN, _CLOSE = r"[〔﹝﹙\[({【〖『「<《]", r"[〕﹞﹚\])}】〗』」>》]"
_TYPED = re.compile(
    rf"(?P<agency>[^\d〔﹝﹙\[({{【〖『「<《〕﹞﹚\])}}】〗』」>》]{{1,12}})"
    rf"(?:{_OPEN}(?P<year>[12][\dxX*×○]{{3}})年?{_CLOSE}?|(?P<bare>[12][\dxX*×○]{{3}})年?{_CLOSE})"
    r"第?0*(?P<number>\d{1,4})(?:号(?:文件?)?)?"
)
_WRAPPED = re.compile(rf"{_OPEN}(.+号){_CLOSE}")


def normalise_document_number(text: str) -> str:
    """Write a typed number with 〔〕, half-width digits, simplified, and without blanks, 第, leading zeros and 文件.

    Brackets of any sort, mixed ones and a missing one are understood; a text that has not the shape of a
    number is given back as it is, without the blanks around it.
    """
    typed = simplified(plain(text))
    if wrapped := _WRAPPED.fullmatch(typed):
        typed = wrapped[1]
    match = _TYPED.fullmatch(typed)
    if not match:
        return text.strip()
    return f"{match['agency']}〔{match['year'] or match['bare']}〕{match['number']}号"


def is_document_number(text: str) -> bool:
    """Say whether `text` is a complete number in the right form; a masked year (201*) is not."""
    return bool(_RIGHT.fullmatch(text))
