"""The streams in which packages flow, and whose turn it is in each: replay, gap, fork and leap by counters.

To add a stream: a `Stream` in STREAMS with its kind (which `archive.form.KINDS` knows), and what it holds.
Nothing here looks at a clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from desktop.archive import LIMITS, Header
from desktop.archive.parts import HEADER, MANIFEST
from desktop.errors import PackageRefused
from desktop.models import ANNUAL as ANNUAL_ENTITIES
from desktop.models import BY_PLURAL, Holiday, Policy
from desktop.store.streams import Arrived, closed_epochs, state_of

UP: Final = "up"
DOWN: Final = "down"
OWN: Final = "own"
NEW_EPOCH: Final = "new-epoch"
"""The codes under which an office's own package, and one of a sender that restored a backup, are refused."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of package: its kind in the header, its name for people, which way it goes, its sections in order.

    `yearly` streams are counted for each year; `records` says whether the sections are entities that a merge plans;
    of a stream `without_gaps` exactly the next one is taken, of all others any later one replaces those before.
    """

    kind: str
    label: str
    way: str
    sections: tuple[str, ...]
    yearly: bool = True
    records: bool = True
    without_gaps: bool = False

    def name(self, year: int) -> str:
        """The stream in a header: `annual/2026`, `codes`."""
        return f"{self.kind}/{year}" if self.yearly else self.kind

    def titled(self, year: int) -> str:
        """What a clerk calls it: 2026 年度上报, 2026 年审定下发, 政策下发."""
        return f"{year} 年{self.label.removeprefix('年')}" if self.yearly else self.label


_ENTITIES: Final = tuple(entity.plural for entity in ANNUAL_ENTITIES)
ANNUAL: Final = Stream("annual", "年度上报", UP, _ENTITIES)
DECISIONS: Final = Stream("decisions", "审定下发", DOWN, _ENTITIES)
CODES: Final = Stream("codes", "政策下发", DOWN, (Policy.plural, Holiday.plural), yearly=False)
DESK: Final = Stream("desk", "股室互传", DOWN, _ENTITIES)
RECEIPTS: Final = Stream("receipt", "回执", DOWN, ("receipts", "remarks"), records=False)
KEYS: Final = Stream(
    "keycard", "密钥变更", DOWN, ("cards", "revocations"), yearly=False, records=False, without_gaps=True
)

STREAMS: Final = (ANNUAL, DECISIONS, CODES, DESK, RECEIPTS, KEYS)
"""Every stream; a package of any other kind is none that is exchanged."""

BY_KIND: Final[Mapping[str, Stream]] = {stream.kind: stream for stream in STREAMS}
MERGED: Final = tuple(stream for stream in STREAMS if stream.records)
"""The streams whose records a merge plans."""


_OTHER_KINDS: Final = {"backup": "备份", "query": "查询", "recovery": "恢复密钥"}
_OTHER_SECTIONS: Final = {"receipts": "回执", "remarks": "回执说明", "cards": "密钥卡", "revocations": "作废的密钥"}


def title_of(stream: str) -> str:
    """What a clerk calls a stream by its name in a header: annual/2026 is 2026 年度上报."""
    kind, _, year = stream.partition("/")
    if kind in BY_KIND and year.isdecimal():
        return BY_KIND[kind].titled(int(year))
    return BY_KIND[kind].label if kind in BY_KIND else _OTHER_KINDS.get(kind, kind)


def other_year(header: Header, year: int) -> str:
    """That a package is of another year than the one at hand, in a sentence with the way out; empty where it is not."""
    stream = BY_KIND.get(header.kind)
    if stream is None or not stream.yearly or header.stream == stream.name(year):
        return ""
    packed = header.stream.partition("/")[2]
    return (
        f"这是 {packed} 年度的数据包，窗口上方选的是 {year} 年度；确实要收 {packed} 年度的，请把年度换成 {packed}，"
        f"否则请向 {header.sender} 要 {year} 年度的。"
    )


def section_label(section: str) -> str:
    """What a clerk calls a section of a package: teachers are 教师."""
    return BY_PLURAL[section].label if section in BY_PLURAL else _OTHER_SECTIONS.get(section, section)


def check_turn(
    session: Session, header: Header, own: str, *, accept_new_epoch: bool = False, sent_here: bool = True
) -> list[str]:
    """Whether it is this package's turn in its stream; what is to be told about it.

    `sent_here` says whether this very database made it, if it is an own one. Raises PackageRefused under the codes
    own, twin, recipient, closed-epoch, new-epoch, fork, older, jump and gap.
    """
    if header.sender == own and not sent_here:
        text = (
            "这个数据包由本单位的另一台电脑生成，两台电脑在各用一份同样的数据。没有采用；"
            "请先停用其中一台，查清哪一台的数据为准。"
        )
        raise PackageRefused("twin", text, member=HEADER)
    if header.sender == own:
        raise PackageRefused(OWN, "这是本单位自己生成的，不用接收；请选择上级或下级单位的数据包。", member=HEADER)
    if header.recipient != own:
        text = f"这个数据包是报给 {header.recipient} 的，不是报给本单位 {own} 的，没有采用。请与报送单位核对。"
        raise PackageRefused("recipient", text, member=HEADER)
    state = state_of(session, header.sender, header.stream)
    _check_gap(header, state)
    if state is None:
        return []
    if state.epoch != header.epoch:
        return _check_epoch(session, header, accepted=accept_new_epoch)
    return _check_seq(header, state)


def _check_epoch(session: Session, header: Header, *, accepted: bool) -> list[str]:
    if header.epoch in closed_epochs(session, header.sender, header.stream):
        text = (
            f"报送单位 {header.sender} 已改用新的数据库，这个数据包出自旧的数据库，没有采用。请向该单位要最新的数据包。"
        )
        raise PackageRefused("closed-epoch", text, member=HEADER)
    if not accepted:
        text = (
            f"报送单位 {header.sender} 恢复过备份或换了电脑（数据库标识变为 {header.epoch}），还没有采用。"
            "请先打电话核实，再确认后接收。"
        )
        raise PackageRefused(NEW_EPOCH, text, member=HEADER)
    return [f"报送单位恢复过备份或换了电脑，已确认改收其新数据库（{header.epoch}）的数据包"]


def _check_gap(header: Header, state: Arrived | None) -> None:
    stream = BY_KIND.get(header.kind)
    if stream is None or not stream.without_gaps or (state is not None and state.epoch != header.epoch):
        return
    following = state.seq + 1 if state is not None else 1
    if header.seq > following:
        text = (
            f"这是第 {header.seq} 次{stream.label}，第 {following} 次还没有读入，暂不采用。"
            f"请向 {header.sender} 要第 {following} 次的，按次序读入。"
        )
        raise PackageRefused("gap", text, member=HEADER)


def _check_seq(header: Header, state: Arrived) -> list[str]:
    if header.seq == state.seq and header.manifest != state.manifest_hash:
        text = (
            f"警告：报送单位 {header.sender} 有两个内容不同的第 {header.seq} 次数据包，可能有两台电脑在用同一份数据。"
            "没有采用，请立即向该单位核实。"
        )
        raise PackageRefused("fork", text, member=MANIFEST)
    if header.seq < state.seq:
        text = f"这是第 {header.seq} 次的数据包，本单位已收到第 {state.seq} 次，没有采用。请选择最新的数据包。"
        raise PackageRefused("older", text, member=HEADER)
    if header.seq > state.seq + LIMITS.sequence_jump:
        text = f"次数从第 {state.seq} 次跳到第 {header.seq} 次，不合常理，暂不采用。请向报送单位核实。"
        raise PackageRefused("jump", text, member=HEADER)
    if header.seq == state.seq:
        return [f"第 {header.seq} 次数据包已经合并过，再次核对"]
    missed = header.seq - state.seq - 1
    return [f"中间有 {missed} 次数据包没有收到，已由这一次代替"] if missed else []
