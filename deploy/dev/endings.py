"""Ends of the launcher by a person or a system: Ctrl-C, SIGTERM, or the terminal going away."""

import signal
from collections.abc import Callable
from types import FrameType


class Interrupted(KeyboardInterrupt):
    """Somebody asked the launcher to end."""


class Endings:
    """The first request raises `Interrupted` where the launcher is; further ones hurry it on."""

    def __init__(self) -> None:
        self._asked = False
        self._hurry: Callable[[], None] = lambda: None

    def install(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._handle)

    def only_hurry(self, hurry: Callable[[], None]) -> None:
        """Makes further signals only hurry: the launcher is ending anyway, and must not be torn out
        of it."""
        self._hurry, self._asked = hurry, True

    def _handle(self, _: int, __: FrameType | None) -> None:
        if self._asked:
            self._hurry()
        else:
            self._asked = True
            raise Interrupted
