"""The document behind the appointment of a row, which fixes a round (届) of one tier."""

from collections.abc import Iterator

from desktop.exchange.plan import FieldChange, Outcome, PlanRow
from desktop.exchange.roster.known import Known
from desktop.exchange.roster.receptions import Values
from desktop.exchange.roster.weigh import FileContext
from desktop.fields import field_named
from desktop.kinds import Packed
from desktop.models import Cohort
from desktop.models.base import Content, shared_uid
from desktop.store.records import Edit, Stored

_ROUND = field_named(Cohort, "ordinal")


class RowCohorts:
    """Finds the document that a row names, or makes it, and weighs the round that the row says it is of.

    A document is shared by all rows that name it. Its round is the office's own word: it is filled where there is
    none, corrected by the sender who said it, and otherwise stays, which is told.
    """

    def __init__(self, known: Known, own: str) -> None:
        self.known, self.own = known, own
        self._new: dict[str, Edit] = {}
        self._changed: dict[str, Edit] = {}
        self._other: dict[str, Packed] = {}
        """By document: the round that a file says and that was not taken."""
        self._uids: dict[tuple[Packed, Packed], str] = {}

    def document_of(self, content: Content) -> Packed | None:
        """The number of the document of an appointment that is held."""
        held = self.known.cohorts.get(str(content.get("cohort", "")))
        return held.content.get("doc_no") if held is not None else None

    def need(self, row: PlanRow, tier: Packed, values: Values, context: FileContext) -> str:
        """The uid of the document that a row names, for a tier; a new one comes with the row."""
        place = (tier, values["doc_no"])
        content: Content = {"tier": tier, "doc_no": values["doc_no"]}
        uid = self._uids.get(place) or self._uids.setdefault(place, shared_uid(Cohort, content))
        held = self.known.cohorts.get(uid)
        if held is not None and held.deleted_at is None:
            self.weigh(row, uid, values, context)
            return uid
        edit = self._new.get(uid)
        if edit is None:
            edit = self._new[uid] = Edit(Cohort, uid, held, content)
        if "ordinal" in values and edit.content is not None:
            edit.content.setdefault("ordinal", values["ordinal"])
        row.edits.append(edit)
        return uid

    def weigh(self, row: PlanRow, uid: str, values: Values, context: FileContext) -> None:
        """Plan what a row says of the round of a document that the office holds."""
        held, said = self.known.cohorts[uid], values.get("ordinal")
        known = held.content.get("ordinal")
        if said is None or said == known:
            return
        if known is not None and context.earlier.is_old_file:
            return
        last = context.earlier.rounds.get((held.content["tier"], held.content["doc_no"]))
        if held.origin != self.own or known not in (None, last):
            self._other[uid] = said
            return
        edit = self._changed.get(uid)
        if edit is None:
            edit = self._changed[uid] = Edit(Cohort, uid, held, {**held.content, "ordinal": said})
        row.edits.append(edit)
        if row.outcome is not Outcome.NEW:
            texts = _ROUND.format_packed(known), _ROUND.format_packed(said)
            row.changes.append(FieldChange(Cohort.plural, _ROUND.name, _ROUND.label, *texts))

    def told(self) -> Iterator[str]:
        """A sentence for each round that was filled, corrected, or not taken."""
        for uid, edit in self._changed.items():
            held, now = self.known.cohorts[uid], edit.content or {}
            before = held.content.get("ordinal")
            how = f"由“{before}”改为" if before is not None else "补填为"
            yield f"{_named(held)}的届次按来表{how}“{now['ordinal']}”"
        for uid, said in self._other.items():
            held = self.known.cohorts[uid]
            known = held.content.get("ordinal")
            stands = f"是“{known}”" if known is not None else "没有填写"
            yield (
                f"{_named(held)}的届次来表写“{said}”，认定批次中{stands}，没有采用来表的内容；"
                f"确应更正的，请{self._writer(held)}在认定批次中更正"
            )

    def _writer(self, held: Stored) -> str:
        return "" if held.origin == self.own else f"“{self.known.office_name(held.origin)}”"


def _named(held: Stored) -> str:
    tier = field_named(Cohort, "tier").format_packed(held.content["tier"])
    return f"{tier}“{held.content['doc_no']}”"
