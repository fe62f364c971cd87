"""Fonts: what is shipped, which font a text is set in, and that a PDF gives back exactly the text drawn."""

import hashlib
import json

import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from reportlab.pdfgen.canvas import Canvas

from desktop.errors import UnreadableFile
from desktop.paths import RESOURCES
from desktop.reports import fonts
from desktop.reports.embedding import DocumentFont, to_unicode
from desktop.reports.fonts import FACES, Family
from desktop.reports.truetype import FontFile

FONTS = RESOURCES / "fonts"
RARE = "𠮷𬭚𫘝𨱏㛃䶮"
SIGNS = "0123456789ABCXYZabcxyz·〔〕《》（）()“”、，。：；—…□√☑☐×％%.-/①②ⅠⅡ　 "
NOWHERE = "\U0002ebf0\ue000"  # Ext I of 2022, and a private character as old systems used for names


def extracted(data: bytes) -> str:
    pages = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def drawn(text: str, face: str) -> bytes:
    canvas = Canvas("", invariant=1)
    font = DocumentFont(face, fonts.faces()[face].file, 1)
    canvas.addLiteral(f"BT /{font.resource} 12 Tf 50 700 Td <{font.encode(text)}> Tj ET")
    canvas.showPage()
    font.add_to(canvas._doc)
    return canvas.getpdfdata()


def test_shipped_fonts_stay_small():
    """All fonts together, originals included, are at most 70 MB."""
    assert sum(file.stat().st_size for file in FONTS.rglob("*") if file.is_file()) <= 70_000_000


@pytest.mark.parametrize(
    "entry", json.loads((FONTS / "sources.json").read_text("utf-8")), ids=lambda each: each["file"]
)
def test_every_font_tells_its_source(entry):
    """sources.json names the package of every font and the hash of the file that lies there."""
    assert hashlib.sha256((FONTS / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["file"] in FACES.values()
    assert entry["file"] in (FONTS / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("fonts-noto-cjk.txt", "SIL OPEN FONT LICENSE"),
        ("fonts-lxgw-wenkai.txt", "SIL OPEN FONT LICENSE"),
        ("fonts-hanazono.txt", "SIL OPEN FONT LICENSE"),
        ("fandol-GPL-3.txt", "GNU GENERAL PUBLIC LICENSE"),
        ("fandol-README.txt", "GPL font exception"),
    ],
)
def test_licences_lie_beside_the_fonts(file, sentence):
    """The licence text of every source font is shipped with it."""
    text = (FONTS / "LICENSES" / file).read_text("utf-8")
    assert sentence.lower() in " ".join(text.split()).lower()
    assert file in (FONTS / "README.md").read_text("utf-8")


def test_original_of_the_gpl_font_is_shipped():
    """仿宋 is under the GPL, so its unchanged original lies beside it."""
    assert (FONTS / "FandolFang-Regular.otf").read_bytes()[:4] == b"OTTO"


@pytest.mark.parametrize("name", FACES)
def test_every_font_has_truetype_outlines(name):
    """Every shipped font can be opened and embedded."""
    file = FontFile(FONTS / FACES[name])
    assert file.glyph_count > 1
    assert file.subset([0])[:4] == b"\x00\x01\x00\x00"


@pytest.mark.parametrize("family", Family)
@pytest.mark.parametrize("character", RARE + SIGNS)
def test_every_family_sets_every_sign_of_forms(family, character):
    """Rare characters of names and the signs of forms are missing from no family."""
    assert fonts.missing(character) == []
    assert "".join(text for _face, text in fonts.runs(character, family)) == character


@pytest.mark.parametrize("family", Family)
def test_own_font_of_a_family_comes_first(family):
    """An ordinary text is set in the family's own font."""
    own = {"song": "Song", "hei": "Hei", "kai": "Kai", "fang": "Fang", "biaosong": "BiaoSong"}[family]
    assert fonts.runs("示例区2024年度骨干教师", family) == ((f"CountyDesk{own}", "示例区2024年度骨干教师"),)


def test_all_general_standard_characters_are_there():
    """宋体, 黑体 and 楷体 have all of GB 2312; 小标宋 too."""
    level = [bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)
             if not (row == 0xD7 and cell > 0xF9)]  # fmt: skip
    for name in ("CountyDeskSong", "CountyDeskHei", "CountyDeskKai", "CountyDeskBiaoSong"):
        assert fonts.faces()[name].width("".join(level)) is not None, name


@pytest.mark.parametrize("name", ["王𠮷", "钅𬭚", "李𫘝", "张𨱏", "刘㛃", "䶮雯"])
@pytest.mark.parametrize("family", Family)
def test_a_name_is_set_in_one_font(name, family):
    """A name is set wholly in the first font that has all its characters, never patched together."""
    assert len(fonts.runs(name, family)) == 1


def test_a_character_that_no_font_has_is_missing_and_becomes_a_blank():
    """A character in no font is told once and leaves one character's room."""
    assert fonts.missing(f"王{NOWHERE}{NOWHERE}") == list(NOWHERE)
    line = fonts.line("王\ue000", Family.SONG)
    assert "".join(text for _face, text in line.runs) == "王" + fonts.BLANK
    assert line.width == pytest.approx(2000)


def test_variant_marks_are_not_missing():
    """A variation selector behind a character draws nothing and is no missing character."""
    assert fonts.missing("葛\U000e0100") == []
    assert fonts.line("葛\U000e0100", Family.SONG).width == pytest.approx(1000)


