"""Notices that the stand-in for the OS service has had, and the way in which it is to fail."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


class Mode(StrEnum):
    REFUSES = "recusa"  # answers with the failure's code
    HANGS = "trava"  # takes the request and says nothing
    BREAKS_OFF = "interrompe"  # ends the connection in the middle of the answer
    DRIPS = "goteja"  # answers with the failure's code, and with a body that does not end


@dataclass(frozen=True)
class Failure:
    mode: Mode
    code: int = 503
    retry_after: str = ""
    detail: str = "told to fail"
    over: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)

    @property
    def takes_all_the_same(self) -> bool:
        """True if the caller gets the answer that its notice was taken."""
        return self.mode in (Mode.REFUSES, Mode.DRIPS) and 200 <= self.code < 300


@dataclass(frozen=True)
class Call:
    """One notice as it came in, taken or not."""

    service_order_id: int
    status: str
    authorization: str | None
    at: datetime
    taken: bool


class Book:
    """Written by the server's threads, read by tests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._failures: dict[int | None, Failure] = {}

    @property
    def calls(self) -> Sequence[Call]:
        """All that came in, in order."""
        with self._lock:
            return tuple(self._calls)

    def history(self, service_order_id: int) -> list[str]:
        """The statuses taken for that order, in the order in which they came."""
        mine = [call for call in self.calls if call.service_order_id == service_order_id]
        return [call.status for call in mine if call.taken]

    def fail(
        self,
        mode: Mode = Mode.REFUSES,
        code: int = 503,
        *,
        retry_after: str = "",
        detail: str = "told to fail",
        service_order_id: int | None = None,
    ) -> None:
        """Makes notices fail from here on, until another call; for one order alone if it is
        named."""
        with self._lock:
            if earlier := self._failures.get(service_order_id):
                earlier.over.set()
            self._failures[service_order_id] = Failure(mode, code, retry_after, detail)

    def recover(self) -> None:
        """Ends all failures; a caller that is kept waiting is hung up on."""
        with self._lock:
            for failure in self._failures.values():
                failure.over.set()
            self._failures.clear()

    def hear(self, service_order_id: int, status: str, authorization: str | None) -> Failure | None:
        """Writes a notice down; says how it is to go wrong, if it is."""
        with self._lock:
            failure = self._failures.get(service_order_id) or self._failures.get(None)
            taken = failure is None or failure.takes_all_the_same
            now = datetime.now(UTC)
            self._calls.append(Call(service_order_id, status, authorization, now, taken))
            return failure
