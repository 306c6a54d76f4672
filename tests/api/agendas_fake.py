"""Errands of executions to agendas, as a fake with behaviour: each is done at once."""

from collections.abc import Awaitable, Callable
from typing import Any

from api.errors import NoWorkflow
from domain.execution.plan import ErrandKind
from domain.execution.plan_commands import SettlePlan
from domain.execution.state import Execution
from domain.kernel.aggregate import Command
from domain.kernel.errors import DomainError
from domain.kernel.origin import Door, Origin
from tests.api.workflow_fake import Run
from workflows.agenda_errands import claim_of, release_of

Tell = Callable[[str, Command[Any]], Awaitable[Any]]


async def run_errands(run: Run[Any], tell: Tell) -> None:
    """Runs what an execution has to say to agendas, but for what nobody has held."""
    while run.state.plan_errands and run.state.plan_errands[0].kind is not ErrandKind.RESERVE:
        state: Execution = run.state
        errand, plan = state.plan_errands[0], state.plan
        command: Command[Any] = release_of(errand, state)
        if plan and errand.is_claim:
            command = claim_of(errand, state, plan)
        try:
            await tell(errand.resource or "", command)
        except (DomainError, NoWorkflow, StopIteration) as refusal:
            if errand.is_claim:
                settle = SettlePlan(plan_revision=errand.plan_revision, problem=str(refusal))
                run.receive(settle, Origin(via=Door.CLOCK))
        left = tuple(each for each in run.state.plan_errands if each != errand)
        run.state = run.state.without_event(plan_errands=left)
        run.outbox.append((run.state, ()))
