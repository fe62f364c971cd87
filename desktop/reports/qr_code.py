"""QR codes on paper."""

from itertools import groupby

import segno

from desktop.reports.blocks import QrCode
from desktop.reports.flow import Flow
from desktop.reports.pen import Pen

_QUIET = 4  # modules without print on each side (GB/T 18284, ISO/IEC 18004)


_CORNER_TOP = 4.0  # millimetres from the edge of the sheet: what every printer can print


def draw_qr_code(flow: Flow, code: QrCode) -> None:
    """Draw the code in the middle, with error correction M: a fold or a stamp's edge may cover a tenth of it."""
    if code.corner:
        left = flow.paper.width - flow.paper.right - code.mm
        draw_modules(flow.pen, code.text, left, _CORNER_TOP, code.mm)
        return
    flow.need(code.mm)
    left = flow.paper.left + (flow.paper.grid_width - code.mm) / 2
    draw_modules(flow.pen, code.text, left, flow.y, code.mm)
    flow.y += code.mm


def draw_modules(pen: Pen, text: str, x: float, y: float, mm: float) -> None:
    """Draw a code with its quiet zone into a square of so many millimetres; x, y is its upper left corner."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    module = mm / (len(rows) + 2 * _QUIET)
    left, top = x + _QUIET * module, y + _QUIET * module
    boxes: list[tuple[float, float, float, float]] = []
    for down, row in enumerate(rows):
        across = 0
        for dark, some in groupby(row):
            count = len(list(some))
            if dark:
                boxes.append((left + across * module, top + down * module, count * module, module))
            across += count
    pen.fill(boxes)
