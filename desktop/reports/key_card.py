"""B03 密钥卡核对单: the stamped page by which the other office compares a key card with the one on its screen.

It is filled from a key card and not from the database, so that it stands outside the registry: whoever writes the
card prints the page beside it (package.md, key card).
"""

from collections.abc import Sequence
from datetime import date

from desktop.reports.blocks import Cell, Document, Grid, GridRow, Part, QrCode, SignatureLine, Text, Title
from desktop.reports.headings import day_text
from desktop.reports.paper import A4_PORTRAIT, SIZE_3, SIZE_SMALL_4, Align

_COLUMNS = (26.0, 34.0, 34.0, 34.0, 34.0)
_PURPOSE = (
    "请把本页核对码逐组与对方屏幕上显示的核对码比对，八组全部一致后再点“确认”；有一组不同，不要确认，请电话联系本单位。\n"
    "二维码的内容与核对码相同，供扫描比对，不含任何秘密。本页盖章后随第一次报送的U盘交上级单位，由上级存档。"
)


def key_card_document(office: str, code: str, groups: Sequence[str], qr_text: str, day: date) -> Document:
    """The page of one card; `groups` are the eight groups of five digits of its fingerprint.

    Raises ValueError for another number of groups: such a page would be compared in vain.
    """
    if len(groups) != 8:
        raise ValueError("a fingerprint has eight groups")
    rows = (
        GridRow((Cell("单位", Part.LABEL), Cell(office, columns=4)), 12),
        GridRow((Cell("单位代码", Part.LABEL), Cell(code, columns=4)), 12),
        GridRow((Cell("制卡日期", Part.LABEL), Cell(day_text(day), columns=4)), 12),
        GridRow((Cell("核对码", Part.LABEL, rows=2), *(Cell(group) for group in groups[:4])), 16),
        GridRow(tuple(Cell(group) for group in groups[4:]), 16),
    )
    blocks = (
        Title("密钥卡核对单"),
        Grid(_COLUMNS, rows, sizes=(SIZE_3, SIZE_SMALL_4)),
        Text(_PURPOSE, align=Align.LEFT),
        QrCode(qr_text),
        SignatureLine(("经办人：", "单位负责人：")),
    )
    return Document("密钥卡核对单", A4_PORTRAIT, blocks, author=office, page_numbers=False)
