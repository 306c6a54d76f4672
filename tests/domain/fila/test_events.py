"""Events of the queue on the bus: names, source and fields."""

import pytest

from domain.fila.commands import (
    FinishDiagnosis,
    FinishRepair,
    LinkExecution,
    Prioritize,
    RecordApproval,
    Remove,
    StartDiagnosis,
    StartRepair,
)
from domain.fila.vocabulary import Priority
from domain.kernel.events import RecordedEvent
from tests.domain.execution.builders import MORNING
from tests.domain.fila.builders import queue_story

WHO = {"queueItemId": "0000000000290a1b2c3d4e5f", "serviceOrderId": "41"}
CONTRACT = {
    "QueueItemAdded": {**WHO, "priority": "ALTA"},
    "DiagnosisStarted": {**WHO, "mechanicId": 7, "startedAt": "2026-03-02T08:01:00Z"},
    "DiagnosisFinished": {
        **WHO,
        "diagnosis": "correia frouxa",
        "finishedAt": "2026-03-02T08:02:00Z",
    },
    "QueueItemApproved": {**WHO, "budgetId": "b-1", "approvedAt": "2026-03-02T08:00:00Z"},
    "QueueItemLinked": {**WHO, "executionId": "e-1"},
    "QueuePriorityChanged": {**WHO, "priority": "URGENTE"},
    "RepairStarted": {**WHO, "mechanicId": 8, "startedAt": "2026-03-02T08:06:00Z"},
    "RepairFinished": {**WHO, "notes": "trocada", "finishedAt": "2026-03-02T08:07:00Z"},
    "QueueItemRemoved": WHO,
}


def _told() -> tuple[RecordedEvent, ...]:
    """Every event that an item can tell, in the order of `CONTRACT`."""
    _, events = queue_story(
        StartDiagnosis(mechanic_id=7),
        FinishDiagnosis(diagnosis="correia frouxa"),
        RecordApproval(budget_id="b-1", approved_at=MORNING),
        LinkExecution(execution_id="e-1"),
        Prioritize(priority=Priority.URGENT),
        StartRepair(mechanic_id=8),
        FinishRepair(repair_notes="trocada"),
        Remove(),
        service_order_id=41,
        priority=Priority.HIGH,
    )
    return events


def test_a_life_tells_every_event_of_the_queue_in_its_order() -> None:
    told = _told()

    assert [event.type for event in told] == list(CONTRACT)
    assert {event.source for event in told} == {"execution.queue"}


@pytest.mark.parametrize("name", CONTRACT)
def test_an_event_says_whose_it_is_and_what_changed(name: str) -> None:
    events = {event.type: event for event in _told()}

    assert events[name].detail == CONTRACT[name]


def test_what_is_not_known_is_left_out() -> None:
    _, events = queue_story(StartRepair(), FinishRepair(), service_order_id=41)

    assert events[1].detail == {**WHO, "startedAt": "2026-03-02T08:01:00Z"}
    assert events[2].detail == {**WHO, "finishedAt": "2026-03-02T08:02:00Z"}


def test_an_approval_of_no_known_budget_tells_when_it_came() -> None:
    _, events = queue_story(RecordApproval(), service_order_id=41)

    assert events[1].detail == {**WHO, "approvedAt": "2026-03-02T08:01:00Z"}


def test_a_repair_tells_who_keeps_the_item_from_the_diagnosis() -> None:
    _, events = queue_story(
        StartDiagnosis(mechanic_id=7), FinishDiagnosis(diagnosis="d"), StartRepair()
    )

    assert events[-1].detail["mechanicId"] == 7


def test_the_events_of_an_item_are_numbered_without_gaps() -> None:
    told = _told()

    assert [event.metadata.sequence for event in told] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert told[8].metadata.event_id == "0000000000290a1b2c3d4e5f:9"


def test_the_history_knows_the_commands_by_their_portuguese_names() -> None:
    told = _told()

    assert [(event.command, event.from_status, event.to_status) for event in told] == [
        ("adicionar", None, "AGUARDANDO"),
        ("iniciar-diagnostico", "AGUARDANDO", "EM_DIAGNOSTICO"),
        ("finalizar-diagnostico", "EM_DIAGNOSTICO", "AGUARDANDO"),
        ("orcamento-aprovado", "AGUARDANDO", "AGUARDANDO"),
        ("vincular-execucao", "AGUARDANDO", "AGUARDANDO"),
        ("prioridade", "AGUARDANDO", "AGUARDANDO"),
        ("iniciar-reparo", "AGUARDANDO", "EM_REPARO"),
        ("finalizar-reparo", "EM_REPARO", "FINALIZADA"),
        ("remover", "FINALIZADA", "REMOVIDA"),
    ]


def test_an_event_reads_back_as_it_was_written() -> None:
    told = _told()

    again = tuple(RecordedEvent.model_validate_json(event.model_dump_json()) for event in told)

    assert again == told
