"""Planning with levers: a fuse for the API, and a gate for the worker, which carries errands."""

import activities.agendas.errands
import api.executions.planning
from activities.agendas.messages import Message
from api.executions.planning import Planning
from domain.agenda.resource import ResourceAction
from domain.execution.plan import Slot
from domain.execution.state import Execution, ExecutionCommand
from domain.kernel.aggregate import Answer
from tests.faults.fuse import passed, reached
from workflows.contract import Origin

HOLD, COMMIT = "hold", "commit"
"""Steps of a plan: its time is held, it is committed."""
CLAIMS = "claims.gate"
"""The gate before which claims wait."""


class RiggedPlanning(Planning):
    async def _committed(
        self, execution_id: str, slot: Slot | None, command: ExecutionCommand, origin: Origin
    ) -> Answer[Execution]:
        if slot:
            reached(HOLD)
        answer = await super()._committed(execution_id, slot, command, origin)
        reached(COMMIT)
        return answer


class RiggedErrands(activities.agendas.errands.AgendaErrands):
    async def _tell(self, message: Message) -> None:
        if message.action == ResourceAction.CLAIM:
            await passed(CLAIMS)
        await super()._tell(message)


def rig_plans() -> None:
    """Before the processes' own modules are imported, so that they find these."""
    api.executions.planning.Planning = RiggedPlanning  # type: ignore[misc]
    activities.agendas.errands.AgendaErrands = RiggedErrands  # type: ignore[misc]
