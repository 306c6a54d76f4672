"""Commands that are there before the workflow has run for the first time."""

import asyncio

from domain.execution_commands import Assign, Pause, Resume, Start
from domain.status import ExecutionStatus
from tests.workflows.outside import Outside
from tests.workflows.workshop import Workshop
from workflows.contract import SERVICE_EXECUTION


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
