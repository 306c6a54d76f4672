"""A queue, and handlers of its messages, over the services of the API."""

import pytest

from api.composition import Services
from api.consumer.handlers import MessageHandler
from tests.activities.bus import FakeBus
from tests.api.consumer.consuming import FakeHandler, handling
from tests.api.consumer.sqs import FakeQueue


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A consumer that does not wait long, whatever for."""
    monkeypatch.setattr("api.consumer.consumer.FIRST_PAUSE", 0.001)
    monkeypatch.setattr("api.consumer.consumer.LONGEST_PAUSE", 0.01)
    monkeypatch.setattr("api.consumer.consumer.STOP_SECONDS", 0.1)


@pytest.fixture
def queue(quick: None) -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def taker(queue: FakeQueue) -> FakeHandler:
    return FakeHandler(queue)


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def handler(services: Services, bus: FakeBus) -> MessageHandler:
    return handling(services, bus, precreates=False)


@pytest.fixture
def precreating(services: Services, bus: FakeBus) -> MessageHandler:
    return handling(services, bus, precreates=True)
