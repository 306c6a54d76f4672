"""Random lives of an execution: whatever is asked, in whatever order, these things hold."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pydantic_core import from_json, to_json

from domain.execution.commands import (
    Assign,
    Cancel,
    Complete,
    MarkInvoiced,
    Pause,
    Resume,
    Schedule,
    Start,
)
from domain.execution.lifecycle import ExecutionStatus, TaskStatus
from domain.execution.payment_commands import RecordFirstPayment
from domain.execution.state import Execution, ExecutionCommand
from domain.execution.task_commands import AddTask, UpdateTask
from domain.kernel.aggregate import decide
from domain.kernel.errors import DomainError, InvalidTransition
from domain.kernel.events import Event
from tests.domain.execution import contract
from tests.domain.execution.builders import MORNING, opened

TECHNICIANS = st.sampled_from(["tech-1", "tech-2"])
COMMANDS: st.SearchStrategy[ExecutionCommand] = st.one_of(
    st.builds(Start, technicianId=st.none() | TECHNICIANS),
    st.builds(Pause, reason=st.sampled_from([None, "parts"])),
    st.builds(Resume),
    st.builds(Complete, notes=st.sampled_from([None, "done"])),
    st.builds(Assign, technicianId=TECHNICIANS),
    st.builds(
        Schedule,
        scheduledDate=st.just(MORNING),
        estimatedDuration=st.none() | st.integers(1, 500),
    ),
    st.builds(AddTask, description=st.just("oil"), estimatedDuration=st.integers(1, 500)),
    st.builds(RecordFirstPayment, paymentId=st.sampled_from(["pay-1", "pay-2"])),
    st.builds(MarkInvoiced, invoiceId=st.sampled_from([None, "inv-1"])),
    st.builds(Cancel, reason=st.just("enough")),
)
STEPS = st.integers(-7_200_000, 7_200_000).map(lambda count: timedelta(milliseconds=count))
MILLISECOND = timedelta(milliseconds=1)


class ExecutionLife(RuleBasedStateMachine):
    """Keeps its own count of events and of milliseconds worked, the simplest way there is."""

    execution: Execution
    clock: datetime = MORNING
    reached: datetime = MORNING  # the latest time that any event told of
    worked = 0
    events = 1

    @initialize(payment_required=st.booleans())
    def open(self, payment_required: bool) -> None:
        self.execution = opened(payment_required=payment_required)

    @rule(command=COMMANDS, step=STEPS)
    def ask(self, command: ExecutionCommand, step: timedelta) -> None:
        self._ask(command, step)

    @rule(index=st.integers(0, 4), status=st.sampled_from(TaskStatus), step=STEPS)
    def change_task(self, index: int, status: TaskStatus, step: timedelta) -> None:
        ids = [task.task_id for task in self.execution.tasks[index : index + 1]]
        self._ask(UpdateTask(task_id=next(iter(ids), "unknown"), status=status), step)

    def _ask(self, command: ExecutionCommand, step: timedelta) -> None:
        self.clock += step
        before, told = self.execution, self.execution.model_dump_json()
        refusal: DomainError | None = None
        after: Execution = before
        events: tuple[Event, ...] = ()
        try:
            after, events = decide(before, command, self.clock)
        except DomainError as refused:
            refusal = refused
        assert before.model_dump_json() == told
        if events:
            self._accept(before, command, after, events)
        else:
            assert after is before
        if refusal:
            illegal = contract.outcome(before.status, command.ACTION) is None
            assert isinstance(refusal, InvalidTransition) == illegal

    def _accept(
        self,
        before: Execution,
        command: ExecutionCommand,
        after: Execution,
        events: tuple[Event, ...],
    ) -> None:
        assert after.status == contract.outcome(before.status, command.ACTION)
        now = max(self.reached, self.clock)
        if before.status == ExecutionStatus.IN_PROGRESS:
            self.worked += (now - self.reached) // MILLISECOND
        self.reached = now
        self.events += len(events)
        self.execution = after
        assert after.updated_at == now

    @invariant()
    def the_version_is_the_number_of_events(self) -> None:
        assert self.execution.version == self.events

    @invariant()
    def what_is_final_has_no_way_out(self) -> None:
        final = self.execution.status in contract.FINAL
        assert self.execution.is_over == final
        assert not (final and self.execution.allowed_actions)

    @invariant()
    def the_minutes_worked_are_those_outside_of_pauses(self) -> None:
        execution = self.execution
        assert bool(execution.end_date) == execution.is_over or execution.status == "COMPLETED"
        if execution.end_date and execution.start_date:
            assert execution.actual_duration == self.worked // 60_000
        else:
            assert execution.actual_duration is None
            assert execution.clock.worked_minutes(self.reached) == self.worked // 60_000

    @invariant()
    def the_minutes_worked_fit_into_the_time_passed(self) -> None:
        worked = timedelta(minutes=self.execution.actual_duration or 0)
        assert timedelta() <= worked <= self.reached - MORNING

    @invariant()
    def the_clock_is_stopped_exactly_in_a_pause(self) -> None:
        paused = self.execution.status == ExecutionStatus.PAUSED
        assert (self.execution.paused_since is not None) == paused

    @invariant()
    def task_ids_are_unique(self) -> None:
        ids = [task.task_id for task in self.execution.tasks]
        assert len(ids) == len(set(ids))

    @invariant()
    def what_is_written_reads_the_same(self) -> None:
        written = to_json(self.execution)
        assert Execution.model_validate_json(written) == self.execution
        assert Execution.model_validate(from_json(written)) == self.execution


# No deadline and no health check on speed: the machine that runs this is shared.
ExecutionLife.TestCase.settings = settings(
    max_examples=120,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestExecutionLife = ExecutionLife.TestCase
