"""The schools that rows name: which they are, and what rows say of those the office does not know yet."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from desktop.exchange.plan import Outcome, PlanRow
from desktop.exchange.roster.answers import RosterOptions
from desktop.exchange.roster.checks import Said
from desktop.exchange.roster.known import Known
from desktop.exchange.roster.school_names import is_general
from desktop.fields import field_named
from desktop.kinds import Packed
from desktop.models import School
from desktop.store.records import Edit, Stored

_OF_SCHOOL: Final = {"school_type": "type", "school_credit_code": "credit_code"}
"""Targets that speak of the school, with their fields."""


class RowSchools:
    """Finds the school of each row and gathers what rows say of schools; `meanings` are names settled before."""

    def __init__(self, known: Known, own: str, answers: RosterOptions, meanings: Mapping[str, str]) -> None:
        self.known, self.own, self.answers = known, own, answers
        self._meanings = meanings
        self.shared: dict[str, Edit] = {}
        """By uid: new schools and new facts, each shared by all rows that need it."""
        self.facts: list[Edit] = []
        """What files say of known schools that the office did not know."""
        self.other_facts: dict[tuple[str, str], Packed] = {}
        """By school and field: what files say of a known school that is not what the office holds."""
        self.unclear: dict[str, list[PlanRow]] = defaultdict(list)

    def same(self, written: Packed) -> Packed:
        """The school of a name; of one that the office does not know, the name it stands for."""
        name = str(self._meanings.get(str(written), written))
        return self.known.schools.find(name) or name

    def find(self, row: PlanRow, said: Said) -> str | None:
        """The uid of the row's school; None where it names none, or where the row asks which one is meant."""
        written = said.values.get("school")
        if written is None:
            return None
        written = self._meanings.get(str(written), written)
        schools = self.known.schools
        uid = schools.find(str(written))
        if uid is not None:
            return uid
        alike = schools.alike(str(written))
        if str(written) in self.answers.new_schools or not (alike or is_general(str(written))):
            return schools.make(str(written))
        self.unclear[str(written)].append(row)
        names = "、".join(f"“{name}”" for name in alike)
        is_it = f"是否就是{names}？" if alike else "这个名称太笼统，"
        text = f"学校表里没有“{written}”，{is_it}请对应到已有学校，或登记为新学校"
        row.outcome, row.problems = Outcome.AMBIGUOUS, [said.problem("school", text)]
        return None

    def need(self, row: PlanRow, said: Said, uid: str) -> None:
        """Bring a new school along, and what the row says of a school that the office does not know yet."""
        schools = self.known.schools
        said_of = {name: said.values[target] for target, name in _OF_SCHOOL.items() if target in said.values}
        fresh = schools.fresh.get(uid)
        if fresh is not None:
            for name, value in said_of.items():
                fresh.setdefault(name, value)
            if uid not in self.shared:
                self.shared[uid] = Edit(School, uid, self.known.deleted_schools.get(uid), fresh)
            row.edits.append(self.shared[uid])
            return
        held = schools.stored.get(uid)
        if held is not None:
            self._weigh_facts(uid, held, said_of)

    def _weigh_facts(self, uid: str, held: Stored, said_of: Mapping[str, Packed]) -> None:
        """Fill what the office does not know of its own school; what it knows otherwise stays, and is told."""
        for name, value in said_of.items():
            known = held.content.get(name)
            if known is None and held.origin == self.own:
                if uid not in self.shared:
                    self.shared[uid] = Edit(School, uid, held, dict(held.content))
                    self.facts.append(self.shared[uid])
                facts = self.shared[uid].content
                assert facts is not None
                facts[name] = value
            elif known not in (None, value):
                self.other_facts.setdefault((uid, name), value)

    def told(self) -> Iterator[str]:
        """A sentence for each thing that was assumed of schools, or not taken from the files."""
        schools = self.known.schools
        made = [schools.name_of(uid) for uid in schools.fresh if uid in self.shared]
        if made:
            yield f"学校表里没有的 {len(made)} 所学校按新学校登记：{'、'.join(made)}"
        if renamed := schools.renamed():
            listed = "、".join(f"“{name}”按“{now}”登记" for name, now in renamed.items())
            yield f"来表用了学校的简称、旧名或已并入的学校：{listed}"
        if self.facts:
            yield f"有 {len(self.facts)} 所学校补填了来表写明的学校类型或统一社会信用代码"
        for (uid, name), value in self.other_facts.items():
            label, held = field_named(School, name), schools.stored[uid].content.get(name)
            yield (
                f"“{schools.name_of(uid)}”的{label.label}来表写“{label.format_packed(value)}”，"
                f"学校表是“{label.format_packed(held)}”，没有采用来表的内容"
            )
