"""An EventBridge bus as a fake with behaviour: records what it takes, refuses when told to."""

import threading
from collections import Counter
from typing import Any

from activities.eventbridge import EventPublisher

BUS = "execution-service"
REFUSAL = {"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"}


class ResourceNotFoundException(Exception):
    """The error that the client raises for a bus that is not there."""


class Exceptions:
    ResourceNotFoundException = ResourceNotFoundException


class FakeBus:
    """`taken` is what consumers would see; `calls` counts every attempt by event."""

    exceptions = Exceptions

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.buses = {BUS}
        self._refusals: Counter[str] = Counter()
        self._failure: Exception | None = None
        self._held = ""
        self._free = threading.Event()
        self._free.set()

    def hold(self, detail_type: str) -> None:
        """From here on, a call with an entry of that type lasts until `release`."""
        self._held = detail_type
        self._free.clear()

    def release(self) -> None:
        self._free.set()

    def refuse(self, detail_type: str, times: int) -> None:
        """From here on, refuses the entry of that type so many times, as a throttled bus does."""
        self._refusals[detail_type] = times

    def break_down(self, failure: Exception) -> None:
        self._failure = failure

    def recover(self) -> None:
        self._failure = None

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803  # AWS's
        self.calls += [entry["DetailType"] for entry in Entries]
        if self._held in self.calls[-len(Entries) :]:
            self._free.wait()
        if self._failure:
            raise self._failure
        results = [self._take(entry) for entry in Entries]
        failed = sum("ErrorCode" in result for result in results)
        return {"FailedEntryCount": failed, "Entries": results}

    def describe_event_bus(self, *, Name: str) -> dict[str, str]:  # noqa: N803  # AWS's
        if self._failure:
            raise self._failure
        if Name not in self.buses:
            raise ResourceNotFoundException(Name)
        return {"Name": Name}

    def publisher(self, bus: str = BUS) -> EventPublisher:
        client: Any = self
        return EventPublisher(client, bus)

    @property
    def types(self) -> list[str]:
        return [entry["DetailType"] for entry in self.taken]

    def _take(self, entry: dict[str, Any]) -> dict[str, str]:
        if self._refusals[entry["DetailType"]] > 0:
            self._refusals[entry["DetailType"]] -= 1
            return REFUSAL
        self.taken.append(entry)
        return {"EventId": f"event-{len(self.taken)}"}
