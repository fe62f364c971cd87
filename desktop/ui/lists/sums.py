"""Sum and average of the numbers in selected rows, as a spreadsheet shows them at its foot."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from desktop.kinds import Exact, Kind, Money, Whole
from desktop.queries.listing import ListColumn
from desktop.text import tr
from desktop.ui.lists.listing import Listing


def told_sums(listing: Listing, columns: Sequence[ListColumn], places: Sequence[int]) -> Iterator[str]:
    """For each shown column of amounts what the selected rows come to."""
    for column in columns:
        if not _is_amount(column):
            continue
        values = listing.values[column.name]
        found = [Decimal(column.kind.unpack(value)) for place in places if (value := values[place]) is not None]
        if found:
            total = sum(found, Decimal(0))
            average = (total / len(found)).quantize(Decimal("0.01"))
            yield tr(
                "{what} 合计 {total}，平均 {average}（{count} 个数）",
                what=column.label,
                total=_shown(column.kind, total),
                average=_shown(column.kind, average),
                count=len(found),
            )


def _is_amount(column: ListColumn) -> bool:
    """Whether adding up means something: not for years and for places in an order."""
    kind = column.kind
    is_year = isinstance(kind, Whole) and kind.unit == "年"
    return isinstance(kind, Whole | Exact | Money) and not is_year and column.name not in ("order", "ordinal")


def _shown(kind: Kind, value: Any) -> str:  # noqa: ANN401 - a decimal
    if isinstance(kind, Money):
        return f"{value / 100:.2f}"
    return f"{value.normalize():f}"
