"""The appointment that a row speaks of: a new one, or the one of the office that it means."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from desktop.exchange.plan import PlanRow
from desktop.exchange.roster.checks import Said
from desktop.exchange.roster.known import Known
from desktop.exchange.roster.receptions import Values
from desktop.exchange.roster.row_cohorts import RowCohorts
from desktop.exchange.roster.weigh import FileContext, Weigher
from desktop.exchange.targets import Target
from desktop.fields import field_named
from desktop.kinds import Packed
from desktop.models import Appointment
from desktop.models.base import Content
from desktop.rules.dates import agree
from desktop.store.records import Edit, Stored, new_uid

_OWN: Final = ("tier", "recognized_on", "number", "note", "subject", "stage")
"""Targets that an appointment holds itself; subject and stage as the document has them, beside the teacher's own."""

_NAMED: Final = 10
"""So many people are named in a sentence."""


class RowAppointments:
    """Plans the appointments of rows; each of the office's is spoken of by one row of an import."""

    def __init__(self, known: Known, own: str, targets: Mapping[str, Target]) -> None:
        self.known, self.own = known, own
        self._document = targets["doc_no"]
        self.cohorts = RowCohorts(known, own)
        self._matched: set[str] = set()
        self._spoken: set[tuple[Packed | None, Packed | None, Packed | None]] = set()
        """Person, tier and document of every row of the import."""
        self._spoken_tiers: set[tuple[Packed | None, Packed | None]] = set()
        self._other_tiers: list[str] = []
        """Whose tier was corrected though the document stays, and how."""

    def expect(self, rows: Iterable[Said]) -> None:
        """Note what the rows of a file speak of: what has a row of its own is not meant by another."""
        self._spoken |= {(_person(said), said.values.get("tier"), said.values.get("doc_no")) for said in rows}
        self._spoken_tiers = {(person, tier) for person, tier, _document in self._spoken}

    def told(self) -> Iterator[str]:
        """A sentence for each thing that was assumed of documents and appointments."""
        yield from self.cohorts.told()
        if self._other_tiers:
            more = f"等 {len(self._other_tiers)} 人" if len(self._other_tiers) > _NAMED else ""
            yield (
                f"{'、'.join(self._other_tiers[:_NAMED])}{more}的骨干级别改了而文号、时间没有改，按更正登记，不另作一次认定；"
                "确是另一次认定的，请填写那一次的文号"
            )

    def plan_new(self, row: PlanRow, said: Said, teacher: str, context: FileContext) -> None:
        """Plan the appointment of a teacher who has none yet."""
        if "tier" not in said.values:
            return
        content: Content = {name: said.values[name] for name in _OWN if name in said.values}
        content["teacher"] = teacher
        if "doc_no" in said.values:
            content["cohort"] = self.cohorts.need(row, said.values["tier"], said.values, context)
        row.edits.append(Edit(Appointment, new_uid(Appointment, content), None, content))

    def weigh(self, weigher: Weigher, uid: str) -> None:
        """Plan what a row says of the appointment of a teacher, who may be new."""
        values = weigher.said.values
        if "tier" not in values:
            return
        held = self._matching(uid, weigher.said)
        others = [] if held is not None else self._undated(uid, weigher.said)
        if others:
            self._ask(weigher, others)
            return
        if held is None:
            self.plan_new(weigher.row, weigher.said, uid, weigher.context)
            label = field_named(Appointment, "tier").format_packed(values["tier"])
            weigher.note_change("appointments", "tier", "骨干教师", "", label)
            return
        self._matched.add(held.uid)
        content = dict(held.content)
        for name in _OWN:
            if name in values:
                asked = self._doubt_time(held.content, values) if name == "recognized_on" else ""
                weigher.weigh(Appointment, content, name, values[name], asked=asked)
        if "doc_no" in values:
            self._weigh_document(weigher, held.content, content)
        if content != held.content:
            self._change(weigher, held, content)

    def _ask(self, weigher: Weigher, others: Sequence[Stored]) -> None:
        """Whether another tier without document and time corrects what is held or is another appointment."""
        tier = field_named(Appointment, "tier")
        now = tier.format_packed(weigher.said.values["tier"])
        listed = "、".join(f"“{tier.format_packed(each.content['tier'])}”" for each in others)
        text = (
            f"骨干级别写“{now}”，名册中是{listed}，表中没有认定文号和时间，不能确定是更正还是另一次认定；"
            "是另一次认定的，请填写认定文号或认定时间"
        )
        held = others[0]
        content = dict(held.content)
        weigher.weigh(Appointment, content, "tier", weigher.said.values["tier"], asked=text)
        if content != held.content:
            self._change(weigher, held, content)

    def _doubt_time(self, held: Content, values: Values) -> str:
        """The question whether another time without document corrects that of a document; empty where it is none."""
        number, known = self.cohorts.document_of(held), held.get("recognized_on")
        if number is None or "doc_no" in values or known is None or _same_time(held, values):
            return ""
        time = field_named(Appointment, "recognized_on")
        now, before = (time.format_packed(each) for each in (values["recognized_on"], known))
        return (
            f"认定时间写“{now}”，名册中“{number}”的认定时间是“{before}”，表中没有文号，不能确定是更正还是另一次认定；"
            "是另一次认定的，请填写认定文号"
        )

    def _weigh_document(self, weigher: Weigher, held: Content, content: Content) -> None:
        """The number is weighed as it stands in the file; the document follows it."""
        known, values = self.cohorts.document_of(held), weigher.said.values
        document: Content = {} if known is None else {"doc_no": known}
        weigher.weigh_target(self._document, document, values["doc_no"])
        if document.get("doc_no") != values["doc_no"]:
            values = {name: value for name, value in values.items() if name != "ordinal"} | document
        if "doc_no" in document and (document["doc_no"], content["tier"]) != (known, held["tier"]):
            content["cohort"] = self.cohorts.need(weigher.row, content["tier"], values, weigher.context)
        elif known is not None:
            self.cohorts.weigh(weigher.row, str(held["cohort"]), values, weigher.context)

    def _change(self, weigher: Weigher, held: Stored, content: Content) -> None:
        if held.origin != self.own:
            owner = self.known.office_name(held.origin)
            text = f"此人的骨干教师资格由“{owner}”登记，只能由该单位修改；本表不同的内容没有采用"
            weigher.row.problems.append(weigher.said.problem("tier", text))
            return
        weigher.row.edits.append(weigher.edit(Appointment, held, content))
        if content["tier"] != held.content["tier"]:
            tiers = (field_named(Appointment, "tier").format_packed(each["tier"]) for each in (held.content, content))
            self._other_tiers.append(f"{weigher.said.name}（{'改为'.join(tiers)}）")

    def _matching(self, uid: str, said: Said) -> Stored | None:
        """The appointment that a row means: of this tier and document, or one of which either was corrected."""
        held = [each for each in self.known.appointments.get(uid, ()) if each.uid not in self._matched]
        ways = (self._is_named, self._may_be_of_document, self._may_be_of_tier)
        return next((record for is_meant in ways for record in held if is_meant(record.content, said)), None)

    def _is_named(self, held: Content, said: Said) -> bool:
        values, number = said.values, self.cohorts.document_of(held)
        return number is not None and (held["tier"], number) == (values["tier"], values.get("doc_no"))

    def _may_be_of_document(self, held: Content, said: Said) -> bool:
        """The same tier, and another number for the same day, or none on one side."""
        if held["tier"] != said.values["tier"]:
            return False
        if "doc_no" not in said.values or "cohort" not in held:
            return True
        return _same_time(held, said.values) and not self._is_spoken_of(held, said)

    def _may_be_of_tier(self, held: Content, said: Said) -> bool:
        """Another tier by the same document, which appoints nobody twice; without documents, of the same day."""
        number = self.cohorts.document_of(held)
        if held["tier"] == said.values["tier"] or number != said.values.get("doc_no") or self._is_spoken_of(held, said):
            return False
        if number is None:
            return _same_time(held, said.values)
        return None in (held.get("recognized_on"), said.values.get("recognized_on")) or _same_time(held, said.values)

    def _undated(self, uid: str, said: Said) -> list[Stored]:
        """What is held of other tiers, where a row names neither document nor time and so cannot tell itself apart."""
        if "doc_no" in said.values or "recognized_on" in said.values:
            return []
        held = (each for each in self.known.appointments.get(uid, ()) if each.uid not in self._matched)
        return [each for each in held if (_person(said), each.content["tier"]) not in self._spoken_tiers]

    def _is_spoken_of(self, held: Content, said: Said) -> bool:
        return (_person(said), held["tier"], self.cohorts.document_of(held)) in self._spoken


def _person(said: Said) -> Packed:
    return said.values.get("id_number", said.name)


def _same_time(one: Content, other: Values) -> bool:
    first, second = one.get("recognized_on"), other.get("recognized_on")
    return bool(first and second and agree(str(first), str(second)))
