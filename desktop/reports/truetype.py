"""A TrueType font file: read lazily from a memory map, and cut down to the glyphs a document uses.

Opening a font of 30,000 glyphs must not cost a second, so nothing is turned into Python objects before it is asked
for: characters are looked up by bisection in the arrays of the cmap, widths and outlines are read one by one.
"""

import mmap
import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

from desktop.errors import UnreadableFile

_TRUETYPE = (b"\x00\x01\x00\x00", b"true")
_COMPOSITE_WORDS, _COMPOSITE_SCALE, _COMPOSITE_MORE, _COMPOSITE_TWO, _COMPOSITE_FOUR = 0x01, 0x08, 0x20, 0x40, 0x80
_COPIED = ("cvt ", "fpgm", "prep")


def _numbers(code: str, data: bytes) -> "array[int]":
    """Big-endian numbers as an array of the machine's own order."""
    values = array(code)
    values.frombytes(data)
    if sys.byteorder == "little":
        values.byteswap()
    return values


class CharacterMap:
    """Which glyph shows a character: the segments of a cmap subtable of format 12 or 4."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        (self._format,) = struct.unpack_from(">H", data)
        if self._format == 12:
            groups = _numbers("I", data[16 : 16 + 12 * struct.unpack_from(">I", data, 12)[0]])
            self._starts, self._ends, self._glyphs = groups[0::3], groups[1::3], groups[2::3]
        else:
            (doubled,) = struct.unpack_from(">H", data, 6)
            self._ranges_at = 16 + 3 * doubled
            self._ends = _numbers("H", data[14 : 14 + doubled])
            self._starts = _numbers("H", data[16 + doubled : 16 + 2 * doubled])
            self._glyphs = _numbers("H", data[16 + 2 * doubled : self._ranges_at])

    def glyph(self, point: int) -> int:
        """The number of the glyph of a code point, 0 if the font has none."""
        segment = bisect_right(self._starts, point) - 1
        if segment < 0 or point > self._ends[segment]:
            return 0
        if self._format == 12:
            return self._glyphs[segment] + point - self._starts[segment]
        return self._glyph_by_offset(segment, point)

    def _glyph_by_offset(self, segment: int, point: int) -> int:
        place = self._ranges_at + 2 * segment
        (offset,) = struct.unpack_from(">H", self._data, place)
        glyph = point
        if offset:
            place += offset + 2 * (point - self._starts[segment])
            (glyph,) = struct.unpack_from(">H", self._data, place) if place + 2 <= len(self._data) else (0,)
            if not glyph:
                return 0
        return int(glyph + self._glyphs[segment]) & 0xFFFF


class FontFile:
    """One font of a .ttf or .ttc file. Lengths are in thousandths of the em.

    Raises UnreadableFile if the file is no font with TrueType outlines and a Unicode character map.
    """

    def __init__(self, path: Path, number: int = 0) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._tables = self._read_directory(number)
            self._read_measures()
            self._characters = self._read_characters()
        except (OSError, ValueError, struct.error, KeyError) as error:
            raise UnreadableFile(f"字体文件“{path.name}”无法读取，请重新安装程序或换用其他字体。") from error

    def _read_directory(self, number: int) -> dict[str, tuple[int, int]]:
        start = 0
        if self._data[:4] == b"ttcf":
            (start,) = struct.unpack_from(">I", self._data, 12 + 4 * number)
        if self._data[start : start + 4] not in _TRUETYPE:
            raise ValueError("no TrueType outlines")
        (count,) = struct.unpack_from(">H", self._data, start + 4)
        records = (struct.unpack_from(">4sIII", self._data, start + 12 + 16 * each) for each in range(count))
        return {tag.decode("latin-1"): (offset, length) for tag, _sum, offset, length in records}

    def _read_measures(self) -> None:
        head = self.table("head")
        (self._unit,) = struct.unpack_from(">H", head, 18)
        self.box = [self._scale(each) for each in struct.unpack_from(">4h", head, 36)]
        self._long_offsets = struct.unpack_from(">h", head, 50)[0] == 1
        self.ascent, self.descent = (self._scale(each) for each in struct.unpack_from(">2h", self.table("hhea"), 4))
        (self._measured,) = struct.unpack_from(">H", self.table("hhea"), 34)
        (self.glyph_count,) = struct.unpack_from(">H", self.table("maxp"), 4)
        self._metrics_at, self._outlines_at = self._tables["hmtx"][0], self._tables["glyf"][0]
        self._places_at = self._tables["loca"][0]

    def _read_characters(self) -> CharacterMap:
        cmap = self.table("cmap")
        (count,) = struct.unpack_from(">H", cmap, 2)
        records = [struct.unpack_from(">HHI", cmap, 4 + 8 * each) for each in range(count)]
        unicode_maps = {(platform, encoding): offset for platform, encoding, offset in records}
        for wanted in ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3)):
            if wanted in unicode_maps:
                return CharacterMap(cmap[unicode_maps[wanted] :])
        raise ValueError("no Unicode character map")

    def _scale(self, length: int) -> float:
        return float(length * 1000 / self._unit)

    def table(self, tag: str) -> bytes:
        """The bytes of a table. Raises KeyError if the font lacks it."""
        offset, length = self._tables[tag]
        return self._data[offset : offset + length]

    def glyph(self, point: int) -> int:
        """The number of the glyph of a code point, 0 if the font has none."""
        return self._characters.glyph(point)

    def advance(self, glyph: int) -> float:
        """The width of a glyph in thousandths of the em."""
        return self._scale(self._metrics(glyph)[0])

    def _metrics(self, glyph: int) -> tuple[int, int]:
        if glyph < self._measured:
            advance, bearing = struct.unpack_from(">Hh", self._data, self._metrics_at + 4 * glyph)
            return advance, bearing
        (advance,) = struct.unpack_from(">H", self._data, self._metrics_at + 4 * (self._measured - 1))
        place = self._metrics_at + 4 * self._measured + 2 * (glyph - self._measured)
        return advance, struct.unpack_from(">h", self._data, place)[0]

    def outline(self, glyph: int) -> bytes:
        """The bytes of a glyph's outline, empty for a blank."""
        if self._long_offsets:
            first, last = struct.unpack_from(">2I", self._data, self._places_at + 4 * glyph)
        else:
            first, last = (2 * each for each in struct.unpack_from(">2H", self._data, self._places_at + 2 * glyph))
        return self._data[self._outlines_at + first : self._outlines_at + last]

    def subset(self, glyphs: Sequence[int]) -> bytes:
        """A font file whose glyph n is glyph `glyphs[n]` of this one; parts of composites are appended."""
        wanted, outlines = self._with_parts(glyphs)
        places, packed = self._pack_outlines(outlines)
        metrics = [self._metrics(glyph) for glyph in wanted]
        count = len(wanted)
        tables = {tag: self.table(tag) for tag in _COPIED if tag in self._tables}
        tables["head"] = self.table("head")[:50] + struct.pack(">hh", 1, 0)
        tables["hhea"] = self.table("hhea")[:34] + struct.pack(">H", count)
        tables["maxp"] = self.table("maxp")[:4] + struct.pack(">H", count) + self.table("maxp")[6:]
        tables["hmtx"] = b"".join(struct.pack(">Hh", *each) for each in metrics)
        tables["loca"] = struct.pack(f">{len(places)}I", *places)
        tables["glyf"] = packed
        return _font_bytes(tables)

    def _with_parts(self, glyphs: Sequence[int]) -> tuple[list[int], list[bytes]]:
        wanted, added, outlines = list(glyphs), dict[int, int](), list[bytes]()
        for glyph in wanted:
            outline = bytearray(self.outline(glyph))
            for place in _parts(outline):
                (part,) = struct.unpack_from(">H", outline, place)
                if part not in added:
                    added[part] = len(wanted)
                    wanted.append(part)
                struct.pack_into(">H", outline, place, added[part])
            outlines.append(bytes(outline))
        return wanted, outlines

    @staticmethod
    def _pack_outlines(outlines: list[bytes]) -> tuple[list[int], bytes]:
        padded = [outline + b"\0" * (-len(outline) % 4) for outline in outlines]
        places = [0]
        for outline in padded:
            places.append(places[-1] + len(outline))
        return places, b"".join(padded)


