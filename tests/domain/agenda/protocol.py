"""A small world in which plans are made: agendas, executions, and all that is said between them.

Each call waits until it is delivered. So whoever holds the world decides in which order things
happen, what happens twice, what happens late, and whose answer is lost.
"""

from collections.abc import Awaitable, Callable, Coroutine, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Generic

from activities.agendas.planner import Layout
from domain.agenda.bookings import Block
from domain.agenda.ids import BAY_PREFIX
from domain.agenda.intervals import Interval
from domain.agenda.resource import Resource
from domain.agenda.resource_commands import HoldTime, next_alarm
from domain.bay.errors import BayNotFound
from domain.bay.state import Bay
from domain.execution.errors import ExecutionNotFound
from domain.execution.plan import PlannedWork
from domain.execution.state import Execution
from domain.kernel.aggregate import Answer, Command, State
from domain.kernel.errors import DomainError
from domain.kernel.idempotency import RememberedAnswers
from domain.kernel.ledger import Ledger
from domain.kernel.origin import Origin
from domain.kernel.values import dump_compact, evolve
from domain.planning.blocks import future_part
from domain.technician.errors import TechnicianNotFound
from tests.domain.execution.builders import MORNING
from workflows.refusals import refusals_cross
from workflows.start_inputs import ContinuedState

HOUR = timedelta(hours=1)
BREAK = timedelta(minutes=30)
HELD = timedelta(minutes=2)


class Lost(Exception):
    """Nobody knows whether the call has come through."""


class Fate(Enum):
    """Ways that a call can go."""

    ANSWERED = auto()
    TWICE = auto()
    LATE = auto()
    UNANSWERED = auto()


@dataclass(frozen=True)
class Call:
    """A call that is under way; `act` is what it does where it arrives, if it does so by then. Of
    a `final` one no copy is under way any more when its sender hears of a refusal."""

    act: Callable[[], Any]
    by: datetime | None = None
    final: bool = False

    def __await__(self) -> Generator["Call", Any, Any]:
        return (yield self)


class Process:
    """Somebody who makes one call after the other, and then is `done`: with what was returned, or
    with the failure."""

    def __init__(
        self, work: Coroutine[Call, Any, Any], done: Callable[[Any], None], *, may_die: bool
    ) -> None:
        self._work, self._done, self.may_die = work, done, may_die
        self.pending: Call | None = None

    def go_on(self, result: Any = None) -> None:
        """Goes on to the next call with the result of the last, which may be a failure."""
        try:
            failed = isinstance(result, Exception)
            self.pending = self._work.throw(result) if failed else self._work.send(result)
        except StopIteration as stop:
            self._end(stop.value)
        except (DomainError, Lost) as failure:
            self._end(failure)

    def die(self) -> None:
        """Ends where it stands."""
        self.pending = None
        self._work.close()

    def _end(self, result: Any) -> None:
        self.pending = None
        self._done(result)


class Journal(Generic[State]):
    """The part of a workflow's journal that its errands know."""

    def __init__(self, state: State, now: Callable[[], datetime]) -> None:
        self.ledger = Ledger(state)
        self._now = now

    @property
    def state(self) -> State:
        return self.ledger.state

    def apply(self, command: Command[State], origin: Origin) -> Answer[State]:
        with refusals_cross():
            return self.ledger.apply(command, origin, self._now()).answer

    def apply_untraced(self, state: State) -> None:
        self.ledger.state = state

    apply_silent = apply_untraced

    def continue_as_new(self) -> None:
        """Goes on with what comes out of Temporal of all that was carried into it."""
        generic: Any = ContinuedState
        kind, known = generic[type(self.state)], self.ledger.answers
        sent = kind(state=self.state, answers=known.latest, settled=known.settled)
        carried = kind.model_validate(dump_compact(sent))
        answers = RememberedAnswers(carried.answers, carried.settled)
        self.ledger = Ledger(carried.state, answers)


