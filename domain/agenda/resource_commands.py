"""Commands by which time of a resource is taken and given back. Our own processes send them.

A hold keeps the time for a plan that is about to be committed. It is never let go on a timer alone:
when it runs out, the execution is asked whether it has committed. A claim turns it into a booking.
So it goes where a claim finds no hold: it may have come so late that its plan is given up.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field

from domain.agenda.bookings import Block, Booking, Hold, Reservation, meeting
from domain.agenda.errors import ScheduleConflict, TooManyEntries
from domain.agenda.resource import MOST_BOOKINGS, Resource, ResourceAction
from domain.kernel.aggregate import Alarm, Answer, Change, Command
from domain.kernel.values import Instant, Value, evolve


class Held(Value):
    """The answer to a hold: the instant until which the time is kept."""

    until: Instant


class ResourceCommand(Command[Resource]):
    """A command that is answered without the state: an agenda may be long."""

    ACTION: ClassVar[ResourceAction]

    def reply(self, answer: Answer[Resource]) -> Any:
        return None


class HoldTime(Reservation, ResourceCommand):
    """Keeps a time for a plan that is about to be committed. The same hold again is answered the
    same; of another time under its id it is said that nothing is left of it. An execution's own
    bookings are not in its way."""

    ACTION = ResourceAction.HOLD
    LEAVES_NO_TRACE = True

    hold_id: str
    seconds: int = Field(ge=1, le=3_600)
    shifts_revision: int | None = None

    def reply(self, answer: Answer[Resource]) -> Held:
        hold = answer.state.hold(self.hold_id)
        is_kept = hold is not None and hold.serves(self.blocks)
        return Held(until=hold.until if hold and is_kept else answer.state.updated_at)

    def is_done(self, state: Resource) -> bool:
        return state.hold(self.hold_id) is not None

    def change(self, state: Resource, at: datetime) -> Change[Resource]:
        state.check_bookable(self.shifts_revision)
        _check_free(state, self.blocks, self.execution_id)
        if len(state.remembered(at)) + len(state.holds) >= MOST_BOOKINGS:
            raise TooManyEntries(f"{state.aggregate_id} takes at most {MOST_BOOKINGS} bookings")
        hold = Hold(
            **_reservation(self),
            hold_id=self.hold_id,
            until=at + timedelta(seconds=self.seconds),
            shifts_revision=self.shifts_revision,
        )
        return evolve(state, holds=(*state.holds, hold)), ()


class DropHold(ResourceCommand):
    """Gives a held time back that nothing was committed for."""

    ACTION = ResourceAction.DROP_HOLD
    LEAVES_NO_TRACE = True

    hold_id: str

    def change(self, state: Resource, at: datetime) -> Change[Resource]:
        return state.without_hold(self.hold_id), ()


class Claim(Reservation, ResourceCommand):
    """Books a time for a plan: the one that it holds. Where the hold is lost and the time is free,
    the execution is asked first whether it still counts on it. What an earlier revision of the plan
    has booked is given back; a later one is left alone."""

    ACTION = ResourceAction.CLAIM

    plan_revision: int
    hold_id: str | None = None
    shifts_revision: int | None = None

    def change(self, state: Resource, at: datetime) -> Change[Resource]:
        known = state.booking_of(self.execution_id)
        if known and known.plan_revision >= self.plan_revision:
            return state.without_hold(self.hold_id), ()
        hold = state.hold(self.hold_id)
        is_held = hold is not None and hold.serves(self.blocks)
        if not is_held:
            state.check_bookable(self.shifts_revision)
            _check_free(state, self.blocks, self.execution_id)
            if self.hold_id is not None:
                return self._in_question(state, self.hold_id, at), ()
        if hold and hold.expired:  # what the execution answers counts
            return state, ()
        return _booked(state, self, hold, self.plan_revision, at)

    def _in_question(self, state: Resource, hold_id: str, at: datetime) -> Resource:
        """The resource that asks the execution about this time, and keeps it meanwhile."""
        hold = Hold(**_reservation(self), hold_id=hold_id, until=at, expired=True)
        return evolve(state, holds=(*state.without_hold(hold_id).holds, hold))


class Release(ResourceCommand):
    """Gives back what a plan of this revision, or an earlier one, has booked or holds from an
    instant on; all of it without one. What comes late of such a plan is barred."""

    ACTION = ResourceAction.RELEASE

    execution_id: str
    plan_revision: int
    hold_id: str | None = None
    from_: Instant | None = Field(None, alias="from")

    def change(self, state: Resource, at: datetime) -> Change[Resource]:
        holds = [each for each in state.holds if each.execution_id == self.execution_id]
        state = state.without_hold(self.hold_id)
        known = state.booking_of(self.execution_id)
        if known is None and holds:  # a claim may still be on its way to one of them
            wanted = _reservation(holds[0])
            known = Booking(**wanted, plan_revision=0, changed_at=at, released=True)
        if known is None or known.plan_revision > self.plan_revision:
            return state, ()
        left = known if known.released else known.ending_by(self.from_)
        events = () if left == known else (state.freed(left, self.from_),)
        if not (events or holds):
            return state, ()
        left = evolve(left, changed_at=at, plan_revision=self.plan_revision)
        return state.with_booking(left, at), events


class ExpireHolds(ResourceCommand):
    """Has the executions asked about the holds that have run out."""

    ACTION = ResourceAction.EXPIRE_HOLDS
    LEAVES_NO_TRACE = True

    def change(self, state: Resource, at: datetime) -> Change[Resource]:
        holds = tuple(
            evolve(each, expired=True) if each.until <= at else each for each in state.holds
        )
        return evolve(state, holds=holds), ()


class SettleHold(ResourceCommand):
    """Turns a hold into a booking if a plan was committed with it; else gives its time back."""

    ACTION = ResourceAction.SETTLE_HOLD

    hold_id: str
    plan_revision: int | None = None

    def change(self, state: Resource, at: datetime) -> Change[Resource]:
        hold = state.hold(self.hold_id)
        if hold is None or not hold.expired:  # held anew since the execution was asked
            return state, ()
        known = state.booking_of(hold.execution_id)
        is_newer = known and self.plan_revision and known.plan_revision >= self.plan_revision
        if self.plan_revision is None or is_newer:
            return state.without_hold(self.hold_id), ()
        return _booked(state, hold, hold, self.plan_revision, at)


class RecordDisruption(ResourceCommand):
    """Records which executions are booked outside of the working time, as it was at a version."""

    ACTION = ResourceAction.RECORD_DISRUPTION

    checked_version: int
    execution_ids: tuple[str, ...] = ()

    def change(self, state: Resource, at: datetime) -> Change[Resource]:
        if state.version != self.checked_version:
            return state, ()  # it is looked for again
        checked = evolve(state, disruption_unchecked=False)
        if not self.execution_ids:
            return checked, ()
        return checked, (state.disrupted(self.execution_ids),)


class ForgetEndedBookings(ResourceCommand):
    """Forgets what is over, so that nobody waits for a resource that is inactive."""

    ACTION = ResourceAction.FORGET

    def change(self, state: Resource, at: datetime) -> Change[Resource]:
        left = tuple(each for each in state.bookings if not each.released and each.end > at)
        return evolve(state, bookings=left), ()


SENT_TO_RESOURCES: tuple[type[ResourceCommand], ...] = (HoldTime, DropHold, Claim, Release)
"""Commands that come from outside its workflow; the others are its own."""


def next_alarm(state: Resource) -> Alarm[Resource] | None:
    """The earliest moment at which a resource has something to do by itself."""
    lapses = [hold.until for hold in state.holds if not hold.expired]
    if lapses:
        return Alarm(min(lapses), ExpireHolds())
    if state.is_active or state.holds or not state.taken:
        return None
    return Alarm(max(each.end for each in state.taken), ForgetEndedBookings())


def _check_free(state: Resource, blocks: tuple[Block, ...], execution_id: str) -> None:
    if conflicts := state.conflicts(blocks, execution_id):
        first = conflicts[0]
        raise ScheduleConflict(
            f"{state.aggregate_id} is taken from {first.from_:%Y-%m-%dT%H:%MZ} to "
            f"{first.to:%Y-%m-%dT%H:%MZ}",
            conflicts=[each.model_dump(mode="json", exclude_none=True) for each in conflicts],
        )


def _booked(
    state: Resource, wanted: Reservation, hold: Hold | None, revision: int, at: datetime
) -> Change[Resource]:
    """The resource with the wanted time booked in the place of the hold. It is to be checked if the
    working time was changed while it was held."""
    booking = Booking(**_reservation(wanted), plan_revision=revision, changed_at=at)
    closed = (block for _, block in state.closed_times())
    known = {None, state.shifts_revision}
    is_sound = (
        state.is_active
        and (hold is None or hold.shifts_revision in known)
        and not any(meeting(booking.blocks, closed))
    )
    state = state.without_hold(hold.hold_id if hold else None).with_booking(booking, at)
    if not is_sound:
        state = state.with_disruption_unchecked(at)
    return state, (state.claimed(booking),)


def _reservation(of: Reservation) -> dict[str, Any]:
    return {name: getattr(of, name) for name in Reservation.model_fields}
