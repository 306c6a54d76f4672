"""A queue of one's own on the bus: shows what the service tells the world, without taking it away.

with Tap(env, sources=("execution.lifecycle",)) as tap:
    events = tap.wait_for(lambda seen: len(seen) == 3, timeout=20)
"""

import json
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from deploy.dev import bus

_POLL_SECONDS = 1


@dataclass(frozen=True)
class Heard:
    """One event as it came out of the queue."""

    type: str
    source: str
    detail: dict[str, Any]

    @property
    def event_id(self) -> str:
        return str(self.detail["metadata"]["eventId"])

    @property
    def sequence(self) -> int:
        return int(self.detail["metadata"]["sequence"])


class Tap:
    def __init__(self, env: Mapping[str, str], sources: Sequence[str]) -> None:
        self._aws, self._bus = bus.clients(env), env["EVENT_BUS_NAME"]
        self._sources = list(sources)
        self._name = f"tap-{uuid.uuid4().hex[:12]}"
        self._queue = ""
        self._heard: dict[str, Heard] = {}
        self.repeats = 0

    def __enter__(self) -> "Tap":
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
        self._aws.close()

    def wait_for(
        self, enough: Callable[[Sequence[Heard]], bool], timeout: float
    ) -> Sequence[Heard]:
        """What was heard so far, each event once, as soon as it is `enough` or time is up."""
        deadline = time.monotonic() + timeout
        while not enough(self.heard) and time.monotonic() < deadline:
            self._receive()
        return self.heard

    @property
    def heard(self) -> Sequence[Heard]:
        return tuple(self._heard.values())

    def _receive(self) -> None:
        answer = self._aws.sqs.receive_message(
            QueueUrl=self._queue, MaxNumberOfMessages=10, WaitTimeSeconds=_POLL_SECONDS
        )
        for message in answer.get("Messages", []):
            body = json.loads(message["Body"])
            event = Heard(body["detail-type"], body["source"], body["detail"])
            self.repeats += event.event_id in self._heard
            self._heard.setdefault(event.event_id, event)
            self._aws.sqs.delete_message(
                QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"]
            )
