"""Make the fonts of resources/fonts from the fonts of Debian's packages.

ReportLab and our own embedding need TrueType outlines, while Noto CJK and Fandol have PostScript outlines: these
are converted by the cu2qu pen (error at most one thousandth of the em). Every font is cut down to the characters
that its face is for, and gets a name of its own, as their licences ask of modified fonts.

    python build/fonts.py [FOLDER FOR DOWNLOADS] [NAME…]

needs apt-get, dpkg-deb and fontTools, and takes about a quarter of an hour for all fonts. The result depends on
nothing but the packages' versions, which are written to resources/fonts/sources.json.
"""

import bz2
import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
NOTO = "usr/share/fonts/opentype/noto/"
TEXLIVE = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/"
UNICODE = "usr/share/unicode/"

# Ranges of the sheet: Latin, Greek, Cyrillic, punctuation, figures, signs, kana, full width; Hangul is left out.
SIGNS = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x1CD, 0x1DC), (0x251, 0x251), (0x261, 0x261), (0x2C6, 0x2DD), (0x391, 0x3C9),
    (0x401, 0x451), (0x2010, 0x206F), (0x2070, 0x20BF), (0x2100, 0x22FF), (0x2300, 0x23FF), (0x2460, 0x27BF),
    (0x2E80, 0x33FF), (0xFE10, 0xFE4F), (0xFF01, 0xFF65), (0xFFE0, 0xFFE6), (0x1F100, 0x1F1FF),
)  # fmt: skip
HAN = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF), (0x2A700, 0x2EBEF), (0x2F800, 0x2FA1F), (0x30000, 0x323AF),
)  # fmt: skip
TICKS = frozenset(map(ord, "☐☑☒"))
# Kangxi dictionary and Hanyu Da Zidian alone: 28,000 characters that no living person's name is known to need.
DICTIONARY_SOURCES = ("GKX", "GHZ")


@dataclass(frozen=True)
class Made:
    """One font to make: the package and member it comes from, what is kept, and under which name."""

    file: str
    family: str
    package: str
    member: str
    number: int
    keep: str
    licence: str


SERIF, SANS = NOTO + "NotoSerifCJK-", NOTO + "NotoSansCJK-"
WENKAI = "usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"
FANDOL = TEXLIVE + "FandolFang-Regular.otf"
HANAZONO = "usr/share/fonts/truetype/hanazono/"
ALL = (
    Made("CountyDeskSong.ttf", "County Desk Song", "fonts-noto-cjk", SERIF + "Regular.ttc", 2, "all", "OFL"),
    Made("CountyDeskHei.ttf", "County Desk Hei", "fonts-noto-cjk-extra", SANS + "Medium.ttc", 2, "gbk", "OFL"),
    Made("CountyDeskKai.ttf", "County Desk Kai", "fonts-lxgw-wenkai", WENKAI, -1, "all", "OFL"),
    Made("CountyDeskBiaoSong.ttf", "County Desk BiaoSong", "fonts-noto-cjk", SERIF + "Bold.ttc", 2, "general", "OFL"),
    Made("CountyDeskFang.ttf", "County Desk Fang", "texlive-lang-chinese", FANDOL, -1, "all", "GPL"),
    Made("CountyDeskRareA.ttf", "County Desk Rare A", "fonts-hanazono", HANAZONO + "HanaMinA.ttf", -1, "rare", "OFL"),
    Made("CountyDeskRareB.ttf", "County Desk Rare B", "fonts-hanazono", HANAZONO + "HanaMinB.ttf", -1, "rare", "OFL"),
)


def download(package: str, folder: Path) -> Path:
    """The .deb of a package, fetched once; nothing is installed."""
    if not list(folder.glob(f"{package}_*.deb")):
        subprocess.run(["apt-get", "download", package], cwd=folder, check=True, timeout=600)
    return next(folder.glob(f"{package}_*.deb"))


def member(package: str, path: str, folder: Path) -> bytes:
    """The bytes of one file of a package."""
    unpacked = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", download(package, folder)], stdout=subprocess.PIPE)
    taken = subprocess.run(["tar", "-xO", f"./{path}"], stdin=unpacked.stdout, stdout=subprocess.PIPE, check=True)
    unpacked.communicate()
    return taken.stdout


def unihan(file: str, wanted: str, folder: Path) -> dict[int, str]:
    """One property of Unihan: code point → value."""
    text = bz2.decompress(member("unicode-data", f"{UNICODE}{file}.txt.bz2", folder)).decode()
    rows = (line.split("\t", 2) for line in text.splitlines() if line.startswith("U+"))
    return {int(point.removeprefix("U+"), base=16): value for point, name, value in rows if name == wanted}


def within(ranges: Iterable[tuple[int, int]]) -> set[int]:
    """All code points of the ranges."""
    return {point for first, last in ranges for point in range(first, last + 1)}


def encodable(encoding: str) -> set[int]:
    """The Han characters that an old Chinese encoding has."""
    return {point for point in within(HAN[:3]) if chr(point).encode(encoding, "ignore")}


