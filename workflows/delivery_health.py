"""Delivery health of an aggregate, with the reasons that its clients read."""

from datetime import datetime

from activities.delivery_failure import DeliveryFailure
from domain.kernel.aggregate import State
from domain.kernel.delivery_health import DeliveryHealth, HealthStatus


def health_after(
    known: DeliveryHealth, status: HealthStatus, failure: DeliveryFailure | None, at: datetime
) -> DeliveryHealth:
    """The health after a delivery, from `at` on. One that was only replaced by a newer one has no
    `failure` of its own: the known reason stays, or it is merely late."""
    reason = failure.in_words(known.LANGUAGE) if failure else known.reason
    return known.after(status, reason or DeliveryFailure.DELAY.in_words(known.LANGUAGE), at)


def with_ended_workflow(state: State, at: datetime) -> State:
    """The snapshot of an aggregate whose workflow was ended before its work was over."""
    return state.with_ended_workflow(DeliveryFailure.ENDED.in_words(state.health.LANGUAGE), at)
