"""Fields that events of technicians and of bays have in common."""

from pydantic import Field

from domain.agenda.bookings import Block
from domain.kernel.events import Event
from domain.kernel.values import Instant


class Claimed(Event):
    execution_id: str
    plan_revision: int
    blocks: tuple[Block, ...]


class Freed(Event):
    """All that was booked for the execution, or what is left of it `from` an instant on."""

    execution_id: str
    plan_revision: int
    from_: Instant | None = Field(None, alias="from")


class Disrupted(Event):
    execution_ids: tuple[str, ...]
