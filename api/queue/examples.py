"""Examples of the workshop's queue: what is sent, what is shown, and what is refused."""

from collections.abc import Sequence

from activities.sorting import BadCursor
from api.examples import AT, expectation_of, refusal_of
from api.queue.service import queue_link
from domain.errors import QueueItemExists, QueueItemNotFound
from domain.queue_commands import FinishRepair, StartRepair
from domain.queue_item import QueueEntry, add_to_queue
from workflows.contract import queue_item_id

_ENTRY = QueueEntry(service_order_id=1042, queue_item_id=queue_item_id(1042, "5f2a9c01d3e4"))
_WAITING = add_to_queue(_ENTRY, AT)[0]
_UNAPPROVED = add_to_queue(_ENTRY.model_copy(update={"requires_approval": True}), AT)[0]

PLACE = queue_link(_ENTRY.queue_item_id)
PROBLEMS: Sequence[Exception] = (
    BadCursor("O cursor não é desta lista ou expirou; comece a lista de novo"),
    QueueItemNotFound.of(_ENTRY.queue_item_id),
    expectation_of(_WAITING, 7),
    QueueItemExists("Ordem de Serviço 1042 já está na fila de execução.", existing=PLACE),
    refusal_of(_WAITING, FinishRepair()),
    refusal_of(_UNAPPROVED, StartRepair()),
)
