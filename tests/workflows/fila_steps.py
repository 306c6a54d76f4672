"""Steps that are usually done to an item of the queue."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from temporalio.api.history.v1 import HistoryEvent

from domain.fila.commands import FinishDiagnosis, FinishRepair, StartDiagnosis, StartRepair
from domain.fila.state import QueueCommand
from tests.workflows.workflow_driver import DrivenItem

send = pytest.mark.parametrize(
    "send", [DrivenItem.update, DrivenItem.signal], ids=["update", "signal"]
)
"""For tests of what must come out the same by either way."""
Send = Callable[[DrivenItem, QueueCommand], Any]

MECHANIC, COLLEAGUE = 7, 8
NOTIFYING = "notify_service_order"

DIAGNOSIS: Sequence[QueueCommand] = (
    StartDiagnosis(mechanic_id=MECHANIC),
    FinishDiagnosis(diagnosis="pastilhas gastas"),
)
REPAIR: Sequence[QueueCommand] = (
    StartRepair(mechanic_id=COLLEAGUE),
    FinishRepair(repair_notes="pastilhas trocadas"),
)
WHOLE_WORK = (*DIAGNOSIS, *REPAIR)
ALL_NOTICES = ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO", "EM_EXECUCAO", "FINALIZADA"]
"""Words that the OS service is to hear of it."""

WAY_TO: Mapping[str, Sequence[QueueCommand]] = {
    "waiting for the diagnosis": (),
    "in diagnosis": WHOLE_WORK[:1],
    "waiting for the repair": WHOLE_WORK[:2],
    "in repair": WHOLE_WORK[:3],
    "finished": WHOLE_WORK,
}


def shown_notices(item: DrivenItem) -> dict[str, Any]:
    """Notices that readers see under `os_notificada`."""
    notices: dict[str, Any] = item.shown[-1].model_dump(mode="json")["os_notificada"]
    return notices


def longest_notice(events: Iterable[HistoryEvent]) -> timedelta:
    """Limit of an attempt to notify the OS service, by what a workflow has asked for."""
    asked = (event.activity_task_scheduled_event_attributes for event in events)
    return max(
        each.start_to_close_timeout.ToTimedelta()
        for each in asked
        if each.activity_type.name == NOTIFYING
    )


def pauses(events: Iterable[HistoryEvent]) -> list[timedelta]:
    """The timers that a workflow has set."""
    return [
        event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
        for event in events
        if event.HasField("timer_started_event_attributes")
    ]
