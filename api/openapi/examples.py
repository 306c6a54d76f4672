"""Examples for the API's document, made by the code that makes the real thing."""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel

from domain.agenda.bookings import Block, Booking
from domain.agenda.days import check_range
from domain.agenda.errors import RangeTooLong
from domain.agenda.resource import Resource
from domain.kernel.aggregate import Aggregate, Command, State, decide
from domain.kernel.errors import DomainError
from domain.kernel.values import evolve
from workflows.contract import execution_id

SERVICE_ORDER = "OS-1042"
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

R = TypeVar("R", bound=Resource)


def by_schema(*values: BaseModel, **how: Any) -> dict[str, Any]:
    """Bodies as they travel, by the names of their schemas in the document."""
    return {type(each).__name__: each.model_dump(mode="json", **how) for each in values}


def after(state: State, *commands: Command[State]) -> State:
    for command in commands:
        state = decide(state, command, AT)[0]
    return state


def booked(resource: R) -> R:
    """The resource with work on the morning of that day."""
    begins = AT + timedelta(hours=4)
    booking = Booking(
        execution_id=execution_id(SERVICE_ORDER),
        service_order_id=SERVICE_ORDER,
        bay_id="lift-1",
        blocks=(Block(from_=begins, to=begins + timedelta(hours=2)),),
        plan_revision=1,
        changed_at=AT,
    )
    return evolve(resource, bookings=(booking,))


def expectation_of(state: Aggregate, version: int) -> DomainError:
    try:
        state.expect({version})
    except DomainError as refusal:
        return refusal
    raise AssertionError(f"{version} is no example of another version")


def refusal_of(state: State, command: Command[State]) -> DomainError:
    try:
        after(state, command)
    except DomainError as refusal:
        return refusal
    raise AssertionError(f"{command!r} is no example of a refusal")


def range_too_long(most: int) -> RangeTooLong:
    try:
        check_range("2026-01-01", "2027-06-30", most)
    except RangeTooLong as refusal:
        return refusal
    raise AssertionError(f"{most} days are no example of a limit")
