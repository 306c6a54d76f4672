"""Behaviour of the workflows of technicians and bays, on whose agendas work is planned."""

from collections.abc import Sequence
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.agenda.resource_commands import next_alarm
    from domain.kernel.aggregate import State
    from workflows.agenda_errands import ResourceErrands
    from workflows.alarms import AlarmClock
    from workflows.entity import AggregateWorkflow, S
    from workflows.errands import ErrandRunner


class ResourceWorkflow(AggregateWorkflow[S, State]):
    """Asks executions about holds that have run out, and looks for bookings that lie outside of the
    working time by now."""

    def begin(self, kind: type[S], sent: Sequence[Any]) -> None:
        super().begin(kind, sent)
        if self.has_begun:
            self._errands = ErrandRunner(ResourceErrands(self.journal))
            self._alarm: AlarmClock[Any] = AlarmClock(self.journal, next_alarm)

    def attend(self) -> None:
        self._errands.run()
        self._alarm.arm()
