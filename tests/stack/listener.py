"""A queue of the tests' own on the bus: hears what everybody hears, in the order of arrival."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any

from deploy.dev.bus import Clients, ensure_queue, feed
from tests.conftest import eventually

SOURCES = ["execution.lifecycle", "execution.task"]


@dataclass(frozen=True)
class Heard:
    type: str
    source: str
    detail: Mapping[str, Any]

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.detail.items() if name != "metadata"}

    @property
    def metadata(self) -> dict[str, Any]:
        return dict(self.detail["metadata"])

    @property
    def sequence(self) -> int:
        return int(self.metadata["sequence"])

    @property
    def occurred_at(self) -> datetime:
        return datetime.fromisoformat(self.metadata["occurredAt"])


class Listener:
    def __init__(self, aws: Clients, bus: str) -> None:
        self._aws, self._bus = aws, bus
        self._name = f"listener-{uuid.uuid4().hex[:12]}"
        self._queue = ""
        self.heard: list[Heard] = []

    def __enter__(self) -> "Listener":
        self._queue = ensure_queue(self._aws.sqs, self._name, {})
        feed(
            self._aws,
            bus=self._bus,
            rule=self._name,
            pattern={"source": SOURCES},
            queue=self._queue,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        events, name = self._aws.events, self._name
        events.remove_targets(Rule=name, EventBusName=self._bus, Ids=[name])
        events.delete_rule(Name=name, EventBusName=self._bus)
        self._aws.sqs.delete_queue(QueueUrl=self._queue)

    def of(self, service_order: str) -> list[Heard]:
        """All that was heard of one service order or one execution, repeats included."""
        self._receive()
        names = ("serviceOrderId", "executionId")
        return [each for each in self.heard if service_order in map(each.detail.get, names)]

    async def hears(self, aggregate: str, type_: str, within: float = 15.0) -> Heard:
        """The first event of that type, as soon as it is heard."""
        heard = await eventually(
            lambda: [each for each in self.of(aggregate) if each.type == type_], within=within
        )
        return heard[0]

    async def all_of(self, aggregate: str, count: int, within: float = 15.0) -> list[Heard]:
        """The first `count` events in the order of their first arrival, each once."""

        def once() -> list[Heard]:
            heard = {each.metadata["eventId"]: each for each in reversed(self.of(aggregate))}
            return list(reversed(heard.values()))

        return await eventually(once, lambda seen: len(seen) >= count, within=within)

    def _receive(self) -> None:
        while True:
            answer = self._aws.sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10)
            messages = answer.get("Messages", [])
            if not messages:
                return
            for message in messages:
                body = json.loads(message["Body"])
                self.heard.append(Heard(body["detail-type"], body["source"], body["detail"]))
                self._aws.sqs.delete_message(
                    QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"]
                )
