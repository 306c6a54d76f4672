"""A workflow that was ended from outside is told as such, and can be taken up again."""

import asyncio
import json
from uuid import uuid4

from temporalio.client import Client, WorkflowExecutionStatus

from deploy.dev.stack import Stack
from tests.conftest import eventually
from tests.stack.command_line import CommandLine
from tests.stack.customer import Customer, Document, Order
from tests.stack.faults import stopped
from tests.stack.listener import Listener
from tests.stack.programs import Outcome, run
from tests.stack.workflows import ended
from tests.stack.workshop import Workshop
from workflows.contract import execution_id, execution_workflow_id


def of_execution(execution: str) -> tuple[str, str]:
    return ("--workflow-id", f"execution-{execution}")


def of_item(item: Document) -> tuple[str, str]:
    return ("--workflow-id", f"fila-{item['ordem_servico_id']}")


async def reopen(stack: Stack, *ids: str) -> Outcome:
    return await run(stack, "api.reopen", *ids)


async def history_is_whole(customer: Customer, execution: str) -> None:
    entries = await customer.history(execution)
    version = (await customer.sees(execution))["version"]
    assert [entry["sequence"] for entry in entries] == list(range(1, version + 1))


async def test_a_terminated_execution_says_so_everywhere_and_is_reopened(
    stack: Stack, customer: Customer, command_line: CommandLine, listener: Listener
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    execution = (await customer.create())["id"]
    place, workflow = f"/executions/{execution}", of_execution(execution)
    first = await customer.http.patch(f"{place}/start", headers=key)
    command_line("workflow", "terminate", *workflow)

    seen = await eventually(
        lambda: customer.sees(execution), lambda seen: seen["health"]["status"] == "STUCK"
    )
    refused = [
        await customer.http.patch(f"{place}/pause"),
        await customer.http.patch(f"{place}/pause", headers={"Prefer": "respond-async"}),
        await customer.http.post(f"{place}/retry-delivery"),
    ]
    strong = (await customer.http.get(place, params={"consistency": "strong"})).json()
    explained = (await customer.http.get(f"{place}/explain")).json()
    reopened = await reopen(stack, f"execution-{execution}")
    again = await reopen(stack, f"execution-{execution}")
    healthy = await customer.sees(execution)
    repeated = await customer.http.patch(f"{place}/start", headers=key)
    await customer.does(execution, "complete")
    await customer.does(execution, "invoice")

    assert seen["allowedActions"] == strong["allowedActions"] == []
    assert strong["health"]["status"] == "STUCK"
    assert [(each.status_code, each.json()["code"]) for each in refused] == [
        (409, "workflow-ended")
    ] * 3
    assert not [each for each in refused if "Retry-After" in each.headers]
    assert explained["verdict"] == "ENDED_EARLY"
    assert (reopened.code, again.code) == (0, 1)
    assert healthy["health"] == {"status": "OK"}
    assert "pause" in healthy["allowedActions"]
    assert repeated.headers["Idempotency-Replayed"] == "true"
    assert repeated.json() == first.json()
    await history_is_whole(customer, execution)
    heard = await listener.all_of(execution, 4)
    assert [each.sequence for each in heard] == [1, 2, 3, 4]


async def test_a_reset_brings_a_terminated_execution_back(
    customer: Customer, command_line: CommandLine
) -> None:
    execution = (await customer.create())["id"]
    await customer.does(execution, "start")
    command_line("workflow", "terminate", *of_execution(execution))
    ended_ = await customer.http.patch(f"/executions/{execution}/pause")

    command_line(
        *("workflow", "reset", *of_execution(execution)),
        *("--type", "LastWorkflowTask", "--reason", "brought back"),
    )

    assert ended_.status_code == 409
    shown = await eventually(
        lambda: customer.sees(execution), lambda seen: seen["health"]["status"] == "OK"
    )
    assert "pause" in shown["allowedActions"]
    assert (await customer.does(execution, "pause"))["version"] == 3
    await history_is_whole(customer, execution)


async def test_what_was_acknowledged_and_not_told_when_it_was_terminated_is_told_after_all(
    stack: Stack, customer: Customer, command_line: CommandLine, listener: Listener
) -> None:
    execution = (await customer.create())["id"]
    with stopped(stack, "aws"):
        for action in ("start", "pause", "resume"):
            await customer.does(execution, action)
        command_line("workflow", "terminate", *of_execution(execution))

    at_once = await asyncio.gather(*(reopen(stack, f"execution-{execution}") for _ in range(2)))
    await customer.does(execution, "complete")

    assert {each.code for each in at_once} <= {0, 1}
    assert 0 in {each.code for each in at_once}
    await history_is_whole(customer, execution)
    heard = await listener.all_of(execution, 5)
    assert [each.sequence for each in heard] == [1, 2, 3, 4, 5]


async def test_a_workflow_that_ran_into_its_starters_timeout_is_reopened(
    stack: Stack, customer: Customer, command_line: CommandLine, temporal: Client
) -> None:
    order = Order()
    execution = execution_id(order.id)
    command_line(
        *("workflow", "start", "--type", "ServiceExecution", *of_execution(execution)),
        *("--task-queue", "execution-service", "--execution-timeout", "2s"),
        *("--input", json.dumps(order.request)),
    )
    status = await ended(temporal, execution_workflow_id(execution))

    shown = await eventually(
        lambda: customer.sees(execution), lambda seen: seen["health"]["status"] == "STUCK"
    )
    reopened = await reopen(stack, f"execution-{execution}")

    assert status is WorkflowExecutionStatus.TIMED_OUT
    assert shown["allowedActions"] == []
    assert reopened.code == 0
    assert (await customer.does(execution, "start"))["version"] == 2


async def test_an_ended_item_of_the_queue_is_given_to_nobody_until_it_is_reopened(
    stack: Stack, workshop: Workshop, command_line: CommandLine, empty_queue: None
) -> None:
    item = await workshop.adds("URGENTE")
    command_line("workflow", "terminate", *of_item(item))

    nothing = await workshop.takes_next(7)
    refused = await workshop.steps(
        item["fila_id"], "iniciar-diagnostico", {"mecanico_responsavel_id": 7}
    )
    seen = await workshop.sees(item["fila_id"])
    [listed] = await workshop.lists()
    explained = (await workshop.asks("GET", f"/{item['fila_id']}/explicacao")).json()
    reopened = await reopen(stack, f"fila-{item['ordem_servico_id']}")
    taken = await workshop.takes_next(7)

    assert nothing.status_code == 204
    assert (refused.status_code, refused.json()["code"]) == (409, "workflow-ended")
    assert seen["saude"]["status"] == listed["saude"]["status"] == "STUCK"
    assert seen["acoes_permitidas"] == listed["acoes_permitidas"] == []
    assert explained["conclusao"] == "ENDED_EARLY"
    assert reopened.code == 0
    assert taken.json()["fila_id"] == item["fila_id"]
    assert taken.json()["saude"]["status"] == "OK"


async def test_a_bad_start_fails_with_its_reason_and_leaves_the_order_free(
    stack: Stack, customer: Customer, command_line: CommandLine, temporal: Client
) -> None:
    by_http, by_payment = Order(), Order()
    for order in (by_http, by_payment):
        command_line(
            *("workflow", "start", "--type", "ServiceExecution", "--input", "null"),
            *of_execution(execution_id(order.id)),
            *("--task-queue", "execution-service"),
        )
        workflow_id = execution_workflow_id(execution_id(order.id))
        assert await ended(temporal, workflow_id) is WorkflowExecutionStatus.FAILED

    refused = await reopen(stack, execution_workflow_id(execution_id(by_http.id)))
    unknown = await customer.http.patch(f"/executions/{execution_id(by_http.id)}/start")
    created = await customer.create(by_http)
    customer.publish("PaymentCompleted", by_payment.paid)

    assert (refused.code, unknown.status_code) == (1, 503)
    assert (await customer.does(created["id"], "start"))["version"] == 2
    assert (await customer.waits_for(by_payment))["paymentId"] == by_payment.payment
