"""Behaviour of every workflow, whichever its aggregate: queries, cancellation, continue-as-new."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Generic, NoReturn, TypeVar

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.kernel.aggregate import Command, State
    from domain.kernel.events import RecordedEvent
    from domain.kernel.values import dump_compact, to_milliseconds
    from workflows.contract import (
        ANSWER,
        CARRIED,
        DELIVERY,
        HISTORY,
        RETRY_DELIVERY,
        SNAPSHOT,
        Origin,
        Undelivered,
    )
    from workflows.handlers import receive, refuse_unknown
    from workflows.inputs import read_input
    from workflows.journal import Journal
    from workflows.start_inputs import StartInput


S = TypeVar("S", bound=StartInput[Any])


class AggregateWorkflow(Generic[S, State]):
    """Base of a workflow over one aggregate. A subclass calls `begin` in `@workflow.init`, because
    commands may come before `run`. If the input cannot be read, `run` fails with the reason, and so
    does every command and query."""

    _start: S
    _journal: Journal[State]
    _unreadable: ApplicationError | None = None
    is_continued = False
    """True if this run goes on from the state that another one has left."""

    def begin(self, kind: type[S], sent: Sequence[Any]) -> None:
        """Reads the input `sent`, and opens the journal of a new aggregate or of a known one."""
        try:
            start = read_input(kind, sent)
        except ApplicationError as unreadable:
            self._unreadable = unreadable
            return
        carried: Any = start.carried
        self.is_continued = carried is not None
        self._journal = Journal(carried) if carried else _opened(start)
        self._journal.when_changed = self.attend
        # The journal holds the carried state; a second copy would only take memory.
        self._start = start.model_copy(update={"carried": None})

    @property
    def start(self) -> S:
        if self._unreadable:
            raise self._unreadable
        return self._start

    @property
    def journal(self) -> Journal[State]:
        if self._unreadable:
            raise self._unreadable
        return self._journal

    @property
    def has_begun(self) -> bool:
        return self._unreadable is None

    def attend(self) -> None:
        """Sees to what the state waits for: errands and alarms. Called after each change, and as
        the run begins."""

    async def shield(
        self, work: Coroutine[Any, Any, None], *, if_cancelled: Command[State]
    ) -> None:
        """Does the work to its end. A cancellation of the workflow does not interrupt it: it is an
        operator's way to give the command `if_cancelled`."""
        doing = asyncio.create_task(work)
        while not doing.done():
            try:
                await asyncio.shield(doing)
            except asyncio.CancelledError:
                receive(self.journal, type(if_cancelled), if_cancelled, Origin())

    def continue_as_new(self) -> NoReturn:
        """Ends this run; another goes on with the journal's state."""
        continued = self.start.model_copy(update={"carried": self.journal.carried()})
        workflow.continue_as_new(dump_compact(continued))

    @workflow.query(name=ANSWER, description="What a repeat under an Idempotency-Key is answered.")
    def answer(self, key: str) -> Any:
        return self.journal.ledger.find_answer(key) if self.has_begun else None

    # Typed loosely, because a query's types are those of the class that declares it.
    @workflow.query(name=SNAPSHOT, description="The state as it is now.")
    def snapshot(self) -> Any:
        return self.journal.state

    @workflow.query(name=HISTORY, description="The latest events; all of them are in the database.")
    def history(self) -> list[RecordedEvent]:
        return self.journal.recent

    @workflow.query(name=DELIVERY, description="What is not told outside yet.")
    def undelivered(self) -> Undelivered:
        return self.journal.undelivered

    # Closed workflows can be asked too, and so be reopened where they were ended.
    @workflow.query(name=CARRIED, description="What another run needs to go on as this one.")
    def carried(self) -> Any:
        return self.journal.carried()

    # Both take whatever is sent: there is nothing to say, and people at a command line say `{}`.
    @workflow.update(name=RETRY_DELIVERY, description="Try again now what is not told outside yet.")
    def update_retry_delivery(self, *_: Any) -> Undelivered:
        self.journal.retry()
        return self.journal.undelivered

    @workflow.signal(name=RETRY_DELIVERY, description="Try again now what is not told outside yet.")
    def signal_retry_delivery(self, *_: Any) -> None:
        if self.has_begun:
            self.journal.retry()

    # A mistyped name would otherwise wait for its handler without end, and nobody would know.
    @workflow.signal(dynamic=True, description="Whatever is no command: kept among the refused.")
    def signal_unknown(self, name: str, _: Sequence[RawValue]) -> None:
        if self.has_begun:
            refuse_unknown(self.journal, name)


def _opened(start: StartInput[State]) -> Journal[State]:
    state, events = start.opened(to_milliseconds(workflow.info().workflow_start_time))
    return Journal.opened(start, state, events)


def check_workflow_id(start: StartInput[Any]) -> None:
    """Raises under any other workflow id: the id makes an aggregate unique per service order."""
    if workflow.info().workflow_id != start.workflow_id:
        raise ApplicationError(
            f"Start this service order under the workflow id {start.workflow_id}",
            type="WrongWorkflowId",
            non_retryable=True,
        )
