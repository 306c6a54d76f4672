"""Each command exists under its name as an update and as a signal, from first to last."""

from collections.abc import Callable

import pytest

from domain.execution.commands import (
    EXECUTION_COMMANDS,
    Assign,
    Cancel,
    Complete,
    MarkInvoiced,
    Resume,
    Schedule,
    Start,
)
from domain.execution.commands import Pause as PauseWork
from domain.execution.lifecycle import ExecutionStatus, TaskStatus
from domain.execution.payment_commands import RecordFirstPayment, RecordPayment, RecordRefund
from domain.execution.plan_commands import PLAN_COMMANDS
from domain.execution.state import Execution, ExecutionCommand, Opening, Task, open_execution
from domain.execution.task_commands import AddTask, UpdateTask
from domain.kernel.aggregate import decide
from domain.kernel.values import evolve
from tests.workflows.delivery_fake import Outside
from tests.workflows.workflow_driver import NOON, DrivenExecution
from tests.workflows.workshop import Workshop
from workflows.contract import fingerprint

Step = Callable[[Execution], ExecutionCommand]


def begin_task(execution: Execution) -> ExecutionCommand:
    return UpdateTask(task_id=execution.tasks[0].task_id, status=TaskStatus.IN_PROGRESS)


LIFE: list[tuple[Step, ExecutionStatus]] = [
    (lambda _: RecordFirstPayment(payment_id="PAY-1"), ExecutionStatus.SCHEDULED),
    (lambda _: RecordPayment(payment_id="PAY-2"), ExecutionStatus.SCHEDULED),
    (lambda _: RecordRefund(payment_id="PAY-2"), ExecutionStatus.SCHEDULED),
    (lambda _: Assign(technician_id="tech-7"), ExecutionStatus.SCHEDULED),
    (lambda _: Schedule(scheduled_date=NOON), ExecutionStatus.SCHEDULED),
    (lambda _: Start(), ExecutionStatus.IN_PROGRESS),
    (lambda _: AddTask(description="Brakes", estimated_duration=45), ExecutionStatus.IN_PROGRESS),
    (begin_task, ExecutionStatus.IN_PROGRESS),
    (lambda _: PauseWork(reason="lunch"), ExecutionStatus.PAUSED),
    (lambda _: Resume(), ExecutionStatus.IN_PROGRESS),
    (lambda _: Complete(notes="done"), ExecutionStatus.COMPLETED),
    (lambda _: MarkInvoiced(invoice_id="INV-1"), ExecutionStatus.INVOICED),
]
GIVEN_UP: list[tuple[Step, ExecutionStatus]] = [
    (lambda _: Cancel(reason="sold the car"), ExecutionStatus.CANCELLED)
]


def test_these_lives_use_every_command() -> None:
    task = Task(task_id="t", description="Brakes", estimated_duration=45)
    opening = Opening(service_order_id="OS-1", budget_id="BUD-1", estimated_duration=60)
    opened, _ = open_execution(opening, "E-1", NOON)
    with_task = opened.model_copy(update={"tasks": (task,)})

    used = {type(step(with_task)) for step, _ in LIFE + GIVEN_UP}

    # Plans end when agendas have answered: see test_planning.
    assert used == set(EXECUTION_COMMANDS) - set(PLAN_COMMANDS)


def unplanned(execution: Execution) -> Execution:
    """The execution without what a signal that names a technician asks of agendas."""
    return evolve(execution, plan=None, plan_revision=0, plan_errands=(), untold_changes=0)


@pytest.mark.parametrize("life", [LIFE, GIVEN_UP], ids=["worked through", "given up"])
@pytest.mark.parametrize(
    "send", [DrivenExecution.update, DrivenExecution.signal], ids=["update", "signal"]
)
async def test_every_command_changes_the_execution_as_the_domain_decides(
    workshop: Workshop,
    outside: Outside,
    life: list[tuple[Step, ExecutionStatus]],
    send: Callable[[DrivenExecution, ExecutionCommand], object],
) -> None:
    execution = await workshop.open(payment_required=True)
    before = await execution.snapshot()

    for step, status in life:
        command = step(before)
        await send(execution, command)  # type: ignore[misc]
        after = await execution.reaches(before.version + 1)
        assert unplanned(after) == unplanned(decide(before, command, after.updated_at)[0])
        assert after.status is status
        before = after

    assert unplanned(await execution.handle.result()) == unplanned(before)
    assert outside.sequences == list(range(1, len(life) + 2))
    assert outside.taken[-1].snapshot.version == before.version


async def test_an_update_answers_with_the_new_state_and_with_what_it_was_asked(
    execution: DrivenExecution,
) -> None:
    command = Assign(technician_id="tech-7")

    answer = await execution.update(command, key="key-1")

    assert answer.state == await execution.snapshot()
    assert (answer.state.technician_id, answer.state.version) == ("tech-7", 2)
    assert answer.fingerprint == fingerprint(command)
    assert answer.request_id is not None


async def test_a_start_with_a_technician_is_two_events(
    execution: DrivenExecution, outside: Outside
) -> None:
    state = await execution.updates(Start(technician_id="tech-7"))
    await execution.settled()

    assert state.version == 3
    assert [event.type for event in outside.events[1:]] == [
        "TechnicianAssigned",
        "ExecutionStarted",
    ]


async def test_a_command_that_finds_nothing_to_do_tells_nothing(
    execution: DrivenExecution, outside: Outside
) -> None:
    first = await execution.updates(Assign(technician_id="tech-7"))
    again = await execution.updates(Assign(technician_id="tech-7"))
    await execution.settled()

    assert again == first
    assert outside.sequences == [1, 2]


@pytest.mark.parametrize("input_", [(), (None,), ({},)], ids=["no input", "null", "empty object"])
async def test_a_command_without_mandatory_fields_needs_no_input(
    execution: DrivenExecution, input_: tuple[object, ...]
) -> None:
    await execution.handle.signal("start", args=list(input_))
    started = await execution.reaches(2)
    await execution.handle.execute_update("pause", args=list(input_))
    paused = await execution.snapshot()

    assert started.status is ExecutionStatus.IN_PROGRESS
    assert paused.status is ExecutionStatus.PAUSED


async def test_an_event_says_by_which_door_and_from_whom_it_came(
    workshop: Workshop, outside: Outside
) -> None:
    execution = await workshop.open()

    await execution.signal(Start())
    await execution.reaches(2)
    await execution.settled()

    opened, started = outside.events
    assert (opened.command, opened.from_status, opened.to_status) == ("create", None, "SCHEDULED")
    assert (started.command, started.from_status) == ("start", "SCHEDULED")
    assert (started.via, started.to_status) == ("signal", "IN_PROGRESS")
    assert {opened.metadata.correlation_id, started.metadata.correlation_id} == {"corr-1"}
