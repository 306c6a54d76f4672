"""A queue item as operators see it in Temporal, and what they may do to it there."""

import pytest

from domain.fila.commands import Remove, StartDiagnosis
from domain.fila.lifecycle import QueueStatus
from tests.conftest import eventually
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.fila_steps import DIAGNOSIS, NOTIFYING, REPAIR, WAY_TO, WHOLE_WORK
from tests.workflows.workflow_driver import DrivenItem
from tests.workflows.workshop import Workshop
from workflows.contract import RETRY_DELIVERY, SERVICE_STATUS, Origin

BEGIN = StartDiagnosis(mechanic_id=7)
STATUS_OF = {
    "waiting for the diagnosis": "AGUARDANDO",
    "in diagnosis": "EM_DIAGNOSTICO",
    "waiting for the repair": "AGUARDANDO",
    "in repair": "EM_REPARO",
    "finished": "FINALIZADA",
}


@pytest.mark.parametrize("stand", list(WAY_TO))
async def test_the_list_can_be_filtered_by_status(item: DrivenItem, stand: str) -> None:
    for command in WAY_TO[stand]:
        await item.update(command)

    described = await item.settled() if stand != "finished" else await item.describe()

    assert described.typed_search_attributes.get(SERVICE_STATUS) == STATUS_OF[stand]


async def test_a_removed_item_is_marked_so_from_the_first_moment(
    item: DrivenItem, outside: Outside
) -> None:
    outside.hold()
    await item.update(Remove())

    described = await item.describe()
    outside.release()

    assert described.typed_search_attributes.get(SERVICE_STATUS) == "REMOVIDA"
    await item.handle.result()


async def test_the_memo_names_the_item_and_the_request_without_a_worker(
    unmanned: Workshop,
) -> None:
    item = await unmanned.add()

    described = await item.describe()

    assert await described.memo() == {"correlationId": "corr-1", "queueItemId": item.id}
    order = item.workflow_id.removeprefix("fila-")
    assert await described.static_summary() == f"Service order {order}"
    assert described.workflow_type == "QueueItem"


async def test_one_started_by_hand_gets_its_status_and_its_correlation_too(
    workshop: Workshop,
) -> None:
    entry = workshop.entry(origin=Origin())
    item = workshop.item(entry)

    await workshop.client.start_workflow(
        "QueueItem",
        {"ordem_servico_id": entry.service_order_id, "queue_item_id": entry.queue_item_id},
        id=item.workflow_id,
        task_queue=workshop.task_queue,
    )
    await item.settled()

    described = await item.describe()
    [added] = await item.recent()
    assert described.typed_search_attributes.get(SERVICE_STATUS) == "AGUARDANDO"
    assert added.metadata.correlation_id == item.workflow_id


async def test_the_handlers_have_the_names_that_others_call_them_by(item: DrivenItem) -> None:
    definition = (await item.metadata()).definition

    assert {each.name for each in definition.update_definitions} == {
        *("iniciar-diagnostico", "finalizar-diagnostico", "iniciar-reparo", "finalizar-reparo"),
        *("prioridade", "remover", "orcamento-aprovado", "vincular-execucao"),
        *("aprovacao-retirada", "pedido-cancelado"),
        RETRY_DELIVERY,
    }
    assert {each.name for each in definition.query_definitions} >= {"snapshot", "history"}


async def test_the_current_details_tell_how_it_stands(
    item: DrivenItem, orders: OrdersOffice
) -> None:
    orders.hold()
    await item.updates(*DIAGNOSIS)
    await item.settled(but=NOTIFYING)

    during = (await item.metadata()).current_details
    orders.release()
    await item.settled()
    afterwards = (await item.metadata()).current_details

    order = item.workflow_id.removeprefix("fila-")
    assert during == (
        "**AGUARDANDO_APROVACAO**, version 3\n\n"
        f"- service order: {order}\n"
        "- priority: NORMAL\n"
        "- mechanic: 7\n"
        "- OS service has yet to hear: EM_DIAGNOSTICO, AGUARDANDO_APROVACAO\n"
    )
    assert afterwards.endswith("- OS service has yet to hear: nothing\n")


async def test_the_current_details_tell_the_failure(
    item: DrivenItem, orders: OrdersOffice, quick: None
) -> None:
    orders.fail(RuntimeError("the OS service is down"))
    await item.updates(BEGIN)
    await eventually(lambda: item.shown[-1].notices.failure)

    details = (await item.metadata()).current_details

    assert "has yet to hear: EM_DIAGNOSTICO (the OS service is down)" in details


async def test_summaries_tell_what_each_activity_is_about(item: DrivenItem) -> None:
    await item.updates(BEGIN)
    await item.settled()

    told = await item.summaries()

    order = item.workflow_id.removeprefix("fila-")
    assert told[0] == "v1 AGUARDANDO: QueueItemAdded"
    assert sorted(told[1:3]) == [
        f"OS {order}: EM_DIAGNOSTICO",
        "v2 EM_DIAGNOSTICO: DiagnosisStarted",
    ]
    assert told[3:] == ["v2 EM_DIAGNOSTICO: notes"]


async def test_a_workflow_can_be_asked_for_its_state_and_its_events(item: DrivenItem) -> None:
    last = await item.updates(*DIAGNOSIS, REPAIR[0])
    await item.settled()

    state, recent = await item.snapshot(), await item.recent()

    assert (state.version, state.status) == (last.version, "EM_REPARO")
    assert state.model_dump(mode="json")["fila_id"] == item.id
    assert [event.metadata.sequence for event in recent] == [1, 2, 3, 4]
    assert [event.type for event in recent] == [
        "QueueItemAdded",
        "DiagnosisStarted",
        "DiagnosisFinished",
        "RepairStarted",
    ]


async def test_a_finished_item_whose_notices_are_pending_is_removed_by_a_cancellation(
    item: DrivenItem, orders: OrdersOffice
) -> None:
    orders.hold()
    await item.updates(*WHOLE_WORK)

    await item.handle.cancel()

    assert (await item.handle.result()).status is QueueStatus.REMOVED
    orders.release()
