"""Clocks of ours that are wrong."""

from datetime import datetime, timedelta, tzinfo

import pytest

WRONG = [timedelta(minutes=10), timedelta(minutes=-10)]


def put_wrong(patch: pytest.MonkeyPatch, module: str, by: timedelta) -> None:
    """What a module takes for the time, if it asks our own clock at all."""

    class WrongClock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + by

    patch.setattr(f"{module}.datetime", WrongClock, raising=False)
