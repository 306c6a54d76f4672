"""Times at which a technician or a bay is taken: held for a moment, or booked."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from domain.agenda.intervals import Interval
from domain.agenda.spans import Span
from domain.kernel.values import Instant, Value, evolve

MOST_BLOCKS = 20
MOST_CONFLICTS = 10


class Block(Span):
    """A time from one instant until just before another, in UTC."""

    @property
    def interval(self) -> Interval:
        return Interval(self.from_, self.to)

    def meets(self, other: "Block") -> bool:
        return self.from_ < other.to and other.from_ < self.to


def _in_order(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    edges = [edge for block in blocks for edge in (block.from_, block.to)]
    if edges != sorted(edges) or any(block.from_ == block.to for block in blocks):
        raise PydanticCustomError("blocks", "The blocks follow each other, and each has a length")
    return blocks


Blocks = Annotated[
    tuple[Block, ...], Field(min_length=1, max_length=MOST_BLOCKS), AfterValidator(_in_order)
]
"""Times in their order, none of which overlaps another."""


class Reservation(Value):
    """The time that an execution takes of one resource. `bay_id` is the bay of the whole plan, and
    `outside_shift` says that it was planned outside of shifts on purpose."""

    execution_id: str
    service_order_id: str
    bay_id: str | None = None
    outside_shift: bool = False
    blocks: Blocks

    def serves(self, blocks: Sequence[Block]) -> bool:
        """True if it takes just these times, apart from what may have passed of it since."""
        begin = blocks[0].from_
        left = [(max(each.from_, begin), each.to) for each in self.blocks if each.to > begin]
        return left == [(each.from_, each.to) for each in blocks]


class Hold(Reservation):
    """A time that is kept for a plan that may still be committed, until `until`. After that it is
    kept on until the execution has said whether it was: `expired`. `shifts_revision` is that of the
    working time that it was laid out on."""

    hold_id: str
    until: Instant
    expired: bool = False
    shifts_revision: int | None = None


class Booking(Reservation):
    """A time that is taken by the plan of that revision. One that was `released` takes nothing any
    more; it bars what comes late of its plan, and calendars show that it was called off."""

    plan_revision: int
    changed_at: Instant
    released: bool = False

    @property
    def end(self) -> datetime:
        return self.blocks[-1].to

    def ending_by(self, at: datetime | None) -> Self:
        """The booking without the time from `at` on; released if none is left."""
        kept = [block for block in self.blocks if at and block.from_ < at]
        if not kept or at is None:
            return evolve(self, released=True)
        last = kept[-1]
        kept[-1] = evolve(last, to=min(last.to, at))
        return evolve(self, blocks=tuple(kept))


class ConflictKind(StrEnum):
    BOOKING = "BOOKING"
    HOLD = "HOLD"
    TIME_OFF = "TIME_OFF"
    CLOSURE = "CLOSURE"


class Conflict(Value):
    """A time that is taken already, and by what; `resource` is a technician or a bay."""

    resource: str
    kind: ConflictKind
    execution_id: str | None = None
    from_: Instant = Field(alias="from")
    to: Instant


class FreeTime(Value):
    """A time that is free, from the start of its first block to the end of the last."""

    start: Instant
    end: Instant


def meeting(blocks: Sequence[Block], others: Iterable[Block]) -> Iterator[Block]:
    """The others that share an instant with one of the blocks."""
    return (other for other in others if any(other.meets(block) for block in blocks))
