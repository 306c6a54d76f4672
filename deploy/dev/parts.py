"""The parts of the stack: the command line of each, its data, and the sign that it is ready."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pymongo import MongoClient

from deploy.dev.errors import NotReady
from deploy.dev.ports import HOST, Ports
from deploy.dev.program import Output, Program
from deploy.dev.wiring import Wiring

ROOT = Path(__file__).resolve().parents[2]
SEARCH_ATTRIBUTES = {"ServiceStatus", "DeliveryHealth"}

# The limits of a dev server are those of a guest; here it is the only tenant of its machine.
_UNTHROTTLED = (
    "frontend.rps",
    "frontend.namespaceRPS",
    "frontend.namespaceRPS.visibility",
    "frontend.persistenceMaxQPS",
    "history.rps",
    "history.persistenceMaxQPS",
    "matching.rps",
    "matching.persistenceMaxQPS",
)

_SETTINGS = (
    # Hands an activity to the worker that asked for it, with the answer: a delivery begins at
    # once, where it waits some 30 ms for a poller otherwise. Off by default in this server.
    "system.enableActivityEagerExecution=true",
    # One worker's pollers, spread over four partitions, keep tasks waiting.
    "matching.numTaskqueueReadPartitions=1",
    "matching.numTaskqueueWritePartitions=1",
    "frontend.enableServerVersionCheck=false",
    # A shard reads its queues at most 20 times a second by default, and a dev server has one shard:
    # under steady commands a task that has been written waits up to 45 ms to be handed out. Without
    # a limit the reading takes processor time that the commands need.
    *(f"history.{queue}ProcessorMaxPollRPS=100" for queue in ("transfer", "timer", "visibility")),
)


def temporal(folder: Path, ports: Ports, cli: Path) -> Program:
    data = folder / "temporal"
    data.mkdir(parents=True, exist_ok=True)
    limits = [f"--dynamic-config-value={name}=100000" for name in _UNTHROTTLED]
    command = [
        str(cli),
        *("server", "start-dev", "--ip", HOST),
        *("--port", str(ports.temporal), "--ui-port", str(ports.temporal_ui)),
        *("--db-filename", str(data / "temporal.db")),
        *("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"),
        *(f"--search-attribute={name}=Keyword" for name in SEARCH_ATTRIBUTES),
        *("--log-level", "warn", "--log-format", "pretty"),
        *limits,
        *(f"--dynamic-config-value={setting}" for setting in _SETTINGS),
    ]
    api = f"http://{HOST}:{ports.temporal_ui}/api/v1/namespaces/default"

    def ready(_: Output) -> bool:  # asked through the Web UI, so that both are proven
        attributes = json.loads(_get(f"{api}/search-attributes"))
        return set(attributes["customAttributes"]) >= SEARCH_ATTRIBUTES

    return Program(
        name="temporal",
        title="Temporal with Web UI",
        command=command,
        env={**_bare_env(), "TEMPORAL_VERSION_CHECK_DISABLED": "1"},
        cwd=data,
        log=log_of(folder, "temporal"),
        ready=ready,
        detail=f"{HOST}:{ports.temporal}",
        ports=("temporal", "temporal_ui"),
    )


def mongo(folder: Path, ports: Ports) -> Program:
    data = folder / "mongo"
    data.mkdir(parents=True, exist_ok=True)
    pid_file = data / "nx.pid"
    command = [
        *(sys.executable, "-m", "deploy.dev.mongo_server"),
        *("--host", HOST, "--port", str(ports.mongo)),
        # A directory: with a single file all databases would share their collections.
        *("--data-dir", str(data)),
        # Left alone, all its servers on a machine share one pid file, and refuse one another.
        *("--pid-file", str(pid_file), "--log-file", os.devnull),
    ]

    def ready(_: Output) -> bool:
        with MongoClient[dict[str, object]](HOST, ports.mongo, serverSelectionTimeoutMS=300) as db:
            return bool(db.admin.command("ping")["ok"])

    return Program(
        name="mongo",
        title="Mongo-wire server",
        command=command,
        env=_bare_env(),
        cwd=ROOT,
        log=log_of(folder, "mongo"),
        ready=ready,
        detail=f"{HOST}:{ports.mongo}",
        ports=("mongo",),
        leftovers=(pid_file,),
    )


def aws(folder: Path, ports: Ports, settle: Callable[[], None]) -> Program:
    data = folder / "aws"
    data.mkdir(parents=True, exist_ok=True)
    env = {
        **_bare_env(),
        "GATEWAY_PORT": str(ports.aws),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,  # what it writes into queue URLs
        "SERVICES": "events,sqs",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data),
        "TMPDIR": str(data),
    }

    def ready(_: Output) -> bool:
        _get(f"http://{HOST}:{ports.aws}/_ministack/health")
        settle()  # at every start: it forgets bus and queues when it is killed
        return True

    return Program(
        name="aws",
        title="event bus and queues",
        command=[sys.executable, "-m", "ministack"],
        env=env,
        cwd=data,
        log=log_of(folder, "aws"),
        ready=ready,
        detail=f"{HOST}:{ports.aws}",
        ports=("aws",),
    )


def service_orders(folder: Path, ports: Ports) -> Program:
    port = str(ports.service_orders)

    def ready(_: Output) -> bool:
        return bool(_get(f"http://{HOST}:{port}/_chamadas"))

    return Program(
        name="service_orders",
        title="OS service (stand-in)",
        command=[sys.executable, "-m", "deploy.dev.service_orders", "--port", port],
        env=_bare_env(),
        cwd=ROOT,
        log=log_of(folder, "service_orders"),
        ready=ready,
        detail=f"{HOST}:{port}",
        ports=("service_orders",),
    )


@dataclass(frozen=True)
class Kind:
    """A process of the service: its command, and where it says that it is ready."""

    arguments: tuple[str, ...]
    title: str
    probe: str


_OURS = {
    "worker": Kind(("worker.py",), "worker", "/health/ready"),
    "api": Kind(("-m", "api"), "API", "/api/v1/health/ready"),
    # It is ready only once a worker polls; a test may well start it while there is none.
    "consumer": Kind(("-m", "api.consumer"), "consumer", "/health/live"),
}


def ours(
    name: str, folder: Path, wiring: Wiring, extra: dict[str, str], spare: int, entry: str = ""
) -> Program:
    """One of the service's own processes; a second worker is called `worker-2`. It answers probes
    on the `spare` port, unless it has one of its own. A module `entry` starts it in the place of
    its own command, and is given its name."""
    known = name.partition("-")[0]
    kind = _OURS[known]
    env = wiring.process_env(known, {"HEALTH_ADDRESS": f"{HOST}:{spare}", **extra})
    api = f"{HOST}:{env['PORT']}" if known == "api" else ""
    url = f"http://{api or env['HEALTH_ADDRESS']}{kind.probe}"

    def ready(_: Output) -> bool:
        return bool(_get(url))

    return Program(
        name=name,
        title=name.replace(known, kind.title, 1),
        command=[sys.executable, *(("-m", entry, name) if entry else kind.arguments)],
        env=env,
        cwd=ROOT,
        log=log_of(folder, name),
        ready=ready,
        ends_within=15.0,
        detail=api,
        ports=("api",) if name == "api" else (),
    )


def wait_for_api(api_url: str, timeout: float) -> None:
    """Waits until the ready route answers 200: Temporal, pollers and Mongo are all there."""
    deadline, answer = time.monotonic() + timeout, "nothing"
    while time.monotonic() < deadline:
        try:
            _get(f"{api_url}/health/ready")
        except OSError as error:  # what urllib raises is one, an answer of 503 too
            answer = str(error)
            time.sleep(0.05)
        else:
            return
    raise NotReady(f"The API was not ready within {timeout:g} s ({answer}).")


def log_of(folder: Path, name: str) -> Path:
    return folder / "logs" / f"{name}.log"


def _get(url: str) -> bytes:
    """The body of a good answer; anything else raises. Never through a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as refusal:
        with refusal:
            said = refusal.read(300).decode(errors="replace")
        raise ConnectionError(f"{url} answered {refusal.code}: {said}") from None


def _bare_env() -> dict[str, str]:
    """Environment that a program needs to run, and no more: no credentials, no configuration of
    somebody else."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    return {**env, "PYTHONUNBUFFERED": "1"}
