"""One technician, for as long as they work in the workshop, under the workflow id
`technician-<id>`."""

from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.technician.commands import TECHNICIAN_COMMANDS, Deactivate
    from domain.technician.state import Technician
    from workflows.contract import TECHNICIAN
    from workflows.entity import check_workflow_id
    from workflows.handlers import handles
    from workflows.resource import ResourceWorkflow
    from workflows.start_inputs import StartTechnician

DEACTIVATED_BY_AN_OPERATOR = Deactivate(reason="Deactivated by an operator")


@workflow.defn(name=TECHNICIAN)
@handles(*TECHNICIAN_COMMANDS)
class TechnicianWorkflow(ResourceWorkflow[StartTechnician, Technician]):
    """Takes each of TECHNICIAN_COMMANDS as an update and as a signal, named by the command's
    action: `set_shifts`, for one, is answered by `update_set_shifts` and `signal_set_shifts`, which
    `handles` makes of `SetShifts` in `domain/technician/commands.py`."""

    @workflow.init
    def __init__(self, *sent: Any) -> None:
        self.begin(StartTechnician, sent)

    @workflow.run
    async def run(self, *_: Any) -> Technician:
        check_workflow_id(self.start)
        self.attend()
        await self.shield(self.journal.deliver(), if_cancelled=DEACTIVATED_BY_AN_OPERATOR)
        if not self.journal.is_done:
            self.continue_as_new()
        return self.journal.state
