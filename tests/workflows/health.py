"""Health of an aggregate's deliveries, and what may go wrong with them."""

from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.exceptions import ApplicationError

from activities.delivery_failure import DeliveryFailure
from domain.kernel.delivery_health import DeliveryHealth, HealthStatus
from tests.conftest import eventually
from tests.workflows.workflow_driver import Driven
from workflows.contract import DELIVERY, DELIVERY_HEALTH, Undelivered

UPSERTED = EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES
DOWN = ApplicationError("of the driver's own words", type=DeliveryFailure.DATABASE)
REFUSED = ApplicationError("of the bus's own words", type=DeliveryFailure.EVENT, non_retryable=True)


async def health_of(driven: Driven[Any]) -> DeliveryHealth:
    health: DeliveryHealth = (await driven.snapshot()).health
    return health


async def comes_to(driven: Driven[Any], status: HealthStatus) -> DeliveryHealth:
    return await eventually(lambda: health_of(driven), lambda seen: seen.status is status)


async def undelivered(driven: Driven[Any]) -> Undelivered:
    seen: Undelivered = await driven.handle.query(DELIVERY, result_type=Undelivered)
    return seen


async def shown_to_operators(driven: Driven[Any]) -> str | None:
    return (await driven.describe()).typed_search_attributes.get(DELIVERY_HEALTH)


async def changes(driven: Driven[Any]) -> list[str]:
    """Healths that were written where operators filter by them."""
    upserts = await driven.events(UPSERTED)
    fields = (
        each.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields
        for each in upserts
    )
    name = DELIVERY_HEALTH.name
    return [await driven.decode(each[name], str) for each in fields if name in each]
