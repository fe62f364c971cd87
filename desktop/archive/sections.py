"""One section of a payload: its plain bytes within what was declared, and the checks of hash, lines and ids."""

import hashlib
from collections.abc import Callable, Iterator
from typing import IO, cast

import zstandard

from desktop import canonical
from desktop.archive.form import Entry
from desktop.archive.limits import CHUNK, LIMITS
from desktop.archive.ustar import Member, check_padding, read_exactly, refuse


class Span:
    """A part of a file, read from its beginning."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file = file
        self._left = size
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, all that is left when it is negative."""
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data

    def chunks(self) -> Iterator[bytes]:
        """What is left, in pieces."""
        while chunk := self.read(CHUNK):
            yield chunk


def plain(spool: IO[bytes], start: int, entry: Entry) -> Iterator[bytes]:
    """The plain bytes of a section, never more than one beyond the declared length."""
    if not entry.z:
        yield from Span(spool, start, entry.len).chunks()
        return
    _check_frame(spool, start, entry)
    span = Span(spool, start, entry.len)
    left = entry.raw + 1
    try:
        reader = zstandard.ZstdDecompressor(max_window_size=LIMITS.window).stream_reader(cast("IO[bytes]", span))
        while chunk := reader.read(min(left, CHUNK)):
            left -= len(chunk)
            yield chunk
    except zstandard.ZstdError as error:
        raise refuse("compression", entry.name, "不能解压") from error


def _check_frame(spool: IO[bytes], start: int, entry: Entry) -> None:
    """The section is one zstd frame, with a window within the limit, that ends where the section ends."""
    head = Span(spool, start, min(entry.len, 18)).read()
    try:
        parameters = zstandard.get_frame_parameters(head)
        position = zstandard.frame_header_size(head)
    except zstandard.ZstdError as error:
        raise refuse("compression", entry.name, "不是规定的压缩格式") from error
    if parameters.window_size > LIMITS.window or parameters.dict_id:
        raise refuse("compression", entry.name, "的压缩参数超过上限")
    last = False
    while not last:
        spool.seek(start + position)
        block = int.from_bytes(read_exactly(spool, 3, entry.name), "little")
        last = bool(block & 1)
        position += 3 + (1 if block >> 1 & 3 == 1 else block >> 3)  # a repeated byte is stored once
        if position > entry.len:
            raise refuse("compression", entry.name, "的压缩内容不完整")
    if position + (4 if parameters.has_checksum else 0) != entry.len:
        raise refuse("compression", entry.name, "的压缩内容之后还有多余的内容")


def check(spool: IO[bytes], start: int, entry: Entry, *, parse: bool) -> None:
    """Read a section through; raises PackageRefused with the code of the first thing that is wrong."""
    digest = hashlib.sha256()
    sized = _measure(plain(spool, start, entry), digest.update, entry)
    if entry.t == "r" and parse:
        _check_lines(sized, entry)
    else:
        for _ in sized:
            pass
    if digest.hexdigest() != entry.h:
        raise refuse("section-hash", entry.name, "的内容与清单中的校验值不符")
    spool.seek(start + entry.len)
    check_padding(spool, Member(entry.name, entry.len))


def _measure(pieces: Iterator[bytes], update: Callable[[bytes], None], entry: Entry) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > entry.raw:
            break
        update(piece)
        yield piece
    if size != entry.raw:
        raise refuse("section-length", entry.name, f"解压后不是清单写明的 {entry.raw} 字节")


def split(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Pieces cut after their last newline."""
    rest = b""
    for piece in pieces:
        whole = rest + piece
        cut = whole.rfind(b"\n") + 1
        rest = whole[cut:]
        if len(rest) > LIMITS.line:
            break
        if cut:
            yield whole[:cut]
    if rest:
        raise refuse("line", name, "中有一条记录过长或没有结束")


def _check_lines(pieces: Iterator[bytes], entry: Entry) -> None:
    number = 0
    last = ""
    for piece in split(pieces, entry.name):
        try:
            values = canonical.load_lines(piece)
        except canonical.CanonicalError as error:
            what = f"第 {number + error.number} 条不能读取（{error.sentence.rstrip('。')}）"
            raise refuse("record", entry.name, what) from error
        for value in values:
            number += 1
            identifier = value.get("id")
            if type(identifier) is not str or identifier <= last:
                raise refuse("record-order", entry.name, f"第 {number} 条的编号缺失、重复或次序不对")
            last = identifier
    if number != entry.c:
        raise refuse("section-count", entry.name, f"写明 {entry.c} 条，实有 {number} 条")
