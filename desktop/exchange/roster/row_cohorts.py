"""The document behind the appointment of a row, which fixes a round (届) of one tier."""

from desktop.exchange.plan import PlanRow
from desktop.exchange.roster.known import Known
from desktop.exchange.roster.receptions import Values
from desktop.kinds import Packed
from desktop.models import Cohort
from desktop.models.base import Content, shared_uid
from desktop.store.records import Edit


class RowCohorts:
    """Finds the document that a row names, or makes it; a new one is shared by all rows that name it."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._new: dict[str, Edit] = {}
        self._uids: dict[tuple[Packed, Packed], str] = {}

    def document_of(self, content: Content) -> Packed | None:
        """The number of the document of an appointment that is held."""
        held = self.known.cohorts.get(str(content.get("cohort", "")))
        return held.content.get("doc_no") if held is not None else None

    def need(self, row: PlanRow, tier: Packed, values: Values) -> str:
        """The uid of the document that a row names, for a tier; a new one comes with the row."""
        place = (tier, values["doc_no"])
        content: Content = {"tier": tier, "doc_no": values["doc_no"]}
        uid = self._uids.get(place) or self._uids.setdefault(place, shared_uid(Cohort, content))
        held = self.known.cohorts.get(uid)
        if held is not None and held.deleted_at is None:
            return uid
        edit = self._new.get(uid)
        if edit is None:
            edit = self._new[uid] = Edit(Cohort, uid, held, content)
        if "ordinal" in values and edit.content is not None:
            edit.content.setdefault("ordinal", values["ordinal"])
        row.edits.append(edit)
        return uid
