"""An item of the queue from its arrival to the end of its repair, by updates and by signals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus

from domain.queue_commands import (
    QUEUE_COMMANDS,
    BudgetApproved,
    FinishDiagnosis,
    FinishRepair,
    LinkExecution,
    Prioritize,
    Remove,
    StartDiagnosis,
    StartRepair,
)
from domain.queue_item import QueueCommand, QueueItem
from domain.queue_words import Priority
from tests.conftest import eventually
from tests.workflows.driven import NOON, DrivenItem
from tests.workflows.outside import OrdersOffice, Outside
from tests.workflows.queue_work import ALL_NOTICES, DIAGNOSIS, WHOLE_WORK
from tests.workflows.workshop import Workshop
from workflows.contract import Door, Origin

send = pytest.mark.parametrize(
    "send", [DrivenItem.update, DrivenItem.signal], ids=["update", "signal"]
)
Send = Callable[[DrivenItem, QueueCommand], Any]


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
        BudgetApproved(approved_at=NOON, budget_id="BUD-1"),
        "AGUARDANDO",
        "AGUARDANDO_REPARO",
        "QueueItemApproved",
    ),
    Step(LinkExecution(execution_id="EX-1"), "AGUARDANDO", "AGUARDANDO_REPARO", "QueueItemLinked"),
    Step(StartRepair(mechanic_id=8), "EM_REPARO", "REPARO", "RepairStarted"),
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
        "orcamento_aprovado_em": "2026-03-01T12:00:00Z",
        "orcamento_id": "BUD-1",
        "execucao_id": "EX-1",
        "exige_aprovacao": False,
        "avisa_os": True,
        "versao": 8,
        "mudancas_sem_evento": 4,
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
    assert all(last[date] for date in dates)


async def test_an_event_says_what_was_asked_by_which_door_and_from_whom(
    item: DrivenItem, outside: Outside
) -> None:
    origin = Origin(via=Door.HTTP, actor="ana", correlation_id="corr-2", causation_id="cause-1")

    await item.update(StartDiagnosis(mechanic_id=7), origin=origin)
    await item.settled()

    added, started = outside.events
    order = item.workflow_id.removeprefix("fila-")
    named = {"queueItemId": item.id, "serviceOrderId": order}
    assert added.detail == {**named, "priority": "NORMAL"}
    assert {**started.detail, "startedAt": "then"} == {
        **named,
        "mechanicId": 7,
        "startedAt": "then",
    }
    assert {added.source, started.source} == {"execution.queue"}
    assert (added.command, added.from_status, added.to_status) == ("adicionar", None, "AGUARDANDO")
    assert (started.command, started.from_status) == ("iniciar-diagnostico", "AGUARDANDO")
    assert (started.via, started.to_status) == ("http", "EM_DIAGNOSTICO")
    assert started.metadata.event_id == f"{item.id}:2"
    assert (started.metadata.actor, started.metadata.correlation_id) == ("ana", "corr-2")
    assert started.metadata.causation_id == "cause-1"


@send
async def test_repair_may_start_without_diagnosis_or_approval(item: DrivenItem, send: Send) -> None:
    await send(item, StartRepair())
    started = await item.reaches(2)

    assert (started.status, started.mechanic_id) == ("EM_REPARO", None)


async def test_repair_without_a_named_mechanic_stays_with_the_one_who_found_the_fault(
    item: DrivenItem,
) -> None:
    started = await item.updates(*DIAGNOSIS, StartRepair())

    assert started.mechanic_id == 7


@pytest.mark.parametrize("input_", [(), (None,), ({},)], ids=["no input", "null", "empty object"])
async def test_steps_that_need_nothing_can_be_signalled_by_hand(
    item: DrivenItem, input_: tuple[object, ...]
) -> None:
    await item.handle.signal("iniciar-reparo", args=list(input_))
    await item.handle.signal("finalizar-reparo", args=list(input_))

    assert (await item.handle.result()).status == "FINALIZADA"


async def test_what_is_sent_by_hand_is_named_as_clients_name_it(item: DrivenItem) -> None:
    await item.handle.signal("iniciar-diagnostico", {"mecanico_responsavel_id": 7})
    await item.handle.execute_update("prioridade", {"prioridade": "ALTA"})

    state = await item.reaches(3)

    assert (state.mechanic_id, state.priority) == (7, "ALTA")


async def test_a_priority_that_it_has_already_is_told_to_nobody(
    item: DrivenItem, outside: Outside
) -> None:
    state = await item.updates(Prioritize(priority=Priority.NORMAL))
    await item.settled()

    assert state.version == 1
    assert outside.batches == [[1]]


async def test_time_never_runs_backwards_for_an_item(item: DrivenItem) -> None:
    last = await item.updates(*WHOLE_WORK)

    dates = [
        last.created_at,
        last.diagnosis_started_at,
        last.diagnosis_finished_at,
        last.repair_started_at,
        last.repair_finished_at,
    ]
    known = [date for date in dates if date is not None]
    assert known == sorted(known)
    assert len(known) == 5
    assert last.updated_at == known[-1]
    assert timedelta(0) <= last.updated_at - last.created_at < timedelta(minutes=1)


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
