"""Random interleavings of all who plan, work and change agendas: whatever is lost, repeated or
late, no time is given twice, and no plan loses the time that it has."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from temporalio import workflow

from domain.bay.commands import AddClosure, DeactivateBay, ReactivateBay
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
from domain.execution.plan_commands import MakePlan, Unplan
from domain.execution.state import ExecutionCommand
from domain.technician.commands import Deactivate, Reactivate, SetDay
from tests.domain.agenda import soundness
from tests.domain.agenda.protocol import HOUR, Fate, Process
from tests.domain.agenda.workshop import ANA, BOB, LIFT, UNKNOWN, Workshop
from tests.domain.execution.builders import MORNING
from tests.domain.technician.builders import MORNINGS, time_off

WHICH = st.integers(0, 9)
FATES = st.sampled_from([*[Fate.ANSWERED] * 6, *Fate])
SECONDS = st.sampled_from([1, 40, 95, 130, 130, 1_800, 3_600, 3_600, 9_000, 9 * 86_400])
PAUSES = st.sampled_from([0, 0, 0, 1, 40, 130])
HOURS = st.sampled_from([-2, 1, 1, 2, 3])
"""Hours from the one that has begun."""
MINUTES = st.sampled_from([60, 120])
PEOPLE = st.sampled_from([(ANA,), (BOB,), (ANA, BOB)])
BAYS = st.sampled_from([None, LIFT])
REGISTERED = st.sampled_from([ANA, BOB])
ANYBODY = st.sampled_from([ANA, BOB, UNKNOWN])
WORK: st.SearchStrategy[ExecutionCommand] = st.sampled_from(
    [
        Start(),
        Pause(),
        Resume(),
        Complete(),
        MarkInvoiced(),
        Cancel(reason="customer gone"),
        Unplan(),
    ]
)


class Interleavings(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.workshop = Workshop()
        self.world = self.workshop.world
        self.days = 0
        self.patch = pytest.MonkeyPatch()  # what the errands' code asks of its surroundings
        self.patch.setattr(workflow, "info", lambda: SimpleNamespace(task_queue="tasks"))
        self.patch.setattr(workflow.unsafe, "is_replaying_history_events", lambda: False)

    @rule(which=WHICH, hours=HOURS, minutes=MINUTES, people=PEOPLE, bay=BAYS)
    def plan(
        self, which: int, hours: int, minutes: int, people: tuple[str, ...], bay: str | None
    ) -> None:
        self.workshop.plan(self.execution(which), self.request(hours, minutes, people, bay))

    @rule(which=WHICH, person=REGISTERED)
    def assign(self, which: int, person: str) -> None:
        self.workshop.assign(self.execution(which), person)

    @rule(which=WHICH, hours=HOURS)
    def schedule(self, which: int, hours: int) -> None:
        self.workshop.schedule(self.execution(which), self.hour(hours))

    @rule(hours=HOURS, person=REGISTERED)
    def open(self, hours: int, person: str) -> None:
        self.workshop.open(self.hour(hours), person)

    @rule(which=WHICH)
    def repeat(self, which: int) -> None:
        self.workshop.repeat(which)

    @precondition(lambda self: self.world.under_way)
    @rule(steps=st.lists(st.tuples(WHICH, FATES, PAUSES), min_size=1, max_size=6))
    def deliver(self, steps: list[tuple[int, Fate, int]]) -> None:
        for which, fate, pause in steps:
            if under_way := self.world.under_way:
                self._deliver(under_way[which % len(under_way)], fate)
                self._pass(pause)

    @precondition(lambda self: self.world.under_way)
    @rule(pauses=st.lists(PAUSES, min_size=1, max_size=6))
    def deliver_in_turn(self, pauses: list[int]) -> None:
        for pause in pauses:
            for process in [*self.world.under_way]:
                self._deliver(process)
            self._pass(pause)

    @precondition(lambda self: self.world.late)
    @rule(which=WHICH)
    def deliver_late(self, which: int) -> None:
        self.world.deliver_late(which)
        self.workshop.attend()

    @precondition(lambda self: any(each.may_die for each in self.world.under_way))
    @rule(which=WHICH)
    def die(self, which: int) -> None:
        mortal = [each for each in self.world.under_way if each.may_die]
        self.world.abandon(mortal[which % len(mortal)])

    @rule(seconds=SECONDS, rings=st.booleans())
    def wait(self, seconds: int, rings: bool) -> None:
        if rings:
            self._pass(seconds)
        else:
            self.world.now += timedelta(seconds=seconds)

    @rule(which=WHICH)
    def continue_as_new(self, which: int) -> None:
        workers = self.workshop.workers
        workers[which % len(workers)].continue_as_new()
        self.workshop.attend()

    @rule(which=WHICH, command=WORK)
    def work(self, which: int, command: ExecutionCommand) -> None:
        self.workshop.execute(self.execution(which), command)

    @rule(which=WHICH, pause=PAUSES)
    def work_to_the_end(self, which: int, pause: int) -> None:
        self.workshop.execute(self.execution(which), Start())
        self._pass(pause)
        self.workshop.execute(self.execution(which), Complete())

    @rule(which=WHICH, person=ANYBODY)
    def start_by(self, which: int, person: str) -> None:
        self.workshop.execute(self.execution(which), Start(technician_id=person))

    @rule(which=WHICH, person=ANYBODY)
    def assign_unattended(self, which: int, person: str) -> None:
        self.workshop.execute(self.execution(which), Assign(technician_id=person))

    @rule(which=WHICH, hours=HOURS)
    def schedule_unattended(self, which: int, hours: int) -> None:
        self.workshop.execute(self.execution(which), Schedule(scheduled_date=self.hour(hours)))

    @rule(which=WHICH, hours=HOURS, minutes=MINUTES, people=PEOPLE, bay=BAYS)
    def plan_unattended(
        self, which: int, hours: int, minutes: int, people: tuple[str, ...], bay: str | None
    ) -> None:
        self.workshop.execute(self.execution(which), self.request(hours, minutes, people, bay))

    @rule(person=REGISTERED)
    def change_shifts(self, person: str) -> None:
        self.days += 1
        day = str((MORNING + timedelta(days=self.days)).date())
        self.workshop.change(f"technician-{person}", SetDay(date=day, intervals=(MORNINGS,)))

    @rule(person=REGISTERED, hours=HOURS)
    def take_time_off(self, person: str, hours: int) -> None:
        self.workshop.change(f"technician-{person}", time_off(self.hour(hours), 1))

    @rule(hours=HOURS)
    def close_bay(self, hours: int) -> None:
        begins = self.hour(hours)
        self.workshop.change(f"bay-{LIFT}", AddClosure(from_=begins, to=begins + HOUR))

    @rule(which=WHICH)
    def turn_on_or_off(self, which: int) -> None:
        resource = self.resource(which)
        turns = (
            (ReactivateBay(), DeactivateBay()) if LIFT in resource else (Reactivate(), Deactivate())
        )
        self.workshop.change(resource, turns[self.world.agendas[resource].state.is_active])

    def _deliver(self, process: Process, fate: Fate = Fate.ANSWERED) -> None:
        self.world.deliver(process, fate)
        self.workshop.attend()
        soundness.check_always(self.world)

    def _pass(self, seconds: int) -> None:
        """Lets time go by, and alarms ring when they are due."""
        self.world.now += timedelta(seconds=seconds)
        self.workshop.ring()
        soundness.check_always(self.world)

    def execution(self, which: int) -> str:
        names = [*self.world.executions]
        return names[which % len(names)]

    def resource(self, which: int) -> str:
        names = [*self.world.agendas]
        return names[which % len(names)]

    def hour(self, hours: int) -> datetime:
        return self.world.now.replace(minute=0, second=0) + hours * HOUR

    def request(
        self, hours: int, minutes: int, people: tuple[str, ...], bay: str | None
    ) -> MakePlan:
        return MakePlan(
            start=self.hour(hours), duration_minutes=minutes, technician_ids=people, bay_id=bay
        )

    @invariant()
    def no_time_is_given_twice_nor_lost(self) -> None:
        soundness.check_always(self.world)

    def teardown(self) -> None:
        try:
            self.workshop.come_to_rest()
            soundness.check_at_rest(self.world)
        finally:
            self.patch.undo()


# Always the same examples: a run says of a change, and not of luck, that it breaks something.
Interleavings.TestCase.settings = settings(
    max_examples=400,
    stateful_step_count=30,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestInterleavings = Interleavings.TestCase
