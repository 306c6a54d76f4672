"""The time that is worked: from the start, without the pauses."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.kernel.values import MILLISECOND

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class WorkClock:
    """`paused_ms` is the length of the pauses that have ended, in milliseconds; the present one
    began at `paused_since`."""

    started: datetime | None = None
    paused_since: datetime | None = None
    paused_ms: int = 0

    def start(self, at: datetime) -> "WorkClock":
        return replace(self, started=at)

    def pause(self, at: datetime) -> "WorkClock":
        return replace(self, paused_since=at)

    def resume(self, at: datetime) -> "WorkClock":
        return replace(self, paused_since=None, paused_ms=self._paused_until(at))

    def stop(self, at: datetime) -> "WorkClock":
        """Ends the present pause, if there is one: no time of it counts as work."""
        return self.resume(at)

    def worked_minutes(self, at: datetime) -> int:
        """Whole minutes until `at`, rounded down; 0 before the start."""
        if self.started is None:
            return 0
        return (at - self.started - self._paused_until(at) * MILLISECOND) // MINUTE

    def _paused_until(self, at: datetime) -> int:
        present = (at - self.paused_since) // MILLISECOND if self.paused_since else 0
        return self.paused_ms + present
