"""One id leads from a request through its workflow to the events and to the lines of every log."""

import json
from uuid import uuid4

import httpx
import pytest
from temporalio.client import Client

from deploy.dev.stack import ALL, Stack
from tests.conftest import eventually
from tests.stack.customer import Customer, Document, Order
from tests.stack.listener import Listener
from tests.stack.workshop import PATH, Workshop

SPAN = "00f067aa0ba902b7"


def lines(stack: Stack, process: str) -> list[Document]:
    return [json.loads(line) for line in stack.process(process).log.read_text().splitlines()]


async def line(stack: Stack, process: str, message: str, **facts: object) -> Document:
    """The first that says this, as soon as it is there."""

    def found() -> list[Document]:
        said = [each for each in lines(stack, process) if each["message"].startswith(message)]
        return [each for each in said if facts.items() <= each.items()]

    return (await eventually(found))[0]


async def test_a_requests_id_stands_in_events_and_in_the_lines_of_api_and_worker(
    stack: Stack, customer: Customer, listener: Listener
) -> None:
    execution = (await customer.create())["id"]
    correlation, trace = f"corr-{uuid4()}", uuid4().hex
    headers = {"X-Correlation-ID": correlation, "traceparent": f"00-{trace}-{SPAN}-01"}

    await customer.http.patch(f"/executions/{execution}/start", headers=headers)

    heard = await listener.hears(execution, "ExecutionStarted")
    answered = await line(stack, "api", "answered", correlationId=correlation)
    delivered = await line(stack, "worker", "delivered", correlationId=correlation)
    assert heard.metadata["correlationId"] == correlation
    assert answered["workflowId"] == delivered["workflowId"] == f"execution-{execution}"
    assert (answered["dd.trace_id"], answered["dd.span_id"]) == (trace, str(int(SPAN, 16)))


async def test_a_messages_id_stands_in_the_lines_of_consumer_and_worker(
    stack: Stack, customer: Customer, listener: Listener
) -> None:
    order, correlation = Order(), f"corr-{uuid4()}"

    customer.publish("PaymentCompleted", order.paid | {"metadata": {"correlationId": correlation}})

    heard = await listener.hears(order.id, "ExecutionScheduled")
    handled = await line(stack, "consumer", "message handled", correlationId=correlation)
    delivered = await line(stack, "worker", "delivered", correlationId=correlation)
    assert heard.metadata["correlationId"] == correlation
    assert handled["workflowId"] == delivered["workflowId"]


async def test_what_a_workflow_has_to_say_leads_back_to_who_started_it(
    stack: Stack, http: httpx.AsyncClient, temporal: Client
) -> None:
    headers = {"X-Correlation-ID": f"corr-{uuid4()}"}
    created = await http.post("/executions", json=Order().request, headers=headers)
    workflow_id = f"execution-{created.json()['id']}"

    await temporal.get_workflow_handle(workflow_id).signal("resume")

    ignored = await line(stack, "worker", "ignored signal", workflowId=workflow_id)
    assert ignored["correlationId"] == headers["X-Correlation-ID"]


async def test_what_the_os_service_is_told_leads_back_to_the_request(
    stack: Stack, workshop: Workshop
) -> None:
    added, correlation = await workshop.adds(), f"corr-{uuid4()}"
    await workshop.http.post(
        f"{PATH}/{added['fila_id']}/iniciar-diagnostico",
        json={"mecanico_responsavel_id": 7},
        headers={"X-Correlation-ID": correlation},
    )

    told = await line(stack, "worker", "OS service notified", correlationId=correlation)
    order = added["ordem_servico_id"]
    assert (told["workflowId"], told["status"]) == (f"fila-{order}", "EM_DIAGNOSTICO")


@pytest.mark.parametrize("process", ALL)
def test_every_line_of_a_process_says_when_how_bad_what_and_of_which_service(
    stack: Stack, process: str
) -> None:
    said = lines(stack, process)

    assert said
    for each in said:
        assert {"timestamp", "level", "message", "service"} <= each.keys()
