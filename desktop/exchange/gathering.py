"""Twenty offices in one go: every package in a folder or on a stick looked at, planned, merged one by one, summed up.

    gather(store, folder, *, identity, step, year=None) -> Gathering    nothing is written but what must wait
    carry_out(store, gathering, operator, *, identity, step) -> None

Each package is an Act of its own: cancelling between two leaves the first merged and the rest untouched.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

from desktop.archive import FoundPackage, Header, Identity, inspect, scan
from desktop.errors import DesktopError, PackageRefused
from desktop.exchange.cards import known_cards, own_card
from desktop.exchange.merge import carry_out_merge, plan_merge
from desktop.exchange.merge_plan import MergePlan
from desktop.exchange.outbox import Step
from desktop.exchange.quarantine import WAITS, hold
from desktop.exchange.signers import signers_for
from desktop.exchange.streams import BY_KIND, OWN, other_year, title_of
from desktop.store.database import Store


class State(StrEnum):
    """What becomes of one package of a folder."""

    READY = "ready"
    ALREADY = "already"
    SUPERSEDED = "superseded"
    WAITING = "waiting"
    REFUSED = "refused"
    OTHER = "other"
    MERGED = "merged"


LABELS: Final = {
    State.READY: "可以合并",
    State.ALREADY: "已合并过",
    State.SUPERSEDED: "有更新的一次",
    State.WAITING: "暂存，待处理",
    State.REFUSED: "没有采用",
    State.OTHER: "不在这里处理",
    State.MERGED: "已合并",
}

_UNTAKEN: Final = {"older": State.SUPERSEDED, OWN: State.OTHER}
"""What is refused without anything being wrong with it."""
_WHOLE: Final = (State.READY, State.ALREADY, State.WAITING)
"""A package that was checked to its signature: only such a one stands for the older ones."""


@dataclass(slots=True)
class Gathered:
    """One package of a folder: whose, what became of it and why; `plan` where it can be merged."""

    found: FoundPackage
    state: State
    reason: str = ""
    plan: MergePlan | None = None
    written: int = 0
    sha256: str = ""
    volumes: list[FoundPackage] = field(default_factory=list)
    name: str = ""
    """The sender's, where its card is known here."""

    @property
    def office(self) -> str:
        """The sender's name, or its code where only that is known."""
        if self.plan is not None:
            return self.plan.card.name
        return self.name or (self.found.header.sender if self.found.header is not None else self.found.path.name)

    @property
    def what(self) -> str:
        """2026 年度上报 第 3 次."""
        header = self.found.header
        if header is None:
            return ""
        return f"{title_of(header.stream)} 第 {header.seq} 次"


@dataclass(slots=True)
class Gathering:
    """All packages of a folder, and what could not be looked at."""

    folder: Path
    items: list[Gathered] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def of(self, state: State) -> list[Gathered]:
        """The packages in one state."""
        return [item for item in self.items if item.state is state]

    def summary(self) -> str:
        """One sentence: how many of each."""
        counts = [(LABELS[state], len(self.of(state))) for state in State]
        if not self.items:
            return "这里没有找到数据包；请核对是不是这个U盘，或请对方重新拷贝。"
        return f"共 {len(self.items)} 个数据包：" + "，".join(f"{label} {count} 个" for label, count in counts if count)


def gather(store: Store, folder: Path, *, identity: Identity, step: Step, year: int | None = None) -> Gathering:
    """Look at everything in a folder and those in it; what must wait is copied into quarantine.

    Of several packages of one office and stream only the newest is planned that is whole; of other years than `year`,
    where one is at hand, it is only told. Raises RefusedError when the folder cannot be read.
    """
    found = scan(folder, progress=lambda number: step(0, 0, f"已查看 {number} 个文件"))
    result = Gathering(folder, told=list(found.told))
    packages = list(_one_of_each(found.packages))
    newest: dict[tuple[str, str, str], int] = {}
    looked: dict[int, Gathered] = {}
    whole: dict[str, FoundPackage] = {}
    with store.read() as session:
        names = {card.code: card.name for card in known_cards(session)}
    for number, place in enumerate(sorted(range(len(packages)), key=lambda each: -_seq(packages[each][0]))):
        package, volumes = packages[place]
        within = partial(_within, step, number, len(packages), package.path.name)
        within()
        item = looked[place] = _look(store, package, volumes, newest, identity=identity, step=within)
        if item.state in _WHOLE and package.header is not None:
            newest.setdefault(_turn(package.header), package.header.seq)
        if item.state is State.READY and package.header is not None:
            first = whole.setdefault(package.header.manifest, package)
            if first is not package:
                item.state, item.reason = State.OTHER, f"与“{first.path.name}”是同一个数据包，只合并一次"
        other = other_year(package.header, year) if package.header is not None and year is not None else ""
        if item.state is State.READY and other:
            item.state, item.reason = State.OTHER, other
        item.volumes = volumes
        item.name = names.get(package.header.sender, "") if package.header is not None else ""
    result.items = [looked[place] for place in range(len(packages))]
    return result


