"""A change that would bring open executions to a halt fails here, before it is deployed. Where one
is wanted, `workflow.patched` keeps the old way for those that have gone it.

No server is needed: what it once said is in the files.
"""

import re
from pathlib import Path

import pytest
from temporalio.workflow import NondeterminismError

from domain.bay.commands import BAY_COMMANDS
from domain.execution.commands import EXECUTION_COMMANDS
from domain.fila.commands import QUEUE_COMMANDS
from domain.technician.commands import TECHNICIAN_COMMANDS
from tests.histories.paths import PATHS
from tests.histories.record import FOLDER, RECORDER, read, recordings
from tests.workflows.workshop import replayer

WHAT_TO_DO = """\
What an earlier build has opened would come to a halt at this. Keep the old way beside the new one:

    if workflow.patched("the-new-way"):  # as REPORTS_HEALTH in workflows/outbox.py
        ...  # what is decided from now on
    else:
        ...  # what was decided before

Give new fields of inputs a default, and leave the names of workflows, activities and commands."""

NEWEST = [each for each in recordings() if each.parent == recordings()[-1].parent]


def place(file: Path) -> str:
    return str(file.relative_to(FOLDER))


def _reason(failure: Exception) -> str:
    """Out of the SDK's print of a whole structure, what it says."""
    said = re.search(r'message: "((?:[^"\\]|\\.)+)"', str(failure))
    return said[1] if said else str(failure)


@pytest.mark.parametrize("file", recordings(), ids=place)
async def test_what_an_earlier_build_has_begun_goes_on_with_this_one(file: Path) -> None:
    result = await replayer().replay_workflow(read(file), raise_on_replay_failure=False)

    if failure := result.replay_failure:
        pytest.fail(f"{_reason(failure)}\n{WHAT_TO_DO}", pytrace=False)


@pytest.mark.parametrize(
    "changed",
    ["workflows.outbox.PERSIST_AND_PUBLISH", "workflows.notices.NOTIFY_SERVICE_ORDER"],
)
async def test_a_build_that_decides_otherwise_is_found_out(
    monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    [history] = [read(file) for file in NEWEST if file.stem == "queue-item-finished-1"]

    with monkeypatch.context() as change:
        change.setattr(changed, "another_activity")
        with pytest.raises(NondeterminismError):
            await replayer().replay_workflow(history)


def test_every_path_is_recorded() -> None:
    """Paths without a recording; `make histories` records those that are missing."""
    assert {file.stem.rpartition("-")[0] for file in NEWEST} == set(PATHS)


def test_every_command_is_on_some_path() -> None:
    events = [event for file in NEWEST for event in read(file).events]
    done = {
        event.workflow_execution_update_accepted_event_attributes.accepted_request.input.name
        for event in events
    }

    assert {command.ACTION for command in EXECUTION_COMMANDS} <= done
    assert {command.ACTION for command in QUEUE_COMMANDS} <= done
    assert {command.ACTION for command in TECHNICIAN_COMMANDS} <= done
    assert {command.ACTION for command in BAY_COMMANDS} <= done


@pytest.mark.parametrize("file", NEWEST, ids=place)
def test_a_recording_tells_nothing_of_where_it_was_made(file: Path) -> None:
    events = read(file).events
    started = [each.workflow_task_started_event_attributes for each in events]

    assert {each.identity for each in started} <= {"", RECORDER}
    assert "stackTrace" not in file.read_text()
