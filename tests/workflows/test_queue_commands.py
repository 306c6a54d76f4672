"""Commands of a mechanic, an office or an operator, and their effects on an item of the queue."""

from datetime import timedelta

import pytest

from domain.fila.commands import Prioritize, StartDiagnosis, StartRepair
from domain.fila.vocabulary import Priority
from tests.workflows.delivery_fake import Outside
from tests.workflows.fila_steps import DIAGNOSIS, WHOLE_WORK, Send, send
from tests.workflows.workflow_driver import DrivenItem
from workflows.contract import Door, Origin


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
