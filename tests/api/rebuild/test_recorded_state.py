"""Deliveries may be read in any order, and runs in that of their beginnings."""

from itertools import permutations

import pytest

from activities.delivery import Delivery
from api.rebuild.recorded_state import RecordedState
from domain.execution.commands import Pause, Start
from domain.execution.state import Execution
from tests.domain.execution.builders import MORNING, story
from workflows.contract import Origin
from workflows.start_inputs import ContinuedState, StartExecution

STATES = [story(*commands) for commands in ((), (Start(),), (Start(), Pause()))]
DELIVERIES = [Delivery(snapshot=state, events=told[-1:]) for state, told in STATES]
LATEST, EVENTS = STATES[-1]


@pytest.mark.parametrize("order", [*permutations(DELIVERIES)])
def test_the_latest_snapshot_and_all_events_count(order: tuple[Delivery, ...]) -> None:
    recorded = RecordedState()

    for delivery in order:
        recorded.add_delivered(delivery)

    [record] = recorded.records.values()
    assert (record.snapshot, record.reached) == (LATEST, LATEST.version)
    assert [record.events[sequence] for sequence in (1, 2, 3)] == list(EVENTS)
    assert not recorded.has_pending


@pytest.mark.parametrize("first", ["add_pending", "add_delivered"])
def test_what_was_called_off_and_told_later_is_not_owed(first: str) -> None:
    recorded = RecordedState()
    for each in (first, *({"add_pending", "add_delivered"} - {first})):
        getattr(recorded, each)(DELIVERIES[0])

    assert not recorded.has_pending


def test_what_is_on_its_way_is_owed_and_not_told() -> None:
    recorded = RecordedState()
    recorded.add_delivered(DELIVERIES[0])

    recorded.add_pending(DELIVERIES[1])

    [record] = recorded.records.values()
    assert recorded.has_pending
    assert (record.snapshot, record.reached) == (STATES[0][0], 2)
    assert list(record.events) == [1]


def test_a_run_that_goes_on_brings_what_the_runs_before_have_told() -> None:
    recorded = RecordedState()
    carried = ContinuedState[Execution](state=LATEST, told=LATEST.version, recent=EVENTS)

    recorded.begin(_start(carried), MORNING)

    [record] = recorded.records.values()
    assert record.snapshot == LATEST
    assert list(record.events) == [1, 2, 3]
    assert record.key_claim is None


def test_what_it_has_yet_to_tell_does_not_count() -> None:
    recorded = RecordedState()
    carried = ContinuedState[Execution](state=LATEST, told=2, recent=EVENTS, outbox=EVENTS[2:])

    recorded.begin(_start(carried), MORNING)

    [record] = recorded.records.values()
    assert record.snapshot is None
    assert list(record.events) == [1, 2]


def test_an_opening_under_a_key_claims_it_for_its_actor() -> None:
    recorded = RecordedState()

    recorded.begin(_start(None), MORNING)

    [record] = recorded.records.values()
    assert record.key_claim is not None
    assert (record.key_claim.what, record.key_claim.at) == ("create:ana:key-1", MORNING)


def test_a_run_that_does_not_continue_the_others_takes_back_what_they_have_led_to() -> None:
    recorded = RecordedState()
    for delivery in DELIVERIES:
        recorded.add_delivered(delivery)

    recorded.discard_later(_start(None))
    recorded.begin(_start(None), MORNING)
    recorded.add_delivered(DELIVERIES[0])

    [record] = recorded.records.values()
    assert (record.snapshot, record.reached, record.last_sequence) == (STATES[0][0], 1, 1)
    assert list(record.events) == [1]


def test_what_led_to_the_state_that_it_begins_with_is_not_taken_back() -> None:
    recorded, (state, _) = RecordedState(), STATES[1]
    for delivery in DELIVERIES:
        recorded.add_delivered(delivery)
    start = _start(ContinuedState[Execution](state=state, told=state.revision))

    recorded.discard_later(start)
    recorded.begin(start, MORNING)

    [record] = recorded.records.values()
    assert (record.snapshot, record.reached, record.last_sequence) == (state, 2, 2)
    assert list(record.events) == [1, 2]


def _start(carried: ContinuedState[Execution] | None) -> StartExecution:
    return StartExecution(
        service_order_id=LATEST.service_order_id,
        budget_id=LATEST.budget_id,
        estimated_duration=LATEST.estimated_duration,
        origin=Origin(actor="ana", key="key-1"),
        carried=carried,
    )


def test_a_state_that_a_command_was_answered_with_may_be_seen_before_its_delivery() -> None:
    recorded = RecordedState()
    recorded.add_delivered(DELIVERIES[0])

    recorded.add_shown(LATEST)

    [record] = recorded.records.values()
    assert (record.reached, record.version) == (LATEST.revision, LATEST.version)
    assert record.snapshot == STATES[0][0]
    assert recorded.has_pending
