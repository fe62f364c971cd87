"""Packages of several files: how attachments are spread over volumes, and whether those at hand are all of one set.

The first volume holds the manifest and all records, the others only attachments, in the order of their hashes. A
section is never split; one that does not fit into the rest of a volume begins the next.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from desktop.archive.form import Entry, Header
from desktop.archive.limits import LIMITS
from desktop.archive.parts import HEADER
from desktop.archive.ustar import BLOCK, END, Member
from desktop.errors import PackageRefused, RefusedError

_CHUNK: Final = 64 * 1024
_TAG: Final = 16
"""age encrypts pieces of 64 KiB, each of which becomes 16 bytes longer."""
_STANZA: Final = 256
"""At most so many bytes of a payload for each recipient."""
_AROUND: Final = 8 * 1024
"""For everything that stands around the sections: header, trailer, signature, the start of the payload."""


BESIDE: Final = 8 * 1024
"""What a drive must hold beside a volume: the key card and the directory."""


def room_in(volume: int, recipients: int) -> int:
    """The plain bytes of sections that a file of so many bytes can hold, with their members' headers."""
    left = volume - _AROUND - _STANZA * recipients - LIMITS.trailer
    return left * _CHUNK // (_CHUNK + _TAG)


def size_of(entry: Entry) -> int:
    """The plain bytes that a section takes in its payload."""
    return BLOCK + entry.len + Member(entry.name, entry.len).padding


def spread(entries: Iterable[Entry], *, taken: int, room: int) -> list[int]:
    """The volume of each attachment, when the first holds `taken` bytes already and each has `room`.

    Raises RefusedError with the bytes that are needed when the records or an attachment alone do not fit, or when
    there would be too many volumes.
    """
    number, left = 1, room - taken - len(END)
    if left < 0:
        raise _too_small(taken + len(END))
    found = []
    for entry in entries:
        need = size_of(entry)
        if need > left:
            number, left = number + 1, room - len(END)
        if need > left:
            raise _too_small(need)
        left -= need
        found.append(number)
    if number > LIMITS.volumes:
        text = f"照片太多，要写 {number} 卷，超过上限 {LIMITS.volumes} 卷；请换一个剩余空间更大的U盘再写。"
        raise RefusedError(text)
    return found


def _too_small(size: int) -> RefusedError:
    kilobytes = (size + _AROUND + BESIDE + 1023) >> 10
    need = f"{kilobytes} KB" if kilobytes < 1024 else f"{(kilobytes + 1023) >> 10} MB"
    return RefusedError(f"U盘剩余空间不足：一卷至少需要 {need}。没有写成，请清理或换一个U盘后再写。")


def check_set(headers: Sequence[Header]) -> None:
    """Raise PackageRefused "volumes" unless these are all volumes of one package, each once, in their order."""
    first = headers[0]
    strangers = [header for header in headers if not header.is_same_package(first) or header.vol[1] != first.vol[1]]
    if strangers:
        raise _refuse(f"第 {strangers[0].vol[0]} 卷不是这个数据包的（{first.stream} 第 {first.seq} 次）")
    numbers = [header.vol[0] for header in headers]
    twice = [number for number in numbers if numbers.count(number) > 1]
    if twice:
        raise _refuse(f"第 {twice[0]} 卷有两份")
    missing = missing_in(headers)
    if missing:
        raise _refuse(f"共 {first.vol[1]} 卷，还缺{called(missing)}")


def missing_in(headers: Sequence[Header]) -> list[int]:
    """The volumes of a set that are not among these."""
    return sorted(set(range(1, headers[0].vol[1] + 1)) - {header.vol[0] for header in headers})


def called(numbers: Iterable[int]) -> str:
    """第 2、3 卷."""
    return f"第 {'、'.join(map(str, numbers))} 卷"


def _refuse(what: str) -> PackageRefused:
    text = f"数据包未导入：{what}。本机数据没有变化，请把这个数据包的各卷放在一起，再选一次。"
    return PackageRefused("volumes", text, member=HEADER)
