"""Stages, which the status leaves open: what a waiting item waits for, and what may be done
next."""

import pytest

from domain.fila.commands import (
    FinishRepair,
    Prioritize,
    RecordApproval,
    Remove,
    StartDiagnosis,
    StartRepair,
)
from domain.fila.errors import ApprovalPending, InvalidQueueTransition
from domain.fila.lifecycle import QueueStatus
from domain.fila.state import QueueCommand
from domain.fila.vocabulary import Priority
from domain.kernel.aggregate import decide
from tests.domain.execution.builders import MORNING, driven
from tests.domain.fila.builders import DIAGNOSIS, REPAIR, added, diagnosed, in_queue
from tests.domain.fila.contract import OFFERED, STATUSES

APPROVED = RecordApproval()


@pytest.mark.parametrize(
    ("life", "stage"),
    [
        ((), "AGUARDANDO_DIAGNOSTICO"),
        (DIAGNOSIS[:1], "DIAGNOSTICO"),
        (DIAGNOSIS, "AGUARDANDO_APROVACAO"),
        ((*DIAGNOSIS, APPROVED), "AGUARDANDO_REPARO"),
        ((DIAGNOSIS[0], APPROVED), "DIAGNOSTICO"),
        ((DIAGNOSIS[0], APPROVED, DIAGNOSIS[1]), "AGUARDANDO_REPARO"),
        ((APPROVED,), "AGUARDANDO_DIAGNOSTICO"),
        ((*DIAGNOSIS, REPAIR[0]), "REPARO"),
        ((REPAIR[0],), "REPARO"),
        ((*DIAGNOSIS, APPROVED, *REPAIR), "FINALIZADA"),
        ((Remove(),), None),
        ((*DIAGNOSIS, Remove()), None),
    ],
    ids=lambda life: len(life) if isinstance(life, tuple) else str(life),
)
def test_a_life_goes_through_its_stages(life: tuple[QueueCommand, ...], stage: str | None) -> None:
    item = driven(added(), *life)

    assert item.stage == stage


@pytest.mark.parametrize("status", STATUSES)
def test_a_client_is_offered_what_the_status_allows(status: str) -> None:
    item = in_queue(QueueStatus(status))

    assert list(item.allowed_actions) == OFFERED[status]


def test_a_diagnosed_item_does_not_offer_another_diagnosis() -> None:
    item = diagnosed()

    assert item.allowed_actions == ("iniciar-reparo", "prioridade", "remover")
    assert item.allowed_transitions == ("EM_REPARO", "REMOVIDA")


def test_an_item_that_needs_an_approval_does_not_offer_its_repair_before() -> None:
    fresh, waiting = added(requires_approval=True), diagnosed(requires_approval=True)

    assert fresh.allowed_actions == ("iniciar-diagnostico", "prioridade", "remover")
    assert waiting.allowed_actions == ("prioridade", "remover")
    assert driven(waiting, APPROVED).allowed_actions == ("iniciar-reparo", "prioridade", "remover")


@pytest.mark.parametrize("life", [(), DIAGNOSIS], ids=["fresh", "diagnosed"])
def test_repair_does_not_start_before_the_approval_where_that_is_the_rule(
    life: tuple[QueueCommand, ...],
) -> None:
    item = driven(added(requires_approval=True), *life)
    before = item.model_dump_json()

    with pytest.raises(ApprovalPending) as refusal:
        decide(item, StartRepair(mechanic_id=8), MORNING)

    assert str(refusal.value) == "O reparo só pode começar depois da aprovação do orçamento"
    assert refusal.value.facts["current_status"] == "AGUARDANDO"
    assert "iniciar-reparo" not in refusal.value.facts["allowed_actions"]
    assert "EM_REPARO" not in refusal.value.facts["allowed_transitions"]
    assert item.model_dump_json() == before


@pytest.mark.parametrize(
    "life",
    [
        (APPROVED,),
        (APPROVED, *DIAGNOSIS),
        (DIAGNOSIS[0], APPROVED, DIAGNOSIS[1]),
        (*DIAGNOSIS, APPROVED),
    ],
    ids=["undiagnosed", "before the diagnosis", "during it", "after it"],
)
def test_the_approval_lets_the_repair_start_whenever_it_came(
    life: tuple[QueueCommand, ...],
) -> None:
    item = driven(added(requires_approval=True), *life)

    after, _ = decide(item, StartRepair(), MORNING)

    assert after.status == "EM_REPARO"


@pytest.mark.parametrize("life", [(), DIAGNOSIS], ids=["fresh", "diagnosed"])
def test_without_that_rule_repair_needs_neither_diagnosis_nor_approval(
    life: tuple[QueueCommand, ...],
) -> None:
    item = driven(added(), *life)

    after, _ = decide(item, StartRepair(), MORNING)

    assert after.status == "EM_REPARO"


def test_a_status_refuses_before_the_missing_approval_does() -> None:
    item = in_queue(QueueStatus.IN_DIAGNOSIS, requires_approval=True)

    with pytest.raises(InvalidQueueTransition):
        decide(item, StartRepair(), MORNING)


@pytest.mark.parametrize(
    ("life", "possible"),
    [
        (DIAGNOSIS, ["REMOVIDA"]),
        ((*DIAGNOSIS, APPROVED), ["EM_REPARO", "REMOVIDA"]),
        ((), ["EM_DIAGNOSTICO", "REMOVIDA"]),
    ],
    ids=["diagnosed", "approved", "fresh"],
)
def test_a_refusal_names_no_way_that_is_barred(
    life: tuple[QueueCommand, ...], possible: list[str]
) -> None:
    item = driven(added(requires_approval=True), *life)

    with pytest.raises(InvalidQueueTransition) as refusal:
        decide(item, FinishRepair(), MORNING)

    assert refusal.value.facts["allowed_transitions"] == possible
    assert str(refusal.value).endswith(f"Próximos status possíveis: {', '.join(possible)}")


def test_an_approved_item_may_still_be_diagnosed() -> None:
    item = driven(added(), APPROVED)

    after, _ = decide(item, StartDiagnosis(mechanic_id=7), MORNING)

    assert (after.status, after.stage) == ("EM_DIAGNOSTICO", "DIAGNOSTICO")


def test_priority_and_links_leave_the_stage_alone() -> None:
    item = diagnosed()

    after = driven(item, Prioritize(priority=Priority.URGENT))

    assert after.stage == item.stage == "AGUARDANDO_APROVACAO"


def test_what_other_services_tell_is_offered_to_nobody() -> None:
    items = [in_queue(status, requires_approval=False) for status in QueueStatus]

    offered = {action for item in items for action in item.allowed_actions}

    assert not offered & {"orcamento-aprovado", "vincular-execucao"}
