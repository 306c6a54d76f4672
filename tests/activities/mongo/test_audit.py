"""What is missing, old or altered is found and put right; what is further on is left alone."""

from itertools import chain
from typing import Any

import pytest

from activities.mongo.audit import Drift, Record, Stock
from activities.mongo.store import Store
from domain.execution.commands import Cancel, Pause, Resume, Start
from domain.fila.commands import Remove
from domain.fila.state import QueueItem
from tests.activities.audit_run import drift, put_right, record_of
from tests.activities.databases import Database, Raw
from tests.domain.execution.builders import MORNING, story
from tests.domain.fila.builders import DIAGNOSIS, queue_story

RECORD = record_of(*story(Start(), Pause(reason="parts")))
QUEUED = record_of(*queue_story(*DIAGNOSIS))


@pytest.fixture
async def shelved(store: Store) -> None:
    """Both aggregates are in the database as they should be."""
    for record in (RECORD, QUEUED):
        assert record.snapshot is not None
        events, revision = list(record.events.values()), record.snapshot.revision
        await store.append(record.aggregate_id, events, revision)
        await store.save(record.snapshot)


@pytest.mark.usefixtures("shelved")
@pytest.mark.parametrize("record", [RECORD, QUEUED], ids=["execution", "queue item"])
async def test_what_is_as_it_should_be_is_no_finding(stock: Stock, record: Record) -> None:
    found = await drift(stock, record)

    assert found == []


@pytest.mark.parametrize("record", [RECORD, QUEUED], ids=["execution", "queue item"])
async def test_what_was_dropped_is_regrown(stock: Stock, store: Store, record: Record) -> None:
    before = await drift(stock, record)

    await put_right(stock, record)

    assert before == [Drift.SNAPSHOT_MISSING, Drift.HISTORY_MISSING]
    assert record.snapshot is not None
    assert await store.get(type(record.snapshot), record.aggregate_id) == record.snapshot
    entries = await store.history(record.aggregate_id, 0, 10)
    assert [entry.sequence for entry in entries] == [1, 2, 3]
    assert await drift(stock, record) == []


@pytest.mark.usefixtures("shelved")
@pytest.mark.parametrize(
    ("record", "collection", "fields", "expected"),
    [
        (RECORD, "executions", {"revision": 2}, Drift.SNAPSHOT_OLDER),
        (RECORD, "executions", {"status": "COMPLETED"}, Drift.SNAPSHOT_ALTERED),
        (RECORD, "executions", {"version": "three"}, Drift.SNAPSHOT_ALTERED),
        (RECORD, "executions", {"version": None}, Drift.SNAPSHOT_ALTERED),
        (RECORD, "executions", {"revision": 9}, Drift.SNAPSHOT_AHEAD),
        (RECORD, "history", {"command": "guess"}, Drift.HISTORY_ALTERED),
        (QUEUED, "fila_execucao", {"lugar": "0"}, Drift.SNAPSHOT_ALTERED),
        (QUEUED, "fila_execucao", {"revisao": 1}, Drift.SNAPSHOT_OLDER),
        (QUEUED, "history", {"detail": {}}, Drift.HISTORY_ALTERED),
    ],
)
async def test_what_was_altered_by_hand_is_put_right(
    database: Database,
    raw: Raw,
    stock: Stock,
    record: Record,
    collection: str,
    fields: dict[str, Any],
    expected: Drift,
) -> None:
    before = sorted(raw(collection), key=lambda document: str(document["_id"]))
    await database[collection].update_many({}, {"$set": fields})
    found = await drift(stock, record)

    await put_right(stock, record)
    for other in (RECORD, QUEUED):  # both have entries in the history
        await put_right(stock, other)

    assert found == [expected]
    assert sorted(raw(collection), key=lambda document: str(document["_id"])) == before


@pytest.mark.usefixtures("shelved")
async def test_an_entry_under_another_id_gives_way_to_the_right_one(
    database: Database, stock: Stock
) -> None:
    entry = await database["history"].find_one({"_id": f"{RECORD.aggregate_id}:2"})
    assert entry is not None
    await database["history"].delete_one({"_id": entry["_id"]})
    await database["history"].insert_one(entry | {"_id": "by hand"})

    before = await drift(stock, RECORD)
    await put_right(stock, RECORD)

    assert before == [Drift.HISTORY_ALTERED]
    assert await drift(stock, RECORD) == []


@pytest.mark.usefixtures("shelved")
async def test_entries_that_no_record_leads_to_are_removed(stock: Stock, store: Store) -> None:
    record = record_of(*story(Start()))

    found = await drift(stock, record)
    await put_right(stock, record)

    assert found == [Drift.SNAPSHOT_AHEAD, Drift.HISTORY_AHEAD]
    assert [each.sequence for each in await store.history(record.aggregate_id, 0, 9)] == [1, 2]
    assert await drift(stock, record) == []


