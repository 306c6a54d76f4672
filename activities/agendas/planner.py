"""Reads the agendas that a plan is made on, and lays its work out on their working time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from pydantic import Field, JsonValue

from activities.mongo.closures import Closures
from activities.mongo.store import Store
from domain.agenda.bookings import Block, Booking, Conflict, FreeTime
from domain.agenda.intervals import Interval, intersected, merged
from domain.agenda.resource import Resource
from domain.agenda.shifts import local_day, reaching_into, working_time
from domain.agenda.week import Day
from domain.bay.errors import BayNotFound
from domain.bay.state import Bay
from domain.bay.state import aggregate_id_of as bay_aggregate_id
from domain.execution.plan import PlannedWork
from domain.kernel.values import Instant, Value, evolve
from domain.planning.agenda_conflicts import misplaced
from domain.planning.blocks import future_part, lay_out, unshifted
from domain.planning.errors import BeyondHorizon, OutsideShift, PlanTooLong
from domain.planning.free_slots import next_free
from domain.technician.errors import TechnicianNotFound
from domain.technician.state import Technician, aggregate_id_of

WALKED_DAYS = 70
"""Days from the start of a plan within which it has to find its working time: ten working days, and
whatever holidays lie between them."""
LOOKED_AHEAD = timedelta(days=14)
"""Time in which another slot is looked for."""


@dataclass(frozen=True)
class Layout:
    """Work laid out on working time; `shifts` are the revisions, by resource, that the working time
    was read at."""

    work: PlannedWork
    shifts: Mapping[str, int]


class Affected(Value):
    """Work that is planned where it cannot be done any more."""

    execution_id: str
    from_: Instant = Field(alias="from")
    to: Instant


class Planner:
    def __init__(
        self, store: Store, closures: Closures, zone: ZoneInfo, horizon: timedelta
    ) -> None:
        self.zone = zone
        self._store = store
        self._closures = closures
        self._horizon = horizon

    async def technicians(self, ids: Sequence[str]) -> list[Technician]:
        """Raises TechnicianNotFound for one that is not registered, and PyMongoError."""
        found = []
        for each in dict.fromkeys(ids):
            technician = await self._store.get(Technician, aggregate_id_of(each))
            if technician is None:
                raise TechnicianNotFound.of(each)
            found.append(technician)
        return found

    async def has_agenda(self, technician_id: str) -> bool:
        """True for a registered technician whose working time is known. Raises PyMongoError."""
        technician = await self._store.get(Technician, aggregate_id_of(technician_id))
        return technician is not None and technician.has_shifts

    async def bay(self, bay_id: str) -> Bay:
        """Raises BayNotFound and PyMongoError."""
        bay = await self._store.get(Bay, bay_aggregate_id(bay_id))
        if bay is None:
            raise BayNotFound.of(bay_id)
        return bay

    async def lay_out(
        self, wanted: PlannedWork, technicians: Sequence[Technician], now: datetime
    ) -> Layout:
        """The wanted work with its blocks from now on, and its end. Raises TechnicianInactive,
        BayNotFound, BayInactive, OutsideShift, PlanTooLong, BeyondHorizon and PyMongoError."""
        if wanted.start > now + self._horizon:
            raise BeyondHorizon(
                f"Plans reach {self._horizon.days} days ahead; {wanted.start:%Y-%m-%d} is later"
            )
        for each in technicians:
            each.check_bookable(None)
        if wanted.bay_id:
            (await self.bay(wanted.bay_id)).check_bookable(None)
        try:
            blocks = await self._blocks(wanted, technicians)
        except (OutsideShift, PlanTooLong):
            if wanted.end > now:
                raise
            blocks = unshifted(wanted.start, wanted.end - wanted.start)  # past, and books nothing
        future = tuple(Block.of(each) for each in future_part(blocks, now))
        work = evolve(wanted, end=blocks[-1].end, blocks=future)
        return Layout(work, {each.aggregate_id: each.shifts_revision for each in technicians})

    async def _blocks(
        self, wanted: PlannedWork, technicians: Sequence[Technician]
    ) -> tuple[Interval, ...]:
        duration = timedelta(minutes=wanted.duration_minutes)
        if wanted.outside_shift:
            return unshifted(wanted.start, duration)
        together = await self._together(wanted, technicians, wanted.start, wanted.start)
        return lay_out(
            together, wanted.start, duration, splittable=wanted.splittable, zone=self.zone
        )

    async def _closed(self, first: Day, last: Day) -> set[Day]:
        closures = await self._closures.between(reaching_into(first), last)
        return {each.date for each in closures}

    def _working(
        self, technician: Technician, closed: set[Day], first: Day, last: Day
    ) -> list[Interval]:
        """Time of work by weeks, single days and closures, with times off in it."""
        patterns, days = technician.patterns, technician.days
        return working_time(patterns, days, closed, first, last, self.zone)

    async def next_free(
        self,
        wanted: PlannedWork,
        execution_id: str,
        known: Sequence[Conflict],
        now: datetime,
    ) -> FreeTime | None:
        """The earliest time, from the wanted start on, that nothing takes at any of the resources:
        neither what is `known` to be in the way nor what their snapshots show. None if there is
        none within 14 days. Raises PyMongoError."""
        technicians = await self.technicians(wanted.technician_ids)
        bays = [await self.bay(wanted.bay_id)] if wanted.bay_id else []
        begins = max(wanted.start, now)
        until = begins + LOOKED_AHEAD
        blocks = next_free(
            await self._together(wanted, technicians, begins, until),
            _busy(technicians, execution_id, known),
            _busy(bays, execution_id, known),
            timedelta(minutes=wanted.duration_minutes),
            splittable=wanted.splittable,
            not_before=begins,
            until=until,
            zone=self.zone,
        )
        return FreeTime(start=blocks[0].start, end=blocks[-1].end) if blocks else None

    async def _together(
        self,
        wanted: PlannedWork,
        technicians: Sequence[Technician],
        begins: datetime,
        until: datetime,
    ) -> list[Interval]:
        """Working time that all of them have in common."""
        if wanted.outside_shift:
            return [Interval(begins, until + timedelta(minutes=wanted.duration_minutes))]
        first, last = local_day(begins, self.zone), local_day(until, self.zone)
        last = str(date.fromisoformat(last) + timedelta(days=WALKED_DAYS))
        closed = await self._closed(first, last)
        each_alone = (self._working(each, closed, first, last) for each in technicians)
        return reduce(intersected, each_alone)

    async def disrupted(self, resource: Resource, now: datetime) -> list[Booking]:
        """Bookings from now on that lie outside of the working time, or where nothing can be
        planned; all of them if the resource is inactive. Raises PyMongoError."""
        ahead = [each for each in resource.taken if each.end > now]
        if not ahead:
            return []
        window = Interval(now, max(each.end for each in ahead))
        worked = await self._worked(resource, window)
        outside = {each.execution_id for each in misplaced(resource, worked, window)}
        return [each for each in ahead if each.execution_id in outside]

    async def affected(self, resource: Resource) -> dict[str, JsonValue]:
        """The field `affected` of an answer. Raises PyMongoError."""
        affected = [
            Affected(execution_id=each.execution_id, from_=each.blocks[0].from_, to=each.end)
            for each in await self.disrupted(resource, utc_now())
        ]
        return {"affected": [each.model_dump(mode="json") for each in affected]}

    async def _worked(self, resource: Resource, span: Interval) -> list[Interval]:
        """Working time of a technician; a bay can be used at any hour."""
        if not isinstance(resource, Technician):
            return [span]
        first, last = local_day(span.start, self.zone), local_day(span.end, self.zone)
        return self._working(resource, await self._closed(first, last), first, last)


def _busy(
    resources: Sequence[Resource], execution_id: str, known: Sequence[Conflict]
) -> list[Interval]:
    """Times at which any of them is taken by something else than the execution."""
    blocks = [block for each in resources for block in each.occupied(but=execution_id)]
    named = {each.aggregate_id for each in resources}
    more = (Interval(each.from_, each.to) for each in known if each.resource in named)
    return merged([*(block.interval for block in blocks), *more])


def utc_now() -> datetime:
    return datetime.now(UTC)
