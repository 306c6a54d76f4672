"""The gateway on a real server, as the doors have it: starts, answers, refusals, ends."""

import time
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from api.errors import KeyReused, NoWorkflow, OutcomeUnknown, Unavailable
from api.operations.readiness import service_readiness
from api.temporal.gateway import RETRY, Gateway
from api.temporal.pollers import Pollers
from deploy.dev.ports import Ports
from domain.execution.commands import Assign, Cancel, Complete, MarkInvoiced, Pause, Resume, Start
from domain.execution.lifecycle import ExecutionStatus
from domain.execution.state import Execution
from domain.kernel.errors import InvalidTransition
from tests.conftest import eventually
from tests.workflows.workflow_driver import DrivenExecution
from tests.workflows.workshop import Workshop
from workflows.client.connection import connect
from workflows.contract import BUDGET_ID, TASK_QUEUE, Door, Origin, fingerprint

HTTP = Origin(via=Door.HTTP, correlation_id="corr-1", key="key-1", request_id="request-1")
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def gateway(unmanned: Workshop) -> Gateway[Execution]:
    return unmanned.executions


@pytest.fixture
def short_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.temporal.errors.CALL_TIMEOUT", A_SECOND)


async def test_a_second_start_finds_the_first(
    workshop: Workshop, gateway: Gateway[Execution]
) -> None:
    new = workshop.opening()

    first = await gateway.start(new)
    second = await gateway.start(new)

    workshop.driven(new)
    assert (first, second) == (True, False)


async def test_an_ended_execution_is_not_started_again(
    workshop: Workshop, gateway: Gateway[Execution]
) -> None:
    new = workshop.opening()
    await gateway.start(new)
    await gateway.update(new.workflow_id, Cancel(reason="sold"), HTTP)
    await workshop.driven(new).handle.result()

    assert not await gateway.start(new)


async def test_a_command_answers_with_the_new_state(
    execution: DrivenExecution, gateway: Gateway[Execution]
) -> None:
    answer = await gateway.update(execution.workflow_id, Start(), HTTP)

    assert answer.state.status is ExecutionStatus.IN_PROGRESS
    assert (answer.request_id, answer.fingerprint) == ("request-1", fingerprint(Start()))
    event = (await execution.recent())[-1]
    assert (event.via, event.metadata.correlation_id) == ("http", "corr-1")


async def test_a_repeated_command_gets_the_first_answer(
    execution: DrivenExecution, gateway: Gateway[Execution]
) -> None:
    first = await gateway.update(execution.workflow_id, Start(), HTTP)
    again = HTTP.model_copy(update={"request_id": "request-2"})

    assert await gateway.update(execution.workflow_id, Start(), again) == first


async def test_another_command_under_a_used_key_is_refused(
    execution: DrivenExecution, gateway: Gateway[Execution]
) -> None:
    await gateway.update(execution.workflow_id, Start(), HTTP)

    with pytest.raises(KeyReused):
        await gateway.update(execution.workflow_id, Pause(), HTTP)

    assert (await execution.snapshot()).version == 2


async def test_a_refusal_comes_back_as_the_domain_raised_it(
    execution: DrivenExecution, gateway: Gateway[Execution]
) -> None:
    with pytest.raises(InvalidTransition, match="from SCHEDULED to IN_PROGRESS") as refusal:
        await gateway.update(execution.workflow_id, Resume(), HTTP)

    assert refusal.value.facts["current_status"] == "SCHEDULED"
    assert refusal.value.facts["allowed_transitions"] == ["IN_PROGRESS", "CANCELLED"]


async def test_what_the_workflow_does_not_know_comes_back_as_it_is(
    execution: DrivenExecution, gateway: Gateway[Execution], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.temporal.errors.revive", lambda *_: None)

    with pytest.raises(ApplicationError):
        await gateway.update(execution.workflow_id, Resume(), HTTP)


@pytest.mark.parametrize("id_", ["ended", "unknown"])
async def test_without_an_open_workflow_there_is_nothing_to_command_or_ask(
    execution: DrivenExecution, gateway: Gateway[Execution], id_: str
) -> None:
    await execution.updates(Start(), Complete(), MarkInvoiced())
    await execution.handle.result()
    wanted = execution.workflow_id if id_ == "ended" else "unknown"

    with pytest.raises(NoWorkflow):
        await gateway.update(wanted, Start(), HTTP)
    with pytest.raises(NoWorkflow):
        await gateway.signal(wanted, Start(), HTTP)


async def test_the_workflow_itself_can_be_asked(
    execution: DrivenExecution, gateway: Gateway[Execution]
) -> None:
    await gateway.signal(execution.workflow_id, Start(), HTTP)

    await eventually(
        lambda: gateway.snapshot(execution.workflow_id), lambda seen: seen.version == 2
    )

    with pytest.raises(NoWorkflow):
        await gateway.snapshot("unknown")


async def test_a_description_needs_no_worker(
    unmanned: Workshop, gateway: Gateway[Execution]
) -> None:
    execution = await unmanned.open()

    described = await gateway.describe(execution.workflow_id)

    assert described is not None
    assert str(await described.memo_value(BUDGET_ID)).startswith("BUD-")
    assert await gateway.describe("unknown") is None


async def test_without_a_worker_nobody_waits_longer_than_the_deadline(
    unmanned: Workshop, gateway: Gateway[Execution], short_deadline: None
) -> None:
    execution = await unmanned.open()
    began = time.monotonic()

    with pytest.raises(OutcomeUnknown):
        await gateway.update(execution.workflow_id, Start(), HTTP)
    with pytest.raises((OutcomeUnknown, Unavailable)):
        await gateway.snapshot(execution.workflow_id)

    assert time.monotonic() - began < 4


async def test_a_command_of_unknown_outcome_is_done_once_when_it_is_repeated(
    unmanned: Workshop, gateway: Gateway[Execution], monkeypatch: pytest.MonkeyPatch
) -> None:
    execution = await unmanned.open()
    with monkeypatch.context() as patch:
        patch.setattr("api.temporal.errors.CALL_TIMEOUT", A_SECOND)
        with pytest.raises(OutcomeUnknown):
            await gateway.update(execution.workflow_id, Assign(technician_id="tech-7"), HTTP)

    async with unmanned.worker():
        answer = await gateway.update(execution.workflow_id, Assign(technician_id="tech-7"), HTTP)
        await execution.settled()

    assert answer.state.version == 2
    assert unmanned.outside.sequences == [1, 2]


async def test_without_temporal_nothing_is_changed_and_that_is_said(
    temporal: Client, unmanned: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{Ports.free().temporal}")
    client = await connect(lazy=True, retry=RETRY)
    gateway = Gateway(client, Execution, Pollers(client, TASK_QUEUE))
    began = time.monotonic()

    with pytest.raises(Unavailable, match="nothing was changed"):
        await gateway.update("any", Start(), HTTP)

    assert time.monotonic() - began < 8


class ReachableStore:
    async def ping(self) -> None:
        pass


async def test_readiness_needs_a_worker_that_polls(
    unmanned: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.operations.readiness.TASK_QUEUE", unmanned.task_queue)
    store: Any = ReachableStore()
    readiness = service_readiness(unmanned.client, store, unmanned.pollers)

    before = await readiness.failing()
    async with unmanned.worker():
        during = await eventually(readiness.failing, lambda failing: not failing)

    assert list(before) == ["workers"]
    assert unmanned.task_queue in before["workers"]
    assert during == {}
