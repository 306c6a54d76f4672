"""Site of the trials: a stack of its own, with everything in it that can be broken."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.dev import bus
from deploy.dev.ports import HOST, Ports
from deploy.dev.process import Process
from deploy.dev.stack import ALL, Stack
from tests.faults.fuse import RIGGING
from tests.faults.lines import Line
from tests.stack.faults import bring_back

VISIBILITY_SECONDS = 12
"""Time until a killed consumer's messages come back."""
HOLD_SECONDS = 60
"""Time for which slots are held for a plan: the least that is allowed."""
ENTRY = "tests.faults.instrumented"
ZONE = "America/New_York"
"""Has summer time; whatever our processes' local time is must not matter."""


@dataclass(frozen=True)
class Site:
    """Our processes reach database and bus by the lines; who looks on, directly by `env`."""

    stack: Stack
    database_line: Line
    bus_line: Line
    env: Mapping[str, str]
    aws: bus.Clients
    api_urls: tuple[str, str]
    visibility_seconds: int = VISIBILITY_SECONDS

    @property
    def dead_letters(self) -> str:
        return str(self.aws.sqs.get_queue_url(QueueName=bus.DEAD_LETTERS)["QueueUrl"])

    def starts(self, name: str) -> Process:
        """Another of our processes beside the first; the next time, the same one again."""
        try:
            bring_back(self.stack, name)
        except KeyError:
            return self.stack.add(name)
        return self.stack.process(name)

    def lever(self, name: str) -> Path:
        return self.stack.folder / name

    def lights_fuse(self, step: str, times: int) -> Path:
        """The process kills itself when its work has got there so often; then the fuse is gone."""
        fuse, new = self.lever("fuse"), self.lever("fuse.new")
        new.write_text(f"{step} {times}")
        return new.replace(fuse)  # in one step: the worker may be reading

    @contextmanager
    def closed(self, gate: str) -> Iterator[None]:
        """Nothing passes the gate inside."""
        self.lever(gate).touch()
        try:
            yield
        finally:
            self.lever(gate).unlink()

    @contextmanager
    def clocks_wrong(self, seconds: Mapping[str, float]) -> Iterator[None]:
        """By so much, for each process; "workflow" is Temporal's as workflows are told."""
        self._set_clocks(seconds)
        try:
            yield
        finally:
            self._set_clocks(dict.fromkeys(seconds, 0.0))

    def _set_clocks(self, seconds: Mapping[str, float]) -> None:
        since = time.time() + 0.5  # nobody has seen that moment yet
        for name, wrong in seconds.items():
            with self.lever(f"{name}.clock").open("a") as lever:
                lever.write(f"{since} {wrong}\n")
        time.sleep(max(0.0, since - time.time()))


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    with ExitStack() as up:
        ports = replace(Ports.free(), replaceable=False)  # the lines lead to just these
        database, events = up.enter_context(Line(ports.mongo)), up.enter_context(Line(ports.aws))
        direct = {
            "MONGODB_URI": f"mongodb://{HOST}:{ports.mongo}/?retryWrites=false",
            "AWS_ENDPOINT_URL": f"http://{HOST}:{ports.aws}",
        }
        failing = {
            "MONGODB_URI": f"mongodb://{HOST}:{database.port}/?retryWrites=false",
            "AWS_ENDPOINT_URL": f"http://{HOST}:{events.port}",
            RIGGING: str(folder.resolve()),
            "TZ": ZONE,
            "HOLD_SECONDS": str(HOLD_SECONDS),
        }
        stack = up.enter_context(
            Stack(
                folder,
                ports,
                processes=ALL,
                env=failing,
                visibility_seconds=VISIBILITY_SECONDS,
                entry=ENTRY,
            )
        )
        second = Ports.free().api
        stack.add("api-2", {"PORT": str(second)})
        env = {**stack.env, **direct}
        aws = up.enter_context(closing(bus.clients(env)))
        urls = (stack.api_url, f"http://{HOST}:{second}/api/v1")
        yield Site(stack, database, events, env, aws, urls)
