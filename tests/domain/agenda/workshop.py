"""A workshop of two technicians and a lift, on which three executions are planned."""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from domain.execution.commands import Assign, Schedule
from domain.execution.plan import PlannedWork, Slot
from domain.execution.plan_commands import MakePlan
from domain.execution.state import Execution, ExecutionCommand
from domain.kernel.aggregate import Command
from domain.kernel.errors import DomainError
from domain.kernel.origin import Origin
from tests.domain.agenda.parties import Api, Worker, of_agenda, of_execution
from tests.domain.agenda.protocol import HELD, World
from tests.domain.agenda.reservations import technician
from tests.domain.bay import builders as bays
from tests.domain.execution.builders import opened, opening

LIFT = "lift-1"
ANA, BOB = "ana", "bob"
UNKNOWN = "zoe"
"""A technician who was never registered."""
NEW_ORDER = "os-3"
"""The service order whose execution is opened on time that is held."""
MOST_CALLS = 1_000


class Workshop:
    def __init__(self) -> None:
        self.world = World([bays.registered(), technician(ANA), technician(BOB)])
        for order in ("os-1", "os-2"):
            self.world.open(opened(service_order_id=order))
        self._api = Api(self.world)
        self._workers: dict[str, Worker] = {}
        self._requests: list[Callable[[], Coroutine[Any, Any, None]]] = []

    @property
    def workers(self) -> list[Worker]:
        """The workers of all workflows, in the order in which they were begun."""
        for name, agenda in self.world.agendas.items():
            if name not in self._workers:
                self._workers[name] = of_agenda(self.world, agenda)
        for name, execution in self.world.executions.items():
            if name not in self._workers:
                self._workers[name] = of_execution(self.world, execution)
        return [*self._workers.values()]

    def attend(self) -> None:
        for worker in self.workers:
            worker.attend()

    def ring(self) -> None:
        """Has all alarms ring that are due."""
        for name in self.world.agendas:
            self.world.ring(name)
        self.attend()

    def plan(self, execution_id: str, request: MakePlan) -> None:
        """Begins a request; so do the following ones."""
        work = wanted(
            request.start,
            request.technician_ids,
            request.bay_id,
            request.duration_minutes or 60,
        )
        self._ask(
            execution_id, lambda: work, lambda slot: request.model_copy(update={"slot": slot})
        )

    def assign(self, execution_id: str, technician_id: str) -> None:
        def work() -> PlannedWork:
            state = self.world.executions[execution_id].state
            return wanted(state.scheduled_date or self.world.now, (technician_id,), _bay(state))

        self._ask(execution_id, work, lambda slot: Assign(technician_id=technician_id, slot=slot))

    def schedule(self, execution_id: str, start: datetime) -> None:
        def work() -> PlannedWork:
            state = self.world.executions[execution_id].state
            return wanted(start, (state.technician_id or UNKNOWN,), _bay(state))

        self._ask(execution_id, work, lambda slot: Schedule(scheduled_date=start, slot=slot))

    def open(self, start: datetime, technician_id: str) -> None:
        new = opening(service_order_id=NEW_ORDER, scheduled_date=start, technician_id=technician_id)
        execution_id = opened(service_order_id=NEW_ORDER).execution_id
        work = wanted(start, (technician_id,))
        self._begin(lambda: self._api.open(execution_id, new, work))

    def repeat(self, number: int) -> None:
        """Begins a request again, under the key that it had."""
        if self._requests:
            self.world.begin(self._requests[number % len(self._requests)](), may_die=True)

    def execute(self, execution_id: str, command: ExecutionCommand) -> None:
        """Gives a command as a signal does: nobody has held any time, and a refusal is nobody's
        concern."""
        ledger = self.world.executions[execution_id].ledger
        self._apply(ledger, command.unattended(ledger.state))

    def change(self, resource: str, command: Command[Any]) -> None:
        self._apply(self.world.agendas[resource].ledger, command)

    def come_to_rest(self) -> None:
        """Delivers all, first what is not late; lets all holds run out, and answers all
        questions."""
        for _ in range(3):
            self._deliver_all()
            while self.world.late:
                self.world.deliver_late(0)
                self.attend()
            self._deliver_all()
            self.world.now += HELD
            self.ring()
            self._deliver_all()

    def _deliver_all(self) -> None:
        self.attend()
        for _ in range(MOST_CALLS):
            if not (under_way := self.world.under_way):
                return
            self.world.deliver(under_way[0])
            self.world.now += timedelta(seconds=1)
            self.ring()
        raise AssertionError("It never comes to rest")

    def _ask(
        self,
        execution_id: str,
        work: Callable[[], PlannedWork],
        command: Callable[[Slot], ExecutionCommand],
    ) -> None:
        key = f"key-{len(self._requests)}"
        self._begin(lambda: self._api.plan(execution_id, work, command, key))

    def _begin(self, request: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._requests.append(request)
        self.repeat(-1)

    def _apply(self, ledger: Any, command: Command[Any]) -> None:
        try:
            ledger.apply(command, Origin(), self.world.now)
        except DomainError:
            return
        self.attend()


def wanted(
    start: datetime, people: tuple[str, ...], bay: str | None = None, minutes: int = 60
) -> PlannedWork:
    return PlannedWork(
        start=start,
        end=start + timedelta(minutes=minutes),
        duration_minutes=minutes,
        technician_ids=people,
        bay_id=bay,
    )


def _bay(state: Execution) -> str | None:
    return state.plan.bay_id if state.plan else None
