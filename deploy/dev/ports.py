"""Ports of each part. Always on loopback: nothing here is meant for a network."""

import os
import random
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from deploy.dev.errors import PortInUse, StackError

HOST = "127.0.0.1"

# Below the range that systems hand out to outgoing connections: otherwise a client that keeps
# asking for a server which is just being restarted can be given that very port as its own.
_FREE_RANGE = range(20_000, 30_000)


@dataclass(frozen=True)
class Place:
    """A part that needs a port, and the variable that moves it."""

    owner: str
    variable: str
    standard: int


PLACES = {
    "api": Place("the API", "PORT", 3002),
    "temporal": Place("Temporal", "TEMPORAL_PORT", 7233),
    "temporal_ui": Place("the Temporal Web UI", "TEMPORAL_UI_PORT", 8233),
    "mongo": Place("the Mongo-wire server", "MONGODB_PORT", 27017),
    "aws": Place("the event bus", "AWS_PORT", 4566),
    "service_orders": Place("the stand-in for the OS service", "SERVICE_ORDERS_PORT", 3010),
}


@dataclass(frozen=True)
class Ports:
    api: int
    temporal: int
    temporal_ui: int
    mongo: int
    aws: int
    service_orders: int
    replaceable: bool

    @classmethod
    def standard(cls, environ: Mapping[str, str] = os.environ) -> "Ports":
        """The ports a person expects, each overridable by its variable."""
        chosen = {name: _chosen(place, environ) for name, place in PLACES.items()}
        return cls(**chosen, replaceable=False)

    @classmethod
    def free(cls) -> "Ports":
        """Ports that nobody uses, all held at once before any is let go."""
        candidates = random.sample(_FREE_RANGE, 200)
        with ExitStack() as held:
            found: list[int] = []
            for port in candidates:
                if len(found) == len(PLACES):
                    break
                if _bind(port, held):
                    found.append(port)
        if len(found) < len(PLACES):
            raise StackError("No free ports between 20000 and 29999: stop what occupies them.")
        return cls(**dict(zip(PLACES, found, strict=True)), replaceable=True)

    def spares(self) -> Iterator[int]:
        """Further ports that nobody uses, no two alike."""
        own = {getattr(self, name) for name in PLACES}
        for port in random.sample(_FREE_RANGE, len(_FREE_RANGE)):
            with ExitStack() as held:
                is_free = port not in own and _bind(port, held)
            if is_free:
                yield port

    def refuse_taken(self, names: Iterable[str]) -> None:
        for name in names:
            self.refuse_if_taken(name)

    def refuse_if_taken(self, name: str) -> None:
        port, place = getattr(self, name), PLACES[name]
        with ExitStack() as held:
            if not _bind(port, held):
                raise PortInUse(
                    f"Port {port} is in use and {place.owner} wants it: stop what listens there, "
                    f"or choose another with {place.variable}=<port>."
                )


def _chosen(place: Place, environ: Mapping[str, str]) -> int:
    text = environ.get(place.variable, "").strip() or str(place.standard)
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise StackError(f"{place.variable}={text} is not a port: give a number up to 65535.")
    return int(text)


def _bind(port: int, held: ExitStack) -> bool:
    listener = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    # As servers do; without it, connections that closed a moment ago would count as a listener.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        return False
    return True
