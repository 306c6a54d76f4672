"""Executions and events for tests, each made the way the service makes it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.execution.commands import (
    Assign,
    Cancel,
    Complete,
    MarkInvoiced,
    Pause,
    Resume,
    Schedule,
    Start,
)
from domain.execution.lifecycle import ExecutionStatus, TaskStatus
from domain.execution.payment_commands import RecordFirstPayment, RecordPayment, RecordRefund
from domain.execution.plan_commands import MakePlan, SettlePlan, Unplan
from domain.execution.state import Execution, ExecutionCommand, Opening, open_execution
from domain.execution.task_commands import AddTask, UpdateTask
from domain.kernel.aggregate import Aggregate, Command, State, decide
from domain.kernel.events import Event, Metadata, RecordedEvent, publish
from domain.kernel.values import widen
from workflows.contract import Origin, execution_id

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

WAY_TO: dict[ExecutionStatus, tuple[ExecutionCommand, ...]] = {
    ExecutionStatus.SCHEDULED: (),
    ExecutionStatus.IN_PROGRESS: (Start(),),
    ExecutionStatus.PAUSED: (Start(), Pause(reason="waiting for parts")),
    ExecutionStatus.COMPLETED: (Start(), Complete()),
    ExecutionStatus.INVOICED: (Start(), Complete(), MarkInvoiced()),
    ExecutionStatus.CANCELLED: (Cancel(reason="customer gone"),),
}

ONE_OF_EACH: tuple[ExecutionCommand, ...] = (
    Start(),
    Pause(),
    Resume(),
    Complete(),
    Cancel(reason="no longer wanted"),
    MarkInvoiced(),
    Assign(technician_id="tech-9"),
    Schedule(scheduled_date=MORNING + timedelta(days=2)),
    MakePlan(start=MORNING + timedelta(days=1), technician_ids=("tech-9",)),
    Unplan(),
    AddTask(description="change the oil", estimated_duration=30),
    UpdateTask(task_id="unknown", status=TaskStatus.IN_PROGRESS),
    RecordFirstPayment(payment_id="pay-9"),
    RecordPayment(payment_id="pay-9"),
    RecordRefund(payment_id="pay-9"),
    SettlePlan(plan_revision=1, problem="tech-9 is taken"),
)


def opening(**fields: Any) -> Opening:
    usual = {"service_order_id": "os-1", "budget_id": "budget-1", "estimated_duration": 60}
    return Opening(**{**usual, **fields})


def opened(at: datetime = MORNING, **fields: Any) -> Execution:
    new = opening(**fields)
    execution, _ = open_execution(new, execution_id(new.service_order_id), at)
    return execution


def driven(
    state: State,
    *commands: Command[State],
    at: datetime = MORNING,
    step: timedelta = MINUTE,
) -> State:
    """The state after the commands, the first at `at` and each `step` after the last."""
    for count, command in enumerate(commands):
        state, _ = decide(state, command, at + count * step)
    return state


def being(status: ExecutionStatus, **fields: Any) -> Execution:
    """An execution that has reached `status` by commands alone."""
    return driven(opened(**fields), *WAY_TO[status])


def with_task(status: TaskStatus = TaskStatus.PENDING, **fields: Any) -> tuple[Execution, str]:
    """An execution in progress with one task that has reached `status`, and the task's id."""
    execution = driven(
        opened(**fields), Start(), AddTask(description="brakes", estimated_duration=20)
    )
    task_id = execution.tasks[0].task_id
    way = {
        TaskStatus.PENDING: (),
        TaskStatus.IN_PROGRESS: (TaskStatus.IN_PROGRESS,),
        TaskStatus.COMPLETED: (TaskStatus.IN_PROGRESS, TaskStatus.COMPLETED),
        TaskStatus.CANCELLED: (TaskStatus.CANCELLED,),
    }[status]
    steps = (UpdateTask(task_id=task_id, status=each) for each in way)
    return driven(execution, *steps, at=MORNING + 2 * MINUTE), task_id


def recorded(
    before: Aggregate | None,
    after: Aggregate,
    events: Sequence[Event],
    command: str,
    origin: Origin | None = None,
) -> tuple[RecordedEvent, ...]:
    """The events of one command as the history keeps them."""
    origin = origin or Origin()
    return tuple(
        widen(
            publish(event, metadata_of(after, sequence, origin)),
            RecordedEvent,
            command=command,
            from_status=before.status if before else None,
            to_status=after.status,
            via=origin.via,
        )
        for sequence, event in enumerate(events, after.version - len(events) + 1)
    )


def metadata_of(aggregate: Aggregate, sequence: int, origin: Origin) -> Metadata:
    return Metadata(
        event_id=f"{aggregate.aggregate_id}:{sequence}",
        sequence=sequence,
        occurred_at=aggregate.updated_at,
        correlation_id=origin.correlation_id or "corr-1",
        causation_id=origin.causation_id,
        actor=origin.actor,
    )


def story(
    *commands: ExecutionCommand, **fields: Any
) -> tuple[Execution, tuple[RecordedEvent, ...]]:
    """An execution driven by `commands`, a minute apart, and all that was told of it."""
    new = opening(**fields)
    execution, scheduled = open_execution(new, execution_id(new.service_order_id), MORNING)
    told = recorded(None, execution, scheduled, "create")
    for count, command in enumerate(commands, 1):
        before = execution
        execution, events = decide(before, command, MORNING + count * MINUTE)
        told += recorded(before, execution, events, command.ACTION)
    return execution, told
