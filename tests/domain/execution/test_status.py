"""Every pair of status and action, legal or not, against the contract's table."""

from itertools import product

import pytest

from domain.execution.errors import InvalidTaskTransition
from domain.execution.lifecycle import (
    EXECUTION,
    TASK,
    ExecutionAction,
    ExecutionStatus,
    TaskStatus,
)
from domain.kernel.errors import InvalidTransition
from tests.domain.execution import contract

PAIRS = list(product(ExecutionStatus, ExecutionAction))
TASK_PAIRS = list(product(TaskStatus, TaskStatus))
LEGAL = [pair for pair in PAIRS if contract.outcome(*pair)]
REFUSED = [pair for pair in PAIRS if not contract.outcome(*pair)]
MOVING = [pair for pair in REFUSED if pair[1] in contract.TARGETS]
STAYING = [pair for pair in REFUSED if pair[1] not in contract.TARGETS]


def _allowed(status: TaskStatus, to: TaskStatus) -> bool:
    return to in contract.TASK_SUCCESSORS[status] or (status, to) in contract.HARMLESS_REPEATS


def test_the_contract_knows_every_status_and_every_action() -> None:
    assert set(contract.SUCCESSORS) == set(ExecutionStatus)
    assert set(contract.TASK_SUCCESSORS) == set(TaskStatus)
    assert {*contract.TARGETS, *contract.STAYS} == set(ExecutionAction)


@pytest.mark.parametrize(("status", "action"), LEGAL)
def test_a_legal_action_leads_where_the_contract_says(
    status: ExecutionStatus, action: ExecutionAction
) -> None:
    reached = EXECUTION.after(status, action)

    assert reached == contract.outcome(status, action)


@pytest.mark.parametrize(("status", "action"), MOVING)
def test_a_refused_move_names_both_statuses_and_the_way_out(
    status: ExecutionStatus, action: ExecutionAction
) -> None:
    with pytest.raises(InvalidTransition) as refusal:
        EXECUTION.after(status, action)

    allowed = ", ".join(contract.SUCCESSORS[status]) or "none"
    assert refusal.value.message == (
        f"Invalid execution status transition from {status} to {contract.TARGETS[action]}. "
        f"Allowed transitions: {allowed}"
    )


@pytest.mark.parametrize(("status", "action"), STAYING)
def test_a_refused_action_that_moves_nothing_names_itself_and_the_status(
    status: ExecutionStatus, action: ExecutionAction
) -> None:
    with pytest.raises(InvalidTransition) as refusal:
        EXECUTION.after(status, action)

    assert (
        refusal.value.message == f"Command {action} is not allowed while the execution is {status}"
    )


@pytest.mark.parametrize(("status", "action"), REFUSED)
def test_a_refusal_tells_where_the_execution_is_and_may_go(
    status: ExecutionStatus, action: ExecutionAction
) -> None:
    with pytest.raises(InvalidTransition) as refusal:
        EXECUTION.after(status, action)

    assert refusal.value.facts == {
        "current_status": status,
        "allowed_transitions": contract.SUCCESSORS[status],
    }


def test_the_message_of_the_contract_reads_as_printed() -> None:
    with pytest.raises(InvalidTransition) as refusal:
        EXECUTION.after(ExecutionStatus.SCHEDULED, ExecutionAction.COMPLETE)

    assert str(refusal.value) == (
        "Invalid execution status transition from SCHEDULED to COMPLETED. "
        "Allowed transitions: IN_PROGRESS, CANCELLED"
    )


@pytest.mark.parametrize("status", ExecutionStatus)
def test_the_successors_of_a_status_stand_in_the_contracts_order(status: ExecutionStatus) -> None:
    successors = EXECUTION.successors(status)

    assert list(successors) == contract.SUCCESSORS[status]


@pytest.mark.parametrize("status", ExecutionStatus)
def test_the_actions_of_a_status_are_those_that_it_allows(status: ExecutionStatus) -> None:
    actions = EXECUTION.actions(status)

    assert set(actions) == {action for action in ExecutionAction if (status, action) in LEGAL}
    assert len(actions) == len(set(actions))


@pytest.mark.parametrize("status", ExecutionStatus)
def test_a_status_is_final_when_nothing_follows(status: ExecutionStatus) -> None:
    final = EXECUTION.is_final(status)

    assert final == (status in contract.FINAL)


@pytest.mark.parametrize(("status", "to"), [pair for pair in TASK_PAIRS if _allowed(*pair)])
def test_a_task_goes_where_the_contract_lets_it(status: TaskStatus, to: TaskStatus) -> None:
    reached = TASK.after(status, to)

    assert reached == to


@pytest.mark.parametrize(("status", "to"), [pair for pair in TASK_PAIRS if not _allowed(*pair)])
def test_a_task_is_refused_any_other_way(status: TaskStatus, to: TaskStatus) -> None:
    with pytest.raises(InvalidTaskTransition) as refusal:
        TASK.after(status, to)

    allowed = contract.TASK_SUCCESSORS[status]
    assert refusal.value.message == (
        f"Invalid task status transition from {status} to {to}. "
        f"Allowed transitions: {', '.join(allowed) or 'none'}"
    )
    assert refusal.value.facts == {"current_status": status, "allowed_transitions": allowed}
