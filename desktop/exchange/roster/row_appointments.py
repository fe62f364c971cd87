"""The appointment that a row speaks of: a new one, or the one of the office that it means."""

from typing import Final

from desktop.exchange.plan import PlanRow
from desktop.exchange.roster.checks import Said
from desktop.exchange.roster.known import Known
from desktop.exchange.roster.receptions import Values
from desktop.exchange.roster.weigh import Weigher
from desktop.fields import field_named
from desktop.kinds import Packed
from desktop.models import Appointment, Cohort
from desktop.models.base import Content, shared_uid
from desktop.rules.dates import agree
from desktop.store.records import Edit, Stored, new_uid

_ALSO: Final = ("subject", "stage")
"""Targets of the teacher that an appointment states too, as the document has it."""


class RowAppointments:
    """Plans the appointments of rows; each of the office's is spoken of by one row of an import."""

    def __init__(self, known: Known, own: str) -> None:
        self.known, self.own = known, own
        self._new_cohorts: dict[str, Edit] = {}
        self._cohorts: dict[tuple[Packed, Packed], str] = {}
        self._matched: set[str] = set()

    def plan_new(self, row: PlanRow, said: Said, teacher: str) -> None:
        """Plan the appointment of a teacher who has none yet."""
        content = self._content(row, said)
        if content is not None:
            content["teacher"] = teacher
            row.edits.append(Edit(Appointment, new_uid(Appointment, content), None, content))

    def _content(self, row: PlanRow, said: Said) -> Content | None:
        values = said.values
        if "tier" not in values:
            return None
        names = ("tier", "recognized_on", "number", "note", *_ALSO)
        content: Content = {name: values[name] for name in names if name in values}
        if "doc_no" in values:
            content["cohort"] = self._cohort(row, values)
        return content

    def _cohort(self, row: PlanRow, values: Values) -> str:
        content: Content = {"tier": values["tier"], "doc_no": values["doc_no"]}
        place = (values["tier"], values["doc_no"])
        uid = self._cohorts.get(place) or self._cohorts.setdefault(place, shared_uid(Cohort, content))
        held = self.known.cohorts.get(uid)
        if held is not None and held.deleted_at is None:
            return uid
        edit = self._new_cohorts.get(uid)
        if edit is None:
            edit = self._new_cohorts[uid] = Edit(Cohort, uid, held, content)
        if "ordinal" in values and edit.content is not None:
            edit.content.setdefault("ordinal", values["ordinal"])
        row.edits.append(edit)
        return uid

    def weigh(self, weigher: Weigher, uid: str) -> None:
        """Plan what a row says of the appointment of a teacher, who may be new."""
        said = self._content(weigher.row, weigher.said)
        if said is None:
            return
        held = self._matching(uid, said)
        if held is None:
            said["teacher"] = uid
            weigher.row.edits.append(Edit(Appointment, new_uid(Appointment, said), None, said))
            label = field_named(Appointment, "tier").format_packed(said["tier"])
            weigher.note_change("appointments", "tier", "骨干教师", "", label)
            return
        self._matched.add(held.uid)
        content = dict(held.content)
        for name, value in said.items():
            if name == "cohort" and content.get("cohort") == value:
                continue
            weigher.weigh(Appointment, content, name, value, target=_target_of(name))
        if content != held.content:
            if held.origin != self.own:
                owner = self.known.office_name(held.origin)
                text = f"此人的骨干教师资格由“{owner}”登记，只能由该单位修改；本表不同的内容没有采用"
                weigher.row.problems.append(weigher.said.problem("tier", text))
                return
            weigher.row.edits.append(weigher.edit(Appointment, held, content))

    def _matching(self, uid: str, said: Content) -> Stored | None:
        found = [each for each in self.known.appointments.get(uid, ()) if each.uid not in self._matched]
        for record in found:
            if "cohort" in said and record.content.get("cohort") == said["cohort"]:
                return record
        same_tier = [record for record in found if record.content["tier"] == said["tier"]]
        for record in same_tier:
            if "cohort" not in said or "cohort" not in record.content or _same_time(record.content, said):
                return record
        return None


def _target_of(name: str) -> str:
    return "doc_no" if name == "cohort" else name


def _same_time(one: Content, other: Content) -> bool:
    first, second = one.get("recognized_on"), other.get("recognized_on")
    return bool(first and second and agree(first, second))
