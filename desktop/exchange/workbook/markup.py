"""XML of unknown origin, streamed through expat: no document type, no entities, local names only."""

from collections.abc import Callable, Iterable, Mapping
from xml.parsers.expat import ExpatError, ParserCreate

from desktop.errors import UnreadableFile

BROKEN = "内容不完整或已损坏，读不出来。请让学校在 Excel 或 WPS 中打开检查，另存为 .xlsx 文件后重新发送。"

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def _refuse_declaration(*_declaration: object) -> None:
    raise UnreadableFile("内容含有不允许的 XML 声明（DTD），为安全起见不读入。请另存为 .xlsx 文件后重新发送。")


def _local(name: str) -> str:
    return name.rpartition("\n")[2]


def parse_markup(chunks: Iterable[bytes], start: Start, end: End | None = None, text: Text | None = None) -> None:
    """Call `start`, `end` and `text` for a document; raises UnreadableFile for broken or dangerous XML."""
    parser = ParserCreate(namespace_separator="\n")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.EntityDeclHandler = _refuse_declaration

    def started(name: str, attributes: dict[str, str]) -> None:
        start(_local(name), {_local(key): value for key, value in attributes.items()})

    parser.StartElementHandler = started
    if end is not None:
        told_end = end
        parser.EndElementHandler = lambda name: told_end(_local(name))
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except ExpatError as error:
        raise UnreadableFile(BROKEN) from error


def list_elements(data: bytes) -> list[tuple[str, Mapping[str, str]]]:
    """All elements of a small document in order, as (local name, attributes)."""
    found: list[tuple[str, Mapping[str, str]]] = []
    parse_markup((data,), lambda name, attributes: found.append((name, attributes)))
    return found
