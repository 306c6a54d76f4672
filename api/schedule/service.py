"""Reads what is planned, and proposes what might be. Nothing here writes."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from activities.agendas.planner import WALKED_DAYS, utc_now
from activities.agendas.rosters import Agendas, Rosters
from activities.mongo.planned_executions import PlannedExecutions
from api.schedule.carry_over import CarryOver, carried_over, unfinished_by
from api.schedule.conflicts import ScheduleConflicts, conflicts
from api.schedule.simulation import Simulation, SimulationRequest, booked_ids, plans_of
from api.schedule.suggestions import USUAL_WINDOW, SuggestionRequest, Suggestions
from api.schedule.workload import Workload
from domain.agenda.shifts import day_span, local_day
from domain.agenda.week import Day
from domain.execution.errors import ExecutionNotFound
from domain.execution.state import Execution
from domain.kernel.values import widen
from domain.planning.errors import BeyondHorizon
from domain.planning.suggestions import suggest
from domain.planning.what_if import simulate
from domain.technician.errors import TechnicianNotFound


class Schedule:
    """Plans reach as far as the `horizon` from now. Whatever is asked raises QueryTooSlow and
    PyMongoError."""

    def __init__(
        self,
        rosters: Rosters,
        executions: PlannedExecutions,
        horizon: timedelta,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._rosters = rosters
        self._executions = executions
        self._horizon = horizon
        self._now = now

    async def workload(self, first: Day, last: Day) -> Workload:
        return Workload.of(await self._rosters.active(first, last), self._now())

    async def conflicts(self, first: Day, last: Day) -> ScheduleConflicts:
        agendas, conflicted, begun = await asyncio.gather(
            self._rosters.all(first, last),
            self._executions.in_conflict(),
            self._executions.begun(),
        )
        return conflicts(agendas, conflicted, begun, self._now())

    async def suggestions(self, request: SuggestionRequest) -> Suggestions:
        """Raises BeyondHorizon, and ExecutionNotFound."""
        now = self._now()
        execution = await self._execution(request.execution_id)
        from_ = max(request.from_ or now, now)
        self._check_horizon(now, from_, request.until or from_)
        until = request.until or min(from_ + USUAL_WINDOW, now + self._horizon)
        agendas = await self._agendas(from_, until)
        wanted = request.wanted(execution, from_, until)
        found = suggest(agendas.roster(), wanted, now, agendas.zone)
        return Suggestions(as_of=now, suggestions=tuple(found))

    def _check_horizon(self, now: datetime, *dates: datetime) -> None:
        """Raises BeyondHorizon."""
        latest = max(dates, default=now)
        if latest > now + self._horizon:
            raise BeyondHorizon(
                f"Plans reach {self._horizon.days} days ahead; {latest:%Y-%m-%d} is later"
            )

    async def carry_over(self, day: Day | None) -> CarryOver:
        """The day is today if none is given. Raises BeyondHorizon."""
        now, zone = self._now(), self._rosters.zone
        day = day or local_day(now, zone)
        day_end = day_span(day, zone).end
        self._check_horizon(now, day_end)
        begun, waiting = await asyncio.gather(
            self._executions.begun(), self._executions.waiting(day_end)
        )
        begin = max(day_end, now)
        agendas = await self._until_horizon(begin, now)
        unfinished = unfinished_by(day_end, [*begun, *waiting])
        return CarryOver(
            day=day,
            timezone=zone.key,
            as_of=now,
            executions=carried_over(unfinished, agendas, begin, now),
        )

    async def simulate(self, request: SimulationRequest) -> Simulation:
        """Raises BeyondHorizon, ExecutionNotFound, and TechnicianNotFound."""
        now = self._now()
        self._check_horizon(now, *request.dates)
        agendas = await self._until_horizon(now, now)
        await self._check_technicians(request, agendas)
        wanted = booked_ids(agendas) | set(request.execution_ids)
        executions = await self._executions.of(wanted)
        _check_known(request.execution_ids, executions)
        plans = plans_of(agendas, executions)
        outcome = simulate(agendas.roster(), plans, request.changes, now, agendas.zone)
        return widen(outcome, Simulation, as_of=now)

    async def _check_technicians(self, request: SimulationRequest, agendas: Agendas) -> None:
        """Raises TechnicianNotFound for one who is not registered; one who is inactive is."""
        active = {each.technician_id for each in agendas.technicians}
        for each in request.technician_ids:
            if each not in active and not await self._rosters.knows(each):
                raise TechnicianNotFound.of(each)

    async def _execution(self, execution_id: str | None) -> Execution | None:
        """Raises ExecutionNotFound."""
        if execution_id is None:
            return None
        found = await self._executions.of([execution_id])
        _check_known([execution_id], found)
        return found[execution_id]

    async def _until_horizon(self, from_: datetime, now: datetime) -> Agendas:
        """Agendas on which plans of today may be made."""
        zone = self._rosters.zone
        first, last = local_day(from_, zone), local_day(now + self._horizon, zone)
        return await self._rosters.active(first, last)

    async def _agendas(self, from_: datetime, until: datetime) -> Agendas:
        """Agendas on which work that begins before `until` can end."""
        zone = self._rosters.zone
        last = until + timedelta(days=WALKED_DAYS)
        return await self._rosters.active(local_day(from_, zone), local_day(last, zone))


def _check_known(ids: Iterable[str], known: Mapping[str, Execution]) -> None:
    """Raises ExecutionNotFound."""
    for each in ids:
        if each not in known:
            raise ExecutionNotFound.of(each)
