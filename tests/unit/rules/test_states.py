"""States of an appointment and the events between them."""

import pytest

from desktop.codes import table
from desktop.errors import RefusedError
from desktop.rules.states import (
    INITIAL_STATES,
    TRANSITIONS,
    Event,
    State,
    apply_event,
    is_final,
    next_states,
    transitions_from,
)


def test_states_are_the_code_table():
    """States and their labels are those of the shipped table."""
    assert {state.value: state.label for state in State} == {
        entry.code: entry.label for entry in table("appointment_status").entries
    }


def test_events_are_in_the_code_table():
    """Every event that changes a state has a line in the shipped table."""
    assert {event.value for event in Event} <= set(table("appointment_event").codes)


def test_every_state_is_reached():
    """From the first states every other one is reached."""
    reached = set(INITIAL_STATES)
    while more := {target for state in reached for target in next_states(state)} - reached:
        reached |= more
    assert reached == set(State)


def test_every_event_is_used():
    """No event is declared in vain, but the proposal that begins a record."""
    assert {step.event for step in TRANSITIONS} == set(Event) - {Event.PROPOSE}


def test_one_target_per_event():
    """From one state an event leads to one state."""
    pairs = [(step.source, step.event) for step in TRANSITIONS]
    assert len(pairs) == len(set(pairs))


def test_path_of_a_municipal_teacher():
    """The path of domain BB-2 is allowed step by step."""
    state = State.PROPOSED
    for event in (Event.VET, Event.SELECT, Event.TRAIN, Event.APPOINT, Event.EXPIRE, Event.REAPPOINT):
        state = apply_event(state, event, document_number="云教发〔2024〕30号")
    assert state is State.REAPPOINTED


def test_revocation_needs_a_document():
    """A failed assessment is no revocation: a document decides (domain BB-9)."""
    with pytest.raises(RefusedError, match="须填写文号"):
        apply_event(State.APPOINTED, Event.REVOKE)
    assert apply_event(State.APPOINTED, Event.REVOKE, document_number="云教发〔2025〕3号") is State.REVOKED


@pytest.mark.parametrize(
    ("state", "event", "told"),
    [(State.PROPOSED, Event.APPOINT, "初审通过"), (State.REVOKED, Event.APPOINT, "最终状态")],
)
def test_refused_steps(state, event, told):
    """A step that is not allowed names the ones that are."""
    with pytest.raises(RefusedError, match=told):
        apply_event(state, event)


@pytest.mark.parametrize("state", [State.REVOKED, State.RETIRED, State.DECEASED, State.NOT_CHOSEN])
def test_final_states(state):
    """Nothing follows an end; the next appointment is a new record."""
    assert is_final(state)
    assert transitions_from(state) == ()


def test_expired_is_not_final():
    """The next document may come after the term ran out."""
    assert not is_final(State.EXPIRED)
