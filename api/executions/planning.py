"""Plans executions on the agendas of technicians and bays: holds the time at each resource, commits
the plan by a command to the execution, and gives the time back if that is refused."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pymongo.errors import PyMongoError

from activities.agendas.holds import Tell, hold_all
from activities.agendas.planner import Planner
from api.aggregates.service import Aggregates
from api.errors import OutcomeUnknown, ServiceError, Unavailable
from domain.agenda.bookings import Conflict
from domain.agenda.errors import ScheduleConflict, StaleShifts
from domain.agenda.resource_commands import DropHold
from domain.execution.commands import Assign, Assignment, Rescheduling, Schedule
from domain.execution.errors import ExecutionNotFound, HoldExpired
from domain.execution.plan import PlannedWork, PlanRequest, Slot
from domain.execution.plan_commands import MakePlan
from domain.execution.planning import is_open
from domain.execution.state import Execution, ExecutionCommand, NewExecution
from domain.kernel.aggregate import Answer
from domain.kernel.errors import DomainError
from domain.kernel.values import widen
from workflows.contract import Origin

log = logging.getLogger("api")

ATTEMPTS = 3
PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class PlanningRules:
    """The rules by which a workshop plans. With `technicians_only`, work is given to registered
    technicians alone."""

    zone: ZoneInfo
    horizon: timedelta = timedelta(days=90)
    hold_seconds: int = 120
    technicians_only: bool = False


class Planning:
    """`tell` gives a resource a command, and returns the JSON of its reply."""

    def __init__(
        self, aggregates: Aggregates[Execution], planner: Planner, tell: Tell, rules: PlanningRules
    ) -> None:
        self._aggregates = aggregates
        self._planner = planner
        self._tell = tell
        self._rules = rules

    async def plan(
        self, execution_id: str, request: PlanRequest, origin: Origin
    ) -> Answer[Execution]:
        """Raises ScheduleConflict, OutsideShift, TechnicianNotFound, BayNotFound, those of inactive
        resources, PlanTooLong, BeyondHorizon, HoldExpired, and what a command raises."""

        async def work(execution: Execution) -> PlannedWork:
            fields = {name: getattr(request, name) for name in PlanRequest.model_fields}
            minutes = fields.pop("duration_minutes") or execution.estimated_duration
            return wanted(duration_minutes=minutes, **fields)

        return await self._execute(
            execution_id, work, lambda slot: widen(request, MakePlan, slot=slot), origin
        )

    async def assign(
        self, execution_id: str, asked: Assignment, origin: Origin
    ) -> Answer[Execution]:
        """Gives the execution to a technician: one with an agenda is planned, if there is a date.
        Raises like `plan`."""
        technician_id = asked.technician_id
        await self.check_technician(technician_id)
        try:
            if not await self._planner.has_agenda(technician_id):
                return await self._aggregates.execute(execution_id, widen(asked, Assign), origin)
        except PyMongoError:  # the work on the floor does not wait for the database
            asking = widen(asked, Assign, reserves=True)
            return await self._aggregates.execute(execution_id, asking, origin)

        async def work(execution: Execution) -> PlannedWork | None:
            return _of_date(execution, technician_id, execution.scheduled_date)

        return await self._execute(
            execution_id, work, lambda slot: widen(asked, Assign, slot=slot), origin
        )

    async def schedule(
        self, execution_id: str, asked: Rescheduling, origin: Origin
    ) -> Answer[Execution]:
        """Moves the execution to another date: a technician with an agenda is planned for it.
        Raises like `plan`."""

        async def work(execution: Execution) -> PlannedWork | None:
            technician_id, minutes = execution.technician_id, asked.estimated_duration
            if technician_id is None or not await self._planner.has_agenda(technician_id):
                return None
            return _of_date(execution, technician_id, asked.scheduled_date, minutes)

        try:
            return await self._execute(
                execution_id, work, lambda slot: widen(asked, Schedule, slot=slot), origin
            )
        except PyMongoError:
            asking = widen(asked, Schedule, reserves=True)
            return await self._aggregates.execute(execution_id, asking, origin)

    async def opening(self, execution_id: str, new: NewExecution, origin: Origin) -> Slot | None:
        """The time that is held for an execution that is about to be opened, if it is given to a
        technician with an agenda, and has a date. Raises like `plan`."""
        await self.check_technician(new.technician_id)
        if new.technician_id is None or new.scheduled_date is None:
            return None
        if not await self._planner.has_agenda(new.technician_id):
            return None
        work = wanted(new.scheduled_date, new.estimated_duration, (new.technician_id,))
        return await self._held(execution_id, new.service_order_id, work, origin)

    async def check_technician(self, technician_id: str | None) -> None:
        """Raises TechnicianNotFound if only registered ones are given work, and they are not."""
        if technician_id is not None and self._rules.technicians_only:
            await self._planner.technicians([technician_id])

    async def give_back(self, slot: Slot | None) -> None:
        """Gives time back that nothing was committed for. What cannot be reached lets go of it by
        itself."""
        if slot is None or slot.until is None:
            return
        for resource in slot.work.resources:
            try:
                await self._tell(resource, DropHold(hold_id=slot.hold_id))
            except (DomainError, ServiceError) as failure:
                facts = {"resource": resource, "reason": str(failure)}
                log.warning("held time not given back", extra=facts)

    async def _execute(
        self,
        execution_id: str,
        work: Callable[[Execution], Awaitable[PlannedWork | None]],
        command: Callable[[Slot | None], ExecutionCommand],
        origin: Origin,
    ) -> Answer[Execution]:
        async with self._aggregates.refused.recorded(execution_id, command(None), origin):
            for attempt in range(ATTEMPTS):
                execution = await self._execution(execution_id, fresh=attempt > 0)
                planned = await work(execution)
                slot = await self._slot(execution, planned, origin)
                with suppress(HoldExpired):
                    return await self._committed(execution_id, slot, command(slot), origin)
            raise HoldExpired("The execution is being changed by others; send it again")

    async def _execution(self, execution_id: str, *, fresh: bool) -> Execution:
        if not fresh:
            with suppress(ExecutionNotFound):
                return await self._aggregates.get(execution_id)
        return await self._aggregates.get_strong(execution_id)

    async def _slot(
        self, execution: Execution, work: PlannedWork | None, origin: Origin
    ) -> Slot | None:
        if work is None:
            return None
        return await self._held(execution.execution_id, execution.service_order_id, work, origin)

    async def _held(
        self, execution_id: str, service_order_id: str, work: PlannedWork, origin: Origin
    ) -> Slot:
        hold_id = f"{execution_id}:{origin.key or origin.request_id}"
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
                    self._tell,
                    hold_id,
                    execution_id,
                    service_order_id,
                    layout,
                    self._rules.hold_seconds,
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

    async def _committed(
        self, execution_id: str, slot: Slot | None, command: ExecutionCommand, origin: Origin
    ) -> Answer[Execution]:
        """Raises what the execution refuses, when the time is given back."""
        try:
            return await self._aggregates.execute_unrecorded(execution_id, command, origin)
        except (DomainError, ServiceError) as failure:
            if not isinstance(failure, OutcomeUnknown):  # or it may be planned on that time
                await self.give_back(slot)
            raise


def wanted(
    start: datetime, duration_minutes: int, technician_ids: tuple[str, ...], **fields: Any
) -> PlannedWork:
    """Work as it is asked for: its end is not known yet."""
    return PlannedWork(
        start=start,
        end=start + timedelta(minutes=duration_minutes),
        duration_minutes=duration_minutes,
        technician_ids=technician_ids,
        **fields,
    )


def _of_date(
    execution: Execution, technician_id: str, start: datetime | None, minutes: int | None = None
) -> PlannedWork | None:
    """The work of a technician from a date on, in the bay that it is planned in. None once it has
    begun, and without a date."""
    if start is None or not is_open(execution):
        return None
    plan = execution.plan
    kept = {"bay_id": plan.bay_id, "splittable": plan.splittable} if plan else {}
    return wanted(start, minutes or execution.estimated_duration, (technician_id,), **kept)
