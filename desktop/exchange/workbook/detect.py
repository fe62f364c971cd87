"""What a file is by its content, never by its name; sentences for what is no spreadsheet."""

import re
from dataclasses import dataclass

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import Limits
from desktop.exchange.workbook.plain_text import decode
from desktop.exchange.workbook.xls import open_compound
from desktop.exchange.workbook.zipped import PASSWORD, Parts

_RESEND = "请让学校把名册另存为 .xlsx 文件后重新发送。"
_PICTURE = "是图片，不是电子表格，读不出名册。请向学校索要电子表格（.xlsx）。"
_ARCHIVE = "是压缩包。请先解压，再导入里面的表格。"
_WORD = f"是 Word/WPS 文字文档，不是电子表格。{_RESEND}"
_SLIDES = f"是演示文稿，不是电子表格。{_RESEND}"
_OTHER = f"不是电子表格，读不出名册。{_RESEND}"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", f"是 PDF 文件，不是电子表格，读不出名册。{_RESEND}"),
    (b"{\\rtf", _WORD),
    (b"\xff\xd8\xff", _PICTURE),
    (b"\x89PNG", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"BM", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"RIFF", _PICTURE),
    (b"Rar!", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"MZ", "是程序文件，不是电子表格，请不要打开它。"),
    (b"SQLite format 3", _OTHER),
    (b"header.json\0", "是数据包，不是电子表格；请在“数据包”页收取（命令行用 package merge）。"),
    (b"MIME-Version:", f"是单个文件网页（.mht），不是电子表格。{_RESEND}"),
)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_STREAMS = (b"\x09\x08", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00", b"\x09\x00\x06\x00")
_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*|<\?xml[^>]*\?>\s*)*<(?:!doctype\s+html|html|head|meta|body|table|style|div|frameset)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(r"\s*<(?:\?xml|\?mso|Workbook|ss:Workbook)\b")


@dataclass(frozen=True, slots=True)
class Detected:
    """The kind of a file, with what was decoded on the way: `text` and `encoding`, or the .xls `stream`."""

    kind: str
    text: str = ""
    encoding: str = ""
    stream: bytes = b""


def detect(data: bytes, limits: Limits) -> Detected:
    """Tell xlsx, xls, xlsb, ods, csv, html or xml; raises UnreadableFile with a sentence for all else."""
    if data.startswith(_COMPOUND):
        return _detect_compound(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Detected(_detect_zip(Parts(data, limits)))
    if data.startswith(_OLD_STREAMS):
        return Detected("xls", stream=data)
    _refuse_others(data)
    if not data.strip(b"\x00"):
        raise UnreadableFile(f"内容全是空的（可能是U盘没有拷贝完就拔出）。{_RESEND}")
    text, encoding = decode(data)
    if _HTML.match(text):
        return Detected("html", text, encoding)
    if _XML.match(text):
        return Detected("html" if "<html" in text[:2000].lower() else "xml", text, encoding)
    if text.lstrip().startswith("{\\rtf"):
        raise UnreadableFile(_WORD)
    return Detected("csv", text, encoding)


def _refuse_others(data: bytes) -> None:
    if data[4:8] == b"ftyp":
        raise UnreadableFile(_PICTURE)
    for magic, sentence in _MAGIC:
        if data.startswith(magic) and (magic != b"BM" or b"\x00" in data[:26]):
            raise UnreadableFile(sentence)


def _detect_compound(data: bytes) -> Detected:
    compound = open_compound(data)
    if compound.workbook:
        return Detected("xls", stream=compound.workbook)
    if "EncryptedPackage" in compound.names:
        raise UnreadableFile(PASSWORD)
    if "WordDocument" in compound.names:
        raise UnreadableFile(_WORD)
    if "PowerPoint Document" in compound.names:
        raise UnreadableFile(_SLIDES)
    raise UnreadableFile(_OTHER)


def _detect_zip(parts: Parts) -> str:
    names = parts.names()
    if "mimetype" in parts:
        kind = parts.read("mimetype")[:100]
        if b"opendocument.spreadsheet" in kind:
            return "ods"
        if b"opendocument.text" in kind:
            raise UnreadableFile(_WORD)
    if "xl/workbook.bin" in parts:
        return "xlsb"
    if "[content_types].xml" in parts and any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.startswith("word/") for name in names):
        raise UnreadableFile(_WORD)
    if any(name.startswith("ppt/") for name in names):
        raise UnreadableFile(_SLIDES)
    if "content.xml" in parts and "meta-inf/manifest.xml" in parts:
        return "ods"
    raise UnreadableFile(_OTHER if "ofd.xml" in parts else _ARCHIVE)
