"""The table of aggregates: a row says how one is written over HTTP, and the suite does the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from pydantic import BaseModel
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from activities.mongo.fila_list import QueueList
from activities.mongo.search import Search
from api.aggregates.explanation import Explanation
from api.executions.representation import ExecutionHistory
from api.fila.representation import QueueExplanation, QueueHistory
from domain.agenda.week import Weekday, WeekTime
from domain.execution.commands import (
    EXECUTION_COMMANDS,
    Assign,
    Complete,
    MarkInvoiced,
    Pause,
    Resume,
    Start,
)
from domain.execution.state import Execution
from domain.fila.commands import QUEUE_COMMANDS, FinishRepair, Prioritize
from domain.fila.state import QueueItem
from domain.fila.vocabulary import Priority
from domain.kernel.aggregate import Aggregate, Command
from domain.technician.commands import (
    TECHNICIAN_COMMANDS,
    AddTimeOff,
    Deactivate,
    Reactivate,
    SetShifts,
)
from domain.technician.events import TimeOffKind
from domain.technician.state import Technician
from tests.api.answers import BASE, FILA, problem, shown
from tests.api.fila.fila import item, listed, problema
from tests.domain.execution.builders import MORNING
from tests.domain.fila.builders import DIAGNOSIS, REPAIR
from tests.starts import new_execution, new_item, new_technician
from workflows.start_inputs import StartInput

Body = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """`path` continues the aggregate's URL."""

    method: str
    path: str
    body: Body | None = None


@dataclass(frozen=True)
class Kind:
    """An aggregate as workflows and activities have it."""

    name: str
    state: type[Aggregate]
    start: Callable[..., StartInput[Any]]
    """Input that starts the workflow of a new one, with these fields."""
    life: tuple[Command[Any], ...]
    """From a new one to one that is over; each makes one version."""
    back_and_forth: tuple[Command[Any], Command[Any]]
    """Each makes a version after the other, until it is over."""
    too_early: Command[Any]
    """Refused on a new one."""
    unreadable: Mapping[str, tuple[str, list[Any]]]
    """Actions with what their handlers cannot read."""
    known_commands: tuple[type[Command[Any]], ...]
    given_up: str
    """Status of one whose workflow an operator has cancelled."""
    not_found: str
    """Code: there is none."""


@dataclass(frozen=True)
class OverHttp(Kind):
    """An aggregate that a POST creates. `reads` and `problem` check an answer against the contract
    and return its body."""

    url: str
    new: Callable[[int], Body]
    """Request that creates one for the n-th service order."""
    other: Body
    """A change to `new` that leaves it valid."""
    reads: Callable[..., Body]
    created: Callable[[httpx.Response], Body]
    """All that stays the same in the answers to a creation and to its repeats."""
    listed: Callable[[httpx.Response], list[Body]]
    problem: Callable[..., Body]
    begin: Request
    """Permitted on a new one."""
    proceed: Request
    """Permitted only after `begin`."""
    change: Request
    """Permitted at any time; repeated, it changes nothing."""
    changed: Body
    """Another body for `change`."""
    end: tuple[Request, ...]
    """From a new one to one whose workflow has ended."""
    statuses: tuple[str, str, str]
    """Of a new one, after `begin`, and after `end`."""
    lists: type[Any]
    """The class whose `find` answers its list."""
    history: str
    explain: str
    retry: str
    words: Mapping[str, str]
    """Codes of problems, and the detail that goes with each."""
    exists: str
    refused: str
    """Codes: there is one already, the status forbids it."""
    explanation: type[Explanation] = Explanation
    page_of_history: type[BaseModel] = ExecutionHistory
    page: str = "?after={after}&limit={limit}"
    """The query for a page of it."""
    actions: str = "allowedActions"
    """The field of what may be done next."""
    version: str = "version"
    id: str = "id"
    more: tuple[Request, ...] = ()
    """Further commands that a new one permits."""

    @property
    def commands(self) -> tuple[Request, ...]:
        return (self.begin, self.change, *self.more)


