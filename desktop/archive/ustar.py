"""The one form of POSIX ustar that packages use, written and compared byte for byte.

`tar` and Python's tarfile differ in the device fields and in the padding of the end, so that neither writes
headers that can be regenerated; a reader that regenerates them leaves no byte of a file outside a check.
"""

from dataclasses import dataclass
from typing import IO

from desktop.archive.parts import called
from desktop.errors import PackageRefused

BLOCK = 512
MAGIC = b"ustar\0"
END = bytes(2 * BLOCK)
_SUM_AT = slice(148, 156)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its name and its length in bytes."""

    name: str
    size: int

    @property
    def padding(self) -> int:
        """Zero bytes between the content and the next header."""
        return -self.size % BLOCK

    def block(self) -> bytes:
        """The 512 bytes before the content."""
        fields = (
            self.name.encode("ascii").ljust(100, b"\0"),
            b"0000644\0",  # mode
            b"0000000\0",  # owner
            b"0000000\0",  # group
            b"%011o\0" % self.size,
            b"00000000000\0",  # time
            b" " * 8,  # the sum, blanks while it is taken
            b"0" + bytes(100),  # a plain file, linked to nothing
            MAGIC + b"0",
        )
        block = bytearray(b"".join(fields).ljust(BLOCK, b"\0"))
        block[_SUM_AT] = b"%06o\0 " % sum(block)
        return bytes(block)


def refuse(code: str, member: str, what: str) -> PackageRefused:
    """The error for a damaged or foreign part: that nothing changed, the way out and which part it is."""
    way_out = "请换一个U盘重新拷贝，或请对方重新生成"
    sentence = f"文件已损坏或被改动，没有采用，数据没有变化；{way_out}（{called(member)}{what}）。"
    return PackageRefused(code, sentence, member=member)


def read_exactly(stream: IO[bytes], size: int, member: str) -> bytes:
    """`size` bytes; raises PackageRefused "truncated" when the stream ends before."""
    data = stream.read(size)
    if len(data) != size:
        raise refuse("truncated", member, "不完整，文件在中途结束")
    return data


def read_member(stream: IO[bytes], after: str) -> Member | None:
    """The member whose header comes next, None at the two closing zero blocks.

    `after` names the part that is told when the header cannot be read. Raises PackageRefused "container".
    """
    block = read_exactly(stream, BLOCK, after)
    if block == bytes(BLOCK):
        if read_exactly(stream, BLOCK, after) != bytes(BLOCK):
            raise refuse("container", "文件结尾", "不是规定的写法")
        return None
    name = block[:100].rstrip(b"\0").decode("ascii", errors="replace")
    digits = block[124:135]
    if not (digits.isdigit() and name.isascii() and name.isprintable()):
        raise refuse("container", after, "之后的内容不是规定的写法")
    try:
        member = Member(name, int(digits, 8))
    except ValueError:
        raise refuse("container", after, "之后的内容不是规定的写法") from None
    if member.block() != block:
        raise refuse("container", after, "的文件头被改动过")  # the name it holds now is nobody's word
    return member


def expect_member(stream: IO[bytes], name: str, limit: int) -> Member:
    """The next member, which must have this name; "container" and "limit" refuse it otherwise."""
    member = read_member(stream, name)
    if member is None or member.name != name:
        raise refuse("container", name, "缺失或不在规定的位置")
    if member.size > limit:
        raise refuse("limit", name, f"有 {member.size} 字节，超过上限 {limit} 字节")
    return member


def read_content(stream: IO[bytes], member: Member) -> bytes:
    """The whole content of a small member, with its padding checked."""
    data = read_exactly(stream, member.size, member.name)
    check_padding(stream, member)
    return data


def check_padding(stream: IO[bytes], member: Member) -> None:
    """Read the bytes after a content; raises PackageRefused "container" unless they are all zero."""
    if any(read_exactly(stream, member.padding, member.name)):
        raise refuse("container", member.name, "之后的填充字节被改动过")
