"""A recorded history leads to the same decisions again. Every test's histories are checked so when
it ends (see `Workshop.check_histories`); here it is shown that the check would notice."""

import pytest
from temporalio.workflow import NondeterminismError

from domain.execution.commands import Complete, MarkInvoiced, Pause, Resume, Start
from tests.workflows.fila_steps import WHOLE_WORK
from tests.workflows.workflow_driver import DrivenExecution, DrivenItem, task
from tests.workflows.workshop import Workshop, replayer


async def test_a_whole_life_replays(workshop: Workshop, execution: DrivenExecution) -> None:
    await execution.updates(Start(), task(), Pause(), Resume(), Complete(), MarkInvoiced())
    await execution.handle.result()

    result = await replayer().replay_workflow(await execution.handle.fetch_history())

    assert result.replay_failure is None


async def test_a_whole_life_in_the_queue_replays(item: DrivenItem) -> None:
    await item.updates(*WHOLE_WORK)
    await item.handle.result()

    result = await replayer().replay_workflow(await item.handle.fetch_history())

    assert result.replay_failure is None


async def test_an_item_that_tells_the_os_service_otherwise_does_not_replay(
    item: DrivenItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    await item.updates(*WHOLE_WORK)
    await item.handle.result()
    history = await item.handle.fetch_history()

    with monkeypatch.context() as changed:
        changed.setattr("workflows.notices.NOTIFY_SERVICE_ORDER", "another_activity")
        with pytest.raises(NondeterminismError):
            await replayer().replay_workflow(history)


async def test_a_workflow_that_decides_otherwise_does_not_replay(
    execution: DrivenExecution, monkeypatch: pytest.MonkeyPatch
) -> None:
    await execution.updates(Start())
    await execution.settled()
    history = await execution.handle.fetch_history()

    with monkeypatch.context() as changed:
        changed.setattr("workflows.outbox.PERSIST_AND_PUBLISH", "another_activity")
        with pytest.raises(NondeterminismError):
            await replayer().replay_workflow(history)
