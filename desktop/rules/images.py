"""The kind and size of a picture, or whether it is a PDF, from the first bytes: enough to refuse what is neither."""

from dataclasses import dataclass
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG segments that begin with the size of the picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Kind (JPEG or PNG), width and height in pixels."""

    kind: str
    width: int
    height: int


def read_picture(data: bytes) -> Picture | None:
    """What a picture is; None for bytes that are neither JPEG nor PNG, or end before they say their size."""
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        return Picture("PNG", int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    if data.startswith(b"\xff\xd8\xff"):
        return _read_jpeg(data)
    return None


def _read_jpeg(data: bytes) -> Picture | None:
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker in _FRAMES:
            height, width = int.from_bytes(data[place + 5 : place + 7]), int.from_bytes(data[place + 7 : place + 9])
            return Picture("JPEG", width, height)
        place += 1 if marker == 0xFF else 2 + int.from_bytes(data[place + 2 : place + 4])
    return None


def is_complete(data: bytes) -> bool:
    """Whether a whole JPEG or PNG ends as it should; what a camera writes behind the end does not matter."""
    if data.startswith(_PNG):
        return b"IEND" in data[-64:]
    return data.rfind(b"\xff\xd9") >= len(data) // 2


def is_pdf(data: bytes) -> bool:
    """Whether bytes begin as a PDF does; some scanners write a line before it."""
    return b"%PDF-" in data[:1024]


def cropped(width: int, height: int, across: int, down: int) -> tuple[int, int, int, int]:
    """The largest part of a picture with the shape across:down, as left, top, right, bottom in pixels.

    Too wide, it loses the same left and right; too high, it loses below only: a head stands at the top.
    """
    if width * down > height * across:
        part = height * across // down
        left = (width - part) // 2
        return left, 0, left + part, height
    return 0, 0, width, width * down // across
