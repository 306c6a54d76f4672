"""Events of bays."""

from pydantic import Field

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
