"""A technician: profile, working time and times off, and how a command changes them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, StringConstraints

from domain.agenda.bookings import Block, Booking, ConflictKind
from domain.agenda.ids import TECHNICIAN_PREFIX, ResourceId
from domain.agenda.periods import Period
from domain.agenda.resource import Resource
from domain.agenda.week import Day, DayHours, WeekPattern
from domain.kernel.aggregate import Command
from domain.kernel.reading import leniently, number
from domain.kernel.values import Identifier, Input, Text, Whole
from domain.technician.errors import TechnicianInactive, TechnicianNotFound
from domain.technician.events import (
    BookingClaimed,
    BookingReleased,
    BookingsDisrupted,
    TechnicianRegistered,
    TimeOffKind,
)
from domain.technician.lifecycle import TECHNICIAN, TechnicianAction, TechnicianStatus

MOST_SKILLS = 20

Number = Annotated[int, Field(strict=True, gt=0, lt=2**53), Whole, leniently(number)]
"""The number of the mechanic in the workshop's queue."""
Name = Annotated[Text, StringConstraints(max_length=200)]


def _each_once(skills: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(skills))


Skill = Annotated[Identifier, StringConstraints(max_length=64)]
Skills = Annotated[tuple[Skill, ...], Field(max_length=MOST_SKILLS), AfterValidator(_each_once)]


class NewTechnician(Input):
    """A technician's profile. `number` is the mechanic's in the workshop's queue, `subject` that of
    the tokens that they sign in with; each belongs to one technician."""

    name: Name | None = None
    number: Number | None = None
    subject: Identifier | None = None
    skills: Skills = ()


class Registration(NewTechnician):
    """All that it takes to register one."""

    technician_id: ResourceId


class TimeOff(Period):
    """Time that a technician does not work."""

    time_off_id: str
    kind: TimeOffKind
    note: str | None = None


class Technician(Resource):
    """`patterns` are in the order of their first days."""

    LIFECYCLE = TECHNICIAN
    NOT_FOUND = TechnicianNotFound

    technician_id: str
    name: str | None = None
    number: int | None = None
    subject: str | None = None
    skills: tuple[str, ...] = ()
    status: TechnicianStatus
    status_reason: str | None = None
    patterns: tuple[WeekPattern, ...] = ()
    days: Mapping[Day, DayHours] = Field(default_factory=dict)
    time_off: tuple[TimeOff, ...] = ()

    @classmethod
    def not_found(cls, aggregate_id: str) -> TechnicianNotFound:
        return TechnicianNotFound.of(technician_id_of(aggregate_id))

    @property
    def aggregate_id(self) -> str:
        return aggregate_id_of(self.technician_id)

    @property
    def is_active(self) -> bool:
        return self.status is TechnicianStatus.ACTIVE

    @property
    def has_shifts(self) -> bool:
        """True if anything is known of their working time."""
        return bool(self.patterns or self.days)

    def inactive(self) -> TechnicianInactive:
        return TechnicianInactive(
            f"Technician {self.technician_id} is inactive", technician_id=self.technician_id
        )

    def claimed(self, booking: Booking) -> BookingClaimed:
        return BookingClaimed(
            technician_id=self.technician_id,
            execution_id=booking.execution_id,
            plan_revision=booking.plan_revision,
            blocks=booking.blocks,
        )

    def freed(self, booking: Booking, at: datetime | None) -> BookingReleased:
        return BookingReleased(
            technician_id=self.technician_id,
            execution_id=booking.execution_id,
            plan_revision=booking.plan_revision,
            from_=at,
        )

    def disrupted(self, execution_ids: tuple[str, ...]) -> BookingsDisrupted:
        return BookingsDisrupted(technician_id=self.technician_id, execution_ids=execution_ids)

    def closed_times(self) -> Iterator[tuple[ConflictKind, Block]]:
        for each in self.time_off:
            yield ConflictKind.TIME_OFF, Block(from_=each.from_, to=each.to)


def aggregate_id_of(technician_id: str) -> str:
    """The id of the aggregate: histories, answers and events of all aggregates lie together, and a
    client may choose what is the id of an execution."""
    return f"{TECHNICIAN_PREFIX}{technician_id}"


def technician_id_of(aggregate_id: str) -> str:
    return aggregate_id.removeprefix(TECHNICIAN_PREFIX)


def register(
    new: Registration, at: datetime
) -> tuple[Technician, tuple[TechnicianRegistered, ...]]:
    """The first version of a technician. `at` is UTC, cut to milliseconds."""
    technician = Technician(
        status=TechnicianStatus.ACTIVE,
        created_at=at,
        updated_at=at,
        version=1,
        **{name: getattr(new, name) for name in Registration.model_fields},
    )
    registered = TechnicianRegistered(technician_id=new.technician_id, skills=new.skills)
    return technician, (registered,)


class TechnicianCommand(Command[Technician]):
    """A request to change a technician."""

    ACTION: ClassVar[TechnicianAction]
