"""Columns of a table: as wished where there is room, as narrow as their cells need where there is not."""

from typing import Any

from PySide6.QtWidgets import QTableWidget, QTableWidgetItem

from desktop.ui.column_widths import ColumnWidths


def test_wished_widths_give_way_to_what_cells_need(qtbot: Any) -> None:
    """In a narrow table every column shrinks to its cells, none below them; in a wide one the wish holds."""
    table = QTableWidget(1, 3)
    qtbot.addWidget(table)
    for place, text in enumerate(("甲", "云岭县第一中学", "说明")):
        table.setItem(0, place, QTableWidgetItem(text))
    table.resize(900, 200)
    table.show()
    ColumnWidths(table, (200, 300))
    assert [table.columnWidth(place) for place in (0, 1)] == [200, 300]
    table.resize(320, 200)
    qtbot.wait(1)
    assert table.columnWidth(0) < 200
    assert table.sizeHintForColumn(1) <= table.columnWidth(1) < 300
    assert table.horizontalScrollBar().maximum() == 0
    table.resize(900, 200)
    qtbot.wait(1)
    assert table.columnWidth(1) == 300
