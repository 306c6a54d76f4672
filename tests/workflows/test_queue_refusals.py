"""Commands that may not be done to an item are refused in Portuguese, or dropped, without a
trace."""

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from domain.fila.commands import (
    FinishDiagnosis,
    FinishRepair,
    Prioritize,
    RecordApproval,
    StartDiagnosis,
    StartRepair,
)
from domain.fila.errors import ApprovalPending, InvalidQueueTransition
from domain.fila.state import QueueCommand
from domain.fila.vocabulary import Priority
from tests.conftest import eventually
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.fila_steps import DIAGNOSIS, NOTIFYING, WAY_TO
from tests.workflows.workflow_driver import DrivenItem
from tests.workflows.workshop import Workshop
from workflows.contract import Door, Origin

HTTP = Origin(via=Door.HTTP, correlation_id="corr-1", request_id="request-1")

BEGIN, END = StartDiagnosis(mechanic_id=9), FinishDiagnosis(diagnosis="outra coisa")
REPAIR, REPAIRED = StartRepair(mechanic_id=9), FinishRepair()
HIGH, APPROVED = Prioritize(priority=Priority.HIGH), RecordApproval()

# where it stands; what is refused; the status and the actions that the refusal names
REFUSED: list[tuple[str, list[QueueCommand], str, list[str]]] = [
    (
        "waiting for the diagnosis",
        [END, REPAIRED],
        "AGUARDANDO",
        ["iniciar-diagnostico", "iniciar-reparo", "prioridade", "remover"],
    ),
    (
        "in diagnosis",
        [BEGIN, REPAIR, REPAIRED],
        "EM_DIAGNOSTICO",
        ["finalizar-diagnostico", "prioridade", "remover"],
    ),
    (
        "waiting for the repair",
        [BEGIN, END, REPAIRED],
        "AGUARDANDO",
        ["iniciar-reparo", "prioridade", "remover"],
    ),
    (
        "in repair",
        [BEGIN, END, REPAIR],
        "EM_REPARO",
        ["finalizar-reparo", "prioridade", "remover"],
    ),
    ("finished", [BEGIN, END, REPAIR, REPAIRED, HIGH, APPROVED], "FINALIZADA", ["remover"]),
]


@pytest.mark.parametrize(
    ("before", "commands", "status", "actions"), REFUSED, ids=[row[0] for row in REFUSED]
)
async def test_a_refused_command_says_in_portuguese_why_and_leaves_no_trace(
    workshop: Workshop,
    item: DrivenItem,
    orders: OrdersOffice,
    before: str,
    commands: list[QueueCommand],
    status: str,
    actions: list[str],
) -> None:
    orders.hold()  # or a finished one would end
    for each in WAY_TO[before]:
        await item.update(each)
    known = await item.settled(but=NOTIFYING)
    state = await item.snapshot()

    for command in commands:
        with pytest.raises(InvalidQueueTransition) as refusal:
            await workshop.queue.update(item.workflow_id, command, HTTP)
        assert refusal.value.facts["current_status"] == status
        assert refusal.value.facts["allowed_actions"] == actions
        assert "diagnóstico" in refusal.value.message or status in refusal.value.message

    assert await item.snapshot() == state
    assert (await item.describe()).history_length == known.history_length


async def test_a_refusal_is_put_in_portuguese(workshop: Workshop, item: DrivenItem) -> None:
    with pytest.raises(InvalidQueueTransition) as refusal:
        await workshop.queue.update(item.workflow_id, REPAIRED, HTTP)

    assert refusal.value.message == (
        "A ação finalizar-reparo não é permitida com o item da fila em AGUARDANDO. "
        "Próximos status possíveis: EM_DIAGNOSTICO, EM_REPARO, REMOVIDA"
    )


@pytest.mark.parametrize("before", ["waiting for the diagnosis", "waiting for the repair"])
async def test_where_an_approval_is_required_repair_waits_for_it(
    workshop: Workshop, before: str
) -> None:
    item = await workshop.add(requires_approval=True)
    for each in WAY_TO[before]:
        await item.update(each)
    known = await item.settled()

    with pytest.raises(ApprovalPending, match="aprovação do orçamento") as refusal:
        await workshop.queue.update(item.workflow_id, REPAIR, HTTP)
    unchanged = await item.describe()
    await item.signal(REPAIR)
    approved = await item.updates(APPROVED)
    started = await item.updates(REPAIR)

    assert "iniciar-reparo" not in refusal.value.facts["allowed_actions"]
    assert unchanged.history_length == known.history_length
    assert (approved.status, approved.approved_at is None) == ("AGUARDANDO", False)
    assert "iniciar-reparo" in approved.allowed_actions
    assert started.status == "EM_REPARO"


async def test_an_approval_before_the_end_of_the_diagnosis_counts_afterwards(
    workshop: Workshop,
) -> None:
    item = await workshop.add(requires_approval=True)

    waiting = await item.updates(APPROVED)
    begun = await item.updates(DIAGNOSIS[0])
    done = await item.updates(DIAGNOSIS[1])

    assert (waiting.stage, "iniciar-diagnostico" in waiting.allowed_actions) == (
        "AGUARDANDO_DIAGNOSTICO",
        True,
    )
    assert begun.stage == "DIAGNOSTICO"
    assert done.stage == "AGUARDANDO_REPARO"
    assert (await item.updates(REPAIR)).status == "EM_REPARO"


async def test_the_first_approval_counts(item: DrivenItem, outside: Outside) -> None:
    first = await item.updates(RecordApproval(budget_id="BUD-1"))
    again = await item.updates(RecordApproval(budget_id="BUD-2"))
    await item.signal(RecordApproval(budget_id="BUD-3"))
    await item.updates(HIGH)
    await item.settled()

    assert again == first
    assert (await item.snapshot()).budget_id == "BUD-1"
    assert [event.type for event in outside.events[1:]] == [
        "QueueItemApproved",
        "QueuePriorityChanged",
    ]


@pytest.mark.parametrize(
    "queue_item_id", ["f" * 24, "no id at all", ""], ids=["another order's", "none", "empty"]
)
async def test_an_item_whose_id_does_not_belong_to_its_order_is_refused(
    workshop: Workshop, outside: Outside, queue_item_id: str
) -> None:
    item = await workshop.add(queue_item_id=queue_item_id)

    await eventually(item.is_running, lambda running: not running, within=2)

    with pytest.raises(WorkflowFailureError) as failure:
        await item.handle.result()
    assert isinstance(failure.value.cause, ApplicationError)
    assert failure.value.cause.type == "WrongQueueItemId"
    assert failure.value.cause.non_retryable
    assert outside.attempts == []
