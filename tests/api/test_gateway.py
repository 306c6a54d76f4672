"""What a door asks for, as Temporal hears it; and its refusals, as the door hears them."""

import pytest
from temporalio.client import (
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from api.errors import KeyReused
from api.gateway import Gateway
from domain.commands import Assign, Start
from domain.errors import DomainError, InvalidTransition
from tests.api.temporal import FakeClient
from tests.domain.builders import opened, opening
from workflows.contract import Answer, Door, Origin, StartExecution, fingerprint

START = Start()
ORIGIN = Origin(via=Door.HTTP, correlation_id="corr-1", key="key-1", request_id="r-1")


def _refused(name: str, *details: object) -> WorkflowUpdateFailedError:
    return WorkflowUpdateFailedError(ApplicationError("it may not be", *details, type=name))


def _answer(command: Start | Assign) -> Answer[object]:
    return Answer(state=opened(), fingerprint=fingerprint(command), request_id="r-1")


async def test_a_start_names_the_workflow_after_the_execution(
    gateway: Gateway, client: FakeClient
) -> None:
    started = await gateway.start("e-1", opening(), ORIGIN)

    ((_, workflow_id, options),) = client.calls
    assert started
    assert (workflow_id, options["workflow"]) == ("execution-e-1", "ServiceExecution")
    assert options["task_queue"] == "execution-service"
    assert options["start"] == StartExecution(**opening().__dict__, origin=ORIGIN)
    assert options["memo"] == {"correlationId": "corr-1", "budgetId": "budget-1"}
    assert "os-1" in options["static_summary"]


async def test_a_start_finds_out_that_somebody_was_there_before(
    gateway: Gateway, client: FakeClient
) -> None:
    client.fail(WorkflowAlreadyStartedError("execution-e-1", "ServiceExecution"))

    started = await gateway.start("e-1", opening(), ORIGIN)

    assert started is False


async def test_a_command_is_an_update_under_its_key(gateway: Gateway, client: FakeClient) -> None:
    client.answer(_answer(START))

    answer = await gateway.command("e-1", START, ORIGIN)

    ((_, workflow_id, sent),) = client.calls
    assert answer.state == opened()
    assert (workflow_id, sent["update"], sent["id"]) == ("execution-e-1", "start", "key-1")
    assert sent["args"] == [START, ORIGIN]


async def test_a_command_without_a_key_is_never_taken_for_another(
    gateway: Gateway, client: FakeClient
) -> None:
    client.answer(_answer(START))

    for _ in range(2):
        await gateway.command("e-1", START, Origin())

    ids = {sent["id"] for _, _, sent in client.calls}
    assert len(ids) == 2


async def test_an_answer_to_another_command_means_that_the_key_was_used(
    gateway: Gateway, client: FakeClient
) -> None:
    client.answer(_answer(Assign(technician_id="t-1")))

    with pytest.raises(KeyReused, match="key-1"):
        await gateway.command("e-1", START, ORIGIN)


async def test_a_signal_carries_the_command_and_its_origin(
    gateway: Gateway, client: FakeClient
) -> None:
    await gateway.signal("e-1", START, ORIGIN)

    ((method, workflow_id, sent),) = client.calls
    assert (method, workflow_id, sent["signal"]) == ("signal", "execution-e-1", "start")
    assert sent["args"] == [START, ORIGIN]


async def test_a_snapshot_is_asked_of_the_workflow(gateway: Gateway, client: FakeClient) -> None:
    client.answer(opened())

    assert await gateway.snapshot("e-1") == opened()


async def test_what_was_never_there_has_no_description(
    gateway: Gateway, client: FakeClient
) -> None:
    client.fail(RPCError("", RPCStatusCode.NOT_FOUND, b""))

    assert await gateway.describe("e-1") is None


@pytest.mark.parametrize("leaf", DomainError.__subclasses__())
async def test_every_refusal_comes_back_as_itself(
    gateway: Gateway, client: FakeClient, leaf: type[DomainError]
) -> None:
    client.fail(_refused(leaf.__name__, {"currentStatus": "PAUSED"}))

    with pytest.raises(leaf) as refusal:
        await gateway.command("e-1", START, ORIGIN)

    assert refusal.value.message == "it may not be"
    assert refusal.value.facts == {"currentStatus": "PAUSED"}


async def test_a_refusal_may_come_without_facts(gateway: Gateway, client: FakeClient) -> None:
    client.fail(_refused("InvalidTransition"))

    with pytest.raises(InvalidTransition) as refusal:
        await gateway.command("e-1", START, ORIGIN)

    assert refusal.value.facts == {}


@pytest.mark.parametrize("cause", [ApplicationError("odd", type="Odd"), RuntimeError("malformed")])
async def test_a_failure_that_is_no_refusal_of_ours_stays_what_it_is(
    gateway: Gateway, client: FakeClient, cause: Exception
) -> None:
    client.fail(WorkflowUpdateFailedError(cause))

    with pytest.raises(type(cause)) as failure:
        await gateway.command("e-1", START, ORIGIN)

    assert failure.value is cause
