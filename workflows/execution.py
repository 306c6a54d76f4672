"""One execution, from its payment to its invoice, under the workflow id `execution-<id>`."""

from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.execution.commands import EXECUTION_COMMANDS, Cancel
    from domain.execution.state import Execution, open_execution
    from domain.kernel.values import to_milliseconds
    from workflows.contract import SERVICE_EXECUTION, StartExecution, execution_id
    from workflows.entity import AggregateWorkflow, check_workflow_id
    from workflows.handlers import handles
    from workflows.journal import Journal

CANCELLED_BY_AN_OPERATOR = Cancel(reason="Cancelled by an operator")


@workflow.defn(name=SERVICE_EXECUTION)
@handles(*EXECUTION_COMMANDS)
class ServiceExecution(AggregateWorkflow[StartExecution, Execution]):
    @workflow.init
    def __init__(self, *sent: Any) -> None:
        self.begin(StartExecution, sent, _opened)

    @workflow.run
    async def run(self, *_: Any) -> Execution:
        check_workflow_id(self.start)
        await self.live(if_cancelled=CANCELLED_BY_AN_OPERATOR)
        if not self.journal.is_done:
            self.go_on()
        return self.journal.state


def _opened(start: StartExecution) -> Journal[Execution]:
    execution, events = open_execution(
        start,
        execution_id(start.service_order_id),
        to_milliseconds(workflow.info().workflow_start_time),
    )
    return Journal.opened(start, execution, events)
