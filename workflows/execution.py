"""One execution, from its payment to its invoice, under the workflow id `execution-<id>`."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.commands import COMMANDS, Cancel
    from domain.events import RecordedEvent
    from domain.execution import Execution, ExecutionCommand, decide, open_execution
    from domain.model import to_milliseconds
    from workflows.contract import (
        HISTORY,
        SERVICE_EXECUTION,
        SNAPSHOT,
        Carried,
        Origin,
        StartExecution,
        execution_id,
        execution_workflow_id,
    )
    from workflows.handlers import handles, receive
    from workflows.journal import Journal


@workflow.defn(name=SERVICE_EXECUTION)
@handles(*COMMANDS)
class ServiceExecution:
    # Set up before `run`, because Temporal may deliver commands first.
    @workflow.init
    def __init__(self, start: StartExecution) -> None:
        self.journal: Journal[Execution, ExecutionCommand]
        if start.carried:
            self.journal = Journal(start.carried, decide)
            return
        execution, events = open_execution(
            start,
            execution_id(start.service_order_id),
            to_milliseconds(workflow.info().start_time),
        )
        self.journal = Journal(Carried(state=execution), decide)
        self.journal.record("create", None, events, start.origin)

    @workflow.run
    async def run(self, start: StartExecution) -> Execution:
        self._check_workflow_id()
        delivering = asyncio.create_task(self.journal.deliver())
        while not delivering.done():
            try:
                await asyncio.shield(delivering)
            except asyncio.CancelledError:
                # An operator cancelled the workflow: that is a command, not an accident.
                receive(self.journal, Cancel, Cancel(reason="Cancelled by an operator"), Origin())
        if not self.journal.is_done:
            workflow.continue_as_new(start.model_copy(update={"carried": self.journal.carried()}))
        return self.journal.state

    @workflow.query(name=SNAPSHOT, description="The execution as it is now.")
    def snapshot(self) -> Execution:
        return self.journal.state

    @workflow.query(name=HISTORY, description="The latest events; all of them are in the database.")
    def history(self) -> list[RecordedEvent]:
        return list(self.journal.recent)

    def _check_workflow_id(self) -> None:
        """The id makes an execution unique per service order, so no other one will do."""
        expected = execution_workflow_id(self.journal.state.execution_id)
        if workflow.info().workflow_id != expected:
            raise ApplicationError(
                f"Start this service order under the workflow id {expected}",
                type="WrongWorkflowId",
                non_retryable=True,
            )
