"""A bay: profile and closures, and how a command changes them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from domain.agenda.bookings import Block, Booking, ConflictKind
from domain.agenda.ids import BAY_PREFIX, ResourceId
from domain.agenda.periods import Period
from domain.agenda.resource import Resource
from domain.bay.errors import BayInactive, BayNotFound
from domain.bay.events import (
    BayBookingClaimed,
    BayBookingReleased,
    BayBookingsDisrupted,
    BayRegistered,
)
from domain.bay.lifecycle import BAY, BayAction, BayStatus
from domain.kernel.aggregate import Command
from domain.kernel.reading import leniently, of_text
from domain.kernel.values import Identifier, Input, Text


def _in_capitals(text: str) -> str:
    # Not where there is none of one letter, as for ß: what fits would be too long.
    return text.upper() if len(text.upper()) == len(text) else text


Name = Annotated[Text, StringConstraints(max_length=200)]
BayKind = Annotated[Identifier, StringConstraints(max_length=64), leniently(of_text(_in_capitals))]
"""A kind as the workshop tells its bays apart, such as LIFT or ALIGNMENT."""


class NewBay(Input):
    """A bay's profile. `kind` is turned into capitals, and tells bays apart in lists."""

    name: Name | None = None
    kind: BayKind | None = None


class BayRegistration(NewBay):
    """All that it takes to register one."""

    bay_id: ResourceId


class BayClosure(Period):
    """Time in which a bay cannot be used."""

    closure_id: str
    reason: str | None = None


class Bay(Resource):
    """`closures` are in order, and none overlaps another."""

    LIFECYCLE = BAY
    NOT_FOUND = BayNotFound

    bay_id: str
    name: str | None = None
    kind: str | None = None
    status: BayStatus
    status_reason: str | None = None
    closures: tuple[BayClosure, ...] = ()

    @classmethod
    def not_found(cls, aggregate_id: str) -> BayNotFound:
        return BayNotFound.of(bay_id_of(aggregate_id))

    @property
    def aggregate_id(self) -> str:
        return aggregate_id_of(self.bay_id)

    @property
    def is_active(self) -> bool:
        return self.status is BayStatus.ACTIVE

    def inactive(self) -> BayInactive:
        return BayInactive(f"Bay {self.bay_id} is inactive", bay_id=self.bay_id)

    def claimed(self, booking: Booking) -> BayBookingClaimed:
        return BayBookingClaimed(
            bay_id=self.bay_id,
            execution_id=booking.execution_id,
            plan_revision=booking.plan_revision,
            blocks=booking.blocks,
        )

    def freed(self, booking: Booking, at: datetime | None) -> BayBookingReleased:
        return BayBookingReleased(
            bay_id=self.bay_id,
            execution_id=booking.execution_id,
            plan_revision=booking.plan_revision,
            from_=at,
        )

    def disrupted(self, execution_ids: tuple[str, ...]) -> BayBookingsDisrupted:
        return BayBookingsDisrupted(bay_id=self.bay_id, execution_ids=execution_ids)

    def closed_times(self) -> Iterator[tuple[ConflictKind, Block]]:
        for each in self.closures:
            yield ConflictKind.CLOSURE, Block(from_=each.from_, to=each.to)


def aggregate_id_of(bay_id: str) -> str:
    """The id of the aggregate, which no aggregate of another kind can have."""
    return f"{BAY_PREFIX}{bay_id}"


def bay_id_of(aggregate_id: str) -> str:
    return aggregate_id.removeprefix(BAY_PREFIX)


def register(new: BayRegistration, at: datetime) -> tuple[Bay, tuple[BayRegistered, ...]]:
    """The first version of a bay. `at` is UTC, cut to milliseconds."""
    bay = Bay(
        status=BayStatus.ACTIVE,
        created_at=at,
        updated_at=at,
        version=1,
        **{name: getattr(new, name) for name in BayRegistration.model_fields},
    )
    return bay, (BayRegistered(bay_id=new.bay_id),)


class BayCommand(Command[Bay]):
    """A request to change a bay."""

    ACTION: ClassVar[BayAction]
