"""How a process of ours is put together: what the environment says, when it stops.

Temporal's own variables (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, TLS, API key) are read by
`temporalio.envconfig`, and AWS's own (keys, `AWS_ENDPOINT_URL`) by boto3.
"""

import asyncio
import signal
from contextlib import suppress

from pydantic import AliasChoices, Field, NonNegativeInt, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = "127.0.0.1"
CACHE = 10_000
"""Workflows that a worker keeps in memory, at 65 KiB each or more. A command to any other takes
about twice as long, because its history is replayed first."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env",
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,  # some of it is secret
    )

    port: int = 3002
    host: str = LOOPBACK
    auth_disabled: bool = False
    mongodb_uri: str = Field(
        "mongodb://127.0.0.1:27017",
        validation_alias=AliasChoices("MONGODB_URI", "MONGODB_URL"),
        repr=False,  # it may hold a password
    )
    mongodb_database: str = "executions"
    event_bus_name: str = "execution-service"
    sqs_queue_url: str = ""
    aws_region: str = "us-east-1"
    budget_approved_precreates: bool = False
    fila_exige_aprovacao: bool = False
    url_api_os: str = ""
    token_api_os: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    jwks_url: str = ""
    algorithm: str = "HS256"
    jwt_issuer: str = ""
    jwt_audience: str = ""
    address_rate: NonNegativeInt = 300
    address_burst: PositiveInt = 600
    subject_rate: NonNegativeInt = 100
    subject_burst: PositiveInt = 200
    forwarded_allow_ips: str = ""
    cors_origins: str = ""
    allowed_hosts: str = ""
    worker_deployment: str = ""
    worker_build_id: str = ""
    worker_cache: PositiveInt = CACHE
    log_level: str = "INFO"
    metrics_address: str = ""
    health_address: str = ""

    @property
    def asks_for_tokens(self) -> bool:
        keys = self.secret_key.get_secret_value() or self.jwks_url
        return bool(keys) and not self.auth_disabled

    @property
    def listen_host(self) -> str:
        """Loopback, unless tokens are asked for, or somebody has said that none need be."""
        return self.host if self.asks_for_tokens or self.auth_disabled else LOOPBACK


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Waits, but not beyond a stop."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def stop_requested() -> asyncio.Event:
    """Set on SIGTERM and SIGINT. Call it in the running loop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
