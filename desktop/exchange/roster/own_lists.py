"""Our own lists that come back as rosters: what they repeat from other records is no word of a sender."""

from desktop.exchange.sheet_columns import EXTRA_MARK, UID_HEADING, Part, sheet_columns
from desktop.exchange.sheet_tables import Table
from desktop.models import ENTITIES
from desktop.models.base import Record


def without_own_columns(found: Table) -> None:
    """Leave out the derived columns, the lines and the mark of a list that we wrote; name kept columns as they were."""
    entity = _written_from(found)
    if entity is None:
        return
    own = {column.heading: column.part for column in sheet_columns(entity)}
    is_said = (Part.FIELD, Part.DERIVED)
    found.columns = [
        column
        for column in found.columns
        if column.heading not in own or (own[column.heading] in is_said and column.target is not None)
    ]
    for column in found.columns:
        if column.heading not in own:
            column.heading, column.target = column.heading.removesuffix(EXTRA_MARK), None


def _written_from(found: Table) -> type[Record] | None:
    """The entity of a list that we wrote: its last column marks it, and its headings are that entity's."""
    headings = {column.heading for column in found.columns}
    if UID_HEADING not in found.sheet.rows[found.heading_rows.stop - 1]:
        return None
    return max(ENTITIES, key=lambda entity: len(headings & {column.heading for column in sheet_columns(entity)}))
