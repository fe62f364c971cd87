"""Fonts inside a PDF: which characters a document uses, and the objects that draw them and give them back as text.

ReportLab's own TTFont cuts a font into pieces of 256 characters and writes a wrong ToUnicode map for characters
beyond U+FFFF: 𠮷 prints right and is copied out as another character. Here a font is one composite font (Type0,
Identity-H): every character has a code of its own, even where two share a glyph, and its ToUnicode entry is UTF-16.
"""

# mypy: allow-untyped-calls
# ReportLab bears no annotations; no other module than render.py calls it besides.

import zlib
from collections.abc import Iterable

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFDocument, PDFName, PDFStream, PDFString

from desktop.reports.truetype import FontFile

_ROW = 100  # bfchar rows in one block, the most that the CMap format allows
_FULL_WIDTH = 1000
_SYMBOLIC = 4


class DocumentFont:
    """One font in one document: gives out codes while pages are drawn, then writes the font's objects."""

    def __init__(self, name: str, file: FontFile, number: int) -> None:
        self.name = name
        self.resource = f"C{number}"
        self._file = file
        self._codes: dict[str, str] = {}

    def encode(self, text: str) -> str:
        """The codes of a text as hexadecimal digits for a PDF string."""
        codes = self._codes
        try:
            return "".join([codes[character] for character in text])
        except KeyError:
            for character in text:
                codes.setdefault(character, f"{len(codes) + 1:04X}")
            return "".join([codes[character] for character in text])

    def add_to(self, document: PDFDocument) -> None:
        """Write the objects of the font into the document; called once, after the last page."""
        glyphs = [0, *(self._file.glyph(ord(character)) for character in self._codes)]
        name = PDFName(f"CNTYDK+{self.name}")
        descendant = PDFDictionary(
            {
                "Type": PDFName("Font"),
                "Subtype": PDFName("CIDFontType2"),
                "BaseFont": name,
                "CIDSystemInfo": PDFDictionary(
                    {"Registry": PDFString("Adobe"), "Ordering": PDFString("Identity"), "Supplement": 0}
                ),
                "FontDescriptor": self._descriptor(document, glyphs),
                "DW": _FULL_WIDTH,
                "W": PDFArray(self._widths(glyphs)),
                "CIDToGIDMap": PDFName("Identity"),
            }
        )
        font = PDFDictionary(
            {
                "Type": PDFName("Font"),
                "Subtype": PDFName("Type0"),
                "BaseFont": name,
                "Encoding": PDFName("Identity-H"),
                "DescendantFonts": PDFArray([document.Reference(descendant, f"{self.resource}.descendant")]),
                "ToUnicode": document.Reference(_stream(to_unicode(self._codes).encode()), f"{self.resource}.text"),
            }
        )
        fonts = document.idToObject["BasicFonts"].dict
        fonts[self.resource] = document.Reference(font, f"{self.resource}.font")

    def _descriptor(self, document: PDFDocument, glyphs: list[int]) -> object:
        program = self._file.subset(glyphs)
        stream = _stream(program)
        stream.dictionary["Length1"] = len(program)
        descriptor = PDFDictionary(
            {
                "Type": PDFName("FontDescriptor"),
                "FontName": PDFName(f"CNTYDK+{self.name}"),
                "Flags": _SYMBOLIC,
                "FontBBox": PDFArray(self._file.box),
                "ItalicAngle": 0,
                "Ascent": self._file.ascent,
                "Descent": self._file.descent,
                "CapHeight": self._file.ascent,
                "StemV": 80,
                "FontFile2": document.Reference(stream, f"{self.resource}.program"),
            }
        )
        return document.Reference(descriptor, f"{self.resource}.descriptor")

    def _widths(self, glyphs: list[int]) -> Iterable[object]:
        """The W array: only codes whose width is not that of a Han character."""
        for code, glyph in enumerate(glyphs):
            advance = self._file.advance(glyph)
            if advance != _FULL_WIDTH:
                yield code
                yield PDFArray([advance])


def _stream(content: bytes) -> PDFStream:
    """A compressed stream; level 6 is zlib's default, named so that bytes do not depend on it."""
    stream = PDFStream(content=zlib.compress(content, 6), filters=[])
    stream.dictionary["Filter"] = PDFName("FlateDecode")
    return stream


def to_unicode(codes: dict[str, str]) -> str:
    """The CMap that gives each code its character, in UTF-16: two units for characters beyond U+FFFF."""
    rows = [f"<{code}> <{character.encode('utf-16-be').hex().upper()}>" for character, code in codes.items()]
    blocks = [rows[start : start + _ROW] for start in range(0, len(rows), _ROW)]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    for block in blocks:
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)
