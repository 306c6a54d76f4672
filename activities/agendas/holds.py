"""Holds the time of a plan at all its resources, or at none."""

from collections.abc import Awaitable, Callable
from typing import Any

from activities.agendas.planner import Layout
from domain.agenda.resource_commands import DropHold, Held, HoldTime, ResourceCommand
from domain.execution.plan import Slot
from domain.kernel.errors import DomainError

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
    """The time of the work, held at one resource after the other. Raises the DomainError of the
    first that refuses it, when all that was taken is given back, and what `tell` raises."""
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
        except DomainError:
            for taken in resources[:number]:
                await tell(taken, DropHold(hold_id=hold_id))
            raise
    return Slot(hold_id=hold_id, until=min(untils, default=None), work=work)