def _one_of_each(packages: list[FoundPackage]) -> Iterator[tuple[FoundPackage, list[FoundPackage]]]:
    """Each package with its volumes, which are one package."""
    seen: set[tuple[str, int]] = set()
    for package in packages:
        header = package.header
        if header is None or header.vol[1] == 1:
            yield package, []
        elif (header.manifest, header.vol[1]) not in seen:
            seen.add((header.manifest, header.vol[1]))
            yield package, [each for each in packages if each.header and each.header.is_same_package(header)]


def _seq(package: FoundPackage) -> int:
    return package.header.seq if package.header is not None else 0


def _turn(header: Header) -> tuple[str, str, str]:
    """Within what the packages of an office are counted."""
    return header.sender, header.stream, header.epoch


def _look(
    store: Store,
    package: FoundPackage,
    volumes: list[FoundPackage],
    newest: dict[tuple[str, str, str], int],
    *,
    identity: Identity,
    step: Step,
) -> Gathered:
    header = package.header
    if header is None:
        return Gathered(package, State.REFUSED, package.problem)
    stream = BY_KIND.get(header.kind)
    if stream is None:
        return Gathered(package, State.OTHER, "随带的备份，只有生成它的单位能用，不用处理")
    if not stream.records:
        is_own = header.sender == store.office_code
        reason = f"本单位写给 {header.recipient} 的，请交给对方" if is_own else f"{stream.label}不用合并，请单独读入"
        return Gathered(package, State.OTHER, reason)
    is_older = header.seq < newest.get(_turn(header), 0)
    if is_older and header.sender != store.office_code:
        return Gathered(package, State.SUPERSEDED, "同一单位的更新一次也在这里")
    try:
        plan = plan_merge(store, package.path, identity=identity, others=volumes, step=step)
    except PackageRefused as error:
        return _refused(store, package, error, identity)
    except DesktopError as error:
        return Gathered(package, State.REFUSED, error.sentence)
    if not plan.key_confirmed:
        reason = (
            f"“{plan.card.name}”的密钥卡还没有确认；请到“密钥”页对照盖章的密钥页确认后再合并，核对码 {plan.fingerprint}"
        )
        waiting = _wait(store, package, code="unconfirmed", reason=reason, identity=identity)
        waiting.plan = plan
        return waiting
    if plan.known_already and not plan.writes:
        return Gathered(package, State.ALREADY, plan=plan)
    return Gathered(package, State.READY, plan=plan)


def _refused(store: Store, package: FoundPackage, error: PackageRefused, identity: Identity) -> Gathered:
    if error.code in WAITS:
        try:
            return _wait(store, package, code=error.code, reason=error.sentence, identity=identity)
        except DesktopError as second:
            return Gathered(package, State.REFUSED, second.sentence)
    return Gathered(package, _UNTAKEN.get(error.code, State.REFUSED), error.sentence)


def _wait(store: Store, package: FoundPackage, *, code: str, reason: str, identity: Identity) -> Gathered:
    """Keep a copy until a person, a call or a newer program can let it in."""
    own = own_card(store, identity)
    with store.read() as session:
        signers = signers_for(session, package.path, own)
    whole = inspect(package.path, signers)
    card = signers.card(whole.header.signer)
    hold(store, package.path, header=whole.header, sha256=whole.sha256, code=code, reason=reason, card=card)
    of_many = whole.header.vol[1] > 1
    return Gathered(package, State.WAITING, reason, sha256=whole.header.manifest if of_many else whole.sha256)


def _within(step: Step, number: int, of: int, what: str, *_records: object) -> None:
    """Tell of the package at hand while its records go by: it too can be cancelled."""
    step(number, of, what)


def carry_out(store: Store, gathering: Gathering, operator: str, *, identity: Identity, step: Step) -> None:
    """Merge every package that can be merged, each as an Act of its own; one that fails does not stop the rest.

    Each is planned again first: the merges before it changed what is here.
    """
    ready = gathering.of(State.READY)
    for number, item in enumerate(ready):
        within = partial(_within, step, number, len(ready), item.office)
        within()
        try:
            item.plan = plan_merge(store, item.found.path, identity=identity, others=item.volumes, step=within)
            item.written = carry_out_merge(store, item.plan, operator, step=within)
            item.state = State.MERGED
        except DesktopError as error:
            item.state, item.reason = State.REFUSED, error.sentence
