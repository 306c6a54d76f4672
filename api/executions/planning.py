"""Plans executions on the agendas of technicians and bays: a command to the execution commits to
the time that is held for it, which is given back if the command is refused."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pymongo.errors import PyMongoError

from activities.agendas.planner import Planner
from api.aggregates.service import Aggregates
from api.errors import OutcomeUnknown, ServiceError
from api.executions.slots import Slots
from domain.execution.commands import Assign, Assignment, Rescheduling, Schedule
from domain.execution.errors import ExecutionNotFound, HoldExpired
from domain.execution.plan import PlannedWork, PlanRequest, Slot, wanted
from domain.execution.plan_commands import MakePlan
from domain.execution.planning import is_open
from domain.execution.state import Execution, ExecutionCommand, NewExecution
from domain.kernel.aggregate import Answer
from domain.kernel.errors import DomainError
from domain.kernel.values import widen
from workflows.contract import Origin

ATTEMPTS = 3


@dataclass(frozen=True)
class PlanningRules:
    """The rules by which a workshop plans. With `technicians_only`, work is given to registered
    technicians alone."""

    zone: ZoneInfo
    horizon: timedelta = timedelta(days=90)
    hold_seconds: int = 120
    technicians_only: bool = False


class Planning:
    def __init__(
        self,
        aggregates: Aggregates[Execution],
        planner: Planner,
        slots: Slots,
        rules: PlanningRules,
    ) -> None:
        self.slots = slots
        self._aggregates = aggregates
        self._planner = planner
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

    async def opening(self, execution_id: str, new: NewExecution) -> Slot | None:
        """The time that is held for an execution that is about to be opened, if it is given to a
        technician with an agenda, and has a date. Raises like `plan`."""
        await self.check_technician(new.technician_id)
        if new.technician_id is None or new.scheduled_date is None:
            return None
        if not await self._planner.has_agenda(new.technician_id):
            return None
        work = wanted(new.scheduled_date, new.estimated_duration, (new.technician_id,))
        return await self.slots.held(execution_id, new.service_order_id, work)

    async def check_technician(self, technician_id: str | None) -> None:
        """Raises TechnicianNotFound if only registered ones are given work, and they are not."""
        if technician_id is not None and self._rules.technicians_only:
            await self._planner.technicians([technician_id])

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
                slot = await self._slot(execution, planned)
                with suppress(HoldExpired):
                    return await self._committed(execution_id, slot, command(slot), origin)
            raise HoldExpired("The execution is being changed by others; send it again")

    async def _execution(self, execution_id: str, *, fresh: bool) -> Execution:
        if not fresh:
            with suppress(ExecutionNotFound):
                return await self._aggregates.get(execution_id)
        return await self._aggregates.get_strong(execution_id)

    async def _slot(self, execution: Execution, work: PlannedWork | None) -> Slot | None:
        if work is None:
            return None
        return await self.slots.held(execution.execution_id, execution.service_order_id, work)

    async def _committed(
        self, execution_id: str, slot: Slot | None, command: ExecutionCommand, origin: Origin
    ) -> Answer[Execution]:
        """Raises what the execution refuses, when the time is given back."""
        try:
            answer = await self._aggregates.execute_unrecorded(execution_id, command, origin)
        except (DomainError, ServiceError) as failure:
            if not isinstance(failure, OutcomeUnknown):  # or it may be planned on that time
                await self.slots.give_back(slot)
            raise
        if answer.request_id != origin.request_id:  # a repeat, of what was planned before
            await self.slots.give_back(slot)
        return answer


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
