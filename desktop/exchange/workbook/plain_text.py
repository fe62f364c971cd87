"""Bytes as text: byte order marks, UTF-8, UTF-16, GB18030 and Big5, each strict."""

import re
from contextlib import suppress

from desktop.errors import UnreadableFile

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_CUT = "文件末尾缺了半个字，可能没有拷贝完整。请让学校重新发送。"
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8", "UTF-8"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)
_UNKNOWN = "认不出文字编码，可能不是表格，或者已损坏。请用 Excel 或 WPS 打开，另存为 .xlsx 文件后重新发送。"


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; raises UnreadableFile when no encoding fits."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _check(_decode_strict(data[len(mark) :], codec)), name
    if b"\x00" in data[:4096]:
        even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
        return _check(_decode_strict(data, "utf-16-le" if odd > even else "utf-16-be")), "UTF-16"
    try:
        return _check(data.decode("utf-8")), "UTF-8"
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start >= len(data) - 3 and error.start:
            raise UnreadableFile(_CUT) from error
    text = _decode_strict(data, "gb18030")
    if _PRIVATE.search(text):  # Big5 read as GB18030 is full of characters for private use
        with suppress(UnicodeDecodeError):
            return _check(data.decode("big5")), "Big5（繁体）"
    return _check(text), "GB18030"


def _decode_strict(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4 and error.start > 4:
            raise UnreadableFile(_CUT) from error
        raise UnreadableFile(_UNKNOWN) from error


def _check(text: str) -> str:
    text = text.rstrip("\x1a\x00")
    if _CONTROL.search(text) or "\ufffe" in text:
        raise UnreadableFile(_UNKNOWN)
    return text
