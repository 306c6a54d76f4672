"""What every workflow of ours does, whichever aggregate it carries."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, NoReturn, TypeVar

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.kernel.aggregate import Command, State
    from domain.kernel.events import RecordedEvent
    from domain.kernel.values import brief
    from workflows.contract import (
        ANSWER,
        CARRIED,
        DELIVERY,
        HISTORY,
        RETRY_DELIVERY,
        SNAPSHOT,
        Origin,
        Start,
        StartExecution,
        StartQueueItem,
        Undelivered,
    )
    from workflows.handlers import receive, refuse_unknown
    from workflows.inputs import read_input
    from workflows.journal import Journal


S = TypeVar("S", StartExecution, StartQueueItem)


class AggregateWorkflow(Generic[S, State]):
    """A subclass begins in `@workflow.init`, because commands may come before `run`. If the input
    cannot be read, `run` fails with the reason, and so does whatever else is asked."""

    _start: S
    _journal: Journal[State]
    _unreadable: ApplicationError | None = None
    is_taken_up = False
    """Whether it goes on from what another run has left."""

    def begin(
        self, kind: type[S], sent: Sequence[Any], opened: Callable[[S], Journal[State]]
    ) -> None:
        """With what was sent; `opened` is the journal of one that is new."""
        try:
            start = read_input(kind, sent)
        except ApplicationError as unreadable:
            self._unreadable = unreadable
            return
        carried: Any = start.carried
        self.is_taken_up = carried is not None
        self._journal = Journal(carried) if carried else opened(start)
        # What was carried, the journal has by now.
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

    def live(self, if_cancelled: Command[State]) -> Coroutine[Any, Any, None]:
        """Until the aggregate is over, or another run should go on."""
        return self.carry_through(self.journal.deliver(), if_cancelled)

    async def carry_through(
        self, work: Coroutine[Any, Any, None], if_cancelled: Command[State]
    ) -> None:
        """An operator who cancels the workflow gives a command; that is no accident."""
        doing = asyncio.create_task(work)
        while not doing.done():
            try:
                await asyncio.shield(doing)
            except asyncio.CancelledError:
                receive(self.journal, type(if_cancelled), if_cancelled, Origin())

    def go_on(self) -> NoReturn:
        """In another run, as if it were this one."""
        carrying = self.start.model_copy(update={"carried": self.journal.carried()})
        workflow.continue_as_new(brief(carrying))

    @workflow.query(name=ANSWER, description="What a repeat under an Idempotency-Key is answered.")
    def answer(self, key: str) -> Any:
        return self.journal.answered.find(key, self.journal.state) if self.has_begun else None

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

    # Closed workflows can be asked too, and so be taken up where they were ended.
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

    # A mistyped name would otherwise wait for a handler for ever, and nobody would hear of it.
    @workflow.signal(dynamic=True, description="Whatever is no command: kept among the refused.")
    def signal_unknown(self, name: str, _: Sequence[RawValue]) -> None:
        if self.has_begun:
            refuse_unknown(self.journal, name)


def check_workflow_id(start: Start) -> None:
    """The id makes an aggregate unique per service order, so no other one will do."""
    if workflow.info().workflow_id != start.workflow_id:
        raise ApplicationError(
            f"Start this service order under the workflow id {start.workflow_id}",
            type="WrongWorkflowId",
            non_retryable=True,
        )
