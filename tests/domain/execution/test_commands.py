"""Effects of each command on an execution, and its events."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from domain.execution.commands import (
    EXECUTION_COMMANDS,
    Assign,
    Cancel,
    Complete,
    MarkInvoiced,
    Pause,
    Resume,
    Schedule,
    Start,
)
from domain.execution.lifecycle import ExecutionAction, ExecutionStatus
from domain.execution.plan_commands import SettlePlan
from domain.execution.state import Execution, ExecutionCommand
from domain.kernel.aggregate import decide
from domain.kernel.errors import InvalidTransition
from tests.domain.execution import contract
from tests.domain.execution.builders import (
    MINUTE,
    MORNING,
    ONE_OF_EACH,
    being,
    driven,
    opened,
)

ALL: tuple[type[ExecutionCommand], ...] = (*EXECUTION_COMMANDS, SettlePlan)
NOON = MORNING + timedelta(hours=4)
NOON_TEXT = "2026-03-02T12:00:00Z"
ILLEGAL = [
    (status, command)
    for status, command in product(ExecutionStatus, ONE_OF_EACH)
    if not contract.outcome(status, command.ACTION)
]


def _told(
    execution: Execution, command: ExecutionCommand
) -> tuple[Execution, list[tuple[str, dict[str, Any]]]]:
    """The execution after `command` at noon, and its events as a consumer sees them."""
    after, events = decide(execution, command, NOON)
    return after, [
        (type(event).__name__, event.model_dump(mode="json", exclude_none=True)) for event in events
    ]


def _order(execution: Execution) -> dict[str, str]:
    return {"executionId": execution.execution_id, "serviceOrderId": "os-1"}


def test_there_is_one_command_for_each_action() -> None:
    actions = [command.ACTION for command in ALL]

    assert sorted(actions) == sorted(ExecutionAction)
    assert [type(command) for command in ONE_OF_EACH] == list(ALL)


@pytest.mark.parametrize(("status", "command"), ILLEGAL)
def test_a_refused_command_changes_nothing(
    status: ExecutionStatus, command: ExecutionCommand
) -> None:
    execution = being(status)
    before = execution.model_dump_json()

    with pytest.raises(InvalidTransition):
        decide(execution, command, NOON)

    assert execution.model_dump_json() == before


def test_start_sets_the_start_date_and_says_so() -> None:
    execution = opened()

    after, events = _told(execution, Start())

    assert events == [("ExecutionStarted", {**_order(execution), "startDate": NOON_TEXT})]
    assert (after.status, after.start_date, after.version) == ("IN_PROGRESS", NOON, 2)


def test_start_with_a_technician_assigns_them_first() -> None:
    execution = opened()

    after, events = _told(execution, Start(technician_id="tech-1"))

    assert [name for name, _ in events] == ["TechnicianAssigned", "ExecutionStarted"]
    assert (after.technician_id, after.version) == ("tech-1", 3)


def test_start_with_the_technician_it_already_has_only_starts() -> None:
    execution = opened(technician_id="tech-1")

    after, events = _told(execution, Start(technician_id="tech-1"))

    assert [name for name, _ in events] == ["ExecutionStarted"]
    assert (after.technician_id, after.version) == ("tech-1", 2)


def test_pause_stops_the_clock_and_gives_the_reason() -> None:
    execution = being(ExecutionStatus.IN_PROGRESS)

    after, events = _told(execution, Pause(reason="parts"))

    assert events == [("ExecutionPaused", {**_order(execution), "reason": "parts"})]
    assert (after.status, after.paused_since, after.pause_reason) == ("PAUSED", NOON, "parts")


def test_pause_without_a_reason_leaves_it_out() -> None:
    execution = being(ExecutionStatus.IN_PROGRESS)

    _, events = _told(execution, Pause())

    assert events == [("ExecutionPaused", _order(execution))]


def test_resume_adds_the_pause_up_and_forgets_it() -> None:
    execution = being(ExecutionStatus.PAUSED)

    after, events = _told(execution, Resume())

    assert events == [("ExecutionResumed", _order(execution))]
    assert (after.status, after.paused_since, after.pause_reason) == ("IN_PROGRESS", None, None)
    assert after.paused_milliseconds == (4 * 60 - 1) * 60_000
    assert after.start_date == execution.start_date


def test_complete_ends_the_work_and_starts_invoicing() -> None:
    execution = being(ExecutionStatus.IN_PROGRESS)

    after, events = _told(execution, Complete(notes="done well"))

    completed = {"budgetId": "budget-1", "endDate": NOON_TEXT, "actualDuration": 240}
    assert events == [("ExecutionCompleted", {**_order(execution), **completed})]
    assert (after.status, after.end_date, after.actual_duration) == ("COMPLETED", NOON, 240)
    assert after.notes == "done well"


def test_complete_without_notes_keeps_those_that_are_there() -> None:
    execution = being(ExecutionStatus.IN_PROGRESS, notes="mind the paint")

    after, _ = _told(execution, Complete())

    assert after.notes == "mind the paint"


@pytest.mark.parametrize(
    "status", [ExecutionStatus.SCHEDULED, ExecutionStatus.IN_PROGRESS, ExecutionStatus.PAUSED]
)
def test_cancel_gives_up_for_a_reason(status: ExecutionStatus) -> None:
    execution = being(status)

    after, events = _told(execution, Cancel(reason="refunded"))

    told = {**_order(execution), "budgetId": "budget-1", "reason": "refunded"}
    assert events == [("ExecutionCancelled", told)]
    assert (after.status, after.cancel_reason) == ("CANCELLED", "refunded")


def test_cancel_ends_a_pause() -> None:
    execution = being(ExecutionStatus.PAUSED)

    after, _ = _told(execution, Cancel(reason="refunded"))

    assert after.paused_since is None


def test_mark_invoiced_keeps_the_invoice() -> None:
    execution = being(ExecutionStatus.COMPLETED)

    after, events = _told(execution, MarkInvoiced(invoice_id="inv-7"))

    told = {**_order(execution), "budgetId": "budget-1", "invoiceId": "inv-7"}
    assert events == [("ExecutionInvoiced", told)]
    assert (after.status, after.invoice_id) == ("INVOICED", "inv-7")


def test_assign_gives_the_execution_to_a_technician() -> None:
    execution = opened(technician_id="tech-1")

    after, events = _told(execution, Assign(technician_id="tech-2"))

    assert events == [("TechnicianAssigned", {**_order(execution), "technicianId": "tech-2"})]
    assert (after.technician_id, after.status) == ("tech-2", "SCHEDULED")


def test_assigning_the_same_technician_again_is_no_news() -> None:
    execution = opened(technician_id="tech-1")

    after, events = _told(execution, Assign(technician_id="tech-1"))

    assert (after, events) == (execution, [])


def test_schedule_moves_the_date_and_keeps_the_estimate() -> None:
    execution = opened(estimated_duration=45)

    after, events = _told(execution, Schedule(scheduled_date=NOON))

    assert events[0][0] == "ExecutionRescheduled"
    assert events[0][1].items() >= {**_order(execution), "scheduledDate": NOON_TEXT}.items()
    assert (after.scheduled_date, after.estimated_duration) == (NOON, 45)


def test_schedule_with_an_estimate_changes_both() -> None:
    execution = opened(estimated_duration=45)

    after, _ = _told(execution, Schedule(scheduled_date=NOON, estimated_duration=90))

    assert (after.scheduled_date, after.estimated_duration) == (NOON, 90)


def test_every_change_moves_the_time_of_the_last_update() -> None:
    execution = opened()

    after = driven(execution, Start(), at=NOON)

    assert (after.created_at, after.updated_at) == (MORNING, NOON)


def test_time_that_runs_backwards_stands_still() -> None:
    execution = driven(opened(), Start(), at=NOON)

    after, _ = decide(execution, Pause(), MORNING)

    assert (after.paused_since, after.updated_at) == (NOON, NOON)


def test_clocks_that_jump_back_never_make_work_negative() -> None:
    execution = driven(opened(), Start(), Pause(), Resume(), at=NOON, step=-90 * MINUTE)

    after, _ = decide(execution, Complete(), MORNING)

    assert (after.actual_duration, after.paused_milliseconds) == (0, 0)
