"""Place and form of recorded histories: one event a line, and nothing of the machine."""

import json
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

FOLDER = Path(__file__).parent
RECORDER = "recorder"
"""Whom the histories name as client and worker, in place of a process and a host."""


def recordings() -> list[Path]:
    """All there are, the oldest first."""
    return sorted(FOLDER.glob("*/*.json"))


def read(file: Path) -> WorkflowHistory:
    recorded = json.loads(file.read_text())
    started = recorded["events"][0]["workflowExecutionStartedEventAttributes"]
    return WorkflowHistory.from_json(started["workflowId"], recorded)


def write(history: WorkflowHistory, file: Path) -> None:
    events = _bare(history.to_json_dict()["events"])
    lines = (json.dumps(event, separators=(",", ":")) for event in events)
    file.write_text('{"events": [\n' + ",\n".join(lines) + "\n]}\n")


def _bare(value: Any) -> Any:
    """Without where in somebody's files a failure arose."""
    if isinstance(value, dict):
        return {name: _bare(each) for name, each in value.items() if name != "stackTrace"}
    return [_bare(each) for each in value] if isinstance(value, list) else value