@pytest.mark.parametrize("name", [name for name in FACES if "Rare" not in name])
def test_text_drawn_is_the_text_copied_out(name):
    """Text copied out of a PDF is the text drawn, for every font and beyond U+FFFF."""
    face = fonts.faces()[name]
    text = "".join(character for character in f"示例区{RARE}〔2024〕5号·ABC" if face.advances[character] is not None)
    assert extracted(drawn(text, name)) == text


def test_rare_font_gives_its_characters_back():
    """A character only the last font has is drawn in it and copied out right."""
    rare = "\U00020021"
    font = fonts.faces()["CountyDeskRareB"]
    character = next(chr(point) for point in range(ord(rare), 0x2A6DF) if font.file.glyph(point))
    assert fonts.runs(character, Family.SONG) == (("CountyDeskRareB", character),)
    assert extracted(drawn(character, "CountyDeskRareB")) == character


def test_two_characters_of_one_glyph_stay_apart():
    """⼀ (radical) and 一 share a glyph in 宋体; each is copied out as itself."""
    assert extracted(drawn("⼀一", "CountyDeskSong")) == "⼀一"


def test_many_characters_have_a_map_in_blocks():
    """A block of the ToUnicode map has at most 100 rows, and supplementary characters have two units."""
    codes = {chr(0x4E00 + number): f"{number + 1:04X}" for number in range(250)} | {"𠮷": "00FB"}
    text = to_unicode(codes)
    assert [line for line in text.splitlines() if line.endswith("beginbfchar")] == [
        "100 beginbfchar", "100 beginbfchar", "51 beginbfchar",
    ]  # fmt: skip
    assert "<00FB> <D842DFB7>" in text


def test_a_thousand_characters_come_back():
    """A document with more characters than one byte can number gives all of them back in order."""
    text = "".join(chr(point) for point in range(0x4E00, 0x4E00 + 1000))
    assert extracted(drawn(text, "CountyDeskSong")) == text


def test_windows_fonts_come_first(tmp_path, monkeypatch):
    """宋体 of the computer is used where it is present."""
    folder = tmp_path / "Fonts"
    folder.mkdir()
    (folder / "simsun.ttc").write_bytes((FONTS / "CountyDeskRareA.ttf").read_bytes())
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path))
    for cached in (fonts.faces, fonts.chain):
        monkeypatch.setattr(fonts, cached.__name__, cached.__wrapped__)
    assert fonts.chain(Family.SONG)[0].name == "SimSun"
    assert fonts.faces()["SimSun"].path == folder / "simsun.ttc"


@pytest.mark.parametrize("content", [b"", b"OTTO" + bytes(200), b"\x00\x01\x00\x00" + bytes(300), b"ttcf" + bytes(8)])
def test_a_broken_font_ends_in_a_sentence(tmp_path, content):
    """A file that is no TrueType font is refused with its name."""
    path = tmp_path / "坏.ttf"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"坏\.ttf"):
        FontFile(path)


def test_format_4_maps_are_read():
    """The older character map of Windows' fonts finds the same glyphs as the newer one."""
    from_twelve = FontFile(FONTS / "CountyDeskFang.ttf")
    older = FontFile(FONTS / "CountyDeskFang.ttf")
    cmap = older.table("cmap")
    older._characters = type(older._characters)(_subtable(cmap, 3, 1))
    assert older._characters._format == 4
    for character in "示例区中A〔·龥":
        assert older.glyph(ord(character)) == from_twelve.glyph(ord(character))
    assert older.glyph(0x20BB7) == 0


def _subtable(cmap: bytes, platform: int, encoding: int) -> bytes:
    count = int.from_bytes(cmap[2:4])
    for number in range(count):
        record = cmap[4 + 8 * number : 12 + 8 * number]
        if (int.from_bytes(record[:2]), int.from_bytes(record[2:4])) == (platform, encoding):
            return cmap[int.from_bytes(record[4:]) :]
    raise AssertionError("no such subtable")


def test_composite_outlines_keep_their_parts(tmp_path):
    """A glyph put together of others keeps its parts, renumbered, when the font is cut down."""
    path = tmp_path / "composite.ttf"
    write_composite_font(path)
    file = FontFile(path)
    cut = tmp_path / "cut.ttf"
    cut.write_bytes(file.subset([0, file.glyph(ord("B"))]))
    glyphs = TTFont(cut)["glyf"]
    assert len(glyphs.glyphOrder) == 3
    part = glyphs[glyphs.glyphOrder[1]].components[0]
    assert (part.glyphName, part.x) == (glyphs.glyphOrder[2], 300)
    assert glyphs[glyphs.glyphOrder[2]].numberOfContours == 1


def write_composite_font(path):
    """A font whose B is A moved to the right."""
    square, moved = TTGlyphPen(None), TTGlyphPen({"A": None})
    for point in ((0, 0), (0, 500), (500, 500), (500, 0)):
        square.moveTo(point) if point == (0, 0) else square.lineTo(point)
    square.closePath()
    moved.addComponent("A", (1, 0, 0, 1, 300, 0))
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "C", "A", "B"])
    builder.setupCharacterMap({ord("A"): "A", ord("B"): "B"})
    blank = TTGlyphPen(None).glyph()
    builder.setupGlyf({".notdef": blank, "C": blank, "A": square.glyph(), "B": moved.glyph()})
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", "C", "A", "B"], (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
