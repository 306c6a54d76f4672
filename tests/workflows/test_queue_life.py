"""An item of the queue from its arrival to the end of its repair, by updates and by signals."""

from dataclasses import dataclass

import pytest
from temporalio.client import WorkflowExecutionStatus

from domain.fila.commands import (
    QUEUE_COMMANDS,
    CancelOrder,
    FinishDiagnosis,
    FinishRepair,
    LinkExecution,
    Prioritize,
    RecordApproval,
    Remove,
    StartDiagnosis,
    StartRepair,
    WithdrawApproval,
)
from domain.fila.state import QueueCommand, QueueItem
from domain.fila.vocabulary import Priority
from tests.conftest import eventually
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.fila_steps import ALL_NOTICES, WHOLE_WORK, Send, send
from tests.workflows.workflow_driver import NOON, DrivenItem
from tests.workflows.workshop import Workshop


@dataclass(frozen=True)
class Step:
    """A command, the status and the stage that it leads to, and the event that tells of it."""

    command: QueueCommand
    status: str
    stage: str | None
    event: str


LIFE = [
    Step(
        Prioritize(priority=Priority.URGENT),
        "AGUARDANDO",
        "AGUARDANDO_DIAGNOSTICO",
        "QueuePriorityChanged",
    ),
    Step(StartDiagnosis(mechanic_id=7), "EM_DIAGNOSTICO", "DIAGNOSTICO", "DiagnosisStarted"),
    Step(
        FinishDiagnosis(diagnosis="pastilhas gastas"),
        "AGUARDANDO",
        "AGUARDANDO_APROVACAO",
        "DiagnosisFinished",
    ),
    Step(
        RecordApproval(approved_at=NOON, budget_id="BUD-1"),
        "AGUARDANDO",
        "AGUARDANDO_REPARO",
        "QueueItemApproved",
    ),
    Step(LinkExecution(execution_id="EX-1"), "AGUARDANDO", "AGUARDANDO_REPARO", "QueueItemLinked"),
    Step(
        WithdrawApproval(budget_id="BUD-1"),
        "AGUARDANDO",
        "AGUARDANDO_APROVACAO",
        "QueueItemApprovalWithdrawn",
    ),
    Step(StartRepair(mechanic_id=8), "EM_REPARO", "REPARO", "RepairStarted"),
    Step(CancelOrder(reason="gave up"), "EM_REPARO", "REPARO", "QueueItemOrderCancelled"),
    Step(
        FinishRepair(repair_notes="pastilhas trocadas"),
        "FINALIZADA",
        "FINALIZADA",
        "RepairFinished",
    ),
]
GIVEN_UP = [Step(Remove(), "REMOVIDA", None, "QueueItemRemoved")]


def test_these_lives_use_every_command() -> None:
    used = {type(step.command) for step in LIFE + GIVEN_UP}

    assert used == set(QUEUE_COMMANDS)


@pytest.mark.parametrize("life", [LIFE, GIVEN_UP], ids=["worked through", "given up"])
@send
async def test_every_command_leads_on_and_is_told(
    workshop: Workshop, outside: Outside, life: list[Step], send: Send
) -> None:
    item = await workshop.add()
    seen = [await item.snapshot()]

    for version, step in enumerate(life, 2):
        await send(item, step.command)
        seen.append(await item.reaches(version))
    last: QueueItem = await item.handle.result()

    assert (seen[0].status, seen[0].stage) == ("AGUARDANDO", "AGUARDANDO_DIAGNOSTICO")
    assert [(each.version, each.status, each.stage) for each in seen[1:]] == [
        (version, step.status, step.stage) for version, step in enumerate(life, 2)
    ]
    assert outside.sequences == list(range(1, len(life) + 2))
    assert [event.type for event in outside.events] == [
        "QueueItemAdded",
        *(step.event for step in life),
    ]
    assert item.shown[-1] == last
    assert (await item.describe()).status is WorkflowExecutionStatus.COMPLETED


async def test_a_whole_life_leaves_everything_on_the_item(workshop: Workshop) -> None:
    item = await workshop.add(priority=Priority.LOW)
    for step in LIFE:
        await item.update(step.command)

    last = (await item.handle.result()).model_dump(mode="json")

    dates = {name for name in last if name.startswith("dta_")}
    assert {name: value for name, value in last.items() if name not in dates} | {
        "os_notificada": last["os_notificada"] | {"confirmada_em": "then"}
    } == {
        "fila_id": item.id,
        "ordem_servico_id": int(item.workflow_id.removeprefix("fila-")),
        "status": "FINALIZADA",
        "prioridade": "URGENTE",
        "mecanico_responsavel_id": 8,
        "diagnostico": "pastilhas gastas",
        "observacoes_reparo": "pastilhas trocadas",
        "orcamento_aprovado_em": None,
        "pedido_cancelado_em": last["pedido_cancelado_em"],
        "orcamento_id": None,
        "execucao_id": "EX-1",
        "exige_aprovacao": False,
        "avisa_os": True,
        "versao": 10,
        "mudancas_sem_evento": 4,
        "saude": {"status": "OK", "desde": None, "motivo": None},
        "os_notificada": {
            "confirmada": "FINALIZADA",
            "confirmada_em": "then",
            "pendentes": [],
            "falha": None,
            "recusadas": [],
        },
    }
    assert dates == {
        *("dta_inicio_diagnostico", "dta_fim_diagnostico", "dta_inicio_reparo", "dta_fim_reparo"),
        *("dta_criacao", "dta_atualizacao"),
    }
    assert all(last[date] for date in dates | {"pedido_cancelado_em"})


async def test_a_finished_item_ends_only_when_all_notices_are_told(
    item: DrivenItem, outside: Outside, orders: OrdersOffice
) -> None:
    orders.hold()
    finished = await item.updates(*WHOLE_WORK)
    await item.settled(but="notify_service_order")

    assert outside.sequences == [1, 2, 3, 4, 5]
    assert await item.is_running()
    orders.release()
    last = await item.handle.result()

    assert orders.heard == ALL_NOTICES
    assert (last.version, last.notices.pending) == (finished.version, ())
    assert item.shown[-1] == last
    assert (await item.describe()).status is WorkflowExecutionStatus.COMPLETED


async def test_a_finished_item_ends_only_when_its_snapshot_is_told(
    item: DrivenItem, outside: Outside, orders: OrdersOffice
) -> None:
    outside.hold()
    await item.updates(*WHOLE_WORK)
    await eventually(lambda: orders.heard == ALL_NOTICES)

    assert await item.is_running()
    outside.release()

    last = await item.handle.result()
    assert item.shown[-1] == last
    assert outside.sequences == [1, 2, 3, 4, 5]
