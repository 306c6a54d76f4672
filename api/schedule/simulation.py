"""A what-if as clients ask for it and see it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field

from activities.agendas.rosters import Agendas
from domain.agenda.bookings import Booking
from domain.execution.state import Execution
from domain.kernel.values import Input, Instant
from domain.planning.planned import Planned
from domain.planning.suppositions import PartsAt, Supposition, Suppositions, TechnicianAbsent
from domain.planning.what_if import Outcome
from domain.technician.state import Technician

MOST_CHANGES = 20


class SimulationRequest(Input):
    """Changes of the world, all of them at once."""

    changes: Annotated[tuple[Supposition, ...], Field(min_length=1, max_length=MOST_CHANGES)]

    @property
    def dates(self) -> Iterable[datetime]:
        """The dates at which something is supposed to begin."""
        for each in self.changes:
            if isinstance(each, TechnicianAbsent):
                yield each.from_
            if isinstance(each, PartsAt):
                yield each.at

    @property
    def technician_ids(self) -> list[str]:
        absent = (each for each in self.changes if isinstance(each, TechnicianAbsent))
        return list(dict.fromkeys(each.technician_id for each in absent))

    @property
    def execution_ids(self) -> list[str]:
        return Suppositions(self.changes).executions


class Simulation(Outcome):
    """Consequences of the changes, each list in the order in which plans were placed again. Work
    that stays where it is is not named. `brokenPromises` stays empty but for extra jobs: executions
    have no promises yet. Nothing is written, and nothing moves by itself."""

    as_of: Instant


def booked_ids(agendas: Agendas) -> set[str]:
    """Ids of the executions that technicians have booked."""
    return {booking.execution_id for each in agendas.technicians for booking in each.taken}


def plans_of(agendas: Agendas, executions: Mapping[str, Execution]) -> list[Planned]:
    """The plans that technicians have booked, each as its newest bookings say. As executions do not
    name the skills that they need, anybody may take one over."""
    booked: dict[str, list[tuple[Technician, Booking]]] = {}
    for each in agendas.technicians:
        for booking in each.taken:
            booked.setdefault(booking.execution_id, []).append((each, booking))
    return [_planned(found, executions.get(each)) for each, found in booked.items()]


def _planned(booked: list[tuple[Technician, Booking]], execution: Execution | None) -> Planned:
    newest = max(booking.plan_revision for _, booking in booked)
    current = [(who, booking) for who, booking in booked if booking.plan_revision == newest]
    booking = current[0][1]
    plan = execution.plan if execution else None
    return Planned(
        execution_id=booking.execution_id,
        technician_ids=tuple(who.technician_id for who, _ in current),
        bay_id=booking.bay_id,
        blocks=tuple(block.interval for block in booking.blocks),
        splittable=plan is None or plan.splittable,
    )
