"""The command that rebuilds the read model: what it finds to look at, and its end."""

import asyncio
from uuid import uuid4

import pytest
from temporalio.client import Client

from api.operations.program import DONE, FOUND, UNFINISHED
from api.rebuild.__main__ import main
from api.rebuild.histories import Histories
from deploy.dev.ports import HOST, Ports
from deploy.dev.stack import Stack
from tests.conftest import eventually
from tests.workflows.workflow_driver import DrivenExecution


async def test_all_workflows_are_listed_with_their_runs(
    execution: DrivenExecution, temporal: Client
) -> None:
    records = Histories(temporal)
    run = (await execution.describe()).run_id

    listed = await eventually(
        lambda: records.all_runs(asyncio.Event()), lambda seen: execution.workflow_id in seen
    )

    assert [*listed[execution.workflow_id]] == [run]
    assert await records.runs(execution.workflow_id) == listed[execution.workflow_id]
    assert await records.runs(f"execution-{uuid4()}") == {}


async def test_a_run_that_is_no_longer_retained_tells_nothing(
    execution: DrivenExecution, temporal: Client
) -> None:
    latest = await execution.describe()
    runs = dict.fromkeys((latest.run_id, str(uuid4())), latest.start_time)

    recorded = await Histories(temporal).of(execution.workflow_id, runs)

    assert list(recorded.records) == [execution.id]


class Shell:
    """Runs the command on a real database that is empty at first."""

    def __init__(self, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MONGODB_URI", stack.env["MONGODB_URI"])
        monkeypatch.setenv("MONGODB_DATABASE", f"rebuild-{uuid4()}")
        monkeypatch.setattr("api.operations.program.configure_logging", lambda level: None)

    async def runs(self, workflow_id: str, *, check: bool) -> int:
        return await main(check=check, only=[workflow_id])


@pytest.fixture
def shell(embedded: Stack, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(embedded, monkeypatch)


async def test_the_exit_code_says_how_it_went(execution: DrivenExecution, shell: Shell) -> None:
    before = await shell.runs(execution.workflow_id, check=True)
    rebuilt = await shell.runs(execution.workflow_id, check=False)
    after = await shell.runs(execution.workflow_id, check=True)

    assert (before, rebuilt, after) == (FOUND, DONE, DONE)


async def test_without_the_database_it_is_not_finished(
    execution: DrivenExecution, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGODB_URI", f"mongodb://{HOST}:{Ports.free().mongo}")
    monkeypatch.setattr("api.operations.program.MONGO_TIMEOUT_MS", 200)

    checked = await shell.runs(execution.workflow_id, check=True)
    rebuilt = await shell.runs(execution.workflow_id, check=False)

    assert (checked, rebuilt) == (UNFINISHED, UNFINISHED)
