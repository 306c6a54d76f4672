"""The rules of the queue that need the engine and the database together."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from activities.mongo.store import Store
from api.errors import Unavailable
from api.fila.service import Fila
from domain.fila.commands import LinkExecution, Prioritize, RecordApproval, Remove
from domain.fila.errors import InvalidQueueTransition, QueueItemNotFound
from domain.fila.state import NewQueueItem, QueueItem
from domain.fila.vocabulary import Priority
from tests.activities.databases import Database
from tests.api.fila.fila import FINISHED
from tests.api.temporal_fake import QueueEngine
from workflows.contract import Origin

ORIGIN = Origin()
LINK = LinkExecution(execution_id="e-1")


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.fila.service.ENDING_PAUSE", 0.001)
    monkeypatch.setattr("api.aggregates.reopening.PAUSE", 0.001)


@pytest.fixture
async def waiting(workshop: Fila) -> str:
    """The id of order 7's item, which waits."""
    entry, _ = await workshop.add(NewQueueItem(service_order_id=7), ORIGIN)
    return entry.queue_item_id


@pytest.fixture
async def finished(items: QueueEngine, waiting: str) -> str:
    """The id of order 7's item, whose workflow has ended."""
    await items.drive(waiting, *FINISHED)
    return waiting


async def _reserve(database: Database, item: QueueItem, ago: timedelta) -> None:
    """Has another request take the item up, and not come back."""
    what = f"{item.queue_item_id}:retomada:{item.revision}"
    at = datetime.now(UTC) - ago
    await database["fila_reservas"].insert_one({"_id": what, "holder": "other", "claimedAt": at})


def test_an_id_leads_to_the_workflow_of_its_order(workshop: Fila) -> None:
    assert workshop.aggregates.workflow_id("00000000000a0123456789ab") == "fila-10"
    assert workshop.aggregates.workflow_id("ffffffffffff0123456789ab") == "fila-281474976710655"


@pytest.mark.parametrize("malformed", ["", "7", "fila-7", "0" * 23, "0" * 25, "G" * 24])
def test_what_is_no_id_leads_nowhere(workshop: Fila, malformed: str) -> None:
    with pytest.raises(QueueItemNotFound, match="Item da fila não encontrado"):
        workshop.aggregates.workflow_id(malformed)


async def test_the_item_of_an_order_is_known_before_it_can_be_read(
    workshop: Fila, items: QueueEngine
) -> None:
    items.hold_deliveries()
    entry, _ = await workshop.add(NewQueueItem(service_order_id=7), ORIGIN)

    assert await workshop.id_of(7) == entry.queue_item_id


@pytest.mark.parametrize("forgotten", [False, True])
async def test_the_item_of_an_order_is_known_after_its_workflow_has_ended(
    workshop: Fila, items: QueueEngine, finished: str, forgotten: bool
) -> None:
    if forgotten:
        items.forget(finished)

    assert await workshop.id_of(7) == finished


@pytest.mark.parametrize("lingers", [False, True])
async def test_an_item_that_was_removed_is_nobodys(
    workshop: Fila, items: QueueEngine, waiting: str, lingers: bool
) -> None:
    items.lingers = lingers
    await workshop.execute(waiting, Remove(), ORIGIN)

    assert await workshop.id_of(7) is None


async def test_an_order_that_never_was_in_the_queue_has_no_item(workshop: Fila) -> None:
    assert await workshop.id_of(7) is None
    with pytest.raises(QueueItemNotFound):
        await workshop.of_service_order(7)
    with pytest.raises(QueueItemNotFound):
        await workshop.execute_for_order(7, LINK, ORIGIN)


@pytest.mark.parametrize("forgotten", [False, True])
async def test_a_finished_item_is_reopened_for_those_who_know_the_order_alone(
    workshop: Fila, items: QueueEngine, finished: str, forgotten: bool
) -> None:
    before = items.states[finished]
    if forgotten:
        items.forget(finished)

    answer = await workshop.execute_for_order(7, LINK, ORIGIN)

    assert answer.state.model_dump() == {
        **before.model_dump(),
        "execucao_id": "e-1",
        "versao": before.version + 1,
        "dta_atualizacao": answer.state.updated_at,
    }


async def test_a_finished_item_refuses_what_it_cannot_do_without_being_reopened(
    workshop: Fila, items: QueueEngine, finished: str
) -> None:
    with pytest.raises(InvalidQueueTransition):
        await workshop.execute(finished, Prioritize(priority=Priority.HIGH), ORIGIN)
    with pytest.raises(InvalidQueueTransition):
        await workshop.execute_for_order(7, RecordApproval(), ORIGIN)

    assert items.calls["reopen"] == 0


async def test_a_repeat_on_a_finished_item_is_harmless_and_takes_nothing_up(
    workshop: Fila, items: QueueEngine, finished: str
) -> None:
    first = await workshop.execute_for_order(7, LINK, ORIGIN)

    again = await workshop.execute_for_order(7, LINK, ORIGIN)

    assert (again.state, items.calls["reopen"]) == (first.state, 1)


async def test_those_who_take_an_item_up_at_once_undo_nothing_of_each_other(
    workshop: Fila, store: Store, finished: str
) -> None:
    links = (LinkExecution(execution_id=f"e-{number}") for number in range(5))

    await asyncio.gather(*(workshop.execute_for_order(7, link, ORIGIN) for link in links))
    await workshop.execute(finished, Remove(), ORIGIN)

    history = await store.history(finished, 0, 100)
    assert [entry.sequence for entry in history] == list(range(1, 12))
    linked = {entry.detail["executionId"] for entry in history[5:10]}
    assert linked == {"e-0", "e-1", "e-2", "e-3", "e-4"}
    assert await store.get(QueueItem, finished) is None


async def test_an_item_that_another_request_is_taking_up_is_left_to_it(
    workshop: Fila, items: QueueEngine, database: Database, finished: str
) -> None:
    await _reserve(database, items.states[finished], timedelta())

    with pytest.raises(Unavailable):
        await workshop.execute(finished, Remove(), ORIGIN)

    assert items.states[finished].status == "FINALIZADA"


async def test_an_item_whose_taking_up_never_came_about_is_free_again(
    workshop: Fila, items: QueueEngine, database: Database, finished: str
) -> None:
    await _reserve(database, items.states[finished], timedelta(seconds=11))

    answer = await workshop.execute(finished, Remove(), ORIGIN)

    assert answer.state.status == "REMOVIDA"


@pytest.mark.usefixtures("blind")
async def test_what_was_added_and_cannot_be_found_anywhere_is_not_shown(
    workshop: Fila, items: QueueEngine, waiting: str
) -> None:
    added = items.states[waiting]
    items.forget(waiting)

    with pytest.raises(Unavailable):
        await workshop.aggregates.created(waiting, lambda _: added)


async def test_a_signal_to_a_finished_item_takes_it_up_too(
    workshop: Fila, items: QueueEngine, finished: str
) -> None:
    await workshop.aggregates.signal(finished, Remove(), ORIGIN)

    assert items.states[finished].status == "REMOVIDA"
