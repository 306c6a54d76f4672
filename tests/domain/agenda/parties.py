"""Parties that talk to agendas: the API, errands of executions, and questions of agendas."""

from collections.abc import Callable
from itertools import count
from typing import Any

from activities.agendas.holds import hold_all
from activities.agendas.messages import (
    ASK_COMMITMENT,
    RESERVE_TIME,
    TELL_RESOURCE,
    Commitment,
    Disrupted,
    Message,
    Question,
    TimeReserved,
    TimeWanted,
)
from activities.agendas.resources import CALL
from domain.agenda.errors import StaleShifts
from domain.agenda.resource_commands import SENT_TO_RESOURCES, DropHold
from domain.execution.errors import HoldExpired
from domain.execution.plan import LEASE_LEFT, PlannedWork, Slot
from domain.execution.planning import planned_at_opening
from domain.execution.state import Execution, ExecutionCommand, Opening, open_execution
from domain.kernel.errors import DomainError
from domain.technician.errors import TechnicianNotFound
from tests.domain.agenda.protocol import HELD, Call, Journal, Lost, Process, World
from workflows.agenda_errands import PlanErrands, ResourceErrands
from workflows.errands import Errand, Errands

ATTEMPTS = 3
COMMANDS = {each.ACTION.value: each for each in SENT_TO_RESOURCES}


class Api:
    """Holds the time at each resource, commits the plan, and gives back what was refused."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._numbers = count()

    async def plan(
        self,
        execution_id: str,
        work: Callable[[], PlannedWork],
        command: Callable[[Slot], ExecutionCommand],
        key: str,
    ) -> None:
        for _ in range(ATTEMPTS):
            slot = await self._held(execution_id, work())
            try:
                answer = await self._world.ask_execution(execution_id, command(slot), key)
            except DomainError as refusal:
                await self._give_back(slot)
                if not isinstance(refusal, HoldExpired):
                    raise
            else:
                if answer.state.plan_hold_id != slot.hold_id:  # it was planned before
                    await self._give_back(slot)
                return

    async def open(self, execution_id: str, new: Opening, work: PlannedWork) -> None:
        slot = await self._held(execution_id, work)
        if not await Call(lambda: self._start(execution_id, new, slot)):
            await self._give_back(slot)

    def _start(self, execution_id: str, new: Opening, slot: Slot) -> bool:
        if execution_id in self._world.executions:
            return False
        now = self._world.now
        self._world.open(planned_at_opening(*open_execution(new, execution_id, now), slot, now)[0])
        return True

    async def _held(self, execution_id: str, work: PlannedWork) -> Slot:
        for _ in range(ATTEMPTS):
            # Each attempt has its own id, so that none gives back what another one holds.
            hold_id = f"{execution_id}:{next(self._numbers)}"
            try:
                return await held(self._world, hold_id, execution_id, work)
            except StaleShifts:
                continue
        raise Lost

    async def _give_back(self, slot: Slot) -> None:
        for resource in slot.work.resources if slot.until else ():
            try:
                await self._world.tell(resource, DropHold(hold_id=slot.hold_id))
            except (DomainError, Lost):
                continue


async def held(world: World, hold_id: str, execution_id: str, work: PlannedWork) -> Slot:
    layout = world.lay_out(work)
    return await hold_all(world.tell, hold_id, execution_id, "os-1", layout, HELD.seconds)


class Worker:
    """Runs the errands of a workflow, one after the other, each as often as it takes."""

    def __init__(self, world: World, journal: Journal[Any], kind: Callable[[Any], Errands]) -> None:
        self._world, self._journal, self._kind = world, journal, kind
        self._errands = kind(journal)
        self._running: Process | None = None
        self._numbers = count()

    def attend(self) -> None:
        """Begins the first errand, unless one is running."""
        if not self.is_running and self._errands.has_pending:
            self._begin(self._errands.first())

    @property
    def is_running(self) -> bool:
        return self._running is not None and self._running.pending is not None

    def continue_as_new(self) -> None:
        if self._running:
            self._world.abandon(self._running)
        self._journal.continue_as_new()
        self._errands = self._kind(self._journal)

    def _begin(self, errand: Errand) -> None:
        self._running = self._world.begin(self._attempt(errand), lambda r: self._ended(errand, r))

    def _ended(self, errand: Errand, result: Any) -> None:
        if isinstance(result, Lost):
            self._begin(errand)
        elif isinstance(result, DomainError):
            self._errands.refused(str(result))
        else:
            self._errands.done(result)

    async def _attempt(self, errand: Errand) -> Any:
        result = await self._carried_out(errand)
        await Call(lambda: None)  # the answer is on its way
        return result

    async def _carried_out(self, errand: Errand) -> Any:
        said: Any = errand.argument
        if errand.activity == TELL_RESOURCE:
            return await self._tell(said)
        if errand.activity == RESERVE_TIME:
            return await self._reserve(said)
        if errand.activity == ASK_COMMITMENT:
            return await Call(lambda: self._commitment(said))
        taken = tuple(each.execution_id for each in said.resource.taken)
        return Disrupted(execution_ids=taken)

    async def _tell(self, message: Message) -> None:
        command = COMMANDS[message.action].model_validate(message.command)
        try:
            await self._world.tell(message.resource, command)
        except DomainError:
            if message.action != "release":
                raise

    def _commitment(self, question: Question) -> Commitment:
        asked = self._world.executions.get(question.execution_id)
        if asked is None or asked.state.plan_hold_id != question.hold_id:
            return Commitment()
        return Commitment(plan_revision=asked.state.plan_revision)

    async def _reserve(self, wanted: TimeWanted) -> TimeReserved:
        plan = wanted.plan
        try:
            people = [
                self._world.agenda(f"technician-{each}").state for each in plan.technician_ids
            ]
            if wanted.optional and not all(each.has_shifts for each in people):
                return TimeReserved()
            hold_id = f"{wanted.execution_id}:{plan.revision}:{next(self._numbers)}"
            slot = await held(self._world, hold_id, wanted.execution_id, plan.work)
        except StaleShifts:
            raise Lost from None
        except TechnicianNotFound as missing:
            return TimeReserved(problem=None if wanted.optional else missing.message)
        except DomainError as refusal:
            return TimeReserved(problem=refusal.message)
        if slot.until and slot.until - self._world.now < LEASE_LEFT + CALL:
            raise Lost
        return TimeReserved(slot=slot)


def of_execution(world: World, journal: Journal[Execution]) -> Worker:
    return Worker(world, journal, PlanErrands)


def of_agenda(world: World, journal: Journal[Any]) -> Worker:
    return Worker(world, journal, ResourceErrands)
