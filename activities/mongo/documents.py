"""How snapshots look as documents, which other teams read too."""

from typing import Any

from domain.execution.state import Execution
from domain.fila.state import QueueItem
from domain.kernel.aggregate import Aggregate

Document = dict[str, Any]


def execution_document(execution: Execution) -> Document:
    return execution.model_dump(exclude_none=True) | _mark(execution)


def queue_document(item: QueueItem) -> Document:
    """All fields, empty ones too, and what follows from them. Of an item that has been removed
    only so much is left that no late writer can bring it back."""
    if item.is_gone:
        return {"status": item.status, "versao": item.version}
    return {
        **item.model_dump(),
        "etapa": item.stage,
        "lugar": item.place,
        "acoes_permitidas": list(item.allowed_actions),
        **_mark(item),
    }


def _mark(aggregate: Aggregate) -> Document:
    """Of what nobody can go on with."""
    name = "workflow_ended"
    alias = type(aggregate).model_fields[name].alias or name
    return {alias: True} if aggregate.workflow_ended else {}
