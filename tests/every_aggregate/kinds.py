"""The table of aggregates: a row says how one is written over HTTP, and the suite does the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from activities.mongo.fila_list import QueueList
from activities.mongo.search import Search
from domain.execution.state import Execution
from domain.fila.state import QueueItem
from domain.kernel.aggregate import Aggregate
from tests.api.answers import BASE, FILA, problem, shown
from tests.api.fila.fila import item, problema

Body = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """`path` continues the aggregate's URL."""

    method: str
    path: str
    body: Body | None = None


@dataclass(frozen=True)
class Kind:
    """`reads` and `problem` check an answer against the contract and return its body."""

    name: str
    url: str
    new: Callable[[int], Body]
    """What creates one for the n-th service order."""
    other: Body
    """A change to `new` that leaves it valid."""
    reads: Callable[..., Body]
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
    state: type[Aggregate]
    lists: type[Any]
    """The class whose `find` answers its list."""
    history: str
    explain: str
    retry: str
    words: Mapping[str, str]
    """Codes of problems, and the detail that goes with each."""
    not_found: str
    exists: str
    refused: str
    """Codes: there is none, there is one already, the status forbids it."""
    version: str = "version"
    id: str = "id"
    refusals: str = "refused"
    """The field of the history that lists refused commands, and of each its code."""
    code: str = "code"
    more: tuple[Request, ...] = ()
    """Further commands that a new one permits."""

    @property
    def commands(self) -> tuple[Request, ...]:
        return (self.begin, self.change, *self.more)


EXECUTIONS = Kind(
    name="execution",
    url=BASE,
    new=lambda number: {
        "serviceOrderId": f"os-{number}",
        "budgetId": f"budget-{number}",
        "estimatedDuration": 60,
    },
    other={"notes": "in a hurry"},
    reads=shown,
    problem=problem,
    begin=Request("PATCH", "/start"),
    proceed=Request("PATCH", "/pause"),
    change=Request("PATCH", "/assign", {"technicianId": "t-1"}),
    changed={"technicianId": "t-2"},
    end=(Request("PATCH", "/cancel", {"reason": "gone"}),),
    statuses=("SCHEDULED", "IN_PROGRESS", "CANCELLED"),
    state=Execution,
    lists=Search,
    history="/history",
    explain="/explain",
    retry="/retry-delivery",
    words={
        "unavailable": "nothing was changed",
        "key-reused": "was used with another command or body",
        "database-unavailable": "The database cannot be reached; nothing was changed",
        "internal-error": "correlation id",
    },
    not_found="execution-not-found",
    exists="execution-exists",
    refused="invalid-transition",
    more=(Request("PATCH", "/cancel", {"reason": "gone"}),),
)
QUEUE_ITEMS = Kind(
    name="queue item",
    url=FILA,
    new=lambda number: {"ordem_servico_id": number},
    other={"prioridade": "BAIXA"},
    reads=item,
    problem=problema,
    begin=Request("POST", "/iniciar-reparo"),
    proceed=Request("POST", "/finalizar-reparo"),
    change=Request("PATCH", "/prioridade", {"prioridade": "ALTA"}),
    changed={"prioridade": "URGENTE"},
    end=(Request("POST", "/iniciar-reparo"), Request("POST", "/finalizar-reparo")),
    statuses=("AGUARDANDO", "EM_REPARO", "FINALIZADA"),
    state=QueueItem,
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
    },
    not_found="queue-item-not-found",
    exists="queue-item-exists",
    refused="invalid-queue-transition",
    version="versao",
    id="fila_id",
    refusals="recusadas",
    code="codigo",
    more=(
        Request("POST", "/iniciar-diagnostico", {"mecanico_responsavel_id": 3}),
        Request("DELETE", ""),
    ),
)
KINDS = (EXECUTIONS, QUEUE_ITEMS)


@dataclass(frozen=True)
class Subject:
    """One aggregate, seen over HTTP."""

    kind: Kind
    http: httpx.AsyncClient
    url: str

    @property
    def id(self) -> str:
        return self.url.rpartition("/")[2]

    async def sends(self, request: Request, /, **headers: str) -> httpx.Response:
        """A header's name is written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = self.url + request.path
        return await self.http.request(request.method, url, json=request.body, headers=named)

    async def begins(self, **headers: str) -> httpx.Response:
        return await self.sends(self.kind.begin, **headers)

    async def proceeds(self, **headers: str) -> httpx.Response:
        return await self.sends(self.kind.proceed, **headers)

    async def changes(self, body: Body | None = None, /, **headers: str) -> httpx.Response:
        change = self.kind.change
        return await self.sends(Request(change.method, change.path, body or change.body), **headers)

    async def ends(self) -> httpx.Response:
        """The last step's answer."""
        for request in self.kind.end:
            answer = await self.sends(request)
            assert answer.status_code == 200, answer.text
        return answer

    async def gets(self, path: str = "", **headers: str) -> httpx.Response:
        return await self.sends(Request("GET", path), **headers)

    async def sees(self, path: str = "") -> Body:
        return self.kind.reads(await self.gets(path))

    async def version(self) -> int:
        return int((await self.sees())[self.kind.version])

    async def status(self) -> str:
        return str((await self.sees())["status"])

    def read(self, answer: httpx.Response) -> tuple[str, int]:
        """Status and version in an answer."""
        body = self.kind.reads(answer)
        return body["status"], body[self.kind.version]

    def refuses(self, answer: httpx.Response, status: int, code: str) -> Body:
        """The problem in an answer, in the aggregate's language."""
        body = self.kind.problem(answer, status, code)
        assert self.kind.words.get(code, "") in body["detail"]
        return body
