"""What every workflow of ours does, whichever aggregate it carries."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Generic, NoReturn

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.aggregate import Command, State
    from domain.events import RecordedEvent
    from domain.model import brief
    from workflows.contract import (
        ANSWER,
        DELIVERY,
        HISTORY,
        RETRY_DELIVERY,
        SNAPSHOT,
        Origin,
        Start,
        Undelivered,
    )
    from workflows.handlers import receive
    from workflows.journal import Journal


class AggregateWorkflow(Generic[State]):
    """A subclass sets its journal up in `@workflow.init`: commands may come before `run`."""

    journal: Journal[State]

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

    def go_on(self, start: Start) -> NoReturn:
        """In another run, as if it were this one."""
        carrying = start.model_copy(update={"carried": self.journal.carried()})
        workflow.continue_as_new(brief(carrying))

    @workflow.query(name=ANSWER, description="What a repeat under an Idempotency-Key is answered.")
    def answer(self, key: str) -> Any:
        return self.journal.answered.find(key, self.journal.state)

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

    # Both take whatever is sent: there is nothing to say, and people at a command line say `{}`.
    @workflow.update(name=RETRY_DELIVERY, description="Try again now what is not told outside yet.")
    def update_retry_delivery(self, *_: Any) -> Undelivered:
        self.journal.retry()
        return self.journal.undelivered

    @workflow.signal(name=RETRY_DELIVERY, description="Try again now what is not told outside yet.")
    def signal_retry_delivery(self, *_: Any) -> None:
        self.journal.retry()


def check_workflow_id(start: Start) -> None:
    """The id makes an aggregate unique per service order, so no other one will do."""
    if workflow.info().workflow_id != start.workflow_id:
        raise ApplicationError(
            f"Start this service order under the workflow id {start.workflow_id}",
            type="WrongWorkflowId",
            non_retryable=True,
        )