def payload(encoding: bytes, data: bytes) -> RawValue:
    return RawValue(Payload(metadata={"encoding": encoding}, data=data))


EXECUTIONS = OverHttp(
    name="execution",
    url=BASE,
    new=lambda number: {
        "serviceOrderId": f"os-{number}",
        "budgetId": f"budget-{number}",
        "estimatedDuration": 60,
    },
    other={"notes": "in a hurry"},
    reads=shown,
    created=lambda answer: shown(answer, 201),
    listed=lambda answer: answer.json()["executions"],
    problem=problem,
    begin=Request("PATCH", "/start"),
    proceed=Request("PATCH", "/pause"),
    change=Request("PATCH", "/assign", {"technicianId": "t-1"}),
    changed={"technicianId": "t-2"},
    end=(Request("PATCH", "/cancel", {"reason": "gone"}),),
    statuses=("SCHEDULED", "IN_PROGRESS", "CANCELLED"),
    state=Execution,
    start=new_execution,
    life=(Assign(technician_id="t-1"), Start(), Pause(), Resume(), Complete(), MarkInvoiced()),
    back_and_forth=(Assign(technician_id="t-2"), Assign(technician_id="t-3")),
    too_early=Resume(),
    unreadable={
        "a number": ("pause", [42]),
        "a text": ("pause", ["now"]),
        "a list": ("pause", [["now"]]),
        "a wrong type": ("pause", [{"reason": ["lunch"]}]),
        "a blank": ("cancel", [{"reason": "  "}]),
        "an extra field": ("pause", [{"reason": "lunch", "until": "noon"}]),
        "a missing field": ("assign", [{}]),
        "nothing where something is needed": ("cancel", []),
        "null where something is needed": ("schedule", [None]),
        "a date without a zone": ("schedule", [{"scheduledDate": "2026-03-01T12:00:00"}]),
        "an unknown status": ("update_task", [{"taskId": "t", "status": "DONE"}]),
        "a wrong origin": ("pause", [{}, {"via": "carrier pigeon"}]),
        "too many inputs": ("pause", [{}, {}, {}]),
        "no JSON": ("pause", [payload(b"json/plain", b"{nope")]),
        "an unknown encoding": ("pause", [payload(b"binary/encrypted", b"\x00")]),
    },
    known_commands=EXECUTION_COMMANDS,
    given_up="CANCELLED",
    lists=Search,
    history="/history",
    explain="/explain",
    retry="/retry-delivery",
    words={
        "unavailable": "nothing was changed",
        "key-reused": "was used with another command or body",
        "database-unavailable": "The database cannot be reached; nothing was changed",
        "internal-error": "correlation id",
        "execution-exists": "Execution already exists for service order os-1",
        "execution-not-found": "Execution with ID ",
    },
    not_found="execution-not-found",
    exists="execution-exists",
    refused="invalid-transition",
    more=(Request("PATCH", "/cancel", {"reason": "gone"}),),
)
QUEUE_ITEMS = OverHttp(
    name="queue item",
    url=FILA,
    new=lambda number: {"ordem_servico_id": number},
    other={"prioridade": "BAIXA"},
    reads=item,
    created=lambda answer: item(answer, 201) | {"posicao": None},
    listed=listed,
    problem=problema,
    begin=Request("POST", "/iniciar-reparo"),
    proceed=Request("POST", "/finalizar-reparo"),
    change=Request("PATCH", "/prioridade", {"prioridade": "ALTA"}),
    changed={"prioridade": "URGENTE"},
    end=(Request("POST", "/iniciar-reparo"), Request("POST", "/finalizar-reparo")),
    statuses=("AGUARDANDO", "EM_REPARO", "FINALIZADA"),
    state=QueueItem,
    start=new_item,
    life=(*DIAGNOSIS, *REPAIR),
    back_and_forth=(Prioritize(priority=Priority.HIGH), Prioritize(priority=Priority.LOW)),
    too_early=FinishRepair(),
    unreadable={
        "a number": ("prioridade", [42]),
        "a mechanic as text": ("iniciar-diagnostico", [{"mecanico_responsavel_id": "Ana"}]),
        "mechanic 0": ("iniciar-diagnostico", [{"mecanico_responsavel_id": 0}]),
        "no mechanic": ("iniciar-diagnostico", [{}]),
        "nothing where something is needed": ("finalizar-diagnostico", []),
        "a blank": ("finalizar-diagnostico", [{"diagnostico": "  "}]),
        "an English priority": ("prioridade", [{"prioridade": "HIGH"}]),
        "an extra field": ("iniciar-reparo", [{"mecanico_responsavel_id": 7, "urgente": True}]),
        "a wrong origin": ("iniciar-reparo", [{}, {"via": "carrier pigeon"}]),
        "too many inputs": ("iniciar-reparo", [{}, {}, {}]),
    },
    known_commands=QUEUE_COMMANDS,
    given_up="REMOVIDA",
    lists=QueueList,
    history="/historico",
    explain="/explicacao",
    retry="/repetir-entrega",
    words={
        "unavailable": "Nada foi alterado; tente outra vez em instantes",
        "key-reused": "Esta Idempotency-Key foi usada com outro comando ou outro corpo",
        "outcome-unknown": "Isto pode ter sido feito; repita com a mesma Idempotency-Key",
        "database-unavailable": "O banco de dados não responde; nada foi alterado",
        "internal-error": "correlationId",
        "queue-item-exists": "Ordem de Serviço 1 já está na fila de execução.",
        "queue-item-not-found": "Item da fila não encontrado.",
    },
    not_found="queue-item-not-found",
    exists="queue-item-exists",
    refused="invalid-queue-transition",
    explanation=QueueExplanation,
    actions="acoes_permitidas",
    version="versao",
    id="fila_id",
    page_of_history=QueueHistory,
    page="?apos={after}&limite={limit}",
    more=(
        Request("POST", "/iniciar-diagnostico", {"mecanico_responsavel_id": 3}),
        Request("DELETE", ""),
    ),
)
_DAY = {"from": "08:00", "to": "12:00"}
TECHNICIANS = Kind(
    name="technician",
    state=Technician,
    start=new_technician,
    life=(
        SetShifts(valid_from="2026-11-30", week=(WeekTime(day=Weekday.MON, **_DAY),)),
        AddTimeOff(from_=MORNING, to=MORNING + timedelta(hours=4), kind=TimeOffKind.SICK),
        Deactivate(reason="gone"),
    ),
    back_and_forth=(
        SetShifts(valid_from="2026-11-30", week=(WeekTime(day=Weekday.TUE, **_DAY),)),
        SetShifts(valid_from="2026-11-30", week=()),
    ),
    too_early=Reactivate(),
    unreadable={
        "a number": ("deactivate", [42]),
        "no day": ("set_day", [{"intervals": []}]),
        "a day that is none": ("set_day", [{"date": "2026-02-30", "intervals": []}]),
        "times that overlap": (
            "set_day",
            [{"date": "2026-12-24", "intervals": [_DAY, {"from": "11:00", "to": "13:00"}]}],
        ),
        "time off that ends before it begins": (
            "add_time_off",
            [{"from": "2026-12-02T00:00:00Z", "to": "2026-12-01T00:00:00Z", "kind": "SICK"}],
        ),
        "an unknown kind of time off": (
            "add_time_off",
            [{"from": "2026-12-01T00:00:00Z", "to": "2026-12-02T00:00:00Z", "kind": "PARTY"}],
        ),
        "a wrong origin": ("deactivate", [{}, {"via": "carrier pigeon"}]),
        "too many inputs": ("deactivate", [{}, {}, {}]),
    },
    known_commands=TECHNICIAN_COMMANDS,
    given_up="INACTIVE",
    not_found="technician-not-found",
)
OVER_HTTP = (EXECUTIONS, QUEUE_ITEMS)
KINDS = (*OVER_HTTP, TECHNICIANS)