def _parts(outline: bytearray) -> list[int]:
    """Where in a composite outline the numbers of its parts stand; none in a simple one."""
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    places, place, flags = [], 10, _COMPOSITE_MORE
    while flags & _COMPOSITE_MORE:
        (flags,) = struct.unpack_from(">H", outline, place)
        places.append(place + 2)
        place += 8 if flags & _COMPOSITE_WORDS else 6
        place += 2 * bool(flags & _COMPOSITE_SCALE) + 4 * bool(flags & _COMPOSITE_TWO)
        place += 8 * bool(flags & _COMPOSITE_FOUR)
    return places


def _font_bytes(tables: dict[str, bytes]) -> bytes:
    """Put tables together to a font file; readers of PDF do not look at the checksums."""
    count = len(tables)
    power = count.bit_length() - 1
    start = 12 + 16 * count
    directory = [b"\x00\x01\x00\x00", struct.pack(">HHHH", count, 16 << power, power, 16 * count - (16 << power))]
    body: list[bytes] = []
    for tag, data in sorted(tables.items()):
        directory.append(struct.pack(">4sIII", tag.encode("latin-1"), 0, start, len(data)))
        body.append(data + b"\0" * (-len(data) % 4))
        start += len(body[-1])
    return b"".join(directory + body)
