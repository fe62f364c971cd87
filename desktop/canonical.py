"""Canonical JSON: one text for one value, so that hashes and signatures mean the same on every machine.

UTF-8 in normal form C, keys in code point order, no spaces, only the mandatory escapes, whole numbers within
53 bits, no floats, no null (an absent value has no key), at most six levels. What a reader takes must be byte
for byte what `dumps` would have written: anything that two parsers could read differently is refused.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import repeat
from typing import Any

import orjson

from desktop.errors import DesktopError

DEPTH = 6
TEXT = 32_768  # characters of one text
LINE = 262_144  # bytes of one record with its newline
PIECE = 262_144  # bytes from which on lines are handed on

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_PASSTHROUGH_SUBCLASS
_LINE_OPTIONS = _OPTIONS | orjson.OPT_APPEND_NEWLINE
_PLAIN = frozenset((str, int, bool))
_BLOCKED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)
# The same characters in the finished bytes, where an escape stands for a control character. Patterns
# that begin with one fixed byte take a quarter of the time of one pattern with many beginnings.
_ESCAPE = re.compile(rb"\\[bfrtu]").search
_C1 = re.compile(rb"\xc2[\x80-\x9f]").search
_BIDI = re.compile(rb"\xe2\x80[\xaa-\xae]").search
_ISOLATE = re.compile(rb"\xe2\x81[\xa6-\xa9]").search
_PRIVATE = re.compile(rb"\xef[\x80-\xa3]").search


class CanonicalError(DesktopError):
    """A value that has no canonical form: `code` for programs, `field` is its key.

    Of many, `number` is the line read (from 1) and `record` the id of the record to be written.
    """

    def __init__(self, code: str, sentence: str, *, field: str = "") -> None:
        super().__init__(f"“{field}”{sentence}" if field else sentence)
        self.code = code
        self.field = field
        self.number = 0
        self.record = ""


def dumps(value: object, *, allowed: Collection[str] = ()) -> bytes:
    """The canonical bytes of a dict or list, without a newline.

    `allowed` are private-use characters that the rare-character list permits. Raises CanonicalError.
    """
    _check_types(value, 1, "")
    try:
        data = orjson.dumps(value, option=_OPTIONS)
    except TypeError as error:
        _check_texts(value, allowed)  # a lone surrogate has no bytes at all
        raise CanonicalError("number", "含有无法准确传送的整数或名称。") from error
    if len(data) > TEXT or _is_suspect(data):
        _check_texts(value, allowed)
    return data


def line(value: dict[str, Any], *, allowed: Collection[str] = ()) -> bytes:
    """The canonical bytes of one record with its newline; raises CanonicalError."""
    data = dumps(value, allowed=allowed) + b"\n"
    if len(data) > LINE:
        raise CanonicalError("long", f"一条记录超过 {LINE // 1024} KiB，请删减其中的长文字。")
    return data


def loads_strict(data: bytes, *, allowed: Collection[str] = ()) -> dict[str, Any]:
    """The object whose canonical bytes these are, without newline; anything else raises CanonicalError."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise CanonicalError("json", "内容不完整或不是规定的格式。") from error
    if type(value) is not dict:
        raise CanonicalError("json", "内容不是一条记录。")
    if dumps(value, allowed=allowed) != data:
        raise CanonicalError("form", "写法不是规定的唯一写法，可能被别的程序改过。")
    return value


def dump_lines(values: Iterable[dict[str, Any]], *, allowed: Collection[str] = ()) -> Iterator[bytes]:
    """The canonical lines of many records, in pieces of whole lines; raises CanonicalError.

    The same bytes as `line` for each, at half the cost: characters are looked at once for a piece.
    """
    held: list[dict[str, Any]] = []
    lines: list[bytes] = []
    size = 0
    for value in values:
        try:
            _check_types(value, 1, "")
            data = orjson.dumps(value, option=_LINE_OPTIONS)
        except (TypeError, CanonicalError):
            data = _line_of(value, allowed)  # raises the sentence
        held.append(value)
        lines.append(data)
        size += len(data)
        if size > PIECE:
            yield _join(held, lines, allowed)
            held, lines, size = [], [], 0
    yield _join(held, lines, allowed)


