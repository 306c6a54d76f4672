"""The settings of each process, from the environment, and the signal that stops it.

A process reads its own variables and no others: what is meant for another one, secret or wrong, is
neither kept nor checked.

Temporal's own variables (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, TLS, API key) are read by
`temporalio.envconfig`, and AWS's own (keys, `AWS_ENDPOINT_URL`) by boto3.
"""

import asyncio
import logging
import re
import signal
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    NonNegativeInt,
    PositiveInt,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = "127.0.0.1"
SHORTEST_FEED_SECRET = 32
"""Bytes: the keys that are made from it are known to many, who could try to guess it."""
CACHE = 10_000
"""Workflows that a worker keeps in memory, at 65 KiB each or more. A command to any other takes
about twice as long, because its history is replayed first."""

LARGEST_CACHE = 1_000_000
"""The SDK makes room for all of them at once."""


def _shaped(pattern: str, wanted: str) -> AfterValidator:
    shape = re.compile(pattern)

    def check(value: str) -> str:
        if not shape.fullmatch(value):
            raise ValueError(f"must be {wanted}")
        return value

    return AfterValidator(check)


def _web_address(value: str) -> str:
    try:
        address = urlsplit(value)
        is_one = address.scheme in ("http", "https") and bool(address.hostname)
        is_one = is_one and address.port != 0 and not re.search(r"[\s\x00-\x1f]", value)
    except ValueError:  # its port
        is_one = False
    if value and not is_one:
        raise ValueError("must be an http or https address, as in https://service.example/path")
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (LookupError, ValueError, OSError):
        raise ValueError("must be the name of a time zone, as in America/Sao_Paulo") from None
    return value


def _host_and_port(value: str) -> str:
    host, _, port = value.rpartition(":")
    if value and not (host and port.isascii() and port.isdecimal() and int(port) < 65_536):
        raise ValueError("must be an address and a port, as in 127.0.0.1:9464")
    return value


def _feed_secret(value: SecretStr) -> SecretStr:
    if 0 < len(value.get_secret_value().encode()) < SHORTEST_FEED_SECRET:
        raise ValueError(f"must be at least {SHORTEST_FEED_SECRET} bytes long")
    return value


def _proxies(value: str) -> str:
    try:
        for each in filter(None, (part.strip() for part in value.split(","))):
            if each != "*":
                ip_network(each, strict=False)
    except ValueError:
        raise ValueError("must be IP addresses or networks, with commas between them") from None
    return value


def _level(value: object) -> object:
    levels = logging.getLevelNamesMapping()
    if str(value).upper() not in levels:
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return str(value).upper()


Port = Annotated[int, Field(ge=1, le=65_535)]
Host = Annotated[str, _shaped(r"[^\s/@]+", "an IP address or the name of a host")]
WebAddress = Annotated[str, AfterValidator(_web_address)]
DatabaseName = Annotated[
    str,
    _shaped(r'[^/\\. "$*<>:|?\x00]{1,63}', 'at most 63 characters, none of / \\ . " $ or blanks'),
]
Bus = Annotated[
    str,
    _shaped(
        r"(arn:[\w:-]+:event-bus/)?[/.\-_A-Za-z0-9]{1,256}",
        "a bus's name or ARN: letters, digits and any of / . - _",
    ),
]
Region = Annotated[
    str, _shaped(r"(?![0-9]+$)(?!-)[A-Za-z0-9-]{1,63}(?<!-)", "a region's name, as in us-east-1")
]
Deployment = Annotated[str, _shaped(r"(?!__)[^.:]*", "a name without dots and colons")]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
FeedSecret = Annotated[SecretStr, AfterValidator(_feed_secret)]
HostAndPort = Annotated[str, AfterValidator(_host_and_port)]
Algorithm = Literal["HS256", "HS384", "HS512", "RS256", "ES256"]


