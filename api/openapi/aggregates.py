"""Table of the aggregates, as the documents describe them: one row each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from api.openapi import (
    bay_examples,
    bays,
    execution_examples,
    executions,
    fila,
    fila_examples,
    technician_examples,
    technicians,
)
from api.openapi.responses import Responses
from domain.bay import events as bay_events
from domain.execution import events as execution_events
from domain.fila import events as fila_events
from domain.technician import events as technician_events


@dataclass(frozen=True)
class Described:
    """`responses` by operation id, `bodies` by the names of their schemas. `problems` are examples
    of its refusals at `place`, a path, which decides their language. `events` is the module that
    declares its events."""

    responses: Callable[[], Mapping[str, Responses]]
    bodies: Callable[[], Mapping[str, Any]]
    place: Callable[[], str]
    problems: Callable[[], Sequence[Exception]]
    events: ModuleType


AGGREGATES = (
    Described(
        responses=executions.responses,
        bodies=execution_examples.bodies,
        place=execution_examples.place,
        problems=execution_examples.problems,
        events=execution_events,
    ),
    Described(
        responses=fila.responses,
        bodies=fila_examples.bodies,
        place=fila_examples.place,
        problems=fila_examples.problems,
        events=fila_events,
    ),
    Described(
        responses=technicians.responses,
        bodies=technician_examples.bodies,
        place=technician_examples.place,
        problems=technician_examples.problems,
        events=technician_events,
    ),
    Described(
        responses=bays.responses,
        bodies=bay_examples.bodies,
        place=bay_examples.place,
        problems=bay_examples.problems,
        events=bay_events,
    ),
)
"""The first one's examples stand in the catalogue for the problems that several have."""
