"""The helper process that reads files: a request is a path and limits, a reply a Book or a sentence.

It runs as `python -m desktop.exchange.workbook.reader`, or as the frozen program with the argument of
`frames`, and serves requests from its standard input until that closes. A reply is a row of frames:
("book", Book without rows), the rows of each sheet in blocks with ("sheet", None) after each, then
("end", None); or ("sentence", text) alone.
"""

import gc
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

from python_calamine import PasswordError

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import RETURNED_SHEET, Book, Limits
from desktop.exchange.workbook.delimited import read_delimited
from desktop.exchange.workbook.detect import Detected, detect
from desktop.exchange.workbook.frames import TOO_LARGE, receive_frame, send_frame
from desktop.exchange.workbook.markup import BROKEN
from desktop.exchange.workbook.memory import limit_memory, limit_seconds
from desktop.exchange.workbook.ods import read_ods
from desktop.exchange.workbook.web_table import read_web_table
from desktop.exchange.workbook.xls import read_xls
from desktop.exchange.workbook.xlsb import read_xlsb
from desktop.exchange.workbook.xlsx import read_xlsx
from desktop.exchange.workbook.xml_sheet import read_xml_sheet
from desktop.exchange.workbook.zipped import PASSWORD

BLOCK = 1000  # rows in one frame: the parent unpacks one while the next is packed

_SUFFIXES = {
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "xls": (".xls", ".et", ".xlt", ".ett"),
    "xlsb": (".xlsb",),
    "ods": (".ods", ".ots"),
    "csv": (".csv", ".txt", ".tsv", ".tab", ".prn"),
    "html": (".html", ".htm"),
    "xml": (".xml",),
}
_WORDS = {
    "xlsx": "Excel 工作簿（.xlsx）",
    "xls": "Excel 97–2003 工作簿（.xls）",
    "xlsb": "Excel 二进制工作簿（.xlsb）",
    "ods": "ODS 表格",
    "csv": "文本表格（CSV）",
    "html": "网页表格",
    "xml": "XML 电子表格",
}


def read_file(path: Path, limits: Limits) -> Book:
    """Read one file in this very process; raises UnreadableFile with a sentence without the file's name."""
    data = _load(path, limits)
    found = detect(data, limits)
    book = _read_kind(path.name, data, found, limits)
    book.sheets = [sheet for sheet in book.sheets if sheet.rows]
    if not book.sheets:
        raise UnreadableFile("里面没有任何内容。请让学校检查后重新发送。")
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES[found.kind]:
        word = f"扩展名为 {suffix}" if suffix else "没有扩展名"
        told = f"{word}，内容是{_WORDS[found.kind]}，按内容读入"
        book.assumed = (told, *(text for text in book.assumed if not text.startswith("内容是")))
    _set_returned(book)
    return book


def _load(path: Path, limits: Limits) -> bytes:
    if path.name.startswith(("~$", ".~")):
        raise UnreadableFile("是 Excel/WPS 打开文件时产生的临时文件，不是名册。请选择同一文件夹里不带 ~ 的文件。")
    try:
        if path.is_dir():
            raise UnreadableFile("是文件夹，不是文件。请选择文件夹里的表格。")
        size = path.stat().st_size
        if not size:
            raise UnreadableFile("是空文件（0 字节），可能没有拷贝完整。请让学校重新发送。")
        if size > limits.file_bytes:
            most = limits.file_bytes >> 20
            raise UnreadableFile(f"有 {size >> 20} MB，过大（最多 {most} MB）。请删去图片或拆成几个文件后再导入。")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFile("找不到了，可能已被移走、改名，或者U盘已拔出。请重新选择文件。") from error
    except PermissionError as error:
        raise UnreadableFile("打不开，可能正被 Excel/WPS 使用，或者没有读取权限。请关闭后再试。") from error
    except OSError as error:
        raise UnreadableFile("读取时出错，U盘可能已拔出或损坏。请把文件复制到本机后再试。") from error


def _read_kind(name: str, data: bytes, found: Detected, limits: Limits) -> Book:
    if found.kind == "xls":
        return read_xls(name, data, limits, stream=found.stream)
    binary: dict[str, Callable[[str, bytes, Limits], Book]] = {
        "xlsx": read_xlsx,
        "xlsb": read_xlsb,
        "ods": read_ods,
    }
    if found.kind in binary:
        return binary[found.kind](name, data, limits)
    written: dict[str, Callable[[str, str, str, Limits], Book]] = {
        "csv": read_delimited,
        "html": read_web_table,
        "xml": read_xml_sheet,
    }
    return written[found.kind](name, found.text, found.encoding, limits)


def _set_returned(book: Book) -> None:
    for sheet in book.sheets:
        if sheet.name == RETURNED_SHEET and len(book.sheets) > 1:
            book.returned_sheet = sheet
            book.sheets.remove(sheet)
            book.assumed = (*book.assumed, f"是退回修改后交回的表，工作表「{RETURNED_SHEET}」不作名册读入")
            return


_NO_MEMORY = ("Python API call failed", "PyObject pointer is null")
"""What a panic of calamine says when Python had no memory for a value."""


def read_safely(path: Path, limits: Limits) -> Book | str:
    """The Book, or the sentence why there is none; whatever a broken file provokes is the file's fault."""
    try:
        return read_file(path, limits)
    except UnreadableFile as error:
        return error.sentence
    except PasswordError:
        return PASSWORD
    except (MemoryError, RecursionError):
        return TOO_LARGE
    except BaseException as error:  # noqa: BLE001 - calamine is Rust: its panics are BaseException
        return TOO_LARGE if any(text in str(error) for text in _NO_MEMORY) else BROKEN


def _reply(pipe: BinaryIO, outcome: Book | str) -> None:
    if isinstance(outcome, str):
        send_frame(pipe, ("sentence", outcome))
        return
    sheets = [*outcome.sheets, *([outcome.returned_sheet] if outcome.returned_sheet else [])]
    blocks = [sheet.rows for sheet in sheets]
    for sheet in sheets:
        sheet.rows = []
    send_frame(pipe, ("book", outcome))
    for rows in blocks:
        for start in range(0, len(rows), BLOCK):
            send_frame(pipe, ("rows", rows[start : start + BLOCK]))
        send_frame(pipe, ("sheet", None))
    send_frame(pipe, ("end", None))


def _serve(requests: BinaryIO, replies: BinaryIO) -> None:
    with suppress(EOFError, BrokenPipeError):  # the parent closed the pipe: nothing more to do
        while True:
            path, limits = cast("tuple[str, Limits]", receive_frame(requests))
            limit_seconds(limits.seconds)
            _reply(replies, read_safely(Path(path), limits))


def main(argv: list[str]) -> int:
    """Serve until the parent closes the pipe; `argv` holds the memory limit in bytes."""
    limit_memory(int(argv[0]))
    gc.disable()  # cells make no cycles, and a search for them in millions of values takes long
    # The pipe is the standard output: anything a library prints must not get into it.
    # By number, because a frozen program without a console has no sys.stdin and sys.stdout.
    with os.fdopen(0, "rb", closefd=False) as requests, os.fdopen(os.dup(1), "wb") as replies:
        os.dup2(2, 1)
        _serve(requests, replies)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