class Common(BaseSettings):
    """The settings of every process of ours; the operators' programs need no others."""

    model_config = SettingsConfigDict(
        env_file=".env",
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,  # some of it is secret
    )

    mongodb_uri: str = Field(
        "mongodb://127.0.0.1:27017",
        validation_alias=AliasChoices("MONGODB_URI", "MONGODB_URL"),
        repr=False,  # it may hold a password
    )
    mongodb_database: DatabaseName = "executions"
    log_level: Annotated[str, BeforeValidator(_level)] = "INFO"

    @field_validator("*", mode="before")
    @classmethod
    def _is_text(cls, value: object) -> object:
        try:
            str(value).encode()
        except UnicodeEncodeError:
            raise ValueError("must be text in UTF-8") from None
        return value


class TokenSettings(Common):
    """Tokens as the API verifies them, and as the worker makes them for the OS service."""

    secret_key: SecretStr = SecretStr("")
    algorithm: Algorithm = "HS256"
    jwt_issuer: str = ""
    jwt_audience: str = ""


class AgendaSettings(Common):
    """The time zone of the workshop, and the rules by which it plans."""

    workshop_timezone: TimeZone = "America/Sao_Paulo"
    hold_seconds: Annotated[int, Field(ge=60, le=3_600)] = 120
    plan_horizon_days: Annotated[int, Field(ge=1, le=366)] = 90

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.workshop_timezone)

    @property
    def horizon(self) -> timedelta:
        return timedelta(days=self.plan_horizon_days)


class WorkshopSettings(AgendaSettings):
    """The workshop's own rules, for the two processes that may open something."""

    fila_exige_aprovacao: bool = False
    url_api_os: WebAddress = ""


class BusSettings(Common):
    """The event bus, for the two processes that publish to it."""

    event_bus_name: Bus = "execution-service"
    aws_region: Region = "us-east-1"


class ApiSettings(TokenSettings, WorkshopSettings):
    technicians_only: bool = False
    port: Port = 3002
    host: Host = LOOPBACK
    auth_disabled: bool = False
    jwks_url: WebAddress = ""
    roles_claim: Annotated[str, _shaped(r"\S(.*\S)?", "the name of a claim")] = "roles"
    address_rate: NonNegativeInt = 300
    address_burst: PositiveInt = 600
    subject_rate: NonNegativeInt = 100
    subject_burst: PositiveInt = 200
    feed_secret: FeedSecret = SecretStr("")
    forwarded_allow_ips: Annotated[str, AfterValidator(_proxies)] = ""
    cors_origins: str = ""
    allowed_hosts: str = ""

    @property
    def asks_for_tokens(self) -> bool:
        keys = self.secret_key.get_secret_value() or self.jwks_url
        return bool(keys) and not self.auth_disabled

    @property
    def listen_host(self) -> str:
        """Loopback, unless tokens are asked for, or somebody has said that none need be."""
        return self.host if self.asks_for_tokens or self.auth_disabled else LOOPBACK


class WorkerSettings(TokenSettings, BusSettings, AgendaSettings):
    url_api_os: WebAddress = ""
    token_api_os: SecretStr = SecretStr("")
    worker_deployment: Deployment = ""
    worker_build_id: str = ""
    worker_cache: Annotated[int, Field(ge=1, le=LARGEST_CACHE)] = CACHE
    metrics_address: HostAndPort = ""
    health_address: HostAndPort = ""


class ConsumerSettings(BusSettings, WorkshopSettings):
    sqs_queue_url: WebAddress = ""
    budget_approved_precreates: bool = False
    health_address: HostAndPort = ""


S = TypeVar("S", bound=Common)


def load(kind: type[S]) -> S:
    """The settings of one process, from its environment. Ends the process with a line for each
    setting that cannot be used; none shows its value."""
    try:
        return kind()
    except ValidationError as wrong:
        lines = (_line(error) for error in wrong.errors(include_url=False, include_input=False))
        raise SystemExit("\n".join(lines)) from None
    except (UnicodeDecodeError, OSError):
        raise SystemExit(".env cannot be read: it must be a text file in UTF-8") from None


def _line(error: Any) -> str:
    said = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    wanted = said if said.startswith("must be") else f"must be {said}"
    return f"{str(error['loc'][0]).upper()} cannot be used: it {wanted}"


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