def kept(keep: str, folder: Path) -> set[int]:
    """The code points that a font of this sort is to have, as far as its source has them."""
    signs = within(SIGNS)
    if keep == "all":
        return signs | within(HAN)
    general = set(unihan("Unihan_OtherMappings", "kTGH", folder)) | encodable("gb2312")
    if keep == "general":
        return signs | general
    if keep == "gbk":
        return signs | general | encodable("gbk")
    sources = unihan("Unihan_IRGSources", "kIRG_GSource", folder)
    rare = {point for point, source in sources.items() if not source.startswith(DICTIONARY_SOURCES)}
    return (rare | TICKS) - first_font_has()


def first_font_has() -> set[int]:
    """What 宋体 has already, so that the rare fonts need not have it again."""
    return set(TTFont(FONTS / "CountyDeskSong.ttf", lazy=True).getBestCmap())


def cut(font: TTFont, points: set[int]) -> None:
    """Leave only the glyphs of these characters, without hints and without layout tables."""
    options = Options(
        hinting=False, layout_features=[], notdef_outline=True, recalc_timestamp=False, desubroutinize=True,
        drop_tables=["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG", "STAT", "gasp", "PCLT"],
    )  # fmt: skip
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)


def to_truetype(font: TTFont) -> None:
    """Turn PostScript outlines into TrueType ones in place."""
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, font["head"].unitsPerEm / 1000, reverse_direction=True))
        outlines[name] = pen.glyph()
    del font["CFF "]
    builder = FontBuilder(font=font)
    builder.isTTF = True
    builder.setupGlyf(outlines)
    font["maxp"].tableVersion = 0x00010000
    for name in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs",
                 "maxStackElements", "maxSizeOfInstructions", "maxComponentElements"):  # fmt: skip
        setattr(font["maxp"], name, 1 if name == "maxZones" else 0)
    font.sfntVersion = "\000\001\000\000"


def rename(font: TTFont, made: Made) -> None:
    """Give the modified font its own name and keep who made it and under which licence."""
    postscript = made.family.replace(" ", "")
    names = font["name"]
    kept_names = {number: names.getDebugName(number) for number in (0, 5, 9, 13, 14)}
    names.names = []
    origin = f"Made from {Path(made.member).name} of Debian's {made.package} for County Desk."
    own = {1: made.family, 2: "Regular", 3: postscript, 4: made.family, 6: postscript, 10: origin}
    texts = kept_names | own
    for number, text in texts.items():
        if text:
            names.setName(text, number, 3, 1, 0x409)
    font["post"].formatType = 3.0


def make(made: Made, folder: Path) -> None:
    """Make one font."""
    source = member(made.package, made.member, folder)
    font = TTFont(BytesIO(source), fontNumber=made.number, recalcTimestamp=False)
    cut(font, kept(made.keep, folder) & set(font.getBestCmap()))
    if "CFF " in font:
        to_truetype(font)
    rename(font, made)
    font.save(FONTS / made.file)
    print(made.file, (FONTS / made.file).stat().st_size, flush=True)


def make_licences(folder: Path) -> None:
    """Write the licence of each source package, and Fandol's original, which the GPL asks to go along."""
    licences = FONTS / "LICENSES"
    licences.mkdir(parents=True, exist_ok=True)
    for package in ("fonts-noto-cjk", "fonts-lxgw-wenkai", "fonts-hanazono"):
        text = member(package, f"usr/share/doc/{package}/copyright", folder)
        (licences / f"{package}.txt").write_bytes(text)
    fandol = "usr/share/doc/texlive-doc/fonts/fandol/"
    (licences / "fandol-GPL-3.txt").write_bytes(
        gzip.decompress(member("texlive-lang-chinese", fandol + "COPYING.gz", folder))
    )
    (licences / "fandol-README.txt").write_bytes(member("texlive-lang-chinese", fandol + "README", folder))
    (FONTS / "FandolFang-Regular.otf").write_bytes(
        member("texlive-lang-chinese", TEXLIVE + "FandolFang-Regular.otf", folder)
    )


def write_sources(folder: Path) -> None:
    """Record what each font was made from and the hash of the result."""
    entries = [
        {
            "file": made.file,
            "package": download(made.package, folder).stem,
            "member": made.member,
            "number": made.number,
            "kept": made.keep,
            "licence": made.licence,
            "sha256": hashlib.sha256((FONTS / made.file).read_bytes()).hexdigest(),
        }
        for made in ALL
    ]
    text = json.dumps(entries, ensure_ascii=False, indent=2)
    (FONTS / "sources.json").write_text(text + "\n", encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Make all fonts, or those whose file names are given."""
    folder = Path(arguments[0] if arguments else "out/fonts").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    FONTS.mkdir(parents=True, exist_ok=True)
    for made in ALL:
        if len(arguments) < 2 or made.file in arguments[1:]:
            make(made, folder)
    make_licences(folder)
    if all((FONTS / made.file).exists() for made in ALL):
        write_sources(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
