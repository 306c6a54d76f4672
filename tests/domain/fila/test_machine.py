"""Random lives of a queue item: whatever is asked, in whatever order, these things hold."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.fila.commands import (
    CancelOrder,
    FinishDiagnosis,
    FinishRepair,
    LinkExecution,
    Prioritize,
    RecordApproval,
    Remove,
    StartDiagnosis,
    StartRepair,
    WithdrawApproval,
)
from domain.fila.errors import ApprovalPending, InvalidQueueTransition, QueueItemNotFound
from domain.fila.state import QueueCommand, QueueItem
from domain.fila.vocabulary import Priority
from domain.kernel.aggregate import decide
from domain.kernel.errors import DomainError
from tests.domain.execution.builders import MORNING
from tests.domain.fila.builders import added
from tests.domain.fila.contract import LEADS, TELLS

MECHANICS = st.sampled_from([7, 8])
WORK: st.SearchStrategy[QueueCommand] = st.one_of(
    st.builds(lambda who: StartDiagnosis(mechanic_id=who), MECHANICS),
    st.builds(lambda: FinishDiagnosis(diagnosis="correia")),
    st.builds(lambda who: StartRepair(mechanic_id=who), st.none() | MECHANICS),
    st.builds(lambda notes: FinishRepair(repair_notes=notes), st.sampled_from([None, "feito"])),
    st.builds(lambda priority: Prioritize(priority=priority), st.sampled_from(Priority)),
    st.builds(lambda budget: RecordApproval(budget_id=budget), st.sampled_from([None, "b-1"])),
    st.builds(lambda budget: WithdrawApproval(budget_id=budget), st.sampled_from([None, "b-1"])),
    st.builds(lambda id_: LinkExecution(execution_id=id_), st.sampled_from(["e-1", "e-2"])),
)
STEPS = st.integers(-7_200_000, 7_200_000).map(lambda count: timedelta(milliseconds=count))


class QueueItemLife(RuleBasedStateMachine):
    """Keeps its own count of events, notes and what is to be told, the simplest way there is."""

    item: QueueItem
    clock: datetime = MORNING
    reached: datetime = MORNING
    events = 1
    notes = 0
    diagnosed = False
    approved = False
    order_cancelled = False

    @initialize(requires_approval=st.booleans(), tells=st.booleans())
    def add(self, requires_approval: bool, tells: bool) -> None:
        self.item = added(requires_approval=requires_approval, tells_service_orders=tells)
        self.to_tell: list[str] = []

    @rule(command=WORK, step=STEPS)
    def work(self, command: QueueCommand, step: timedelta) -> None:
        self._ask(command, step)

    @precondition(lambda self: self.events > 4)
    @rule(step=STEPS)
    def remove(self, step: timedelta) -> None:
        self._ask(Remove(), step)

    @precondition(lambda self: self.events > 4)
    @rule(step=STEPS)
    def cancel_the_order(self, step: timedelta) -> None:
        self._ask(CancelOrder(reason="gave up"), step)

    @precondition(lambda self: self.item.notices.pending)
    @rule(answer=st.sampled_from(["told", "refused", "failing"]))
    def note(self, answer: str) -> None:
        notices = self.item.notices
        if answer == "failing":
            self.item = self.item.noting(notices.failing("503"))
        else:
            self.to_tell.pop(0)
            through = (
                notices.delivered(self.clock) if answer == "told" else notices.refused_for("404")
            )
            self.item = self.item.noting(through)
        self.notes += 1

    def _ask(self, command: QueueCommand, step: timedelta) -> None:
        self.clock += step
        before, written = self.item, self.item.model_dump_json()
        refusal: type[DomainError] | None = None
        after, events = before, 0
        try:
            after, told = decide(before, command, self.clock)
            events = len(told)
        except DomainError as refused:
            refusal = type(refused)
        assert before.model_dump_json() == written
        if self._is_repeat(command):
            assert (after is before, events) == (True, 0)
            return
        assert refusal is self._expected_refusal(command)
        assert events == (0 if refusal or self._is_pointless(command) else 1)
        if events:
            self._accept(command, after)

    def _is_repeat(self, command: QueueCommand) -> bool:
        match command:
            case RecordApproval():
                return self.approved
            case LinkExecution(execution_id=execution_id):
                return execution_id == self.item.execution_id
            case Prioritize(priority=priority):
                return priority == self.item.priority
        return False

    def _is_pointless(self, command: QueueCommand) -> bool:
        match command:
            case WithdrawApproval():
                return not self.approved
            case CancelOrder():
                return self.order_cancelled and self.item.status != "AGUARDANDO"
        return False

    def _accept(self, command: QueueCommand, after: QueueItem) -> None:
        assert after.status == LEADS[self.item.status, command.ACTION]
        self.reached = max(self.reached, self.clock)
        self.events += 1
        self.diagnosed |= isinstance(command, FinishDiagnosis)
        self.approved |= isinstance(command, RecordApproval)
        self.approved &= not isinstance(command, WithdrawApproval)
        self.order_cancelled |= isinstance(command, CancelOrder)
        if after.tells_service_orders and command.ACTION in TELLS:
            self.to_tell.append(TELLS[command.ACTION])
        self.item = after

    def _expected_refusal(self, command: QueueCommand) -> type[DomainError] | None:
        if self.item.status == "REMOVIDA":
            return QueueItemNotFound
        if (self.item.status, command.ACTION) not in LEADS:
            return InvalidQueueTransition
        if isinstance(command, StartDiagnosis) and self.diagnosed:
            return InvalidQueueTransition
        unapproved = self.item.requires_approval and not self.approved
        return ApprovalPending if isinstance(command, StartRepair) and unapproved else None

    @invariant()
    def the_version_counts_events_and_the_revision_notes_as_well(self) -> None:
        assert (self.item.version, self.item.revision) == (self.events, self.events + self.notes)

    @invariant()
    def time_goes_on_with_events_alone(self) -> None:
        assert self.item.updated_at == self.reached
        assert self.item.created_at == MORNING

    @invariant()
    def what_pends_is_what_was_not_yet_answered_for(self) -> None:
        assert list(self.item.notices.pending) == self.to_tell

    @invariant()
    def what_is_offered_is_done_and_what_is_not_is_refused(self) -> None:
        repair_barred = self.item.requires_approval and not self.approved
        barred = {"iniciar-diagnostico"} if self.diagnosed else set()
        barred |= {"iniciar-reparo"} if repair_barred else set()
        barred |= {"orcamento-aprovado", "aprovacao-retirada", "pedido-cancelado"}
        barred |= {"vincular-execucao"}
        possible = {action for status, action in LEADS if status == self.item.status}
        assert set(self.item.allowed_actions) == possible - barred

    @invariant()
    def an_item_whose_order_is_cancelled_says_so(self) -> None:
        in_work = self.item.status != "REMOVIDA" and self.order_cancelled
        assert bool(self.item.order_cancelled_at) == in_work or self.item.is_gone

    @invariant()
    def it_is_over_when_it_is_gone_or_finished_and_told(self) -> None:
        finished = self.item.status == "FINALIZADA" and not self.to_tell
        assert self.item.is_over == (finished or self.item.status == "REMOVIDA")

    @invariant()
    def what_is_written_reads_the_same(self) -> None:
        assert QueueItem.model_validate_json(self.item.model_dump_json()) == self.item


# No deadline and no health check on speed: the machine that runs this is shared.
QueueItemLife.TestCase.settings = settings(
    max_examples=120,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestQueueItemLife = QueueItemLife.TestCase
