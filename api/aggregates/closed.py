"""Aggregates without an open workflow: their work is over, or it was ended before that."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Generic

from pymongo.errors import PyMongoError
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus

from activities.mongo.store import Store
from api.errors import OutcomeUnknown, ServiceError, WorkflowEnded, WorkflowStuck
from domain.kernel.aggregate import Answer, State
from domain.kernel.errors import DomainError
from domain.kernel.idempotency import RememberedAnswers
from domain.kernel.ledger import Ledger
from domain.kernel.values import to_milliseconds
from workflows.client.forced_ends import is_forced_end
from workflows.delivery_health import with_ended_workflow

Described = Callable[[str], Awaitable[WorkflowExecutionDescription | None]]
"""Looks up the description that Temporal has of an aggregate's workflow."""


class ClosedWorkflows(Generic[State]):
    def __init__(
        self,
        kind: type[State],
        store: Store,
        workflow_id: Callable[[str], str],
        described: Described,
    ) -> None:
        self._kind, self._store = kind, store
        self._workflow_id, self._described = workflow_id, described

    async def ledger(self, aggregate_id: str, key: str | None) -> Ledger[State]:
        """The ledger that answers a command: a repeat by what was answered then, all else by the
        snapshot. Raises like `snapshot`."""
        if key is not None and (answer := await self.last_answer(aggregate_id, key)):
            return Ledger(answer.state, RememberedAnswers({key: answer}))
        return Ledger(await self.snapshot(aggregate_id))

    async def last_answer(self, aggregate_id: str, key: str | None) -> Answer[State] | None:
        """The answer under the key, while the aggregate was not over yet."""
        if key is None:
            return None
        return (await self._store.answers.of(self._kind, aggregate_id)).get(key)

    async def snapshot(self, aggregate_id: str) -> State:
        """Raises WorkflowStuck in place of not-found if there is none because its workflow has
        failed at its start."""
        try:
            return await self._get(aggregate_id)
        except DomainError:
            described = await self._described(aggregate_id)
            if described is None or described.status is not WorkflowExecutionStatus.FAILED:
                raise
        raise WorkflowStuck(
            f"{self._workflow_id(aggregate_id)} has failed at its start, and Temporal's Web UI "
            "says why; nothing was changed. Open it anew"
        )

    async def read(self, aggregate_id: str) -> State:
        """The snapshot of what has no open workflow; readers will see it if it is not over."""
        state = await self.snapshot(aggregate_id)
        if state.is_over or state.workflow_ended:
            return state
        described = await self._described(aggregate_id)
        if described and not is_forced_end(described):
            return state
        return await self._marked(state, described)

    async def reason(self, state: State) -> ServiceError:
        """The reason why an aggregate that is not over has no open workflow."""
        workflow_id = self._workflow_id(state.aggregate_id)
        described = await self._described(state.aggregate_id)
        if described is None or is_forced_end(described):
            await self._marked(state, described)
            return WorkflowEnded.of(workflow_id)
        if described.status is WorkflowExecutionStatus.RUNNING:
            return OutcomeUnknown("The workflow has just been taken up again; this may be done")
        return WorkflowStuck(
            f"Its snapshot is behind what {workflow_id} has told; an operator puts it right by "
            f"`python -m api.rebuild {workflow_id}`"
        )

    async def _marked(self, state: State, described: WorkflowExecutionDescription | None) -> State:
        """The state as readers are to see it. It is also stored, unless the database is down."""
        at = described.close_time if described else None
        ended = with_ended_workflow(state, to_milliseconds(at or datetime.now(UTC)))
        with suppress(PyMongoError):
            await self._store.mark(ended)
        return ended

    async def _get(self, aggregate_id: str) -> State:
        state = await self._store.get(self._kind, aggregate_id)
        if state is None:
            raise self._kind.not_found(aggregate_id)
        return state
