"""One execution, from its payment to its invoice, under the workflow id `execution-<id>`."""

from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.execution.commands import EXECUTION_COMMANDS, Cancel
    from domain.execution.planning import reserved_at_opening
    from domain.execution.state import Execution
    from workflows.agenda_errands import PlanErrands
    from workflows.contract import SERVICE_EXECUTION
    from workflows.entity import AggregateWorkflow, check_workflow_id
    from workflows.errands import ErrandRunner
    from workflows.handlers import ASKS_AGENDAS, handles
    from workflows.start_inputs import StartExecution

CANCELLED_BY_AN_OPERATOR = Cancel(reason="Cancelled by an operator")


@workflow.defn(name=SERVICE_EXECUTION)
@handles(*EXECUTION_COMMANDS)
class ServiceExecution(AggregateWorkflow[StartExecution, Execution]):
    """Takes each of EXECUTION_COMMANDS as an update and as a signal, named by the command's action:
    `pause`, for one, is answered by `update_pause` and `signal_pause`, which `handles` makes of
    `Pause` in `domain/execution/commands.py`."""

    _errands: ErrandRunner | None = None

    @workflow.init
    def __init__(self, *sent: Any) -> None:
        self.begin(StartExecution, sent)

    @workflow.run
    async def run(self, *_: Any) -> Execution:
        check_workflow_id(self.start)
        if not self.is_continued and self.start.is_unattended and workflow.patched(ASKS_AGENDAS):
            self.journal.apply_untraced(reserved_at_opening(self.journal.state))
        self.attend()
        await self.shield(self.journal.deliver(), if_cancelled=CANCELLED_BY_AN_OPERATOR)
        if not self.journal.is_done:
            self.continue_as_new()
        return self.journal.state

    def attend(self) -> None:
        if not self.journal.state.has_errands:
            return  # most have none for weeks, and each would hold a runner in memory
        if self._errands is None:
            self._errands = ErrandRunner(PlanErrands(self.journal))
        self._errands.run()
