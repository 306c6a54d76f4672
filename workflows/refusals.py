"""Refusals on their way through Temporal: as class name, message and facts under their wire names.

What is recorded in histories and sent between releases has these names, so none of them changes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from temporalio.exceptions import ApplicationError

from domain.agenda.errors import AGENDA_ERRORS
from domain.bay.errors import BAY_ERRORS
from domain.execution.errors import EXECUTION_ERRORS
from domain.fila.errors import FILA_ERRORS
from domain.kernel.errors import DomainError, VersionMismatch
from domain.planning.errors import OutsideShift
from domain.technician.errors import TECHNICIAN_ERRORS

REFUSALS: tuple[type[DomainError], ...] = (
    VersionMismatch,
    *AGENDA_ERRORS,
    *EXECUTION_ERRORS,
    *FILA_ERRORS,
    *TECHNICIAN_ERRORS,
    *BAY_ERRORS,
    OutsideShift,
)
BY_NAME: Mapping[str, type[DomainError]] = {each.__name__: each for each in REFUSALS}

_WIRE_NAMES = {
    "current_status": "currentStatus",
    "allowed_transitions": "allowedTransitions",
    "current_version": "currentVersion",
    "next_free": "nextFree",
    "technician_id": "technicianId",
    "time_off_id": "timeOffId",
    "closure_id": "closureId",
    "bay_id": "bayId",
    "allowed_actions": "acoes_permitidas",  # only the queue's refusals have it
}
_FACT_NAMES = {wire: name for name, wire in _WIRE_NAMES.items()}


def wire_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts under the names that clients know; one without such a name keeps its own."""
    return {_WIRE_NAMES.get(name, name): value for name, value in facts.items()}


@contextmanager
def refusals_cross() -> Iterator[None]:
    """Turns a refusal into the ApplicationError that crosses Temporal."""
    try:
        yield
    except DomainError as refusal:
        raise ApplicationError(
            refusal.message,
            wire_facts(refusal.facts),
            type=type(refusal).__name__,
            non_retryable=True,
        ) from refusal


def revive(name: str, message: str, facts: Mapping[str, Any]) -> DomainError | None:
    """The refusal that crossed the wire; None if `name` is not one of ours. Facts that only a later
    release knows keep their names."""
    leaf = BY_NAME.get(name)
    known = {_FACT_NAMES.get(wire, wire): value for wire, value in facts.items()}
    return leaf(message, **known) if leaf else None
