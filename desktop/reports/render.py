"""From a document to a PDF file: pages laid out, fonts embedded, the file written as a whole or not at all."""

# mypy: allow-untyped-calls
# ReportLab bears no annotations; no other module than embedding.py calls it besides.

import errno
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from desktop.errors import RefusedError
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
from desktop.reports.characters import MissingCharacter, check_characters, without_missing
from desktop.reports.flow import Flow
from desktop.reports.fonts import Family
from desktop.reports.forms import (
    draw_appendix,
    draw_grid,
    draw_opinion,
    draw_signature,
    draw_sub_line,
    draw_text,
    draw_title,
    signature_height,
    text_height,
)
from desktop.reports.lists import draw_list
from desktop.reports.paper import POINTS_PER_MM, SIZE_3, SIZE_5
from desktop.reports.pen import DocumentFonts
from desktop.reports.qr_code import draw_qr_code

Progress = Callable[[int, int], None]
_OLD_NUMBERS = "行号是没有跳过任何人时的行号。"
_LISTED_AT_MOST = 400  # lines of the last page's list; the whole list is in Printed


class MissingPolicy(StrEnum):
    """What happens to a person with a character that no font has: left out, or one blank for the pen."""

    SKIP = "skip"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed: number of pages, persons left out, characters to write by hand, and what to tell."""

    pages: int
    skipped: tuple[MissingCharacter, ...]
    blanks: tuple[MissingCharacter, ...]
    warnings: tuple[str, ...]


def render(
    document: Document,
    path: Path,
    *,
    progress: Progress | None = None,
    missing: MissingPolicy = MissingPolicy.BLANK,
) -> Printed:
    """Print a document into a PDF file.

    `progress` is told (rows and sheets done, all); what it raises ends the printing. An existing file is replaced
    only when the new one is complete. Raises RefusedError if fonts are absent or the file cannot be written.
    """
    fonts.require_fonts()
    absent = check_characters(document)
    leaves_out = missing is MissingPolicy.SKIP
    skipped = [each for each in absent if each.of_person and leaves_out]
    blanks = [each for each in absent if not (each.of_person and leaves_out)]
    layout = _Layout(without_missing(document) if skipped else document, progress)
    told = [*(each.left_out for each in skipped), *(each.sentence for each in blanks)]
    flow = layout.lay_out([_OLD_NUMBERS, *told] if skipped else told)
    write_whole(path, _pdf(document, flow))
    warnings = [f"有{flow.appended_in_all}处文字超出栏目，已印在附页。"] if flow.appended_in_all else []
    return Printed(len(flow.pages), tuple(skipped), tuple(blanks), tuple(warnings))


class _Layout:
    """Lays the blocks of one document on pages."""

    def __init__(self, document: Document, progress: Progress | None) -> None:
        self._document, self._progress = document, progress
        self._flow = Flow(document.paper, DocumentFonts())
        self._done = 0
        self._total = sum(
            len(block.rows) if isinstance(block, ListTable) else isinstance(block, Sheet) for block in document.blocks
        )

    def lay_out(self, to_tell: list[str]) -> Flow:
        """Fill the pages; `to_tell` is printed on a last page of its own."""
        flow, own = self._flow, list[Block]()
        for block in self._document.blocks:
            if isinstance(block, Sheet):
                self._draw_group("", own, front=False)
                own.clear()
                self._draw_group(block.who, block.blocks, front=self._document.duplex)
                self._advance(1)
            else:
                own.append(block)
        self._draw_group("", own, front=False)
        if to_tell and self._document.list_missing:
            self._draw_group("", _list_of_missing(to_tell), front=self._document.duplex)
        flow.end_frame()
        if self._document.page_numbers:
            flow.number_pages()
        if self._document.draft:
            flow.mark_draft()
        return flow

    def _draw_group(self, who: str, blocks: Iterable[Block], *, front: bool) -> None:
        """Draw blocks that are counted by themselves, with their appended page behind them."""
        group = tuple(blocks)
        if not group:
            return
        self._flow.begin_group(who, front=front)
        for number, block in enumerate(group):
            self._draw(block, self._kept_height(group[number + 1 :]))
        draw_appendix(self._flow)
        self._flow.end_frame()

    def _kept_height(self, following: tuple[Block, ...]) -> float:
        """The height of what must stay with the block before: signature lines and notes directly behind it."""
        height = 0.0
        for block in following:
            if isinstance(block, SignatureLine):
                height += signature_height(block)
            elif isinstance(block, Text) and block.keep:
                height += text_height(self._flow, block)
            else:
                break
        return height

    def _draw(self, block: Block, after: float) -> None:
        flow = self._flow
        match block:
            case ListTable():
                draw_list(flow, block, after=after, advance=self._advance)
            case Grid():
                draw_grid(flow, block, after=after)
            case OpinionBlock():
                draw_opinion(flow, block, after=after)
            case DrawnBlock():
                flow.end_frame()
                block.draw(flow)
            case PageBreak():
                flow.end_frame()
                flow.new_page()
            case _:
                flow.end_frame()
                _LINES[type(block)](flow, block)

    def _advance(self, count: int) -> None:
        self._done += count
        if self._progress:
            self._progress(min(self._done, self._total), self._total)


_LINES: Final[dict[type[Block], Callable[[Flow, Any], None]]] = {
    Title: draw_title,
    SubLine: draw_sub_line,
    Text: draw_text,
    SignatureLine: draw_signature,
    QrCode: draw_qr_code,
}
"""How the blocks without a border are drawn, which end the border of what stands above."""


def _list_of_missing(sentences: list[str]) -> tuple[Block, ...]:
    lines = sentences[:_LISTED_AT_MOST]
    if len(sentences) > len(lines):
        lines.append(f"……共{len(sentences)}处。")
    listed = Text("\n".join(lines), Family.SONG, SIZE_5, indent=0)
    return (Title("待手写字清单（不随表报送）", Family.HEI, SIZE_3), listed)


def _pdf(document: Document, flow: Flow) -> bytes:
    """The bytes of the file: pages, then the fonts they use."""
    paper = document.paper
    size = (paper.width * POINTS_PER_MM, paper.height * POINTS_PER_MM)
    canvas = Canvas("", pagesize=size, invariant=1, pageCompression=1, lang="zh-CN")
    canvas.setTitle(document.title)
    canvas.setAuthor(document.author)
    canvas.setSubject(document.subject)
    canvas.setCreator("County Desk")
    for page in flow.pages:
        for picture in page.pen.pictures:
            place = [each * POINTS_PER_MM for each in picture.box]
            below = size[1] - place[1] - place[3]
            canvas.drawImage(ImageReader(BytesIO(picture.data)), place[0], below, place[2], place[3])
        canvas.addLiteral(page.pen.operators)
        canvas.showPage()
    for font in flow.fonts.all():
        font.add_to(canvas._doc)  # noqa: SLF001 - ReportLab gives fonts no public way into the document
    data: bytes = canvas.getpdfdata()
    return data


def write_whole(path: Path, data: bytes) -> None:
    """Write a file completely or leave what was there. Raises RefusedError with a sentence.

    What is there and is no file is refused before: a folder, and a device, which would be replaced.
    """
    temporary = ""
    try:
        _require_file(path)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.stem}-", suffix=".tmp", delete=False) as file:
            temporary = file.name
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise RefusedError(_sentence(path, error)) from error


def _require_file(path: Path) -> None:
    if path.is_dir():
        raise RefusedError(f"“{path}”是文件夹，没有生成文件。请写明文件名，例如 {path / '花名册.pdf'}。")
    if path.exists() and not path.is_file():
        raise RefusedError(f"“{path}”不是普通文件，没有写成。请换一个文件名保存。")


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENAMETOOLONG, errno.EINVAL):
        return f"文件名“{path.name}”太长或有不能用的字，没有写成。请改短后再保存。"
    kept = "原有文件没有改动" if path.exists() else "没有生成文件"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"磁盘空间不足，“{path.name}”没有写成，{kept}。请清理磁盘或换一个位置保存。"
    if error.errno == errno.ENOENT:
        return f"文件夹“{path.parent}”不存在，“{path.name}”没有写成。请换一个位置保存。"
    if isinstance(error, PermissionError):
        return f"“{path.name}”正被其他程序打开，或此文件夹不能写入，{kept}。请关闭该文件或换一个位置保存。"
    if error.errno == errno.ENOTDIR:
        return f"“{path.parent}”不是文件夹，“{path.name}”没有写成。请换一个位置保存。"
    return f"“{path.name}”没有写成，{kept}。请检查磁盘或U盘后重试（错误号 {error.errno}）。"
