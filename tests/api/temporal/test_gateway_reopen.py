"""Reopening of a finished item: its workflow goes on from the snapshot, with the command that asked
for it."""

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError

from api.errors import KeyReused, Unavailable
from api.temporal.gateway import Gateway
from domain.fila.commands import Prioritize, Remove
from domain.fila.errors import QueueItemNotFound
from domain.fila.state import QueueItem, add_to_queue
from domain.fila.vocabulary import Priority
from domain.kernel.aggregate import Answer
from domain.kernel.values import dump_compact
from tests.api.client_fake import FakeClient, status_of
from tests.api.starts import start_item
from tests.domain.execution.builders import MORNING
from workflows.contract import Door, Origin, fingerprint
from workflows.start_inputs import ContinuedState, StartQueueItem

REMOVE = Remove()
ORIGIN = Origin(via=Door.HTTP, correlation_id="corr-1", key="key-1", request_id="r-1")
ITEM, _ = add_to_queue(start_item(7), MORNING)


@pytest.fixture
def start() -> StartQueueItem:
    return start_item(7, origin=ORIGIN, carried=ContinuedState(state=ITEM, told=1))


def _answer(command: Remove | Prioritize) -> Answer[QueueItem]:
    return Answer(state=ITEM, fingerprint=fingerprint(command), request_id="r-1")


async def test_the_workflow_goes_on_under_its_id(
    queue_gateway: Gateway[QueueItem], client: FakeClient, start: StartQueueItem
) -> None:
    client.answer(_answer(REMOVE))

    await queue_gateway.reopen(start, REMOVE, ORIGIN)

    ((_, workflow_id, sent),) = client.calls
    assert workflow_id == "fila-7"
    assert (sent["start"].workflow, sent["start"].args) == ("QueueItem", [dump_compact(start)])
    assert sent["start"].task_queue == "execution-service"
    assert sent["start"].memo == {
        "correlationId": "corr-1",
        "queueItemId": "000000000007aaaaaaaaaaaa",
    }
    assert status_of(vars(sent["start"])) == "AGUARDANDO"


async def test_one_that_is_open_again_by_now_hears_the_command_instead(
    queue_gateway: Gateway[QueueItem], client: FakeClient, start: StartQueueItem
) -> None:
    client.answer(_answer(REMOVE))

    await queue_gateway.reopen(start, REMOVE, ORIGIN)

    ((_, _, sent),) = client.calls
    assert sent["start"].id_conflict_policy is WorkflowIDConflictPolicy.USE_EXISTING
    assert sent["start"].id_reuse_policy is WorkflowIDReusePolicy.ALLOW_DUPLICATE


async def test_the_command_goes_with_it_under_its_key(
    queue_gateway: Gateway[QueueItem], client: FakeClient, start: StartQueueItem
) -> None:
    client.answer(_answer(REMOVE))

    answer = await queue_gateway.reopen(start, REMOVE, ORIGIN)

    ((_, _, sent),) = client.calls
    assert answer.state == ITEM
    assert (sent["update"], sent["id"]) == ("remover", "key-1")
    assert sent["args"] == [REMOVE, ORIGIN]
    assert sent["result_type"] is Answer[QueueItem]


async def test_without_a_key_it_is_never_taken_for_another(
    queue_gateway: Gateway[QueueItem], client: FakeClient, start: StartQueueItem
) -> None:
    client.answer(_answer(REMOVE))

    for _ in range(2):
        await queue_gateway.reopen(start, REMOVE, Origin())

    assert len({sent["id"] for _, _, sent in client.calls}) == 2


async def test_an_answer_to_another_command_means_that_the_key_was_used(
    queue_gateway: Gateway[QueueItem], client: FakeClient, start: StartQueueItem
) -> None:
    client.answer(_answer(Prioritize(priority=Priority.HIGH)))

    with pytest.raises(KeyReused, match="key-1"):
        await queue_gateway.reopen(start, REMOVE, ORIGIN)


async def test_an_answer_about_another_item_means_that_the_key_was_used(
    queue_gateway: Gateway[QueueItem], client: FakeClient, start: StartQueueItem
) -> None:
    client.answer(_answer(REMOVE))
    meant = ORIGIN.model_copy(update={"aggregate_id": "000000000007bbbbbbbbbbbb"})

    for ask in (
        queue_gateway.reopen(start, REMOVE, meant),
        queue_gateway.update("fila-7", REMOVE, meant),
    ):
        with pytest.raises(KeyReused, match="key-1"):
            await ask


async def test_a_refusal_comes_back_as_itself(
    queue_gateway: Gateway[QueueItem], client: FakeClient, start: StartQueueItem
) -> None:
    refusal = ApplicationError("Item da fila não encontrado.", {}, type="QueueItemNotFound")
    client.fail(WorkflowUpdateFailedError(refusal))

    with pytest.raises(QueueItemNotFound, match="Item da fila não encontrado"):
        await queue_gateway.reopen(start, REMOVE, ORIGIN)


async def test_a_workflow_that_owes_too_much_already_is_not_available(
    queue_gateway: Gateway[QueueItem], client: FakeClient, start: StartQueueItem
) -> None:
    client.fail(WorkflowUpdateFailedError(ApplicationError("too much", type="OutboxFull")))

    with pytest.raises(Unavailable, match="too much"):
        await queue_gateway.reopen(start, REMOVE, ORIGIN)
