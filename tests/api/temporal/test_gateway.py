"""Calls of a door, as Temporal hears them; and its refusals, as the door hears them."""

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.errors import KeyReused
from api.temporal.gateway import Gateway
from domain.execution.commands import Assign, Start
from domain.execution.state import Execution
from domain.fila.state import QueueItem
from domain.kernel.aggregate import Answer
from domain.kernel.errors import DomainError, InvalidTransition
from domain.kernel.values import dump_compact
from tests.api.client_fake import FakeClient, status_of
from tests.api.starts import start_execution, start_item
from tests.domain.execution.builders import opened
from workflows.contract import Door, Origin, execution_id, fingerprint

START = Start()
ORIGIN = Origin(via=Door.HTTP, correlation_id="corr-1", key="key-1", request_id="r-1")


def _refused(name: str, *details: object) -> WorkflowUpdateFailedError:
    return WorkflowUpdateFailedError(ApplicationError("it may not be", *details, type=name))


def _answer(command: Start | Assign) -> Answer[Execution]:
    return Answer(state=opened(), fingerprint=fingerprint(command), request_id="r-1")


async def test_a_start_is_all_that_others_find_the_workflow_by(
    gateway: Gateway[Execution], client: FakeClient
) -> None:
    start = start_execution(ORIGIN)

    started = await gateway.start(start)

    ((_, workflow_id, options),) = client.calls
    assert started
    assert workflow_id == f"execution-{execution_id('os-1')}"
    assert (options["workflow"], options["start"]) == ("ServiceExecution", dump_compact(start))
    assert options["task_queue"] == "execution-service"
    assert options["memo"] == {"correlationId": "corr-1", "budgetId": "budget-1"}
    assert status_of(options) == "SCHEDULED"
    assert "os-1" in options["static_summary"]


async def test_a_start_of_an_item_names_its_service_order(
    queue_gateway: Gateway[QueueItem], client: FakeClient
) -> None:
    start = start_item(7, "0123456789ab", origin=ORIGIN)

    started = await queue_gateway.start(start)

    ((_, workflow_id, options),) = client.calls
    assert started
    assert workflow_id == "fila-7"
    assert (options["workflow"], options["start"]) == ("QueueItem", dump_compact(start))
    assert options["task_queue"] == "execution-service"
    assert options["memo"] == {
        "correlationId": "corr-1",
        "queueItemId": "0000000000070123456789ab",
    }
    assert status_of(options) == "AGUARDANDO"
    assert "7" in options["static_summary"]


async def test_the_id_of_a_workflow_is_not_used_again_unless_that_is_asked_for(
    queue_gateway: Gateway[QueueItem], client: FakeClient
) -> None:
    await queue_gateway.start(start_item())
    await queue_gateway.start(start_item(), reuse=WorkflowIDReusePolicy.ALLOW_DUPLICATE)

    policies = [options["id_reuse_policy"] for _, _, options in client.calls]
    assert policies == [
        WorkflowIDReusePolicy.REJECT_DUPLICATE,
        WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    ]


@pytest.mark.parametrize("reuse", WorkflowIDReusePolicy)
async def test_a_start_finds_out_that_somebody_was_there_before(
    gateway: Gateway[Execution], client: FakeClient, reuse: WorkflowIDReusePolicy
) -> None:
    client.fail(WorkflowAlreadyStartedError("execution-e-1", "ServiceExecution"))

    started = await gateway.start(start_execution(), reuse)

    assert started is False


async def test_a_command_is_an_update_under_its_key(
    gateway: Gateway[Execution], client: FakeClient
) -> None:
    client.answer(_answer(START))

    answer = await gateway.update("execution-e-1", START, ORIGIN)

    ((_, workflow_id, sent),) = client.calls
    assert answer.state == opened()
    assert (workflow_id, sent["update"], sent["id"]) == ("execution-e-1", "start", "key-1")
    assert sent["args"] == [START, ORIGIN]


async def test_a_command_without_a_key_is_never_taken_for_another(
    gateway: Gateway[Execution], client: FakeClient
) -> None:
    client.answer(_answer(START))

    for _ in range(2):
        await gateway.update("execution-e-1", START, Origin())

    ids = {sent["id"] for _, _, sent in client.calls}
    assert len(ids) == 2


async def test_an_answer_to_another_command_means_that_the_key_was_used(
    gateway: Gateway[Execution], client: FakeClient
) -> None:
    client.answer(_answer(Assign(technician_id="t-1")))

    with pytest.raises(KeyReused, match="key-1"):
        await gateway.update("execution-e-1", START, ORIGIN)


async def test_a_signal_carries_the_command_and_its_origin(
    gateway: Gateway[Execution], client: FakeClient
) -> None:
    await gateway.signal("execution-e-1", START, ORIGIN)

    ((method, workflow_id, sent),) = client.calls
    assert (method, workflow_id, sent["signal"]) == ("signal", "execution-e-1", "start")
    assert sent["args"] == [START, ORIGIN]


async def test_a_snapshot_is_asked_of_the_workflow(
    gateway: Gateway[Execution], client: FakeClient
) -> None:
    client.answer(opened())

    assert await gateway.snapshot("execution-e-1") == opened()


async def test_what_was_never_there_has_no_description(
    gateway: Gateway[Execution], client: FakeClient
) -> None:
    client.fail(RPCError("", RPCStatusCode.NOT_FOUND, b""))

    assert await gateway.describe("execution-e-1") is None


@pytest.mark.parametrize("leaf", DomainError.__subclasses__())
async def test_every_refusal_comes_back_as_itself(
    gateway: Gateway[Execution], client: FakeClient, leaf: type[DomainError]
) -> None:
    client.fail(_refused(leaf.__name__, {"currentStatus": "PAUSED"}))

    with pytest.raises(leaf) as refusal:
        await gateway.update("execution-e-1", START, ORIGIN)

    assert refusal.value.message == "it may not be"
    assert refusal.value.facts == {"current_status": "PAUSED"}


async def test_a_refusal_may_come_without_facts(
    gateway: Gateway[Execution], client: FakeClient
) -> None:
    client.fail(_refused("InvalidTransition"))

    with pytest.raises(InvalidTransition) as refusal:
        await gateway.update("execution-e-1", START, ORIGIN)

    assert refusal.value.facts == {}


@pytest.mark.parametrize("cause", [ApplicationError("odd", type="Odd"), RuntimeError("malformed")])
async def test_a_failure_that_is_no_refusal_of_ours_stays_what_it_is(
    gateway: Gateway[Execution], client: FakeClient, cause: Exception
) -> None:
    client.fail(WorkflowUpdateFailedError(cause))

    with pytest.raises(type(cause)) as failure:
        await gateway.update("execution-e-1", START, ORIGIN)

    assert failure.value is cause
