"""Events reach the bus one by one and in order; what it refuses is sent again, and only that."""

import json

import pytest
from botocore.exceptions import EndpointConnectionError

from activities.aws import aws_client
from activities.eventbridge import ATTEMPTS, PublishError, UnknownBusError
from domain.execution.commands import Pause, Start
from domain.execution.events import ExecutionFailed
from domain.kernel.events import Metadata, publish
from tests.activities.bus import BUS, FakeBus
from tests.domain.execution.builders import MORNING, story

UNREACHABLE = EndpointConnectionError(endpoint_url="here")


async def test_an_event_has_its_flat_fields_and_its_metadata(bus: FakeBus) -> None:
    execution, events = story(Start(), Pause(reason="peça em falta"))

    await bus.publisher().publish(events[-1])

    (entry,) = bus.taken
    assert json.loads(entry["Detail"]) == {
        "executionId": execution.execution_id,
        "serviceOrderId": "os-1",
        "reason": "peça em falta",
        "metadata": {
            "eventId": f"{execution.execution_id}:3",
            "sequence": 3,
            "occurredAt": "2026-03-02T08:02:00Z",
            "correlationId": "corr-1",
            "schemaVersion": 1,
        },
    }


async def test_an_event_says_what_it_is_and_where_it_comes_from(bus: FakeBus) -> None:
    _, events = story(Start())

    await bus.publisher().publish(events[-1])

    (entry,) = bus.taken
    assert (entry["DetailType"], entry["Source"]) == ("ExecutionStarted", "execution.lifecycle")
    assert (entry["EventBusName"], entry["Time"]) == (BUS, events[-1].metadata.occurred_at)


async def test_how_an_event_came_about_stays_in_the_house(bus: FakeBus) -> None:
    _, events = story(Start())

    await bus.publisher().publish(events[-1])

    told = json.loads(bus.taken[0]["Detail"])
    assert not {"command", "via", "fromStatus", "toStatus"} & set(told)


async def test_an_event_without_an_execution_is_published_alike(bus: FakeBus) -> None:
    failed = ExecutionFailed(service_order_id="o", budget_id="b", payment_id="p", reason="r")
    metadata = Metadata(event_id="x:1", sequence=1, occurred_at=MORNING, correlation_id="c")

    await bus.publisher().publish(publish(failed, metadata))

    assert bus.types == ["ExecutionFailed"]


async def test_events_leave_in_the_order_in_which_they_are_given(bus: FakeBus) -> None:
    _, events = story(Start(technician_id="t"), Pause())
    publisher = bus.publisher()
    bus.refuse("TechnicianAssigned", times=2)

    for event in events:
        await publisher.publish(event)

    assert bus.types == [event.type for event in events]


async def test_only_the_refused_event_is_sent_again(bus: FakeBus) -> None:
    _, events = story(Start())
    publisher = bus.publisher()
    bus.refuse("ExecutionStarted", times=ATTEMPTS - 1)

    for event in events:
        await publisher.publish(event)

    assert bus.calls == ["ExecutionScheduled"] + ["ExecutionStarted"] * ATTEMPTS
    assert bus.types == ["ExecutionScheduled", "ExecutionStarted"]


async def test_a_bus_that_keeps_refusing_is_an_error_that_names_the_event(bus: FakeBus) -> None:
    execution, events = story(Start())
    bus.refuse("ExecutionStarted", times=ATTEMPTS)

    with pytest.raises(PublishError, match=f"{execution.execution_id}:2: Throttling") as failure:
        await bus.publisher().publish(events[-1])

    assert "Rate exceeded" in str(failure.value)
    assert (len(bus.calls), bus.taken) == (ATTEMPTS, [])


async def test_a_bus_that_cannot_be_reached_is_the_callers_to_retry(bus: FakeBus) -> None:
    _, events = story(Start())
    bus.break_down(UNREACHABLE)

    with pytest.raises(EndpointConnectionError):
        await bus.publisher().publish(events[-1])

    assert len(bus.calls) == 1


async def test_a_bus_that_is_there_passes_the_check(bus: FakeBus) -> None:
    await bus.publisher().check_bus()

    assert bus.taken == []


async def test_a_missing_bus_is_named_together_with_the_setting(bus: FakeBus) -> None:
    with pytest.raises(UnknownBusError, match=r"no bus 'elsewhere'.*EVENT_BUS_NAME"):
        await bus.publisher("elsewhere").check_bus()


async def test_a_bus_that_cannot_be_checked_is_not_called_missing(bus: FakeBus) -> None:
    bus.break_down(UNREACHABLE)

    with pytest.raises(EndpointConnectionError):
        await bus.publisher().check_bus()


def test_a_client_gives_up_soon_enough_for_one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")

    config = aws_client("events", "us-east-1").meta.config

    assert (config.connect_timeout, config.read_timeout) == (2, 4)
    assert config.retries["total_max_attempts"] == 2
