"""Each way that an execution can go, once."""

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
from domain.execution.lifecycle import TaskStatus
from domain.execution.payment_commands import RecordFirstPayment, RecordPayment, RecordRefund
from domain.execution.task_commands import UpdateTask
from domain.kernel.delivery_health import HealthStatus
from tests.conftest import eventually
from tests.histories.driving import BUG, DOWN, ONCE, outlast_patience, refused, until_another_run
from tests.workflows.workflow_driver import NOON, task
from tests.workflows.workshop import Workshop
from workflows.contract import RETRY_DELIVERY, Origin


async def scheduled(workshop: Workshop) -> None:
    execution = await workshop.open()
    await execution.updates(Schedule(scheduled_date=NOON), Assign(technician_id="tech-7"))
    await execution.settled()


async def in_progress(workshop: Workshop) -> None:
    execution = await workshop.open()
    state = await execution.updates(Start(technician_id="tech-7"), task(1), task(2))
    for number, status in enumerate((TaskStatus.IN_PROGRESS, TaskStatus.CANCELLED)):
        await execution.update(UpdateTask(task_id=state.tasks[number].task_id, status=status))
    await execution.settled()


async def paused(workshop: Workshop) -> None:
    execution = await workshop.open()
    await execution.updates(Start(), Pause(), Resume(), Pause(reason="missing part"))
    await execution.settled()


async def completed(workshop: Workshop) -> None:
    execution = await workshop.open()
    await execution.updates(Start(), Complete(notes="done"))
    await execution.settled()


async def invoiced(workshop: Workshop) -> None:
    execution = await workshop.open()
    state = await execution.updates(Assign(technician_id="tech-7"), Start(), task())
    for status in (TaskStatus.IN_PROGRESS, TaskStatus.COMPLETED):
        await execution.update(UpdateTask(task_id=state.tasks[0].task_id, status=status))
        await execution.settled()
    await execution.updates(Pause(), Resume(), Complete(), MarkInvoiced(invoice_id="INV-1"))
    await execution.handle.result()


async def cancelled(workshop: Workshop) -> None:
    execution = await workshop.open()
    await execution.updates(Start(), Pause(), Cancel(reason="the customer wants the car back"))
    await execution.handle.result()


async def cancelled_by_an_operator(workshop: Workshop) -> None:
    execution = await workshop.open()
    await execution.updates(Start())
    await execution.settled()
    await execution.handle.cancel()
    await execution.handle.result()


async def completed_before_an_operator_cancelled(workshop: Workshop) -> None:
    execution = await workshop.open()
    await execution.updates(Start(), Complete())
    await execution.settled()
    await execution.handle.cancel()
    await execution.settled()
    await execution.updates(MarkInvoiced())
    await execution.handle.result()


async def waited_for_its_payment(workshop: Workshop) -> None:
    execution = await workshop.open(payment_required=True)
    await execution.settled()
    await refused(execution, Start())
    await execution.updates(RecordFirstPayment(payment_id="PAY-1"), Start())
    await execution.settled()


async def paid_twice_and_refunded(workshop: Workshop) -> None:
    execution = await workshop.open(payment_id="PAY-1", payment_amount="150")
    await execution.updates(
        RecordPayment(payment_id="PAY-2"),
        RecordRefund(payment_id="PAY-1", amount="50"),
        RecordRefund(payment_id="PAY-2"),
        RecordRefund(payment_id="PAY-1"),
        Cancel(reason="given back"),
    )
    await execution.handle.result()


async def given_to_others(workshop: Workshop) -> None:
    execution = await workshop.open()
    state = await execution.updates(Start(), task())
    await execution.update(UpdateTask(task_id=state.tasks[0].task_id, assigned_to="BIA"))
    await execution.settled()


async def signalled_leniently(workshop: Workshop) -> None:
    """Signals that an earlier release would have dropped, and those that nobody can read."""
    execution = await workshop.open()
    await execution.updates(Start())
    await execution.handle.signal("pause", {"reason": ""})
    await execution.handle.signal("resume", ["no command"])
    await execution.reaches(3)
    await execution.settled()


