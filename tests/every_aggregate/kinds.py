"""Rows of the table of aggregates: each says of one what the suite needs to do the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import BaseModel
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from api.aggregates.explanation import Explanation
from api.executions.representation import ExecutionHistory
from domain.kernel.aggregate import Aggregate, Command
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
