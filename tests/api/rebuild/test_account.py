"""Deliveries may be read in any order, and runs in that of their beginnings."""

from itertools import permutations

import pytest

from activities.delivery import Delivery
from api.rebuild.account import Account
from domain.execution.commands import Pause, Start
from domain.execution.state import Execution
from tests.domain.execution.builders import MORNING, story
from workflows.contract import ContinuedState, Origin, StartExecution

STATES = [story(*commands) for commands in ((), (Start(),), (Start(), Pause()))]
DELIVERIES = [Delivery(snapshot=state, events=told[-1:]) for state, told in STATES]
LATEST, EVENTS = STATES[-1]


@pytest.mark.parametrize("order", [*permutations(DELIVERIES)])
def test_the_latest_snapshot_and_all_events_count(order: tuple[Delivery, ...]) -> None:
    account = Account()

    for delivery in order:
        account.tell(delivery)

    [record] = account.records.values()
    assert (record.snapshot, record.reached) == (LATEST, LATEST.version)
    assert [record.events[sequence] for sequence in (1, 2, 3)] == list(EVENTS)
    assert not account.is_owing


@pytest.mark.parametrize("first", ["expect", "tell"])
def test_what_was_called_off_and_told_later_is_not_owed(first: str) -> None:
    account = Account()
    for each in (first, *({"expect", "tell"} - {first})):
        getattr(account, each)(DELIVERIES[0])

    assert not account.is_owing


def test_what_is_on_its_way_is_owed_and_not_told() -> None:
    account = Account()
    account.tell(DELIVERIES[0])

    account.expect(DELIVERIES[1])

    [record] = account.records.values()
    assert account.is_owing
    assert (record.snapshot, record.reached) == (STATES[0][0], 2)
    assert list(record.events) == [1]


def test_a_run_that_goes_on_brings_what_the_runs_before_have_told() -> None:
    account = Account()
    carried = ContinuedState[Execution](state=LATEST, told=LATEST.version, recent=EVENTS)

    account.begin(_start(carried), MORNING)

    [record] = account.records.values()
    assert record.snapshot == LATEST
    assert list(record.events) == [1, 2, 3]
    assert record.key_claim is None


def test_what_it_has_yet_to_tell_does_not_count() -> None:
    account = Account()
    carried = ContinuedState[Execution](state=LATEST, told=2, recent=EVENTS, outbox=EVENTS[2:])

    account.begin(_start(carried), MORNING)

    [record] = account.records.values()
    assert record.snapshot is None
    assert list(record.events) == [1, 2]


def test_an_opening_under_a_key_claims_it_for_its_actor() -> None:
    account = Account()

    account.begin(_start(None), MORNING)

    [record] = account.records.values()
    assert record.key_claim is not None
    assert (record.key_claim.what, record.key_claim.at) == ("create:ana:key-1", MORNING)


def test_a_run_that_does_not_continue_the_others_takes_back_what_they_have_led_to() -> None:
    account = Account()
    for delivery in DELIVERIES:
        account.tell(delivery)

    account.take_back(_start(None))
    account.begin(_start(None), MORNING)
    account.tell(DELIVERIES[0])

    [record] = account.records.values()
    assert (record.snapshot, record.reached, record.last_sequence) == (STATES[0][0], 1, 1)
    assert list(record.events) == [1]


def test_what_led_to_the_state_that_it_begins_with_is_not_taken_back() -> None:
    account, (state, _) = Account(), STATES[1]
    for delivery in DELIVERIES:
        account.tell(delivery)
    start = _start(ContinuedState[Execution](state=state, told=state.revision))

    account.take_back(start)
    account.begin(start, MORNING)

    [record] = account.records.values()
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
