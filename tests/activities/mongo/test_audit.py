"""Missing, old or altered documents are found and repaired; what is further on is left alone."""

from itertools import chain
from typing import Any

import pytest

from activities.mongo.audit import Audit, DiscrepancyKind, Record
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
async def test_what_is_as_it_should_be_is_no_finding(audit: Audit, record: Record) -> None:
    found = await drift(audit, record)

    assert found == []


@pytest.mark.parametrize("record", [RECORD, QUEUED], ids=["execution", "queue item"])
async def test_what_was_dropped_is_regrown(audit: Audit, store: Store, record: Record) -> None:
    before = await drift(audit, record)

    await put_right(audit, record)

    assert before == [DiscrepancyKind.SNAPSHOT_MISSING, DiscrepancyKind.HISTORY_MISSING]
    assert record.snapshot is not None
    assert await store.get(type(record.snapshot), record.aggregate_id) == record.snapshot
    entries = await store.history(record.aggregate_id, 0, 10)
    assert [entry.sequence for entry in entries] == [1, 2, 3]
    assert await drift(audit, record) == []


@pytest.mark.usefixtures("shelved")
@pytest.mark.parametrize(
    ("record", "collection", "fields", "expected"),
    [
        (RECORD, "executions", {"revision": 2}, DiscrepancyKind.SNAPSHOT_OLDER),
        (RECORD, "executions", {"status": "COMPLETED"}, DiscrepancyKind.SNAPSHOT_ALTERED),
        (RECORD, "executions", {"version": "three"}, DiscrepancyKind.SNAPSHOT_ALTERED),
        (RECORD, "executions", {"version": None}, DiscrepancyKind.SNAPSHOT_ALTERED),
        (RECORD, "executions", {"revision": 9}, DiscrepancyKind.SNAPSHOT_AHEAD),
        (RECORD, "history", {"command": "guess"}, DiscrepancyKind.HISTORY_ALTERED),
        (QUEUED, "fila_execucao", {"lugar": "0"}, DiscrepancyKind.SNAPSHOT_ALTERED),
        (QUEUED, "fila_execucao", {"revisao": 1}, DiscrepancyKind.SNAPSHOT_OLDER),
        (QUEUED, "history", {"detail": {}}, DiscrepancyKind.HISTORY_ALTERED),
    ],
)
async def test_what_was_altered_by_hand_is_put_right(
    database: Database,
    raw: Raw,
    audit: Audit,
    record: Record,
    collection: str,
    fields: dict[str, Any],
    expected: DiscrepancyKind,
) -> None:
    before = sorted(raw(collection), key=lambda document: str(document["_id"]))
    await database[collection].update_many({}, {"$set": fields})
    found = await drift(audit, record)

    await put_right(audit, record)
    for other in (RECORD, QUEUED):  # both have entries in the history
        await put_right(audit, other)

    assert found == [expected]
    assert sorted(raw(collection), key=lambda document: str(document["_id"])) == before


@pytest.mark.usefixtures("shelved")
async def test_an_entry_under_another_id_gives_way_to_the_right_one(
    database: Database, audit: Audit
) -> None:
    entry = await database["history"].find_one({"_id": f"{RECORD.aggregate_id}:2"})
    assert entry is not None
    await database["history"].delete_one({"_id": entry["_id"]})
    await database["history"].insert_one(entry | {"_id": "by hand"})

    before = await drift(audit, RECORD)
    await put_right(audit, RECORD)

    assert before == [DiscrepancyKind.HISTORY_ALTERED]
    assert await drift(audit, RECORD) == []


@pytest.mark.usefixtures("shelved")
async def test_entries_that_no_record_leads_to_are_removed(audit: Audit, store: Store) -> None:
    record = record_of(*story(Start()))

    found = await drift(audit, record)
    await put_right(audit, record)

    assert found == [DiscrepancyKind.SNAPSHOT_AHEAD, DiscrepancyKind.HISTORY_AHEAD]
    assert [each.sequence for each in await store.history(record.aggregate_id, 0, 9)] == [1, 2]
    assert await drift(audit, record) == []


