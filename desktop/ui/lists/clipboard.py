"""Rows as the text that Excel and WPS paste right; loaded at the first copy, for the rule lies beside openpyxl."""

from collections.abc import Iterable, Sequence

from desktop.exchange.workbook.protection import protect


def rows_as_text(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Headings and rows with tabs between; what a spreadsheet would turn has an apostrophe, as in our CSV files."""
    lines = ["\t".join(_quote(text) for text in headings)]
    lines += ["\t".join(_quote(protect(text)) for text in row) for row in rows]
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    """A text with line breaks or tabs stands in quotes."""
    if "\n" in text or "\t" in text or text.startswith('"'):
        return '"' + text.replace('"', '""') + '"'
    return text
