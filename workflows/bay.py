"""One bay, for as long as the workshop has it, under the workflow id `bay-<id>`."""

from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.bay.commands import BAY_COMMANDS, DeactivateBay
    from domain.bay.state import Bay
    from workflows.contract import BAY
    from workflows.entity import check_workflow_id
    from workflows.handlers import handles
    from workflows.resource import ResourceWorkflow
    from workflows.start_inputs import StartBay

DEACTIVATED_BY_AN_OPERATOR = DeactivateBay(reason="Deactivated by an operator")


@workflow.defn(name=BAY)
@handles(*BAY_COMMANDS)
class BayWorkflow(ResourceWorkflow[StartBay, Bay]):
    """Takes each of BAY_COMMANDS as an update and as a signal, named by the command's action:
    `add_closure`, for one, is answered by `update_add_closure` and `signal_add_closure`, which
    `handles` makes of `AddClosure` in `domain/bay/commands.py`."""

    @workflow.init
    def __init__(self, *sent: Any) -> None:
        self.begin(StartBay, sent)

    @workflow.run
    async def run(self, *_: Any) -> Bay:
        check_workflow_id(self.start)
        self.attend()
        await self.shield(self.journal.deliver(), if_cancelled=DEACTIVATED_BY_AN_OPERATOR)
        if not self.journal.is_done:
            self.continue_as_new()
        return self.journal.state
