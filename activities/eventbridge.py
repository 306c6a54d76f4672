"""Puts events on the EventBridge bus, one at a time, so that an aggregate's stay in order."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.session import get_session

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


def aws_client(service: Any, region: str, read_timeout: float = 4) -> Any:
    """A boto3 client whose attempts end within `read_timeout` seconds; endpoint and keys are what
    the environment says to boto3. Ends the process with a clear word if they cannot be used."""
    config = Config(
        connect_timeout=2,
        read_timeout=read_timeout,
        retries={"total_max_attempts": 2, "mode": "standard"},
        max_pool_connections=50,
    )
    session = get_session()
    try:
        client = boto3.Session(botocore_session=session).client(
            service, region_name=region, config=config
        )
        _check_endpoint(client.meta.endpoint_url)
    except (BotoCoreError, ValueError) as unusable:
        raise SystemExit(
            "one of AWS's settings (AWS_ENDPOINT_URL, AWS_REGION, AWS_PROFILE or another) "
            f"cannot be used: {unusable}"
        ) from None
    authorities = session.get_config_variable("ca_bundle")
    if authorities and not Path(authorities).exists():
        raise SystemExit("AWS_CA_BUNDLE cannot be used: there is no such file")
    return client


def _check_endpoint(url: str) -> None:
    address = urlsplit(url)
    if address.scheme not in ("http", "https") or address.port == 0:  # which raises for no port
        raise ValueError("AWS_ENDPOINT_URL must be an http or https address")


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
