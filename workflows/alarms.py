"""The alarm of an aggregate: one durable timer, for the earliest moment that it waits for. It is
armed again only when that moment changes."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.kernel.aggregate import Alarm, State
    from domain.kernel.origin import Door, Origin
    from workflows.journal import Journal

NextAlarm = Callable[[State], Alarm[Any] | None]


class AlarmClock(Generic[State]):
    def __init__(self, journal: Journal[State], next_alarm: NextAlarm[State]) -> None:
        self._journal = journal
        self._next_alarm = next_alarm
        self._armed_for: datetime | None = None
        self._timer: asyncio.Task[None] | None = None

    def arm(self) -> None:
        """Sets the timer for the present state; call it after each change."""
        alarm = self._next_alarm(self._journal.state)
        if (alarm and alarm.at) == self._armed_for:
            return
        if self._timer:
            self._timer.cancel()
        self._armed_for = alarm.at if alarm else None
        self._timer = asyncio.create_task(self._ring(alarm)) if alarm else None

    async def _ring(self, alarm: Alarm[Any]) -> None:
        # From the instant itself: what was left of it may have passed while no worker was there.
        if (left := alarm.at - workflow.now()).total_seconds() > 0:
            await workflow.sleep(left)
        self._armed_for = self._timer = None  # or the next one would cancel this task
        try:
            self._journal.apply(alarm.command, Origin(via=Door.CLOCK))
        except ApplicationError as refusal:
            workflow.logger.error("alarm refused: %s", refusal.message)
