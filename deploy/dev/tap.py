"""A queue of one's own on the bus: shows what the service publishes, without taking it away.

with Tap(aws, bus_name, sources=("execution.lifecycle",)) as tap:
    events = tap.wait_for(lambda seen: len(seen) == 3, timeout=20)
"""

import json
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from deploy.dev import bus

_POLL_SECONDS = 1


@dataclass(frozen=True)
class Heard:
    """One event as it came out of the queue."""

    envelope: dict[str, Any]

    @property
    def type(self) -> str:
        return str(self.envelope["detail-type"])

    @property
    def source(self) -> str:
        return str(self.envelope["source"])

    @property
    def detail(self) -> dict[str, Any]:
        return dict(self.envelope["detail"])

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.detail.items() if name != "metadata"}

    @property
    def metadata(self) -> dict[str, Any]:
        return dict(self.detail["metadata"])

    @property
    def event_id(self) -> str:
        return str(self.metadata["eventId"])

    @property
    def aggregate_id(self) -> str:
        return self.event_id.rpartition(":")[0]

    @property
    def sequence(self) -> int:
        return int(self.metadata["sequence"])

    @property
    def occurred_at(self) -> datetime:
        return datetime.fromisoformat(self.metadata["occurredAt"])


class Tap:
    def __init__(self, aws: bus.Clients, bus_name: str, sources: Sequence[str]) -> None:
        self._aws, self._bus, self._sources = aws, bus_name, list(sources)
        self._name = f"tap-{uuid.uuid4().hex[:12]}"
        self._queue = ""
        self.heard: list[Heard] = []
        """All that came, repeats included, in the order of arrival."""

    def __enter__(self) -> Self:
        self._queue = bus.ensure_queue(self._aws.sqs, self._name, {})
        pattern = {"source": self._sources}
        bus.feed(self._aws, bus=self._bus, rule=self._name, pattern=pattern, queue=self._queue)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        name, bus_name = self._name, self._bus
        with suppress(BotoCoreError, ClientError):  # the bus may be gone before its listener
            self._aws.events.remove_targets(Rule=name, EventBusName=bus_name, Ids=[name])
            self._aws.events.delete_rule(Name=name, EventBusName=bus_name)
            self._aws.sqs.delete_queue(QueueUrl=self._queue)

    def wait_for(
        self, enough: Callable[[Sequence[Heard]], bool], timeout: float
    ) -> Sequence[Heard]:
        """The events heard so far, each once, as soon as they are `enough` or time is up."""
        deadline = time.monotonic() + timeout
        while not enough(seen := once(self.heard)) and time.monotonic() < deadline:
            self.receive(_POLL_SECONDS)
        return seen

    def receive(self, wait_seconds: int = 0) -> None:
        """Takes in all that is there, after waiting for the first."""
        while messages := self._next(wait_seconds):
            wait_seconds = 0
            for message in messages:
                self.heard.append(Heard(json.loads(message["Body"])))
                self._aws.sqs.delete_message(
                    QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"]
                )

    def _next(self, wait_seconds: int) -> list[Any]:
        answer = self._aws.sqs.receive_message(
            QueueUrl=self._queue, MaxNumberOfMessages=10, WaitTimeSeconds=wait_seconds
        )
        return list(answer.get("Messages", []))


def once(heard: Sequence[Heard]) -> list[Heard]:
    """The events, each once, in the order of first arrival."""
    first: dict[str, Heard] = {}
    for each in heard:
        first.setdefault(each.event_id, each)
    return list(first.values())
