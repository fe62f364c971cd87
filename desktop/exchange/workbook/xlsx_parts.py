"""The small parts of an .xlsx file: its sheets, date system and styles."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.markup import BROKEN, list_elements, parse_markup
from desktop.exchange.workbook.serials import is_date_format
from desktop.exchange.workbook.zipped import Parts

_RED = frozenset(("FFFF0000", "00FF0000", "FFC00000", "FFFF3300"))


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One worksheet of the workbook: its name, its member in the archive, whether it is hidden."""

    name: str
    member: str
    hidden: bool


@dataclass(slots=True)
class Styles:
    """Which cell formats (numbers of `s=`) show dates, are struck through, or are red."""

    dates: set[int] = field(default_factory=set)
    durations: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    red: set[int] = field(default_factory=set)


def find_workbook(parts: Parts) -> str:
    """The member that holds the list of sheets."""
    if "_rels/.rels" in parts:
        for name, attributes in list_elements(parts.read("_rels/.rels")):
            kind = attributes.get("Type", "")
            if name == "Relationship" and kind.endswith("/officeDocument"):
                member = attributes.get("Target", "").lstrip("/")
                if member in parts:
                    return member
    for member in ("xl/workbook.xml", "xl/workbook.bin"):
        if member in parts:
            return member
    raise UnreadableFile(BROKEN)


def find_targets(parts: Parts, workbook: str) -> dict[str, str]:
    """Relation number → member of the archive."""
    folder, name = posixpath.split(workbook)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations not in parts:
        raise UnreadableFile(BROKEN)
    targets: dict[str, str] = {}
    for element, attributes in list_elements(parts.read(relations)):
        target = attributes.get("Target", "")
        if element == "Relationship" and target and attributes.get("TargetMode") != "External":
            member = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            targets[attributes.get("Id", "")] = posixpath.normpath(member)
    return targets


def list_sheets(parts: Parts) -> tuple[list[SheetPart], bool]:
    """The worksheets in order and whether dates count from 1904."""
    workbook = find_workbook(parts)
    targets = find_targets(parts, workbook)
    sheets: list[SheetPart] = []
    date1904 = False
    for name, attributes in list_elements(parts.read(workbook)):
        if name == "workbookPr":
            date1904 = attributes.get("date1904", "0") in {"1", "true", "on"}
        if name == "sheet":
            member = targets.get(attributes.get("id", ""), "")
            hidden = attributes.get("state", "visible") != "visible"
            sheets.append(SheetPart(attributes.get("name", ""), member, hidden))
    return sheets, date1904


def read_styles(parts: Parts, member: str = "xl/styles.xml") -> Styles:
    """What the cell formats of the workbook mean; nothing when it has none."""
    styles = Styles()
    if member not in parts:
        return styles
    reader = _StyleReader(styles)
    parse_markup(parts.stream(member), reader.start, reader.end)
    return styles


class _StyleReader:
    """Follows fonts, fills and formats up to the cell formats that use them."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._formats: dict[int, str] = {}
        self._struck: list[bool] = []
        self._red_fonts: list[bool] = []
        self._red_fills: list[bool] = []
        self._within: list[str] = []
        self._count = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take one element in."""
        parent = self._within[-1] if self._within else ""
        self._within.append(name)
        if name == "numFmt" and parent == "numFmts":
            self._formats[_number(attributes, "numFmtId")] = attributes.get("formatCode", "")
        elif name == "font" and parent == "fonts":
            self._struck.append(False)
            self._red_fonts.append(False)
        elif name == "fill" and parent == "fills":
            self._red_fills.append(False)
        elif name == "strike" and parent == "font" and self._struck and "fonts" in self._within:
            self._struck[-1] = attributes.get("val", "1") in {"1", "true", "on"}
        elif name == "color" and parent == "font" and self._red_fonts and "fonts" in self._within:
            self._red_fonts[-1] = attributes.get("rgb", "").upper() in _RED
        elif name == "fgColor" and self._red_fills and "fills" in self._within:
            self._red_fills[-1] = attributes.get("rgb", "").upper() in _RED
        elif name == "xf" and parent == "cellXfs":
            self._take_format(attributes)

    def end(self, _name: str) -> None:
        """Leave an element."""
        self._within.pop()

    def _take_format(self, attributes: Mapping[str, str]) -> None:
        number, styles = self._count, self._styles
        self._count += 1
        kind = _number(attributes, "numFmtId")
        code = self._formats.get(kind)
        if kind == 46 or (code and "[h" in code.lower()):
            styles.durations.add(number)
        elif is_date_format(kind, code):
            styles.dates.add(number)
        font, fill = _number(attributes, "fontId"), _number(attributes, "fillId")
        if font < len(self._struck) and self._struck[font]:
            styles.struck.add(number)
        if _holds(self._red_fonts, font) or _holds(self._red_fills, fill):
            styles.red.add(number)


def _holds(flags: list[bool], number: int) -> bool:
    return number < len(flags) and flags[number]


def _number(attributes: Mapping[str, str], key: str) -> int:
    text = attributes.get(key, "0")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