class World:
    """Agendas and executions by their ids, what is under way between them, and what comes late."""

    def __init__(self, resources: list[Resource]) -> None:
        self.now = MORNING
        self.agendas: dict[str, Journal[Any]] = {
            each.aggregate_id: self._journal(each) for each in resources
        }
        self.executions: dict[str, Journal[Execution]] = {}
        self.processes: list[Process] = []
        self.late: list[Call] = []

    def open(self, execution: Execution) -> None:
        self.executions[execution.execution_id] = self._journal(execution)

    def begin(
        self,
        work: Coroutine[Call, Any, Any],
        done: Callable[[Any], None] = lambda _: None,
        *,
        may_die: bool = False,
    ) -> Process:
        process = Process(work, done, may_die=may_die)
        self.processes.append(process)
        process.go_on()
        return process

    def deliver(self, process: Process, fate: Fate = Fate.ANSWERED) -> None:
        call = process.pending
        if call is None:
            return
        result = Lost() if fate is Fate.LATE else outcome(call)
        is_refused = call.final and isinstance(result, DomainError)
        if fate is Fate.LATE or (fate is Fate.TWICE and not is_refused):
            self.late.append(call)
        process.go_on(Lost() if fate is Fate.UNANSWERED else result)

    def deliver_late(self, index: int) -> None:
        call = self.late.pop(index % len(self.late))
        if call.by is None or self.now < call.by:
            outcome(call)

    def abandon(self, process: Process) -> None:
        """Ends a process while its call is under way."""
        if process.pending:
            self.late.append(process.pending)
            process.die()

    @property
    def under_way(self) -> list[Process]:
        self.processes = [each for each in self.processes if each.pending]
        return self.processes

    def tell(self, resource: str, command: Command[Any]) -> Awaitable[Any]:
        # A call has seconds to come through, and so never comes after the end of what it holds.
        lapses = self.now + HELD if isinstance(command, HoldTime) else None
        return Call(lambda: self._tell(resource, command), lapses)

    def ask_execution(
        self, execution_id: str, command: Command[Execution], key: str
    ) -> Awaitable[Answer[Execution]]:
        return Call(lambda: self._command(execution_id, command, key), final=True)

    def _tell(self, resource: str, command: Command[Any]) -> Any:
        journal = self.agenda(resource)
        if journal.state.is_over:
            raise journal.state.inactive()
        sent = type(command).model_validate(dump_compact(command))
        return sent.reply(journal.ledger.apply(sent, Origin(), self.now).answer)

    def _command(
        self, execution_id: str, command: Command[Execution], key: str
    ) -> Answer[Execution]:
        if execution_id not in self.executions:
            raise ExecutionNotFound.of(execution_id)
        ledger = self.executions[execution_id].ledger
        return ledger.apply(command, Origin(key=key), self.now).answer

    def agenda(self, resource: str) -> Journal[Any]:
        """Raises the error of a resource that was never registered."""
        if resource in self.agendas:
            return self.agendas[resource]
        missing = BayNotFound if resource.startswith(BAY_PREFIX) else TechnicianNotFound
        raise missing.of(resource)

    def ring(self, resource: str) -> None:
        """Carries out what is due by itself at a resource."""
        journal = self.agendas[resource]
        alarm = next_alarm(journal.state)
        if alarm and alarm.at <= self.now:
            journal.apply(alarm.command, Origin())

    def lay_out(self, work: PlannedWork) -> Layout:
        """The work from now on. Each change of shifts takes the break out of it, or puts it in."""
        resources = [self.agenda(each).state for each in work.resources]
        for each in resources:
            each.check_bookable(None)
        shifts = {e.aggregate_id: e.shifts_revision for e in resources if not isinstance(e, Bay)}
        blocks = _blocks(work, has_break=sum(shifts.values()) % 2 == 1)
        future = tuple(Block.of(each) for each in future_part(blocks, self.now))
        return Layout(evolve(work, end=blocks[-1].end, blocks=future), shifts)

    def _journal(self, state: State) -> Journal[State]:
        return Journal(state, lambda: self.now)


def _blocks(work: PlannedWork, *, has_break: bool) -> list[Interval]:
    length = timedelta(minutes=work.duration_minutes)
    if not has_break or length <= HOUR:
        return [Interval(work.start, work.start + length)]
    after = work.start + HOUR + BREAK
    return [Interval(work.start, work.start + HOUR), Interval(after, after + length - HOUR)]


def outcome(call: Call) -> Any:
    """The answer to a call, or the refusal."""
    try:
        return call.act()
    except DomainError as refusal:
        return refusal
