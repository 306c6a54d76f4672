"""Effects of each command on an item of the queue."""

from datetime import UTC, datetime, timedelta

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
from domain.fila.errors import InvalidQueueTransition
from domain.fila.lifecycle import QueueStatus
from domain.fila.vocabulary import Priority
from domain.kernel.aggregate import decide
from tests.domain.execution.builders import MORNING, driven
from tests.domain.fila.builders import DIAGNOSIS, added, diagnosed, in_queue

NOON = MORNING + timedelta(hours=4)


def test_an_item_arrives_waiting_at_version_one() -> None:
    item = added(17)

    assert (item.status, item.priority, item.version) == ("AGUARDANDO", "NORMAL", 1)
    assert (item.service_order_id, item.mechanic_id) == (17, None)
    assert (item.created_at, item.updated_at) == (MORNING, MORNING)
    assert item.aggregate_id == item.queue_item_id


def test_an_item_may_arrive_with_a_priority() -> None:
    item = added(priority=Priority.URGENT)

    assert item.priority == "URGENTE"


def test_the_diagnosis_is_given_to_a_mechanic_and_timed() -> None:
    item = added()

    after, _ = decide(item, StartDiagnosis(mechanic_id=7), NOON)

    assert (after.status, after.mechanic_id) == ("EM_DIAGNOSTICO", 7)
    assert (after.diagnosis_started_at, after.updated_at, after.created_at) == (NOON, NOON, MORNING)


def test_the_end_of_the_diagnosis_puts_the_item_back_with_what_was_found() -> None:
    item = in_queue(QueueStatus.IN_DIAGNOSIS)

    after, _ = decide(item, FinishDiagnosis(diagnosis="  correia frouxa "), NOON)

    assert (after.status, after.diagnosis) == ("AGUARDANDO", "correia frouxa")
    assert (after.diagnosis_started_at, after.diagnosis_finished_at) == (MORNING, NOON)
    assert after.mechanic_id == 7


def test_nobody_diagnoses_twice() -> None:
    item = diagnosed()
    before = item.model_dump_json()

    with pytest.raises(InvalidQueueTransition) as refusal:
        decide(item, StartDiagnosis(mechanic_id=7), NOON)

    assert str(refusal.value) == "O diagnóstico deste item da fila já foi feito"
    assert refusal.value.facts == {
        "current_status": "AGUARDANDO",
        "allowed_transitions": ["EM_REPARO", "REMOVIDA"],
        "allowed_actions": ["iniciar-reparo", "prioridade", "remover"],
    }
    assert item.model_dump_json() == before


def test_the_repair_is_given_to_a_mechanic_and_timed() -> None:
    item = diagnosed()

    after, _ = decide(item, StartRepair(mechanic_id=8), NOON)

    assert (after.status, after.mechanic_id, after.repair_started_at) == ("EM_REPARO", 8, NOON)


def test_who_has_diagnosed_repairs_unless_somebody_else_is_named() -> None:
    item = diagnosed()

    after, _ = decide(item, StartRepair(), NOON)

    assert after.mechanic_id == 7


def test_a_repair_may_start_without_diagnosis_and_without_mechanic() -> None:
    item = added()

    after, _ = decide(item, StartRepair(), NOON)

    assert (after.status, after.mechanic_id, after.diagnosis) == ("EM_REPARO", None, None)


@pytest.mark.parametrize("notes", [None, "pastilhas trocadas"])
def test_the_end_of_the_repair_is_timed_and_noted(notes: str | None) -> None:
    item = in_queue(QueueStatus.IN_REPAIR)

    after, _ = decide(item, FinishRepair(repair_notes=notes), NOON)

    assert (after.status, after.repair_notes, after.repair_finished_at) == (
        "FINALIZADA",
        notes,
        NOON,
    )


@pytest.mark.parametrize(
    "status", [QueueStatus.WAITING, QueueStatus.IN_DIAGNOSIS, QueueStatus.IN_REPAIR]
)
def test_the_priority_changes_and_nothing_else(status: QueueStatus) -> None:
    item = in_queue(status)

    after, _ = decide(item, Prioritize(priority=Priority.HIGH), NOON)

    assert (after.priority, after.status, after.version) == ("ALTA", status, item.version + 1)
    assert (
        after.model_copy(
            update={
                "priority": item.priority,
                "updated_at": item.updated_at,
                "version": item.version,
            }
        )
        == item
    )


@pytest.mark.parametrize(
    "status", [QueueStatus.WAITING, QueueStatus.IN_DIAGNOSIS, QueueStatus.IN_REPAIR]
)
def test_the_priority_that_an_item_has_already_is_no_event(status: QueueStatus) -> None:
    item = in_queue(status, priority=Priority.HIGH)

    after, events = decide(item, Prioritize(priority=Priority.HIGH), NOON)

    assert after is item
    assert events == ()


@pytest.mark.parametrize("status", [each for each in QueueStatus if each != "REMOVIDA"])
def test_an_item_may_be_removed_at_any_time(status: QueueStatus) -> None:
    item = in_queue(status)

    after, _ = decide(item, Remove(), NOON)

    assert (after.status, after.is_gone, after.stage) == ("REMOVIDA", True, None)
    assert after.allowed_actions == ()


def test_an_approval_is_dated_as_the_customer_gave_it() -> None:
    early = datetime(2026, 3, 1, 12, tzinfo=UTC)

    after, _ = decide(added(), RecordApproval(approved_at=early, budget_id="b-1"), NOON)

    assert (after.approved_at, after.budget_id, after.updated_at) == (early, "b-1", NOON)


def test_an_approval_without_a_date_counts_from_when_it_came() -> None:
    after, _ = decide(added(), RecordApproval(), NOON)

    assert (after.approved_at, after.budget_id) == (NOON, None)


def test_the_first_approval_counts() -> None:
    item = driven(added(), RecordApproval(budget_id="b-1"))

    after, events = decide(item, RecordApproval(budget_id="b-2", approved_at=NOON), NOON)

    assert after is item
    assert events == ()
    assert (after.budget_id, after.approved_at) == ("b-1", MORNING)


def test_a_repeated_approval_of_a_finished_item_is_harmless() -> None:
    approved = driven(added(), RecordApproval(), StartRepair(), FinishRepair())

    after, events = decide(approved, RecordApproval(budget_id="b-2"), NOON)

    assert (after is approved, events) == (True, ())


def test_the_execution_of_the_repair_is_recorded() -> None:
    after, _ = decide(added(), LinkExecution(execution_id="e-1"), NOON)

    assert (after.execution_id, after.status) == ("e-1", "AGUARDANDO")


def test_the_same_execution_again_is_harmless_and_another_replaces_it() -> None:
    item = driven(added(), LinkExecution(execution_id="e-1"))

    same, no_events = decide(item, LinkExecution(execution_id="e-1"), NOON)
    other, events = decide(item, LinkExecution(execution_id="e-2"), NOON)

    assert (same is item, no_events) == (True, ())
    assert (other.execution_id, len(events)) == ("e-2", 1)


def test_time_never_runs_backwards_for_an_item() -> None:
    item = driven(added(at=NOON), *DIAGNOSIS[:1], at=MORNING)

    assert (item.updated_at, item.diagnosis_started_at) == (NOON, NOON)
