"""The documents in `docs/reference/`, derived from the code; `make docs` writes them anew.

They are committed, so that a review shows what a change means to those who rely on them.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from api.app import routed
from api.openapi import asyncapi, catalogue, mermaid
from api.openapi.state_machines import StateMachine, execution_machines, queue_machine

FOLDER = Path(__file__).parents[1] / "docs" / "reference"


def as_json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def state_machines() -> str:
    return f"""# State machines

Drawn from the tables that the code goes by. What stands in a status leaves it as it is; what stands
in parentheses, other services tell of. The API serves the same under `/api/v1/meta/state-machine`
and `/api/v1/meta/state-machine/fila`, as JSON and as `text/vnd.mermaid`.

## Executions and their tasks

{_fenced(execution_machines().named)}
## The queue: *a fila de execução*

{_fenced(queue_machine().named)}"""


def _fenced(machines: Mapping[str, StateMachine]) -> str:
    return f"```mermaid\n{mermaid.diagram(machines)}```\n"


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "asyncapi.json": lambda: as_json(asyncapi.document()),
    "openapi.json": lambda: as_json(routed().openapi()),
    "problems.md": catalogue.catalogue,
    "state-machines.md": state_machines,
}

if __name__ == "__main__":
    for name, text in DOCUMENTS.items():
        (FOLDER / name).write_text(text(), encoding="utf-8")
