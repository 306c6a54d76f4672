"""Holds and claims for tests, their times written as people write them: `09:00-10:30`."""

from datetime import datetime
from typing import Any, TypeVar

from domain.agenda.bookings import Block
from domain.agenda.resource import Resource
from domain.agenda.resource_commands import Claim, HoldTime
from domain.kernel.aggregate import Command, decide
from domain.technician.commands import SetDay
from domain.technician.state import Registration, Technician, register
from tests.domain.execution.builders import MORNING
from tests.domain.technician.builders import MORNINGS

R = TypeVar("R", bound=Resource)


def technician(name: str) -> Technician:
    """A technician with working time."""
    new, _ = register(Registration(technician_id=name), MORNING)
    day = SetDay(date=str(MORNING.date()), intervals=(MORNINGS,))
    return decide(new, day, MORNING)[0]


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
    """The times that are booked, with the execution that has each."""
    return [(each.execution_id, each.blocks) for each in resource.taken]
