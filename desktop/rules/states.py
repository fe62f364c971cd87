"""The states of an appointment (domain BB-2) and the documented events that lead from one to another, as data.

States carry the codes of resources/codes/appointment_status.csv, events those of appointment_event.csv.
"""

from dataclasses import dataclass
from enum import StrEnum

from desktop.errors import RefusedError


class State(StrEnum):
    """Where a person stands on the way to and through a term."""

    PROPOSED = "PROPOSED"
    DISTRICT_VETTED = "DISTRICT_VETTED"
    CANDIDATE = "CANDIDATE"
    TRAINED = "TRAINED"
    APPOINTED = "APPOINTED"
    REAPPOINTED = "REAPPOINTED"
    PROMOTED = "PROMOTED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    RESIGNED = "RESIGNED"
    MOVED_OUT = "MOVED_OUT"
    RETIRED = "RETIRED"
    DECEASED = "DECEASED"
    NOT_CHOSEN = "NOT_CHOSEN"

    @property
    def label(self) -> str:
        """The word shown to clerks."""
        return _LABELS[self]


class Event(StrEnum):
    """What happened, with a date and, where `Transition.needs_document`, a document number."""

    PROPOSE = "propose"
    VET = "vet"
    SELECT = "select"
    TRAIN = "train"
    REJECT = "reject"
    APPOINT = "appoint"
    REAPPOINT = "reappoint"
    PROMOTE = "promote"
    EXPIRE = "expire"
    REVOKE = "revoke"
    RESIGN = "resign"
    MOVE_OUT = "move_out"
    RETIRE = "retire"
    DIE = "die"


_LABELS = {
    State.PROPOSED: "已推荐",
    State.DISTRICT_VETTED: "初审通过",
    State.CANDIDATE: "培训对象",
    State.TRAINED: "培训合格",
    State.APPOINTED: "已认定",
    State.REAPPOINTED: "已续任",
    State.PROMOTED: "已晋级",
    State.EXPIRED: "任期届满",
    State.REVOKED: "取消资格",
    State.RESIGNED: "自愿放弃",
    State.MOVED_OUT: "已调出",
    State.RETIRED: "已退休",
    State.DECEASED: "已去世",
    State.NOT_CHOSEN: "未入选",
}


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed step; documented ones need a document number besides the date."""

    source: State
    event: Event
    target: State
    needs_document: bool = False


_BEFORE = (State.PROPOSED, State.DISTRICT_VETTED, State.CANDIDATE, State.TRAINED)
_LEAVING = (
    (Event.RESIGN, State.RESIGNED),
    (Event.MOVE_OUT, State.MOVED_OUT),
    (Event.RETIRE, State.RETIRED),
    (Event.DIE, State.DECEASED),
)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(State.PROPOSED, Event.VET, State.DISTRICT_VETTED),
    Transition(State.DISTRICT_VETTED, Event.SELECT, State.CANDIDATE, needs_document=True),
    Transition(State.CANDIDATE, Event.TRAIN, State.TRAINED),
    Transition(State.TRAINED, Event.APPOINT, State.APPOINTED, needs_document=True),
    # District and school tier: vetting, training and the panel end in one confirming document (BB-3).
    Transition(State.DISTRICT_VETTED, Event.APPOINT, State.APPOINTED, needs_document=True),
    *(Transition(state, Event.REJECT, State.NOT_CHOSEN) for state in _BEFORE),
    *(Transition(state, event, target) for state in _BEFORE for event, target in _LEAVING),
    Transition(State.APPOINTED, Event.REAPPOINT, State.REAPPOINTED, needs_document=True),
    Transition(State.APPOINTED, Event.PROMOTE, State.PROMOTED, needs_document=True),
    Transition(State.APPOINTED, Event.EXPIRE, State.EXPIRED),
    Transition(State.APPOINTED, Event.REVOKE, State.REVOKED, needs_document=True),
    *(Transition(State.APPOINTED, event, target) for event, target in _LEAVING),
    # The next document may be late: somebody whose term ran out is reappointed or promoted by it.
    Transition(State.EXPIRED, Event.REAPPOINT, State.REAPPOINTED, needs_document=True),
    Transition(State.EXPIRED, Event.PROMOTE, State.PROMOTED, needs_document=True),
)

INITIAL_STATES = (State.PROPOSED, State.APPOINTED)
"""A record begins with a proposal, or with the document of somebody appointed before the program was used."""


def transitions_from(state: State) -> tuple[Transition, ...]:
    """Give the steps allowed from `state`; empty for a final state."""
    return tuple(step for step in TRANSITIONS if step.source is state)


def next_states(state: State) -> tuple[State, ...]:
    """Give the states that may follow `state`."""
    return tuple(dict.fromkeys(step.target for step in transitions_from(state)))


def is_final(state: State) -> bool:
    """Say whether nothing can follow `state`."""
    return not transitions_from(state)


def apply_event(state: State, event: Event, *, document_number: str = "") -> State:
    """Give the state after an event; raises RefusedError when it is not allowed or lacks its document."""
    for step in transitions_from(state):
        if step.event is event:
            if step.needs_document and not document_number:
                raise RefusedError(f"从“{state.label}”改为“{step.target.label}”须填写文号")
            return step.target
    names = "、".join(target.label for target in next_states(state)) or "（已是最终状态）"
    raise RefusedError(f"“{state.label}”之后只能是：{names}")
