"""Gateways over a fake client of Temporal."""

import pytest

from api.temporal.gateway import Gateway
from api.temporal.pollers import Pollers
from domain.execution.state import Execution
from domain.fila.state import QueueItem
from tests.api.client_fake import FakeClient
from workflows.contract import TASK_QUEUE


@pytest.fixture
def client() -> FakeClient:
    """Of Temporal, for those who test the gateway itself."""
    return FakeClient()


@pytest.fixture
def pollers(client: FakeClient) -> Pollers:
    return Pollers(client.client, TASK_QUEUE)


@pytest.fixture
def gateway(client: FakeClient, pollers: Pollers) -> Gateway[Execution]:
    return Gateway(client.client, Execution, pollers)


@pytest.fixture
def queue_gateway(client: FakeClient, pollers: Pollers) -> Gateway[QueueItem]:
    return Gateway(client.client, QueueItem, pollers)
