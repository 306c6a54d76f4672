"""The embedded stack: its parts in order, started and stopped as one."""

import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from deploy.dev import bus, parts, temporal_cli, wiring
from deploy.dev.claim import Claim, Running
from deploy.dev.errors import NotReady, PortInUse
from deploy.dev.ports import HOST, Ports
from deploy.dev.process import Process
from deploy.dev.program import Program
from deploy.dev.screen import Screen
from deploy.dev.wiring import AWS, MONGO, SERVICE_ORDERS, TEMPORAL

ALL = ("worker", "api", "consumer")


class Stack:
    """`with Stack(folder, Ports.free()) as stack:` - all of it is up inside, and gone after.

    `processes` names which of ours run (a second worker is "worker-2"); `env` is added to their
    environment. `adopt` uses what the environment already names instead of starting it. A module
    `entry` starts ours in the place of their own commands.
    """

    def __init__(
        self,
        folder: Path,
        ports: Ports,
        *,
        processes: Sequence[str] = ALL,
        env: Mapping[str, str] | None = None,
        adopt: bool = False,
        visibility_seconds: int = 300,
        screen: Screen | None = None,
        entry: str = "",
    ) -> None:
        self.folder, self.ports = folder.resolve(), ports
        self._names, self._extra = tuple(processes), dict(env or {})
        self._adopt, self._visibility, self._entry = adopt, visibility_seconds, entry
        self._screen, self._own_screen = screen or Screen(), screen is None
        self._claim = Claim(self.folder)
        self._tiers: list[list[Process]] = []  # in the order of starting
        self._hurry = threading.Event()
        self._wiring = wiring.wire(ports, os.environ, adopt=adopt)
        self._spares = ports.spares()

    # ------------------------------------------------------------------ what it offers

    @property
    def env(self) -> dict[str, str]:
        """The variables by which client code reaches Temporal, Mongo, the bus and the queue."""
        return {**self._wiring.env, **self._extra}

    @property
    def api_url(self) -> str:
        return f"http://{HOST}:{self.ports.api}/api/v1"

    @property
    def ui_url(self) -> str:
        return self._wiring.ui_url

    @property
    def queue_url(self) -> str:
        return self._wiring.env["SQS_QUEUE_URL"]

    @property
    def service_orders_url(self) -> str:
        return self._wiring.env["URL_API_OS"]

    @property
    def up(self) -> bool:
        return bool(self._tiers)

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def owns(self, part: str) -> bool:
        """True if the stack runs that part itself; otherwise the environment has named one."""
        return part in self._wiring.own

    def process(self, name: str) -> Process:
        for process in self._all():
            if process.name == name:
                return process
        raise KeyError(name)

    def add(self, name: str, env: Mapping[str, str] | None = None) -> Process:
        """Starts one more of our processes, such as "worker-2", in an environment of its own."""
        extra = {**self._extra, **(env or {})}
        self._start_tiers([[self._ours(name, extra)]])
        return self.process(name)

    def running(self) -> Running:
        """Everything that another process needs to use this stack."""
        return Running(os.getpid(), self.api_url, self.ui_url, self.env)

    def wait_healthy(self, timeout: float = 60.0) -> None:
        """Waits until the API's ready route answers 200: Temporal, pollers and Mongo are all
        there."""
        parts.wait_for_api(self.api_url, timeout)

    # ------------------------------------------------------------------ its life

    def __enter__(self) -> "Stack":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        self._claim.take()
        try:
            self._put_old_logs_away()
            if self._own_screen:
                self._screen = Screen.on_file(self.logs / "stack.log")
            try:
                self._start_all()
            except PortInUse:
                if not self.ports.replaceable:
                    raise
                self._stop_all()  # somebody was quicker: once more, elsewhere
                self.ports = Ports.free()
                self._start_all()
            self._claim.publish(self.running())
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends everything, in the opposite order; harmless when repeated."""
        self._stop_all()
        if self._own_screen:
            self._screen.close()
        self._claim.release()

    def hurry(self) -> None:
        """Makes a stop that is under way kill what still takes its time."""
        self._hurry.set()

    def _start_all(self) -> None:
        self._wiring = wiring.wire(self.ports, os.environ, adopt=self._adopt)
        self._spares = self.ports.spares()
        self.ports.refuse_taken(self._needed_ports())
        here = Path.cwd()
        place = self.folder.relative_to(here) if self.folder.is_relative_to(here) else self.folder
        self._screen.line(("Execution Service", "bold"), f" starts; data and logs: {place}/")
        self._start_tiers([self._foundations()])
        if AWS not in self._wiring.own:
            self._create_queues()
        workers: list[Program] = []
        doors: list[Program] = []
        for name in self._names:
            tier = workers if name.startswith("worker") else doors
            tier.append(self._ours(name, self._extra))
        self._start_tiers([workers, doors])

    def _ours(self, name: str, extra: dict[str, str]) -> Program:
        spare = next(self._spares)
        return parts.ours(name, self.folder, self._wiring, extra, spare, self._entry)

    def _needed_ports(self) -> list[str]:
        own = self._wiring.own
        needed = ["api"] if "api" in self._names else []
        needed += ["temporal", "temporal_ui"] if TEMPORAL in own else []
        return needed + [part for part in (MONGO, AWS, SERVICE_ORDERS) if part in own]

    def _foundations(self) -> list[Program]:
        own, programs = self._wiring.own, []
        if TEMPORAL in own:
            cli = temporal_cli.find(self._screen)
            programs.append(parts.temporal(self.folder, self.ports, cli))
        if MONGO in own:
            programs.append(parts.mongo(self.folder, self.ports))
        if AWS in own:
            programs.append(parts.aws(self.folder, self.ports, self._create_queues))
        if SERVICE_ORDERS in own:
            programs.append(parts.service_orders(self.folder, self.ports))
        return programs

    def _create_queues(self) -> None:
        if self._wiring.creates_queues:
            env = self._wiring.env
            env["SQS_QUEUE_URL"] = bus.create(env, self._visibility)

    def _start_tiers(self, tiers: list[list[Program]]) -> None:
        """Starts them all at once; the tiers matter when stopping, last one first."""
        for programs in tiers:
            self._tiers.append([Process(program, self._screen) for program in programs])
        begun = [process for tier in self._tiers[-len(tiers) :] for process in tier]
        for process in begun:
            process.start()
        for process in begun:
            try:
                process.wait_ready()
            except NotReady:
                if not process.running:
                    self.ports.refuse_taken(process.program.ports)
                raise

    def _stop_all(self) -> None:
        while self._tiers:
            tier = self._tiers[-1]
            for process in tier:
                process.ask_to_end()
            for process in tier:
                process.close(self._hurry.is_set)
            self._tiers.pop()

    def _all(self) -> list[Process]:
        return [process for tier in self._tiers for process in tier]

    def _put_old_logs_away(self) -> None:
        earlier = self.logs / "previous"
        earlier.mkdir(parents=True, exist_ok=True)
        for log in self.logs.glob("*.log"):
            log.replace(earlier / log.name)
