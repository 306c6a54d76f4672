"""Failing deliveries are seen by readers, operators and Prometheus, until they succeed."""

import socket
from collections.abc import Iterator

import httpx
import pytest
from temporalio.client import Client

from deploy.dev.stack import Stack
from tests.conftest import eventually
from tests.stack.customer import Customer, Document
from tests.stack.faults import stopped
from tests.stack.listener import Listener
from workflows.contract import DELIVERY_HEALTH


@pytest.fixture
def metrics(stack: Stack) -> Iterator[str]:
    """Address of the metrics of the one worker that is left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with stopped(stack, "worker"):
        measured = stack.add("worker-measured", {"METRICS_ADDRESS": address})
        yield f"http://{address}/metrics"
        measured.stop()


def told(metrics: str) -> list[str]:
    """Lines of the metric that counts healths of deliveries."""
    lines = httpx.get(metrics, trust_env=False).text.splitlines()
    return [line for line in lines if line.startswith("delivery_health_changes")]


async def test_while_the_bus_is_down_it_is_seen_and_explained_and_then_all_is_well(
    stack: Stack,
    metrics: str,
    temporal: Client,
    customer: Customer,
    listener: Listener,
    http: httpx.AsyncClient,
) -> None:
    execution = (await customer.create())["id"]
    workflow = temporal.get_workflow_handle(f"execution-{execution}")
    await listener.all_of(execution, 1, within=20)

    async def explained() -> Document:
        answer = await http.get(f"/executions/{execution}/explain")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    with stopped(stack, "aws"):
        await customer.does(execution, "start")
        failing = await eventually(
            lambda: customer.sees(execution),
            lambda seen: seen["health"]["status"] == "RETRYING",
            within=30,
        )
        why = await eventually(
            explained,
            lambda seen: any("lastFailure" in each for each in seen["pendingActivities"]),
            within=30,
        )
        during = await workflow.describe()
        counted = told(metrics)
    healed = await eventually(
        lambda: customer.sees(execution),
        lambda seen: seen["health"] == {"status": "OK"},
        within=60,
    )
    after = await explained()

    assert failing["version"] == healed["version"] == 2
    assert failing["health"]["reason"] == "The event bus cannot be reached"
    assert (why["verdict"], why["oldestUndeliveredVersion"]) == ("RETRYING", 2)
    [pending] = why["pendingActivities"]
    assert pending["lastFailure"] == "The event bus cannot be reached"
    assert pending["attempt"] > 1
    assert during.typed_search_attributes.get(DELIVERY_HEALTH) == "RETRYING"
    assert any('health="RETRYING"' in line for line in counted)
    assert (after["verdict"], after["undeliveredVersions"]) == ("IDLE", 0)
    assert any('health="OK"' in line for line in told(metrics))
    events = await listener.all_of(execution, 2, within=20)
    assert [event.sequence for event in events] == [1, 2]
