"""The appointment that a row speaks of: a new one, or the one of the office that it means."""

from collections.abc import Mapping
from typing import Final

from desktop.exchange.plan import PlanRow
from desktop.exchange.roster.checks import Said
from desktop.exchange.roster.known import Known
from desktop.exchange.roster.receptions import Values
from desktop.exchange.roster.row_cohorts import RowCohorts
from desktop.exchange.roster.weigh import Weigher
from desktop.exchange.targets import Target
from desktop.fields import field_named
from desktop.models import Appointment
from desktop.models.base import Content
from desktop.rules.dates import agree
from desktop.store.records import Edit, Stored, new_uid

_OWN: Final = ("tier", "recognized_on", "number", "note", "subject", "stage")
"""Targets that an appointment holds itself; subject and stage as the document has them, beside the teacher's own."""


class RowAppointments:
    """Plans the appointments of rows; each of the office's is spoken of by one row of an import."""

    def __init__(self, known: Known, own: str, targets: Mapping[str, Target]) -> None:
        self.known, self.own = known, own
        self._document = targets["doc_no"]
        self.cohorts = RowCohorts(known)
        self._matched: set[str] = set()

    def plan_new(self, row: PlanRow, said: Said, teacher: str) -> None:
        """Plan the appointment of a teacher who has none yet."""
        if "tier" not in said.values:
            return
        content: Content = {name: said.values[name] for name in _OWN if name in said.values}
        content["teacher"] = teacher
        if "doc_no" in said.values:
            content["cohort"] = self.cohorts.need(row, said.values["tier"], said.values)
        row.edits.append(Edit(Appointment, new_uid(Appointment, content), None, content))

    def weigh(self, weigher: Weigher, uid: str) -> None:
        """Plan what a row says of the appointment of a teacher, who may be new."""
        values = weigher.said.values
        if "tier" not in values:
            return
        held = self._matching(uid, values)
        if held is None:
            self.plan_new(weigher.row, weigher.said, uid)
            label = field_named(Appointment, "tier").format_packed(values["tier"])
            weigher.note_change("appointments", "tier", "骨干教师", "", label)
            return
        self._matched.add(held.uid)
        content = dict(held.content)
        for name in _OWN:
            if name in values:
                weigher.weigh(Appointment, content, name, values[name])
        if "doc_no" in values:
            self._weigh_document(weigher, held.content, content)
        if content != held.content:
            self._change(weigher, held, content)

    def _weigh_document(self, weigher: Weigher, held: Content, content: Content) -> None:
        """The number is weighed as it stands in the file; the document follows it."""
        known = self.cohorts.document_of(held)
        document: Content = {} if known is None else {"doc_no": known}
        weigher.weigh_target(self._document, document, weigher.said.values["doc_no"])
        if "doc_no" in document and document["doc_no"] != known:
            content["cohort"] = self.cohorts.need(weigher.row, content["tier"], {**weigher.said.values, **document})

    def _change(self, weigher: Weigher, held: Stored, content: Content) -> None:
        if held.origin != self.own:
            owner = self.known.office_name(held.origin)
            text = f"此人的骨干教师资格由“{owner}”登记，只能由该单位修改；本表不同的内容没有采用"
            weigher.row.problems.append(weigher.said.problem("tier", text))
            return
        weigher.row.edits.append(weigher.edit(Appointment, held, content))

    def _matching(self, uid: str, values: Values) -> Stored | None:
        """The appointment that a row means: of this document, or of this tier where the document does not gainsay."""
        found = [each for each in self.known.appointments.get(uid, ()) if each.uid not in self._matched]
        number = values.get("doc_no")
        same_tier = [record for record in found if record.content["tier"] == values["tier"]]
        for record in same_tier:
            if number is not None and self.cohorts.document_of(record.content) == number:
                return record
        for record in same_tier:
            if number is None or "cohort" not in record.content or _same_time(record.content, values):
                return record
        return None


def _same_time(one: Content, other: Values) -> bool:
    first, second = one.get("recognized_on"), other.get("recognized_on")
    return bool(first and second and agree(str(first), str(second)))
