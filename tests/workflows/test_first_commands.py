"""Commands that are there before the workflow has run for the first time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.execution.commands import Assign, Pause, Resume, Start
from domain.execution.lifecycle import ExecutionStatus
from domain.fila.commands import FinishDiagnosis, FinishRepair, StartDiagnosis
from domain.kernel.values import to_milliseconds
from tests.conftest import eventually
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.workflow_driver import Driven
from tests.workflows.workshop import Workshop
from workflows.contract import SERVICE_EXECUTION, Origin


async def test_what_is_sent_before_a_worker_is_there_is_done_in_order(
    unmanned: Workshop, outside: Outside
) -> None:
    execution = await unmanned.open()
    await execution.signal(Assign(technician_id="tech-7"))
    await execution.signal(Resume())
    await execution.signal(Start())
    pausing = asyncio.create_task(execution.update(Pause(reason="lunch")))

    async with unmanned.worker():
        answer = await pausing
        await execution.settled()

    assert (answer.state.version, answer.state.status) == (4, ExecutionStatus.PAUSED)
    assert answer.state.technician_id == "tech-7"
    assert outside.sequences == [1, 2, 3, 4]


@pytest.mark.parametrize("opened", [Workshop.open, Workshop.add], ids=["execution", "item"])
async def test_an_aggregate_is_as_old_as_its_start_however_late_a_worker_is_there(
    unmanned: Workshop, opened: Callable[[Workshop], Awaitable[Driven[Any]]]
) -> None:
    driven = await opened(unmanned)
    described = await driven.handle.describe()

    async with unmanned.worker():
        state = await driven.snapshot()
        await driven.settled()

    assert state.created_at == to_milliseconds(described.start_time)


async def test_signal_with_start_starts_and_does_the_command(
    workshop: Workshop, outside: Outside
) -> None:
    new = workshop.opening()
    execution = workshop.driven(new)

    for _ in range(2):
        await workshop.client.start_workflow(
            SERVICE_EXECUTION,
            new,
            id=execution.workflow_id,
            task_queue=workshop.task_queue,
            start_signal="start",
            start_signal_args=[{"technicianId": "tech-7"}],
        )

    state = await execution.reaches(3)
    await execution.settled()
    assert (state.version, state.status) == (3, ExecutionStatus.IN_PROGRESS)
    assert outside.sequences == [1, 2, 3]


async def test_an_illegal_signal_with_start_starts_all_the_same(workshop: Workshop) -> None:
    new = workshop.opening()
    execution = workshop.driven(new)

    await workshop.client.start_workflow(
        SERVICE_EXECUTION,
        new,
        id=execution.workflow_id,
        task_queue=workshop.task_queue,
        start_signal="resume",
    )

    assert (await execution.snapshot()).status is ExecutionStatus.SCHEDULED
    assert await execution.is_running()


@pytest.mark.parametrize("kind", ["execution", "item"])
async def test_a_start_that_names_no_correlation_still_gets_one(
    workshop: Workshop, outside: Outside, kind: str
) -> None:
    start = workshop.opening() if kind == "execution" else workshop.entry()
    anonymous = start.model_copy(update={"origin": Origin()})
    # Not known to the workshop, whose histories have to be without failures.
    handle = await workshop.client.start_workflow(
        start.WORKFLOW,
        anonymous,
        id=start.workflow_id,
        task_queue=workshop.task_queue,
        memo=anonymous.memo,
    )

    try:
        await eventually(lambda: outside.events, within=2)
    finally:
        await handle.terminate()

    assert outside.events[0].metadata.correlation_id == start.workflow_id


async def test_what_is_sent_to_the_queue_before_a_worker_is_there_is_done_in_order(
    unmanned: Workshop, outside: Outside, orders: OrdersOffice
) -> None:
    item = await unmanned.add()
    await item.signal(FinishRepair())
    await item.signal(StartDiagnosis(mechanic_id=7))
    ending = asyncio.create_task(item.update(FinishDiagnosis(diagnosis="pastilhas gastas")))

    async with unmanned.worker():
        answer = await ending
        await item.settled()

    assert (answer.state.version, answer.state.stage) == (3, "AGUARDANDO_APROVACAO")
    assert outside.sequences == [1, 2, 3]
    assert orders.heard == ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO"]
