"""Holds the time of a plan at all its resources, or at none."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from activities.agendas.planner import Layout
from domain.agenda.resource_commands import DropHold, Held, HoldTime, ResourceCommand
from domain.execution.plan import Slot

log = logging.getLogger("agendas")

Tell = Callable[[str, ResourceCommand], Awaitable[Any]]
"""Gives a resource a command, and returns the JSON of its reply. Raises the DomainError that
refuses it."""


async def hold_all(
    tell: Tell,
    hold_id: str,
    execution_id: str,
    service_order_id: str,
    layout: Layout,
    seconds: int,
) -> Slot:
    """The time of the work, held at one resource after the other. Raises what `tell` raises at the
    first that fails, when all that was taken is given back."""
    work, untils = layout.work, []
    resources = work.resources if work.blocks else ()
    for number, resource in enumerate(resources):
        hold: HoldTime = HoldTime(
            hold_id=hold_id,
            execution_id=execution_id,
            service_order_id=service_order_id,
            bay_id=work.bay_id,
            outside_shift=work.outside_shift,
            blocks=work.blocks_of(resource),
            seconds=seconds,
            shifts_revision=layout.shifts.get(resource),
        )
        try:
            untils.append(Held.model_validate(await tell(resource, hold)).until)
        except Exception:
            # The last one, too: it may have held the time, and only its answer be lost.
            await drop_all(tell, hold_id, resources[: number + 1])
            raise
    return Slot(hold_id=hold_id, until=min(untils, default=None), work=work)


async def drop_all(tell: Tell, hold_id: str, resources: Iterable[str]) -> None:
    """Gives time back that nothing was committed for. A resource that cannot be reached lets go of
    it by itself, once it has asked."""
    for resource in resources:
        try:
            await tell(resource, DropHold(hold_id=hold_id))
        except Exception as failure:
            facts = {"resource": resource, "holdId": hold_id, "reason": str(failure)}
            log.info("held time not given back", extra=facts)
