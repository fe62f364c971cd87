"""What merging one package would do, and the account that balances it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.archive import Header
from desktop.exchange.keys import KeyCard, fingerprint
from desktop.exchange.merge_row import MERGE_OUTCOMES, Dispute, MergeRow
from desktop.exchange.merge_stage import Stage, StagedRows
from desktop.exchange.plan import Outcome
from desktop.exchange.signers import Trust
from desktop.exchange.streams import Stream
from desktop.models import BY_PLURAL
from desktop.models.base import Record
from desktop.rules.check_codes import check_code
from desktop.store.streams import Arrived


def arrived_of(header: Header) -> Arrived:
    """A package as it is counted in its stream."""
    return Arrived(header.sender, header.stream, header.epoch, header.seq, header.manifest)


@dataclass(slots=True, kw_only=True)
class MergePlan:
    """What merging a package would do: a row for every record that is not the same, and the account per entity.

    `key_confirmed` is False for a sender whose card only lies beside the package: then the plan may be looked at but
    not carried out, and `fingerprint` is what is to be compared with the stamped page. `assumed` holds what is told
    about the package as a whole, `staged` the hashes of the attachments that are kept with it, `stage` the rows and
    what they write. `last_act` voids the plan when it is passed.
    """

    title: str
    stage: Stage
    header: Header
    card: KeyCard
    manifest: Mapping[str, Any]
    key_confirmed: bool
    known_already: bool
    trust: Trust
    stream: Stream
    last_act: int
    assumed: list[str] = field(default_factory=list)
    account: dict[str, Counter[Outcome]] = field(default_factory=dict)
    staged: tuple[str, ...] = ()

    @property
    def rows(self) -> StagedRows:
        """The rows in the order of the package."""
        return StagedRows(self.stage)

    @property
    def rows_told_first(self) -> StagedRows:
        """The rows with those at the top of which something is told."""
        return StagedRows(self.stage, told_first=True)

    @property
    def writes(self) -> bool:
        """Whether carrying it out would write any record."""
        return self.stage.has_edits()

    @property
    def fingerprint(self) -> str:
        """Eight groups of five digits of the sender's card."""
        return fingerprint(self.card)

    @property
    def check_code(self) -> str:
        """Twelve digits, to compare the package by telephone."""
        return check_code(self.header.manifest)

    @property
    def arrived(self) -> Arrived:
        """The package as it is counted in its stream."""
        return arrived_of(self.header)

    def counts(self, outcomes: Iterable[Outcome] = MERGE_OUTCOMES) -> dict[str, int]:
        """All records of the package by outcome, those without a row included."""
        total = sum(self.account.values(), Counter[Outcome]())
        return {str(outcome): total[outcome] for outcome in outcomes}

    def counts_by_entity(self) -> dict[str, dict[str, int]]:
        """Records of each entity by outcome: `{"teachers": {"new": 203, "changed": 0, …}, …}`."""
        return {
            plural: {str(outcome): self.account.get(plural, Counter())[outcome] for outcome in MERGE_OUTCOMES}
            for plural in self.stream.sections
        }

    def told_rows(self) -> Iterator[MergeRow]:
        """The rows that must be listed by name with the reason: all with a remark, whatever comes of them."""
        return self.stage.told()

    @property
    def is_told(self) -> bool:
        """Whether there is any such row."""
        return self.stage.has_told()

    def disputes(self) -> dict[str, tuple[type[Record], str, Dispute]]:
        """The conflicts that a person can settle: entity, name and dispute by uid."""
        return {
            row.uid: (BY_PLURAL[row.entity], row.name, row.dispute)
            for row in self.told_rows()
            if row.dispute is not None
        }

    def account_lines(self) -> list[str]:
        """The balanced account as text, one line per entity that the package has."""
        return [
            f"{BY_PLURAL[plural].label}：收到 {some.total()} 条 = "
            + " + ".join(f"{WORDS[outcome]} {some[outcome]}" for outcome in MERGE_OUTCOMES)
            for plural, some in self.account.items()
        ]

    def as_json(self) -> dict[str, Any]:
        """The plan as `package merge --json` prints it."""
        return dict(self.counts_by_entity())


WORDS: Final = {
    Outcome.NEW: "新增",
    Outcome.CHANGED: "有变更",
    Outcome.SAME: "无变化",
    Outcome.STALE: "旧版",
    Outcome.CONFLICT: "待核对",
    Outcome.REFUSED: "拒收",
    Outcome.INVALID: "不合规定",
}
"""What a clerk calls each outcome."""
