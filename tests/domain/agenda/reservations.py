"""Holds and claims for tests, their times written as people write them: `09:00-10:30`."""

from datetime import datetime
from typing import Any, TypeVar

from domain.agenda.bookings import Block
from domain.agenda.resource import Resource
from domain.agenda.resource_commands import Claim, HoldTime
from domain.kernel.aggregate import Command, decide
from tests.domain.execution.builders import MORNING

R = TypeVar("R", bound=Resource)


def clock(shown: str) -> datetime:
    """The instant of the day at which a clock shows this, in UTC."""
    return datetime.fromisoformat(f"{MORNING.date()}T{shown}Z")


def times(*hours: str) -> tuple[Block, ...]:
    pairs = (each.split("-") for each in hours)
    return tuple(Block(from_=clock(start), to=clock(end)) for start, end in pairs)


def hold(*hours: str, of: str = "e-1", number: int = 1, **fields: Any) -> HoldTime:
    return HoldTime(
        hold_id=f"{of}:{number}",
        execution_id=of,
        service_order_id="os-1",
        blocks=times(*hours),
        **({"seconds": 120} | fields),
    )


def claim(*hours: str, of: str = "e-1", number: int | None = 1, revision: int = 1) -> Claim:
    return Claim(
        hold_id=number and f"{of}:{number}",
        execution_id=of,
        service_order_id="os-1",
        blocks=times(*hours),
        plan_revision=revision,
    )


def after(resource: R, *commands: Command[Any], at: str = "08:00") -> R:
    """The resource after the commands, all at one moment."""
    for command in commands:
        resource = decide(resource, command, clock(at))[0]
    return resource


def booked(resource: R, *hours: str, of: str = "e-1", revision: int = 1) -> R:
    held = hold(*hours, of=of, number=revision)
    return after(resource, held, claim(*hours, of=of, number=revision, revision=revision))


def taken(resource: Resource) -> list[tuple[str, tuple[Block, ...]]]:
    """Bookings, by who has which times."""
    return [(each.execution_id, each.blocks) for each in resource.taken]