@pytest.mark.usefixtures("shelved")
async def test_an_entry_that_was_told_anew_since_it_was_found_is_not_removed(
    stock: Stock, store: Store
) -> None:
    record = record_of(*story(Start()))
    *_, ahead = [each async for each in stock.findings(record)]
    state, events = story(Start(), Cancel(reason="not paid"))
    await store.append(record.aggregate_id, events, state.after_reset(MORNING).revision)

    assert ahead.mend is not None
    await ahead.mend()

    *_, last = await store.history(record.aggregate_id, 0, 9)
    assert last.type == "ExecutionCancelled"


@pytest.mark.usefixtures("shelved")
async def test_a_snapshot_that_may_be_further_on_than_the_records_is_no_finding(
    stock: Stock,
) -> None:
    record = record_of(*story(Start()))
    record.reached = record.version = 3

    found = await drift(stock, record)

    assert found == []


@pytest.mark.usefixtures("shelved")
async def test_a_snapshot_that_moved_on_since_it_was_found_is_not_put_back(
    database: Database, stock: Stock, store: Store
) -> None:
    assert RECORD.snapshot is not None
    await database["executions"].update_one({}, {"$set": {"revision": 2}})
    [finding] = [each async for each in stock.findings(RECORD)]
    newer, _ = story(Start(), Pause(reason="parts"), Resume())
    await store.save(newer)

    assert finding.mend is not None
    await finding.mend()

    assert await store.get(type(newer), newer.execution_id) == newer


@pytest.mark.usefixtures("shelved")
@pytest.mark.parametrize(
    ("version", "expected"),
    [(2, Drift.SNAPSHOT_OLDER), (3, Drift.SNAPSHOT_ALTERED), (4, Drift.SNAPSHOT_AHEAD)],
)
async def test_a_snapshot_of_an_earlier_release_is_judged_by_its_version(
    database: Database, stock: Stock, version: int, expected: Drift
) -> None:
    alteration = {"$unset": {"revisao": ""}, "$set": {"versao": version}}
    await database["fila_execucao"].update_one({}, alteration)

    found = await drift(stock, QUEUED)
    await put_right(stock, QUEUED)

    assert found == [expected]
    assert await drift(stock, QUEUED) == []


async def test_a_removed_item_gets_its_tombstone_back(stock: Stock, raw: Raw, store: Store) -> None:
    record = record_of(*queue_story(Remove()))

    await put_right(stock, record)

    [tombstone] = raw("fila_execucao")
    assert tombstone == {
        "_id": record.aggregate_id,
        "status": "REMOVIDA",
        "versao": 2,
        "revisao": 2,
    }
    assert await store.get(QueueItem, record.aggregate_id) is None
    assert await drift(stock, record) == []


async def test_a_gap_that_nothing_can_fill_is_named(stock: Stock) -> None:
    state, events = story(Start(), Pause(reason="parts"))

    found = [each async for each in stock.findings(record_of(state, events[2:]))]

    assert found[-1].drift is Drift.HISTORY_LOST
    assert found[-1].mend is None


async def test_events_that_a_snapshot_has_overtaken_are_not_lost(
    stock: Stock, store: Store
) -> None:
    state, events = story(Start(), Pause(reason="parts"))
    await store.save(state)

    found = await drift(stock, record_of(state, events[:1]))

    assert found == [Drift.HISTORY_MISSING]


async def test_snapshots_are_gone_through_page_by_page(
    stock: Stock, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.mongo.audit.PAGE", 2)
    states = [story(service_order_id=f"os-{number}")[0] for number in range(5)]
    for state in states:
        await store.save(state)

    pages = [page async for page in stock.ids(type(states[0]))]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert list(chain(*pages)) == sorted(state.execution_id for state in states)


@pytest.mark.usefixtures("shelved")
@pytest.mark.parametrize("record", [RECORD, QUEUED], ids=["execution", "queue item"])
async def test_a_mark_of_an_ended_workflow_is_no_finding_and_any_news_take_it_away(
    stock: Stock, store: Store, record: Record
) -> None:
    state = record.snapshot
    assert state is not None
    marked = state.with_ended_workflow(state.updated_at)

    await store.mark(marked)
    await store.mark(state.taken_up().with_ended_workflow(state.updated_at))  # of another revision

    assert await store.get(type(state), record.aggregate_id) == marked
    assert await drift(stock, record) == []
    await store.save(state.taken_up())
    assert await store.get(type(state), record.aggregate_id) == state.taken_up()
