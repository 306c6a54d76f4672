"""A new build of the workers takes over while executions are open, as docs/operations.md says."""

import asyncio
import itertools
import subprocess
from collections.abc import Iterator
from contextlib import closing

import pytest
from temporalio.client import Client

from deploy.dev import temporal_cli
from deploy.dev.ports import Ports
from deploy.dev.process import Process
from deploy.dev.screen import Screen
from deploy.dev.stack import Stack
from tests.conftest import VISIBILITY_SECONDS, eventually
from tests.stack.command_line import CommandLine
from tests.stack.customer import Customer
from tests.stack.faults import end_by_force
from tests.stack.listener import Listener
from tests.stack.workflows import builds
from tests.stack.workshop import Workshop
from workflows.contract import execution_workflow_id, queue_workflow_id

DEPLOYMENT, FIRST = "execution-service", "1.0.0"
MECHANIC = {"mecanico_responsavel_id": 7}
REST = (
    ("finalizar-diagnostico", {"diagnostico": "Freios"}),
    ("iniciar-reparo", None),
    ("finalizar-reparo", None),
)
"""Steps that are left to do on an item in diagnosis."""


class Releases:
    """The builds of the worker, one after the other; `current` runs the one that gets the work."""

    def __init__(self, stack: Stack, command_line: CommandLine) -> None:
        self.stack, self._command_line = stack, command_line
        self._versions = (f"1.{minor}.0" for minor in itertools.count(1))
        self.current = stack.process("worker")

    async def start_next(self) -> Process:
        version = next(self._versions)
        extra = {"WORKER_BUILD_ID": version}
        return await asyncio.to_thread(self.stack.add, f"worker-{version}", extra)

    async def make_current(self, worker: Process) -> None:
        """Waits until the server has heard of all that this build's worker polls."""
        await eventually(lambda: self._is_accepted(build(worker)))
        self.current = worker

    async def _is_accepted(self, build_id: str) -> bool:
        command = (
            *("worker", "deployment", "set-current-version", "--yes"),
            *("--deployment-name", DEPLOYMENT, "--build-id", build_id),
        )
        try:
            await asyncio.to_thread(self._command_line, *command)
        except subprocess.CalledProcessError:
            return False
        return True


def build(worker: Process) -> str:
    return worker.program.env["WORKER_BUILD_ID"]


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Releases]:
    """On a stack of their own, whose workers tell which build they are."""
    with (
        Stack(
            tmp_path_factory.mktemp("releases"),
            Ports.free(),
            env={"WORKER_DEPLOYMENT": DEPLOYMENT, "WORKER_BUILD_ID": FIRST},
            visibility_seconds=VISIBILITY_SECONDS,
        ) as stack,
        closing(Screen.on_file(stack.logs / "releases.log")) as screen,
    ):
        releases = Releases(stack, CommandLine(stack, temporal_cli.find(screen)))
        asyncio.run(releases.make_current(releases.current))
        yield releases


@pytest.fixture(scope="module")
def stack(releases: Releases) -> Stack:
    return releases.stack


@pytest.fixture
async def temporal(stack: Stack) -> Client:
    return await Client.connect(stack.env["TEMPORAL_ADDRESS"])


@pytest.mark.parametrize("killed", [False, True], ids=["asked to end", "killed before"])
async def test_what_one_build_has_opened_the_next_one_finishes(
    releases: Releases,
    customer: Customer,
    workshop: Workshop,
    listener: Listener,
    temporal: Client,
    killed: bool,
) -> None:
    old = releases.current
    execution, item = (await customer.create())["id"], await workshop.adds()
    await customer.does(execution, "start")
    await workshop.does(item["fila_id"], "iniciar-diagnostico", MECHANIC)

    async with customer.at_work(execution):
        if killed:
            await asyncio.to_thread(end_by_force, old)
        new = await releases.start_next()
        await releases.make_current(new)
        await asyncio.to_thread(old.stop)
    await customer.does(execution, "complete")
    last = await customer.does(execution, "invoice")
    for step, body in REST:
        await workshop.does(item["fila_id"], step, body)
    done = await workshop.sees_told(item["fila_id"], "FINALIZADA")

    for id_, version in ((execution, last["version"]), (item["fila_id"], done["versao"])):
        heard = await listener.all_of(id_, version, within=40)
        assert [event.sequence for event in heard] == list(range(1, version + 1))
    for workflow in (
        execution_workflow_id(execution),
        queue_workflow_id(item["ordem_servico_id"]),
    ):
        assert await builds(temporal, workflow) == [build(old), build(new)]


async def test_a_release_is_taken_back(
    releases: Releases, customer: Customer, temporal: Client
) -> None:
    old = releases.current
    execution = (await customer.create())["id"]

    new = await releases.start_next()
    await releases.make_current(new)
    await customer.does(execution, "start")
    await releases.make_current(old)
    await asyncio.to_thread(new.stop)
    await customer.does(execution, "complete")

    seen = await builds(temporal, execution_workflow_id(execution))
    assert seen == [build(old), build(new), build(old)]