def _join(values: list[dict[str, Any]], lines: list[bytes], allowed: Collection[str]) -> bytes:
    piece = b"".join(lines)
    if max(map(len, lines), default=0) > TEXT or _is_suspect(piece):
        for value in values:
            _line_of(value, allowed)
    return piece


def _line_of(value: dict[str, Any], allowed: Collection[str]) -> bytes:
    try:
        return line(value, allowed=allowed)
    except CanonicalError as error:
        error.record = str(value.get("id", ""))
        raise


def load_lines(piece: bytes, *, allowed: Collection[str] = ()) -> list[dict[str, Any]]:
    """The records of a piece of whole lines, each as strictly as `loads_strict`; raises CanonicalError."""
    values = _load_quickly(piece)
    if values is not None:
        return values
    values = []
    for number, data in enumerate(piece.removesuffix(b"\n").split(b"\n"), 1):
        try:
            if len(data) >= LINE:
                raise CanonicalError("long", f"超过 {LINE // 1024} KiB。")
            values.append(loads_strict(data, allowed=allowed))
        except CanonicalError as error:
            error.number = number
            raise
    return values


def _load_quickly(piece: bytes) -> list[dict[str, Any]] | None:
    """The records when all of them are beyond doubt, None when each must be looked at.

    Parsed as one list but written again one by one: a line can hold neither two records nor half of one.
    """
    try:
        values: list[dict[str, Any]] = orjson.loads(b"[%b]" % piece.removesuffix(b"\n").replace(b"\n", b","))
        lines = [orjson.dumps(value, option=_LINE_OPTIONS) for value in values]
        if not values or b"".join(lines) != piece or max(map(len, lines)) > TEXT or _is_suspect(piece):
            return None
        for value in values:
            if not _PLAIN.issuperset(map(type, value.values())):
                _check_types(value, 1, "")
    except (ValueError, TypeError, AttributeError, CanonicalError):
        return None
    return values


def content_hash(value: object) -> str:
    """SHA-256 of the canonical bytes, 64 hexadecimal digits; raises CanonicalError."""
    return hashlib.sha256(dumps(value)).hexdigest()


def _check_types(value: object, depth: int, field: str) -> None:
    children: Collection[Any]
    if type(value) is dict:
        children = value.values()
    elif type(value) is list:
        children = value
    else:
        raise CanonicalError("type", f"的值不能写入数据包（{type(value).__name__}）。", field=field)
    if depth > DEPTH:
        raise CanonicalError("depth", f"的内容超过 {DEPTH} 层。", field=field)
    if _PLAIN.issuperset(map(type, children)):
        return
    for key, child in value.items() if type(value) is dict else zip(repeat(field), value, strict=False):
        if type(child) not in _PLAIN:
            _check_types(child, depth + 1, field or str(key))


def _is_suspect(data: bytes) -> bool:
    if _ESCAPE(data) or b"\x7f" in data:
        return True
    if data.isascii():
        return False
    if b"\xee" in data or b"\xf3" in data or b"\xf4" in data:  # the private planes
        return True
    if _C1(data) or _BIDI(data) or _ISOLATE(data) or _PRIVATE(data):
        return True
    return not unicodedata.is_normalized("NFC", data.decode())


def _check_texts(value: object, allowed: Collection[str]) -> None:
    for field, text in _texts(value, ""):
        if len(text) > TEXT:
            raise CanonicalError("text", f"超过 {TEXT} 个字符，请删减。", field=field)
        for blocked in _BLOCKED.findall(text):
            if blocked not in allowed or not _is_private(blocked):
                sentence = f"含有不能传送的字符 U+{ord(blocked):04X}，请删去后重新录入。"
                raise CanonicalError("character", sentence, field=field)
        if not unicodedata.is_normalized("NFC", text):
            sentence = "含有由两个字符拼成的字或兼容汉字，请重新录入。"
            raise CanonicalError("normal-form", sentence, field=field)


def _is_private(character: str) -> bool:
    return unicodedata.category(character) == "Co"


def _texts(value: object, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, dict):
        for key, child in value.items():
            name = field or str(key)
            yield name, str(key)
            yield from _texts(child, name)
    elif isinstance(value, list):
        for child in value:
            yield from _texts(child, field)
