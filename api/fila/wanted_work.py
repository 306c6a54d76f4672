"""The work that a mechanic asks for, as the body of a request has it."""

from enum import StrEnum

from domain.fila.state import MechanicNumber
from domain.fila.vocabulary import IN_PORTUGUESE
from domain.kernel.values import Input


class Work(StrEnum):
    DIAGNOSIS = "DIAGNOSTICO"
    REPAIR = "REPARO"


class WantedWork(Input):
    """Work that a mechanic could do next; without `stage`, whatever comes first."""

    model_config = IN_PORTUGUESE

    mechanic_id: MechanicNumber
    stage: Work | None = None
