"""The plan of an execution: when, by whom and where it is to be carried out, and what has still to
be said about it to the agendas of technicians and bays.

The execution alone commits a plan. Its errands then claim the time that is held for it, and give
back what an earlier plan has taken.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.agenda.bookings import Block
from domain.agenda.ids import BAY_PREFIX, TECHNICIAN_PREFIX
from domain.kernel.values import Identifier, Input, Instant, Minutes, Text, Value

MOST_TECHNICIANS = 4
LEASE_LEFT = timedelta(seconds=30)
"""Time for which a hold must still last when a plan is committed with it. The execution is asked
only after its end, so what was answered "no" can never become a plan."""


class PlanState(StrEnum):
    BOOKED = "BOOKED"
    CLAIMING = "CLAIMING"
    CONFLICT = "CONFLICT"


class PlannedWork(Value):
    """Working time in which an execution is to be carried out: from the start of the first block to
    the end of the last. A bay is taken without a gap."""

    start: Instant
    end: Instant
    duration_minutes: int
    technician_ids: tuple[str, ...]
    bay_id: str | None = None
    blocks: tuple[Block, ...] = ()
    splittable: bool = True
    outside_shift: bool = False
    reason: str | None = None

    @property
    def resources(self) -> tuple[str, ...]:
        """Ids of the agendas, in the order in which they are taken: bays first, each kind by id.
        As all take them in one order, nobody waits in a circle."""
        bays = [f"{BAY_PREFIX}{self.bay_id}"] if self.bay_id else []
        people = sorted({f"{TECHNICIAN_PREFIX}{each}" for each in self.technician_ids})
        return (*bays, *people)

    def blocks_of(self, resource: str) -> tuple[Block, ...]:
        """The time that the work takes of one of its resources."""
        if not resource.startswith(BAY_PREFIX) or not self.blocks:
            return self.blocks
        return (Block(from_=self.blocks[0].from_, to=self.blocks[-1].to),)


def wanted(
    start: datetime, duration_minutes: int, technician_ids: tuple[str, ...], **fields: Any
) -> PlannedWork:
    """Work as it is asked for: its end is not known yet."""
    return PlannedWork(
        start=start,
        end=start + timedelta(minutes=duration_minutes),
        duration_minutes=duration_minutes,
        technician_ids=technician_ids,
        **fields,
    )


class Slot(Value):
    """The time that is held for a plan until an instant, under one id at all its resources. A plan
    of the past takes no time, so nothing is held."""

    hold_id: str
    until: Instant | None
    work: PlannedWork


class Plan(PlannedWork):
    """`BOOKED`: its time is certain. `CLAIMING`: it was asked for without anybody holding it.
    `CONFLICT`: it could not be had, for the reason in `problem`."""

    revision: int
    state: PlanState
    problem: str | None = None

    @property
    def work(self) -> PlannedWork:
        return PlannedWork(**{name: getattr(self, name) for name in PlannedWork.model_fields})


class PlanRequest(Input):
    """A plan as a client asks for it; without a duration, the estimated one of the execution."""

    start: Instant
    duration_minutes: Minutes | None = None
    technician_ids: Annotated[
        tuple[Identifier, ...], Field(min_length=1, max_length=MOST_TECHNICIANS)
    ]
    bay_id: Identifier | None = None
    splittable: bool = True
    outside_shift: bool = False
    reason: Text | None = None

    @model_validator(mode="after")
    def _with_a_reason(self) -> Self:
        if self.outside_shift and self.reason is None:
            raise PydanticCustomError("reason", "A plan outside of shifts needs a `reason`")
        return self


class ErrandKind(StrEnum):
    CLAIM = "CLAIM"
    RELEASE = "RELEASE"
    RESERVE = "RESERVE"


class PlanErrand(Value):
    """A request that the agendas have still to hear: to claim the time that is held for the plan
    of this revision, or to release it. To reserve is to ask all of them for time that nobody holds;
    `optional` if the technicians need not have agendas."""

    kind: ErrandKind
    plan_revision: int
    resource: str | None = None
    hold_id: str | None = None
    from_: Instant | None = Field(None, alias="from")
    optional: bool = False

    @property
    def is_claim(self) -> bool:
        return self.kind is not ErrandKind.RELEASE


def reservation(plan: Plan, *, optional: bool) -> PlanErrand:
    return PlanErrand(kind=ErrandKind.RESERVE, plan_revision=plan.revision, optional=optional)


def claims(plan: Plan, hold_id: str | None) -> tuple[PlanErrand, ...]:
    """The errands by which a plan comes to the time that is held for it."""
    return tuple(
        PlanErrand(
            kind=ErrandKind.CLAIM,
            plan_revision=plan.revision,
            resource=resource,
            hold_id=hold_id,
        )
        for resource in plan.resources
        if plan.blocks
    )


def releases(
    plan: Plan | None,
    hold_id: str | None,
    revision: int,
    from_: datetime | None = None,
    but: Iterable[str] = (),
) -> tuple[PlanErrand, ...]:
    """The errands by which a plan gives back what it has from an instant on, at all resources
    `but` those that the next plan takes as well."""
    if plan is None:
        return ()
    kept = set(but)
    return tuple(
        PlanErrand(
            kind=ErrandKind.RELEASE,
            plan_revision=revision,
            resource=resource,
            hold_id=hold_id,
            from_=from_,
        )
        for resource in plan.resources
        if resource not in kept
    )
