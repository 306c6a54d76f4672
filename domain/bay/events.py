"""Events of bays."""

from pydantic import Field

from domain.agenda.events import Claimed, Disrupted, Freed
from domain.kernel.events import Event
from domain.kernel.values import Instant


class BayEvent(Event):
    SOURCE = "execution.bay"

    bay_id: str


class BayRegistered(BayEvent):
    pass


class BayChanged(BayEvent):
    pass


class BayClosed(BayEvent):
    closure_id: str
    from_: Instant = Field(alias="from")
    to: Instant


class BayOpened(BayEvent):
    """A closure has been taken back."""

    closure_id: str


class BayDeactivated(BayEvent):
    reason: str | None = None


class BayReactivated(BayEvent):
    reason: str | None = None


class BayBookingClaimed(Claimed, BayEvent):
    """An execution takes the bay at these times."""

    @classmethod
    def detail_type(cls) -> str:
        return "BookingClaimed"


class BayBookingReleased(Freed, BayEvent):
    """The bay is free again, from an instant on if it names one."""

    @classmethod
    def detail_type(cls) -> str:
        return "BookingReleased"


class BayBookingsDisrupted(Disrupted, BayEvent):
    """Bookings of these executions lie in a time in which the bay cannot be used; they stay until
    they are planned anew."""

    @classmethod
    def detail_type(cls) -> str:
        return "BookingsDisrupted"
