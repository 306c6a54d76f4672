"""A resource: what work is planned on, a technician or a bay. One workflow decides for each, so no
instant of it is ever given twice."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self

from domain.agenda.bookings import (
    MOST_CONFLICTS,
    Block,
    Booking,
    Conflict,
    ConflictKind,
    Hold,
    meeting,
)
from domain.agenda.errors import StaleShifts
from domain.kernel.aggregate import Aggregate
from domain.kernel.errors import DomainError
from domain.kernel.events import Event
from domain.kernel.values import evolve

BOOKINGS_KEPT = timedelta(days=8)
"""Time for which a booking stays after its end: calendars show the days before."""
MOST_BOOKINGS = 400
"""Bookings of one resource: all of them travel in each answer and each snapshot."""


class ResourceAction(StrEnum):
    HOLD = "hold"
    DROP_HOLD = "drop_hold"
    CLAIM = "claim"
    RELEASE = "release"
    EXPIRE_HOLDS = "expire_holds"
    SETTLE_HOLD = "settle_hold"
    RECORD_DISRUPTION = "record_disruption"
    FORGET = "forget_ended_bookings"


class Resource(Aggregate):
    """`bookings` are in the order of their start. Every change of the working time has another
    `shifts_revision`; where work was planned then, it is `disruption_unchecked` until it is known
    what of it lies outside."""

    NOT_FOR_CLIENTS: ClassVar[frozenset[StrEnum]] = frozenset(ResourceAction)

    shifts_revision: int = 0
    bookings: tuple[Booking, ...] = ()
    holds: tuple[Hold, ...] = ()
    disruption_unchecked: bool = False

    @property
    def is_active(self) -> bool:
        raise NotImplementedError

    def inactive(self) -> DomainError:
        """The refusal to plan on it while it is inactive."""
        raise NotImplementedError

    def claimed(self, booking: Booking) -> Event:
        raise NotImplementedError

    def freed(self, booking: Booking, at: datetime | None) -> Event:
        """The event of a booking that was released, from that instant on."""
        raise NotImplementedError

    def disrupted(self, execution_ids: tuple[str, ...]) -> Event:
        raise NotImplementedError

    def closed_times(self) -> Iterator[tuple[ConflictKind, Block]]:
        """Times at which it cannot be planned, whatever its shifts say."""
        raise NotImplementedError

    @property
    def is_over(self) -> bool:
        is_free = not (self.holds or self.taken or self.disruption_unchecked)
        return super().is_over and is_free

    @property
    def has_errands(self) -> bool:
        return self.disruption_unchecked or any(hold.expired for hold in self.holds)

    @property
    def taken(self) -> list[Booking]:
        """The bookings that take time."""
        return [booking for booking in self.bookings if not booking.released]

    def booking_of(self, execution_id: str) -> Booking | None:
        """The latest booking of the execution, which may have been released."""
        found = (each for each in self.bookings if each.execution_id == execution_id)
        return next(found, None)

    def hold(self, hold_id: str | None) -> Hold | None:
        return next((each for each in self.holds if each.hold_id == hold_id), None)

    def with_disruption_unchecked(self, at: datetime, **fields: Any) -> Self:
        """The resource with these fields; where work is planned on it, that is to be checked."""
        is_planned = any(each.end > at for each in self.taken)
        return evolve(self, **fields, disruption_unchecked=self.disruption_unchecked or is_planned)

    def check_bookable(self, shifts_revision: int | None) -> None:
        """Raises what `inactive` says, and StaleShifts unless the working time is that of the
        revision; bays have none."""
        if not self.is_active:
            raise self.inactive()
        if shifts_revision not in {None, self.shifts_revision}:
            raise StaleShifts(f"The working time of {self.aggregate_id} has changed")

    def conflicts(self, blocks: Sequence[Block], execution_id: str) -> list[Conflict]:
        """Obstacles to an execution at these times, at most ten; its own bookings and holds are
        none."""
        found = [
            Conflict(
                resource=self.aggregate_id,
                kind=kind,
                execution_id=taker,
                from_=block.from_,
                to=block.to,
            )
            for kind, taker, times in self._occupied()
            # Most of an agenda is far away.
            if times[0].from_ < blocks[-1].to and blocks[0].from_ < times[-1].to
            if taker != execution_id
            for block in meeting(blocks, times)
        ]
        return sorted(found, key=lambda each: each.from_)[:MOST_CONFLICTS]

    def occupied(self, but: str) -> list[Block]:
        """Times at which it cannot be planned, but for what that execution takes."""
        return [block for _, taker, times in self._occupied() if taker != but for block in times]

    def _occupied(self) -> Iterator[tuple[ConflictKind, str | None, Sequence[Block]]]:
        for booking in self.taken:
            yield ConflictKind.BOOKING, booking.execution_id, booking.blocks
        for hold in self.holds:
            yield ConflictKind.HOLD, hold.execution_id, hold.blocks
        for kind, block in self.closed_times():
            yield kind, None, [block]

    def remembered(self, at: datetime) -> list[Booking]:
        """The bookings without those that ended long before that instant."""
        return [each for each in self.bookings if each.end > at - BOOKINGS_KEPT]

    def with_booking(self, booking: Booking, at: datetime) -> Self:
        """The resource with this booking in the place of the execution's other one; those that
        ended long ago are forgotten."""
        others = self.remembered(at)
        kept = [each for each in others if each.execution_id != booking.execution_id]
        ordered = sorted([*kept, booking], key=lambda each: (each.blocks[0].from_, each.end))
        return evolve(self, bookings=tuple(ordered))

    def without_hold(self, hold_id: str | None) -> Self:
        if hold_id is None or self.hold(hold_id) is None:
            return self
        return evolve(self, holds=tuple(e for e in self.holds if e.hold_id != hold_id))
