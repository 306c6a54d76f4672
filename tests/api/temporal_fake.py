"""Temporal with a worker, as a fake with behaviour: keeps workflows, answers as they would."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from pymongo.errors import PyMongoError
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy

from activities.mongo.store import Store
from api.errors import NoWorkflow, ServiceError
from api.temporal.gateway import Gateway, checked
from domain.execution.state import Execution
from domain.fila.state import QueueItem
from domain.kernel.aggregate import Aggregate, Answer, Command, State
from tests.api.agendas_fake import run_errands
from tests.api.workflow_fake import Description, Run, begun
from workflows.contract import Origin, Undelivered, fingerprint
from workflows.start_inputs import StartInput

ALLOW_FAILED = WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
REJECT, ALLOW = WorkflowIDReusePolicy.REJECT_DUPLICATE, WorkflowIDReusePolicy.ALLOW_DUPLICATE


class FakeEngine(Gateway[State]):
    """Delivers to the store at once, unless deliveries are held back. A workflow ends once its
    aggregate is over and all is told; while the engine `lingers`, it has not got round to that."""

    def __init__(self, store: Store) -> None:
        self.runs: dict[str, Run[State]] = {}
        self.peers: Callable[[], Iterable[FakeEngine[Any]]] = lambda: [self]
        self.origins: list[Origin] = []
        self.calls: Counter[str] = Counter()
        self.taken = asyncio.Event()
        self.lingers = False
        self.is_manned = True
        self._store = store
        self._holds = self._hangs = False
        self._failure: ServiceError | None = None
        self._failing: tuple[str, ...] = ()
        self._delivering = asyncio.Lock()

    @property
    def states(self) -> dict[str, State]:
        """The status that the latest run under each workflow id has, by the aggregate's id."""
        return {run.state.aggregate_id: run.state for run in self.runs.values()}

    def fail(self, failure: ServiceError, *calls: str) -> None:
        """From here on calls fail like this, all or those named, before anything has changed."""
        self._failure, self._failing = failure, calls

    def recover(self) -> None:
        self._failure = None

    def hang(self) -> None:
        """From here on no call ever answers."""
        self._hangs = True

    def hold_deliveries(self) -> None:
        self._holds = True
        self.taken.clear()

    async def release_deliveries(self) -> None:
        self._holds = False
        for run in self.runs.values():
            await self._deliver(run)

    def forget(self, aggregate_id: str) -> None:
        """Forgets the workflow, as Temporal does after its retention."""
        del self.runs[self._workflow_id(aggregate_id)]

    def end(
        self,
        aggregate_id: str,
        how: WorkflowExecutionStatus = WorkflowExecutionStatus.TERMINATED,
        *,
        has_begun: bool = True,
    ) -> None:
        """From outside; or because its input could not be read, and so before it had begun."""
        run = self.runs[self._workflow_id(aggregate_id)]
        run.ended, run.has_begun = how, has_begun

    async def drive(self, aggregate_id: str, *commands: Command[State]) -> State:
        """Has somebody else give these commands."""
        for command in commands:
            await self.update(self._workflow_id(aggregate_id), command, Origin())
        return self.states[aggregate_id]

    async def note(self, state: State) -> None:
        """Takes a change that no event tells of."""
        run = self.runs[self._workflow_id(state.aggregate_id)]
        run.state = state
        run.outbox.append((state, ()))
        await self._deliver(run)

    async def start(self, start: StartInput[State], reuse: WorkflowIDReusePolicy = REJECT) -> bool:
        await self._fail_if_asked("start")
        known = self.runs.get(start.workflow_id)
        free = known is None or (
            not self._is_open(known)
            and (reuse is ALLOW or (reuse is ALLOW_FAILED and known.ended is not None))
        )
        if not free:
            return False
        await self._took(self._begin(start), start.origin)
        return True

    async def update(
        self, workflow_id: str, command: Command[State], origin: Origin
    ) -> Answer[State]:
        await self._fail_if_asked("update")
        return await self._answer_to(self._open(workflow_id, origin.key), command, origin)

    async def tell(self, workflow_id: str, command: Command[Any]) -> Any:
        await self._fail_if_asked("tell")
        engine = next(each for each in self.peers() if workflow_id in each.runs)
        run = engine._open(workflow_id)
        reply = command.reply(run.receive(command, Origin()))
        await engine._took(run, Origin())
        return reply.model_dump(mode="json") if reply else None

    async def reopen(
        self, start: StartInput[State], command: Command[State], origin: Origin
    ) -> Answer[State]:
        await self._fail_if_asked("reopen")
        try:
            run = self._open(start.workflow_id)
        except NoWorkflow:
            run = self._begin(start)
        return await self._answer_to(run, command, origin)

    async def signal(self, workflow_id: str, command: Command[State], origin: Origin) -> None:
        await self._fail_if_asked("signal")
        run = self._open(workflow_id)
        run.receive_signal(command, origin)
        await self._took(run, origin)

    async def snapshot(self, workflow_id: str) -> State:
        await self._fail_if_asked("snapshot")
        if workflow_id not in self.runs or self.runs[workflow_id].ended:
            raise NoWorkflow(workflow_id)
        return self.runs[workflow_id].state  # Temporal asks ended workflows too

    async def first_answer(self, start: StartInput[State]) -> Answer[State] | None:
        await self._fail_if_asked("first_answer")
        if start.workflow_id not in self.runs:
            raise NoWorkflow(start.workflow_id)
        return self.runs[start.workflow_id].find_answer(start.origin.key)

    async def describe(self, workflow_id: str) -> WorkflowExecutionDescription | None:
        await self._fail_if_asked("describe")
        run = self.runs.get(workflow_id)
        if run is None:
            return None
        status = WorkflowExecutionStatus
        how = status.RUNNING if self._is_open(run) else run.ended or status.COMPLETED
        described = Description(workflow_id, run, how)
        return cast(WorkflowExecutionDescription, described)

    async def has_begun(self, workflow_id: str) -> bool:
        await self._fail_if_asked("has_begun")
        return self.runs[workflow_id].has_begun

    async def has_worker(self, workflow_id: str) -> bool:
        await self._fail_if_asked("has_worker")
        return self.is_manned

    async def undelivered(self, workflow_id: str) -> Undelivered:
        await self._fail_if_asked("undelivered")
        return self._open(workflow_id).undelivered

    async def retry_delivery(self, workflow_id: str) -> None:
        await self._fail_if_asked("retry_delivery")
        run = self._open(workflow_id)
        run.parked = False
        await self._deliver(run)

    def _begin(self, start: StartInput[State]) -> Run[State]:
        run = self.runs[start.workflow_id] = begun(start)
        return run

    def _workflow_id(self, aggregate_id: str) -> str:
        return next(id for id, run in self.runs.items() if run.state.aggregate_id == aggregate_id)

    def _open(self, workflow_id: str, key: str | None = None) -> Run[State]:
        run = self.runs.get(workflow_id)
        # Of a workflow that has ended, Temporal still knows the answers that it gave.
        if run is None or not (self._is_open(run) or key in run.answers.latest):
            raise NoWorkflow(workflow_id)
        return run

    def _is_open(self, run: Run[State]) -> bool:
        return run.ended is None and (self.lingers or not run.is_done)

    async def _answer_to(
        self, run: Run[State], command: Command[State], origin: Origin
    ) -> Answer[State]:
        answer = run.receive(command, origin)
        await self._took(run, origin)
        return checked(answer, fingerprint(command), origin)

    async def _took(self, run: Run[State], origin: Origin) -> None:
        self.origins.append(origin)
        self.taken.set()
        await self._deliver(run)
        if not self._holds and isinstance(run.state, Execution):
            await run_errands(run, self.tell)
            await self._deliver(run)

    async def _deliver(self, run: Run[State]) -> None:
        async with self._delivering:
            if run.refused and not self._holds:
                await self._store.refusals.add(run.state.aggregate_id, run.refused)
            while run.outbox and not (self._holds or run.parked):
                state, events = run.outbox[0]
                try:
                    await self._store.append(state.aggregate_id, events)
                    if state.is_over:
                        await self._store.answers.keep(
                            state.aggregate_id, _as_json(run.answers.latest)
                        )
                    await self._store.save(state)
                except PyMongoError:
                    return  # the real one tries again for as long as it takes
                del run.outbox[0]

    async def _fail_if_asked(self, call: str) -> None:
        self.calls[call] += 1
        await asyncio.sleep(0)  # on the way to a server, others overtake
        if self._hangs:
            await asyncio.Event().wait()
        if self._failure and call in (self._failing or (call,)):
            raise self._failure


class FakeEngines:
    """The workflows of each kind of aggregate, by their states."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._engines: dict[type[Aggregate], FakeEngine[Any]] = {}

    def __call__(self, kind: type[State], /) -> FakeEngine[State]:
        engine: FakeEngine[State] = self._engines.setdefault(kind, FakeEngine(self._store))
        engine.peers = self._engines.values
        return engine

    def hold_deliveries(self) -> None:
        for engine in self._engines.values():
            engine.hold_deliveries()


def _as_json(answers: Mapping[str, Answer[Any]]) -> dict[str, Any]:
    return {key: answer.model_dump(mode="json") for key, answer in answers.items()}


ExecutionEngine = FakeEngine[Execution]
QueueEngine = FakeEngine[QueueItem]
