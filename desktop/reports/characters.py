"""Characters that no font has: found before printing, told with the person, and never a reason to stop a batch."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from desktop.reports import fonts
from desktop.reports.blocks import (
    Block,
    Document,
    DrawnBlock,
    Grid,
    ListTable,
    OpinionBlock,
    PageBreak,
    QrCode,
    Sheet,
    SignatureLine,
    SubLine,
    Text,
    Title,
)
from desktop.reports.lists import row_name


@dataclass(frozen=True, slots=True)
class MissingCharacter:
    """A character that no font has: the person or the sheet it stands in, the character, and its U+ number.

    `of_person` tells that it stands in a person's row or sheet, which may be left out, and not in a title or label.
    """

    where: str
    character: str
    code: str
    of_person: bool

    @property
    def sentence(self) -> str:
        """The line for the list of what must be written by hand."""
        return f"{self._told}，请手写。"

    @property
    def left_out(self) -> str:
        """The line for somebody who was left out for it."""
        return f"未打印　{self._told}，请另行补报。"

    @property
    def _told(self) -> str:
        return f"{self.where}：缺“{self.character}”字（{self.code}），字库中没有"


def check_characters(document: Document) -> list[MissingCharacter]:
    """Every character of the document that no font has, in the order of the pages, each once a person."""
    absent = _absent(document)
    if not absent:
        return []
    found = dict.fromkeys(
        (where, each, of_person) for where, text, of_person in _places(document) for each in text if each in absent
    )
    return [MissingCharacter(where, each, f"U+{ord(each):04X}", of_person) for where, each, of_person in found]


def without_missing(document: Document) -> Document:
    """The document without the persons in whose rows or sheets a character is missing."""
    absent = _absent(document)
    kept = (block for block in document.blocks if not (isinstance(block, Sheet) and _lacks(block, absent)))
    return replace(document, blocks=tuple(_without_persons(block, absent) for block in kept))


def _lacks(sheet: Sheet, absent: set[str]) -> bool:
    """Whether a character is missing on a person's sheet; the sheet of a group is left out by rows only."""
    return bool(sheet.who) and any(absent & set(text) for text in _sheet_texts(sheet))


def _without_persons(block: Block | Sheet, absent: set[str]) -> Block | Sheet:
    if isinstance(block, Sheet) and not block.who:
        return replace(block, blocks=tuple(_without_rows(each, absent) for each in block.blocks))
    return block if isinstance(block, Sheet) else _without_rows(block, absent)


def _without_rows(block: Block, absent: set[str]) -> Block:
    if not isinstance(block, ListTable):
        return block
    kept = tuple(number for number, row in enumerate(block.rows) if not absent & set("".join(row)))
    if block.rebuild is not None:
        return block.rebuild(kept)
    return replace(block, rows=tuple(block.rows[number] for number in kept))


def _absent(document: Document) -> set[str]:
    used = {character for _where, text, _of_person in _places(document) for character in text}
    return {character for character in used if fonts.is_missing(character)}


def _places(document: Document) -> Iterator[tuple[str, str, bool]]:
    """Every text with the person or the sheet it belongs to."""
    for block in document.blocks:
        if isinstance(block, Sheet) and block.who:
            yield from ((block.who, text, True) for text in _sheet_texts(block))
        else:
            for each in block.blocks if isinstance(block, Sheet) else (block,):
                yield from _places_of(each, document.title)


def _places_of(block: Block, title: str) -> Iterator[tuple[str, str, bool]]:
    if isinstance(block, ListTable):
        for number, row in enumerate(block.rows):
            yield row_name(block, number), "".join(row), True
    if isinstance(block, DrawnBlock):
        yield from ((who or title, text, False) for who, text in block.texts())
    yield from ((title, text, False) for text in _block_texts(block))


def _sheet_texts(sheet: Sheet) -> Iterator[str]:
    for block in sheet.blocks:
        yield from _block_texts(block)
        if isinstance(block, ListTable):
            yield from ("".join(row) for row in block.rows)
        if isinstance(block, DrawnBlock):
            yield from (text for _who, text in block.texts())


def _block_texts(block: Block) -> Iterator[str]:
    """The texts of a block but for the rows of a list, which belong to persons."""
    match block:
        case Title() | Text():
            yield block.text
        case SubLine():
            yield from block.parts
        case ListTable():
            yield from (text for column in block.columns for text in (column.label, column.group, column.empty))
            yield from (block.total_label, block.closing)
        case Grid():
            yield from (text for row in block.rows for cell in row.cells for text in (cell.text, cell.empty))
        case OpinionBlock():
            yield from (block.label, block.text, block.signer, block.seal, block.date)
        case SignatureLine():
            yield from (*block.parts, block.seal, block.date)
        case QrCode() | DrawnBlock() | PageBreak():
            return
