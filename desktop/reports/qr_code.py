"""QR codes on paper."""

from itertools import groupby

import segno

from desktop.reports.blocks import QrCode
from desktop.reports.flow import Flow

_QUIET = 4  # modules without print on each side (GB/T 18284, ISO/IEC 18004)


def draw_qr_code(flow: Flow, code: QrCode) -> None:
    """Draw the code in the middle, with error correction M: a fold or a stamp's edge may cover a tenth of it."""
    flow.need(code.mm)
    rows = [list(row) for row in segno.make(code.text, error="m", micro=False).matrix]
    module = code.mm / (len(rows) + 2 * _QUIET)
    left = flow.paper.left + (flow.paper.grid_width - code.mm) / 2 + _QUIET * module
    top = flow.y + _QUIET * module
    boxes: list[tuple[float, float, float, float]] = []
    for down, row in enumerate(rows):
        across = 0
        for dark, some in groupby(row):
            count = len(list(some))
            if dark:
                boxes.append((left + across * module, top + down * module, count * module, module))
            across += count
    flow.pen.fill(boxes)
    flow.y += code.mm
