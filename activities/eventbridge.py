"""Puts events on the EventBridge bus, one at a time, so that an aggregate's stay in order."""

import asyncio
import json
from typing import TYPE_CHECKING

from domain.kernel.events import PublishedEvent

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

ATTEMPTS = 3
PAUSE = 0.2
"""Seconds before an entry that the bus refused is sent again; doubled each time."""


class PublishError(Exception):
    """The bus took the call but not the event; `code` is its reason."""

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class UnknownBusError(Exception):
    """Error of a bus that does not exist: events would be lost without a trace."""


class EventPublisher:
    def __init__(self, client: "EventBridgeClient", bus: str) -> None:
        self._client = client
        self._bus = bus

    async def publish(self, event: PublishedEvent) -> None:
        """Returns once the bus has taken the event. Raises PublishError, or botocore's errors."""
        entry = self._entry(event)
        for attempt in range(ATTEMPTS):
            if attempt:
                await asyncio.sleep(PAUSE * 2 ** (attempt - 1))
            answer = await asyncio.to_thread(self._client.put_events, Entries=[entry])
            if not answer["FailedEntryCount"]:
                return
        result = answer["Entries"][0]
        code = result.get("ErrorCode")
        raise PublishError(f"{event.metadata.event_id}: {code} {result.get('ErrorMessage')}", code)

    async def check_bus(self) -> None:
        """Raises UnknownBusError if the bus is not there, or botocore's errors."""
        try:
            await asyncio.to_thread(self._client.describe_event_bus, Name=self._bus)
        except self._client.exceptions.ResourceNotFoundException as unknown:
            raise UnknownBusError(
                f"EventBridge has no bus {self._bus!r}: create it or correct EVENT_BUS_NAME"
            ) from unknown

    def _entry(self, event: PublishedEvent) -> "PutEventsRequestEntryTypeDef":
        detail = {
            **event.detail,
            "metadata": event.metadata.model_dump(mode="json", exclude_none=True),
        }
        return {
            "EventBusName": self._bus,
            "Source": event.source,
            "DetailType": event.type,
            "Detail": json.dumps(detail, ensure_ascii=False),
            "Time": event.metadata.occurred_at,
        }