@pytest.mark.usefixtures("shelved")
async def test_an_entry_that_was_told_anew_since_it_was_found_is_not_removed(
    audit: Audit, store: Store
) -> None:
    record = record_of(*story(Start()))
    *_, ahead = [each async for each in audit.discrepancies(record)]
    state, events = story(Start(), Cancel(reason="not paid"))
    await store.append(record.aggregate_id, events, state.after_reset(MORNING).revision)

    assert ahead.repair is not None
    await ahead.repair()

    *_, last = await store.history(record.aggregate_id, 0, 9)
    assert last.type == "ExecutionCancelled"


@pytest.mark.usefixtures("shelved")
async def test_a_snapshot_that_may_be_further_on_than_the_records_is_no_finding(
    audit: Audit,
) -> None:
    record = record_of(*story(Start()))
    record.reached = record.version = 3

    found = await drift(audit, record)

    assert found == []


@pytest.mark.usefixtures("shelved")
async def test_a_snapshot_that_moved_on_since_it_was_found_is_not_put_back(
    database: Database, audit: Audit, store: Store
) -> None:
    assert RECORD.snapshot is not None
    await database["executions"].update_one({}, {"$set": {"revision": 2}})
    [finding] = [each async for each in audit.discrepancies(RECORD)]
    newer, _ = story(Start(), Pause(reason="parts"), Resume())
    await store.save(newer)

    assert finding.repair is not None
    await finding.repair()

    assert await store.get(type(newer), newer.execution_id) == newer


@pytest.mark.usefixtures("shelved")
@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (2, DiscrepancyKind.SNAPSHOT_OLDER),
        (3, DiscrepancyKind.SNAPSHOT_ALTERED),
        (4, DiscrepancyKind.SNAPSHOT_AHEAD),
    ],
)
async def test_a_snapshot_of_an_earlier_release_is_judged_by_its_version(
    database: Database, audit: Audit, version: int, expected: DiscrepancyKind
) -> None:
    alteration = {"$unset": {"revisao": ""}, "$set": {"versao": version}}
    await database["fila_execucao"].update_one({}, alteration)

    found = await drift(audit, QUEUED)
    await put_right(audit, QUEUED)

    assert found == [expected]
    assert await drift(audit, QUEUED) == []


async def test_a_removed_item_gets_its_tombstone_back(audit: Audit, raw: Raw, store: Store) -> None:
    record = record_of(*queue_story(Remove()))

    await put_right(audit, record)

    [tombstone] = raw("fila_execucao")
    assert tombstone == {
        "_id": record.aggregate_id,
        "status": "REMOVIDA",
        "versao": 2,
        "revisao": 2,
    }
    assert await store.get(QueueItem, record.aggregate_id) is None
    assert await drift(audit, record) == []


async def test_a_gap_that_nothing_can_fill_is_named(audit: Audit) -> None:
    state, events = story(Start(), Pause(reason="parts"))

    found = [each async for each in audit.discrepancies(record_of(state, events[2:]))]

    assert found[-1].kind is DiscrepancyKind.HISTORY_LOST
    assert found[-1].repair is None


async def test_events_that_a_snapshot_has_overtaken_are_not_lost(
    audit: Audit, store: Store
) -> None:
    state, events = story(Start(), Pause(reason="parts"))
    await store.save(state)

    found = await drift(audit, record_of(state, events[:1]))

    assert found == [DiscrepancyKind.HISTORY_MISSING]


async def test_snapshots_are_gone_through_page_by_page(
    audit: Audit, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.mongo.audit.PAGE", 2)
    states = [story(service_order_id=f"os-{number}")[0] for number in range(5)]
    for state in states:
        await store.save(state)

    pages = [page async for page in audit.ids(type(states[0]))]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert list(chain(*pages)) == sorted(state.execution_id for state in states)


@pytest.mark.usefixtures("shelved")
@pytest.mark.parametrize("record", [RECORD, QUEUED], ids=["execution", "queue item"])
async def test_a_mark_of_an_ended_workflow_is_no_finding_and_any_news_take_it_away(
    audit: Audit, store: Store, record: Record
) -> None:
    state = record.snapshot
    assert state is not None
    marked = state.with_ended_workflow("ended", state.updated_at)

    await store.mark(marked)
    await store.mark(
        state.reopened().with_ended_workflow("ended", state.updated_at)
    )  # of another revision

    assert await store.get(type(state), record.aggregate_id) == marked
    assert await drift(audit, record) == []
    await store.save(state.reopened())
    assert await store.get(type(state), record.aggregate_id) == state.reopened()
