"""The child rows of a record as the text of one cell: a line of text for each, "label：value" parted by "；".

What stands for something else in a value is written with a backslash before it, so that every text comes back.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from desktop.errors import ValueProblem
from desktop.fields import Child, Field, fields_of
from desktop.models.base import Content, Line

_SPECIAL = re.compile(r"[\\；;\n]")
_PART = re.compile(r"(?:\\.|[^\\；;])+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_COLON = re.compile(r"[：:]")


def lines_text(child: Child, lines: Iterable[Content]) -> str:
    """The text of all child rows of one kind."""
    return "\n".join(_line_text(child.line, line) for line in lines)


def _line_text(line: type[Line], content: Mapping[str, Any]) -> str:
    texts = ((field.label, field.format_packed(content.get(field.name))) for field in fields_of(line))
    return "；".join(f"{label}：{_escape(text)}" for label, text in texts if text)


def _escape(text: str) -> str:
    return _SPECIAL.sub(lambda match: "\\n" if match[0] == "\n" else "\\" + match[0], text)


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], text)


def parse_lines(child: Child, text: str) -> list[Content]:
    """The child rows that a text means. Raises ValueProblem that names the line which cannot be read."""
    rows = [line.strip() for line in text.replace("\r\n", "\n").split("\n")]
    return [_parse_line(child, number, row) for number, row in enumerate(filter(None, rows), 1)]


def _parse_line(child: Child, number: int, text: str) -> Content:
    fields = {field.label: field for field in fields_of(child.line)}
    content: Content = {}
    for part in _PART.findall(text):
        label, *rest = _COLON.split(part, maxsplit=1)
        field = fields.get(label.strip())
        if field is None or not rest:
            known = "、".join(fields)
            raise ValueProblem(
                f"第 {number} 行的“{part.strip()}”看不懂，应写成“栏目：内容”，栏目之间用“；”分开；可用的栏目有：{known}"
            )
        packed = _parse_value(field, number, _unescape(rest[0]))
        if packed is not None:
            content[field.name] = packed
    return content


def _parse_value(field: Field, number: int, text: str) -> str | int | None:
    try:
        return field.pack(field.parse(text))
    except ValueProblem as error:
        raise ValueProblem(f"第 {number} 行的{field.label}：{error}") from error
