"""Clocks of ours that are wrong, or go on only when told to."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Any

WRONG = [timedelta(minutes=10), timedelta(minutes=-10)]
ROOMS = ("activities", "api")
"""The others have no clock, as the architecture check sees to."""


class Clock:
    """Seconds, as `time.monotonic` counts them."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def put_wrong(
    by: Callable[[datetime], timedelta], patch: Callable[[Any, str, Any], None] = setattr
) -> None:
    """Time as our own code takes it, wherever it asks our own clock."""

    class Instant(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, datetime)

    class WrongClock(datetime, metaclass=Instant):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            honest = datetime.now(tz)
            return honest + by(honest)

    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ROOMS and getattr(module, "datetime", None) is datetime:
            patch(module, "datetime", WrongClock)
