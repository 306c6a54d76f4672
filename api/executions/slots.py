"""Slots: time that is held for a plan at all its resources, until the execution commits to it."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from activities.agendas.holds import Tell, drop_all, hold_all
from activities.agendas.planner import Planner
from api.errors import NoWorkflow, Unavailable, WorkflowEnded
from domain.agenda.bookings import Conflict
from domain.agenda.errors import ScheduleConflict, StaleShifts
from domain.agenda.resource_commands import DropHold, ResourceCommand
from domain.execution.plan import PlannedWork, Slot

ATTEMPTS = 3
PAUSE_SECONDS = 0.1
DROP_SECONDS = 1
"""Time for giving held time back; a resource that does not hear of it lets go by itself."""


class Slots:
    """`tell` gives a resource a command, and returns the JSON of its reply."""

    def __init__(self, planner: Planner, tell: Tell, hold_seconds: int) -> None:
        self._planner = planner
        self._tell = tell
        self._hold_seconds = hold_seconds

    async def held(self, execution_id: str, service_order_id: str, work: PlannedWork) -> Slot:
        """The time of the work, as it is laid out on the agendas. Raises ScheduleConflict with the
        next time that is free, OutsideShift, those of missing and inactive resources, PlanTooLong,
        BeyondHorizon, WorkflowEnded, and what a command raises."""
        # Of each request alone: what one gives back, another may have been committed with.
        hold_id = f"{execution_id}:{uuid4()}"
        try:
            return await self._laid_out_and_held(hold_id, execution_id, service_order_id, work)
        except ScheduleConflict as refusal:
            raise await self._with_next_free(refusal, work, execution_id) from refusal

    async def _laid_out_and_held(
        self, hold_id: str, execution_id: str, service_order_id: str, work: PlannedWork
    ) -> Slot:
        for attempt in range(ATTEMPTS):
            technicians = await self._planner.technicians(work.technician_ids)
            layout = await self._planner.lay_out(work, technicians, datetime.now(UTC))
            with suppress(StaleShifts):  # the working time was changed meanwhile
                return await hold_all(
                    self._command,
                    hold_id,
                    execution_id,
                    service_order_id,
                    layout,
                    self._hold_seconds,
                )
            await asyncio.sleep(PAUSE_SECONDS * (attempt + 1))
        raise Unavailable("The working time is being changed; nothing was planned")

    async def _with_next_free(
        self, refusal: ScheduleConflict, work: PlannedWork, execution_id: str
    ) -> ScheduleConflict:
        known = [Conflict.model_validate(each) for each in refusal.facts.get("conflicts", ())]
        free = await self._planner.next_free(work, execution_id, known, datetime.now(UTC))
        slot = free.model_dump(mode="json") if free else None
        return ScheduleConflict(refusal.message, **refusal.facts, next_free=slot)

    async def give_back(self, slot: Slot | None) -> None:
        """Gives time back that nothing was committed for."""
        if slot and slot.until:
            await drop_all(self._command, slot.hold_id, slot.work.resources)

    async def _command(self, resource: str, command: ResourceCommand) -> Any:
        is_courtesy = isinstance(command, DropHold)
        try:
            async with asyncio.timeout(DROP_SECONDS if is_courtesy else None):
                return await self._tell(resource, command)
        except NoWorkflow:  # its snapshot says that it is there
            raise WorkflowEnded.of(resource) from None
