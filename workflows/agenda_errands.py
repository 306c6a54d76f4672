"""Errands between executions and the agendas of technicians and bays. An execution tells agendas
what it has committed; an agenda asks executions whether they have."""

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.agendas.messages import (
        ASK_COMMITMENT,
        ERRAND_REFUSED,
        FIND_DISRUPTED,
        RESERVE_TIME,
        TELL_RESOURCE,
        Commitment,
        Disrupted,
        Disruption,
        Message,
        Question,
        TimeReserved,
        TimeWanted,
    )
    from domain.agenda.bookings import Hold
    from domain.agenda.resource import Resource
    from domain.agenda.resource_commands import (
        Claim,
        RecordDisruption,
        Release,
        ResourceCommand,
        SettleHold,
    )
    from domain.execution.plan import ErrandKind, Plan, PlanErrand
    from domain.execution.plan_commands import SettlePlan
    from domain.execution.state import Execution
    from domain.kernel.aggregate import Command, State
    from domain.kernel.origin import Door, Origin
    from domain.kernel.values import Value, dump_compact, evolve
    from workflows.contract import SNAPSHOT, errands_queue, execution_workflow_id
    from workflows.errands import Errand
    from workflows.journal import Journal

ATTEMPT = timedelta(seconds=15)
"""Limit of one attempt; longer than an attempt gives itself."""
RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))


class PlanErrands:
    """The requests of an execution that the agendas have still to hear."""

    def __init__(self, journal: Journal[Execution]) -> None:
        self._journal = journal

    @property
    def has_pending(self) -> bool:
        return bool(self._journal.state.plan_errands)

    def first(self) -> Errand:
        self._running = self._journal.state.plan_errands[0]
        execution, plan = self._journal.state, self._journal.state.plan
        if self._running.kind is ErrandKind.RELEASE or plan is None:
            return _tell(self._running, execution, release_of(self._running, execution))
        if self._running.kind is ErrandKind.RESERVE:
            return _reserve(self._running, execution, plan)
        return _tell(self._running, execution, claim_of(self._running, execution, plan))

    def done(self, result: Any) -> None:
        if not isinstance(result, TimeReserved) or self._settles(
            slot=result.slot, problem=result.problem
        ):
            self._remove()

    def refused(self, reason: str) -> None:
        if self._running.kind is ErrandKind.CLAIM:
            self._settles(problem=reason)
        self._remove()

    def failing(self, reason: str) -> None:
        workflow.logger.warning("errand to an agenda fails: %s", reason)

    def _settles(self, **outcome: Any) -> bool:
        revision = self._running.plan_revision
        return _applies(self._journal, SettlePlan(plan_revision=revision, **outcome))

    def _remove(self) -> None:
        """Removes the one that was running, unless a later plan has already done so."""
        state = self._journal.state
        left = tuple(each for each in state.plan_errands if each != self._running)
        if left == state.plan_errands:
            return
        if left:
            self._journal.apply_untraced(evolve(state, plan_errands=left))
        else:  # readers see that all is said
            self._journal.apply_silent(state.without_event(plan_errands=left))


class ResourceErrands:
    """The questions of a technician or a bay: to executions about holds that have run out, and
    which bookings lie outside of the working time by now."""

    def __init__(self, journal: Journal[Any]) -> None:
        self._journal = journal

    @property
    def has_pending(self) -> bool:
        state: Resource = self._journal.state
        return state.has_errands

    def first(self) -> Errand:
        state: Resource = self._journal.state
        hold = next((each for each in state.holds if each.expired), None)
        if hold:
            self._hold_id = hold.hold_id
            return _errand(ASK_COMMITMENT, _question(hold), f"{hold.hold_id} used?", Commitment)
        self._version = state.version
        asked = Disruption(resource=evolve(state, holds=()))
        return _errand(FIND_DISRUPTED, asked, "bookings outside of working time", Disrupted)

    def done(self, result: Any) -> None:
        if isinstance(result, Commitment):
            settle = SettleHold(hold_id=self._hold_id, plan_revision=result.plan_revision)
            _applies(self._journal, settle)
        else:
            found = RecordDisruption(
                checked_version=self._version, execution_ids=result.execution_ids
            )
            _applies(self._journal, found)

    def refused(self, reason: str) -> None:
        """Nobody refuses a question."""

    def failing(self, reason: str) -> None:
        workflow.logger.warning("a question of an agenda fails: %s", reason)


def _question(hold: Hold) -> Question:
    return Question(
        execution_id=hold.execution_id,
        workflow_id=execution_workflow_id(hold.execution_id),
        query=SNAPSHOT,
        hold_id=hold.hold_id,
    )


def _applies(journal: Journal[State], command: Command[State]) -> bool:
    """Carries out what follows from an errand. False if it is refused: the errand is run again."""
    try:
        journal.apply(command, Origin(via=Door.CLOCK))
    except ApplicationError as refusal:
        workflow.logger.warning("%s refused: %s", command.ACTION, refusal.message)
        return False
    return True


def claim_of(errand: PlanErrand, execution: Execution, plan: Plan) -> Claim:
    return Claim(
        execution_id=execution.execution_id,
        service_order_id=execution.service_order_id,
        bay_id=plan.bay_id,
        outside_shift=plan.outside_shift,
        blocks=plan.blocks_of(errand.resource or ""),
        plan_revision=plan.revision,
        hold_id=errand.hold_id,
    )


def release_of(errand: PlanErrand, execution: Execution) -> Release:
    return Release(
        execution_id=execution.execution_id,
        plan_revision=errand.plan_revision,
        hold_id=errand.hold_id,
        from_=errand.from_,
    )


def _tell(errand: PlanErrand, execution: Execution, command: ResourceCommand) -> Errand:
    resource = errand.resource or ""
    about = f"{execution.execution_id}:{errand.plan_revision}:{errand.kind}"
    at = f":{errand.from_.isoformat()}" if errand.from_ else ""
    message = Message(
        resource=resource,
        action=command.ACTION,
        command=dump_compact(command),
        message_id=f"errand:{about}{at}",
    )
    return _errand(TELL_RESOURCE, message, f"{command.ACTION} {resource}")


def _reserve(errand: PlanErrand, execution: Execution, plan: Plan) -> Errand:
    wanted = TimeWanted(
        execution_id=execution.execution_id,
        service_order_id=execution.service_order_id,
        plan=plan,
        optional=errand.optional,
    )
    return _errand(RESERVE_TIME, wanted, f"reserve {', '.join(plan.resources)}", TimeReserved)


def _errand(activity: str, argument: Value, summary: str, result: Any = None) -> Errand:
    return Errand(
        activity=activity,
        argument=argument,
        task_queue=errands_queue(workflow.info().task_queue),
        attempt=ATTEMPT,
        retries=RETRIES,
        refused_by=ERRAND_REFUSED,
        summary=summary,
        result=result,
    )