async def signalled(workshop: Workshop) -> None:
    """Illegal ones, unreadable ones and repeats among them."""
    execution = await workshop.open()
    for command in (Resume(), Start(), task(), Pause(), Pause(), Resume(), Complete()):
        await execution.signal(command)
    await execution.handle.signal("add_task", "no task")
    await execution.handle.signal("no_command")
    await execution.reaches(6)
    await execution.signal(MarkInvoiced(), ONCE)
    await execution.handle.result()


async def asked_again_under_a_key(workshop: Workshop) -> None:
    execution = await workshop.open(origin=Origin(key="key-0", request_id="request-0"))
    await execution.update(Start(), origin=ONCE)
    await execution.update(Start(), origin=ONCE)
    await execution.signal(Start(), ONCE)
    await execution.updates(Pause())
    await execution.update(Start(), origin=ONCE)
    await execution.settled()


async def delivery_replaced_during_an_outage(workshop: Workshop) -> None:
    execution = await workshop.open()
    await execution.settled()
    workshop.outside.fail(DOWN)
    await execution.updates(Start())
    await outlast_patience(execution)
    await execution.updates(Pause())
    await eventually(lambda: workshop.outside.attempts[-1].snapshot.version == 3)
    workshop.outside.recover()
    await execution.settled()


async def cancelled_by_an_operator_during_an_outage(workshop: Workshop) -> None:
    workshop.outside.fail(DOWN)
    execution = await workshop.open()
    await execution.updates(Start())
    await outlast_patience(execution)
    await execution.handle.cancel()
    await eventually(lambda: workshop.outside.attempts[-1].snapshot.version == 3)
    workshop.outside.recover()
    await execution.handle.result()


async def delivery_parked_and_taken_up(workshop: Workshop) -> None:
    execution = await workshop.open()
    await execution.settled()
    workshop.outside.fail(BUG, times=1)
    await execution.updates(Start())
    await eventually(lambda: execution.shown[-1].health.status is HealthStatus.STUCK)
    await execution.handle.signal(RETRY_DELIVERY)
    await execution.settled()
    workshop.outside.fail(BUG, times=1)
    await execution.updates(Pause())
    await eventually(lambda: execution.shown[-1].health.status is HealthStatus.STUCK)
    await execution.updates(Resume())
    await execution.handle.execute_update(RETRY_DELIVERY)
    await execution.settled()


async def continued_as_new(workshop: Workshop) -> None:
    execution = await workshop.open()
    await execution.update(Start(), origin=ONCE)
    await until_another_run(execution, Pause(), Resume())
    await execution.update(Start(), origin=ONCE)
    await execution.updates(Complete(), MarkInvoiced())
    await execution.handle.result()


async def continued_as_new_during_an_outage(workshop: Workshop) -> None:
    execution = await workshop.open()
    first = (await execution.describe()).run_id
    await execution.settled()
    workshop.outside.fail(DOWN)
    await execution.updates(Start())
    for _ in range(12):
        await execution.updates(Pause(), Resume())
    await outlast_patience(execution)
    await execution.updates(Pause(), Resume())
    await eventually(execution.describe, lambda seen: seen.run_id != first)
    workshop.outside.recover()
    await execution.settled()


EXECUTIONS = (
    scheduled,
    in_progress,
    paused,
    completed,
    invoiced,
    cancelled,
    cancelled_by_an_operator,
    completed_before_an_operator_cancelled,
    waited_for_its_payment,
    paid_twice_and_refunded,
    given_to_others,
    signalled,
    signalled_leniently,
    asked_again_under_a_key,
    delivery_replaced_during_an_outage,
    cancelled_by_an_operator_during_an_outage,
    delivery_parked_and_taken_up,
    continued_as_new,
    continued_as_new_during_an_outage,
)
