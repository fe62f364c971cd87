"""The parts of a zipped office file, read under a limit of size."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import Limits
from desktop.exchange.workbook.markup import BROKEN

CHUNK = 4 << 20
_KEPT = 64 << 20
PASSWORD = "设有打开密码，读不出来。请在 Excel 或 WPS 中打开文件，取消打开密码后再发来。"  # noqa: S105 - a sentence
_BOMB = "解压后过大，不像正常的名册，为安全起见不读入。请把名册内容复制到新建的表格中，另存后重新发送。"


class Parts:
    """The members of a zip file held in memory; `limits.inflated_bytes` bounds what they declare together.

    No member yields more than it declares, and one whose contents are larger fails its checksum.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error) as error:
            raise UnreadableFile(BROKEN) from error
        members = self._archive.infolist()
        if any(member.flag_bits & 1 for member in members):
            raise UnreadableFile(PASSWORD)
        if sum(member.file_size for member in members) > limits.inflated_bytes or len(members) > 20_000:
            raise UnreadableFile(_BOMB)
        self._names = {member.filename.lower().replace("\\", "/"): member.filename for member in members}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def names(self) -> tuple[str, ...]:
        """The names of all members in lower case."""
        return tuple(self._names)

    def stream(self, name: str) -> Iterator[bytes]:
        """The bytes of a member in chunks; its checksum is verified at its end."""
        try:
            with self._archive.open(self._names[name.lower()]) as member:
                while chunk := member.read(CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, OSError) as error:
            raise UnreadableFile(BROKEN) from error

    def keep(self, name: str) -> Iterable[bytes]:
        """The chunks of a member to go through several times: in memory unless it is large."""
        if self._archive.getinfo(self._names[name.lower()]).file_size <= _KEPT:
            return (self.read(name),)
        return _Again(self, name)

    def read(self, name: str) -> bytes:
        """A member as a whole."""
        return b"".join(self.stream(name))


class _Again:
    """A member that is inflated anew each time it is gone through."""

    def __init__(self, parts: Parts, name: str) -> None:
        self._parts, self._name = parts, name

    def __iter__(self) -> Iterator[bytes]:
        return self._parts.stream(self._name)
