"""Workflows whose deliveries fail, and what is said of them."""

from datetime import UTC, datetime
from typing import Any

import httpx
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.failure.v1 import ApplicationFailureInfo, Failure
from temporalio.api.workflow.v1 import PendingActivityInfo

from activities.delivery_failure import DeliveryFailure
from domain.kernel.delivery_health import HealthStatus
from tests.api.temporal_fake import FakeEngine
from workflows.delivery_health import health_after

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
RETRY_AT = "2026-03-02T08:00:00Z"
SECRET = "mongodb://user:secret@host"  # noqa: S105  # nobody's


def waiting(failure: Failure, attempt: int = 7) -> PendingActivityInfo:
    """A delivery that waits for its next attempt."""
    at = Timestamp()
    at.FromDatetime(AT)
    info = PendingActivityInfo(
        state=PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED,
        attempt=attempt,
        last_failure=failure,
        next_attempt_schedule_time=at,
    )
    info.activity_type.name = "persist_and_publish"
    return info


def failed(kind: str, message: str = SECRET) -> Failure:
    return Failure(message=message, application_failure_info=ApplicationFailureInfo(type=kind))


def fails_delivery(engine: FakeEngine[Any], status: HealthStatus, failure: DeliveryFailure) -> None:
    """The engine's one run, as a failed delivery leaves it."""
    [run] = engine.runs.values()
    health = health_after(run.state.health, status, failure, AT)
    run.state = run.state.without_event(health=health)
    run.parked = status is HealthStatus.STUCK


async def explained(http: httpx.AsyncClient, place: str, how: str = "explain") -> dict[str, Any]:
    answer = await http.get(f"{place}/{how}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body
