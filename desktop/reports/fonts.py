"""The faces a sheet is set in: families, the chain of fonts behind each, and how a text is cut into runs.

A family is what an official form asks for (宋体, 黑体, 楷体, 仿宋, 小标宋). Behind each stands a chain: Windows' own
font if it is there, the shipped one, and then every other shipped font, so that a character is missing only if no
font at all has it. Fallback is by run: a name is set wholly in the first font that has all its characters, since
one odd character in another weight looks like a patch.

To ship another font: make it in build/fonts.py, add a line to `FACES`, and name it in the chains that want it.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from pathlib import Path

from desktop.errors import RefusedError
from desktop.paths import RESOURCES
from desktop.reports.truetype import FontFile

BLANK = "　"  # one character's room for the pen
# Marks that choose a variant or join characters: nothing is drawn for them, but they stay in the text.
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_BLANKS = re.compile("[\\x00-\\x1f\\x7f]")
_WORDS = re.compile(r"[，。；：、！？\s（）()《》〔〕“”0-9A-Za-z]+|[^，。；：、！？\s（）()《》〔〕“”0-9A-Za-z]+")


class Family(StrEnum):
    """The five families of official sheets."""

    SONG = "song"
    HEI = "hei"
    KAI = "kai"
    FANG = "fang"
    BIAOSONG = "biaosong"


class _Advances(dict[str, float | None]):
    """The width of each character in thousandths of the em, None where the face has no glyph; read once."""

    def __init__(self, face: "Face") -> None:
        super().__init__()
        self._face = face

    def __missing__(self, character: str) -> float | None:
        file = self._face.file
        glyph = file.glyph(ord(character))
        advance = file.advance(glyph) if glyph else None
        self[character] = advance
        return advance


@dataclass(frozen=True)
class Face:
    """One font that may be used: its name in the PDF, where it lies, and which font of a collection it is."""

    name: str
    path: Path
    number: int = 0

    @cached_property
    def file(self) -> FontFile:
        """The font file, opened at first use. Raises UnreadableFile."""
        return FontFile(self.path, self.number)

    @cached_property
    def advances(self) -> _Advances:
        """Widths by character."""
        return _Advances(self)

    def width(self, text: str) -> float | None:
        """The width of a text in thousandths of the em, None if the face lacks a character of it."""
        try:
            return sum(map(self.advances.__getitem__, text))  # type: ignore[arg-type]
        except TypeError:
            return None


# Shipped faces: name → file in resources/fonts.
FACES = {
    "CountyDeskSong": "CountyDeskSong.ttf",
    "CountyDeskRareA": "CountyDeskRareA.ttf",
    "CountyDeskRareB": "CountyDeskRareB.ttf",
    "CountyDeskKai": "CountyDeskKai.ttf",
    "CountyDeskHei": "CountyDeskHei.ttf",
    "CountyDeskFang": "CountyDeskFang.ttf",
    "CountyDeskBiaoSong": "CountyDeskBiaoSong.ttf",
}
# Fonts of the computer that come first where present: name → file of Windows' folder of fonts.
SYSTEM_FACES = {
    "SimSun": "simsun.ttc",
    "SimSunExtB": "simsunb.ttf",
    "SimHei": "simhei.ttf",
    "SimKai": "simkai.ttf",
    "SimFang": "simfang.ttf",
    "FZXiaoBiaoSongGBK": "方正小标宋_GBK.ttf",
    "FZXiaoBiaoSong": "FZXBSJW.TTF",
}
_FIRST = {
    Family.SONG: ("SimSun", "CountyDeskSong"),
    Family.HEI: ("SimHei", "CountyDeskHei"),
    Family.KAI: ("SimKai", "CountyDeskKai"),
    Family.FANG: ("SimFang", "CountyDeskFang"),
    Family.BIAOSONG: ("FZXiaoBiaoSongGBK", "FZXiaoBiaoSong", "CountyDeskBiaoSong"),
}
_THEN = ("SimSun", "SimSunExtB", *FACES)


@dataclass(frozen=True, slots=True)
class Line:
    """A text ready to be set: runs of (face name, text), and its width in thousandths of the em."""

    runs: tuple[tuple[str, str], ...]
    width: float


def system_folders() -> tuple[Path, ...]:
    """Where Windows keeps fonts: for all users, and for this user; elsewhere none."""
    roots = ((os.environ.get("SYSTEMROOT"), "Fonts"), (os.environ.get("LOCALAPPDATA"), "Microsoft/Windows/Fonts"))
    return tuple(Path(root) / below for root, below in roots if root)


@cache
def faces() -> dict[str, Face]:
    """Every face that is on this computer, by name."""
    found = {name: Face(name, RESOURCES / "fonts" / file) for name, file in FACES.items()}
    for name, file in SYSTEM_FACES.items():
        places = [folder / file for folder in system_folders() if (folder / file).is_file()]
        if places:
            found[name] = Face(name, places[0])
    return found


@cache
def chain(family: Family) -> tuple[Face, ...]:
    """The faces of a family in the order in which they are tried."""
    names = dict.fromkeys((*_FIRST[family], *_THEN))
    return tuple(faces()[name] for name in names if name in faces())


def check() -> tuple[str, ...]:
    """Sentences about shipped fonts that are not in their place; empty when all is well."""
    absent = [face.path.name for face in faces().values() if not face.path.is_file()]
    return tuple(f"缺少字体文件“{name}”，请重新安装程序。" for name in absent)


@lru_cache(maxsize=1 << 15)
def line(text: str, family: Family) -> Line:
    """Cut a text of one line into runs; a character that no font has becomes one blank for the pen."""
    first = chain(family)[0]
    width = first.width(text)
    if width is not None:
        return Line(((first.name, text),), width)
    runs = list(_joined(run for word in _WORDS.findall(_BLANKS.sub(" ", text)) for run in _word_runs(word, family)))
    drawn = tuple((face.name, part) for face, part in runs)
    return Line(drawn, sum(face.width(_UNSEEN.sub("", part)) or 0 for face, part in runs))


def _word_runs(word: str, family: Family) -> Iterator[tuple[Face, str]]:
    """The whole word in the first face that has it, otherwise each character in the first that has it."""
    seen = _UNSEEN.sub("", word)
    for face in chain(family):
        if face.width(seen) is not None:
            yield face, seen
            return
    for character in seen:
        holders = (face for face in chain(family) if face.advances[character] is not None)
        holder = next(holders, None)
        yield (holder, character) if holder else (chain(family)[0], BLANK)


def _joined(runs: Iterator[tuple[Face, str]]) -> Iterator[tuple[Face, str]]:
    """Neighbouring runs of one face as one run."""
    last: tuple[Face, str] | None = None
    for face, part in runs:
        if last and last[0] is face:
            last = (face, last[1] + part)
        else:
            if last:
                yield last
            last = (face, part)
    if last:
        yield last


def runs(text: str, family: Family) -> tuple[tuple[str, str], ...]:
    """The runs of a text: (face name, text)."""
    return line(text, family).runs


def width(text: str, family: Family, size: float) -> float:
    """The width of a text in points, set in this size in points."""
    return line(text, family).width * size / 1000


@cache
def is_missing(character: str) -> bool:
    """Whether no font at all has the character. Marks that are never drawn are not missing."""
    if _UNSEEN.match(character) or _BLANKS.match(character):
        return False
    return all(face.advances[character] is None for face in chain(Family.SONG))


def missing(text: str) -> list[str]:
    """The characters of a text that no font has, each once, in order. The same for every family."""
    return [character for character in dict.fromkeys(text) if is_missing(character)]


def require_fonts() -> None:
    """Refuse to print with a sentence if the program's own fonts are not there."""
    sentences = check()
    if sentences:
        raise RefusedError("".join(sentences))
