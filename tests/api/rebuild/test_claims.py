"""Claims, keys and approvals that follow from an aggregate are made again, and no others."""

from datetime import UTC, datetime, timedelta

import pytest

from activities.mongo.audit import DiscrepancyKind, KeyClaim, Record
from activities.mongo.claims import KEYS_KEPT, Claims, budget_claim
from api.rebuild.claims import ClaimsAudit
from domain.fila.commands import RecordApproval
from tests.activities.databases import Database, in_memory
from tests.domain.execution.builders import story
from tests.domain.fila.builders import queue_story
from workflows.contract import Door

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def database() -> Database:
    return in_memory()


@pytest.fixture
def audit(database: Database) -> ClaimsAudit:
    return ClaimsAudit(database)


def of_execution(opened: datetime | None = None) -> Record:
    state, _ = story(budget_id="b-1")
    claim = KeyClaim("create::key-1", opened) if opened else None
    return Record(state.execution_id, snapshot=state, key_claim=claim)


def of_item(via: Door) -> Record:
    state, events = queue_story(RecordApproval(budget_id="b-1"))
    told = [event.model_copy(update={"via": via}) for event in events]
    return Record(
        state.queue_item_id,
        snapshot=state,
        events={event.metadata.sequence: event for event in told},
    )


async def drift(audit: ClaimsAudit, record: Record) -> list[DiscrepancyKind]:
    return [finding.kind async for finding in audit.discrepancies(record)]


async def put_right(audit: ClaimsAudit, record: Record) -> None:
    async for finding in audit.discrepancies(record):
        assert finding.repair is not None
        await finding.repair()


async def test_budget_and_key_are_claimed_for_their_execution(
    audit: ClaimsAudit, database: Database
) -> None:
    record = of_execution(opened=datetime.now(UTC))

    before = await drift(audit, record)
    await put_right(audit, record)

    assert before == [DiscrepancyKind.KEY_UNCLAIMED, DiscrepancyKind.BUDGET_UNCLAIMED]
    for collection, what in (("claims", budget_claim("b-1")), ("keys", "create::key-1")):
        claim = await Claims(database[collection]).held(what)
        assert claim is not None
        assert claim.holder == record.aggregate_id
    assert await drift(audit, record) == []


async def test_a_key_that_would_be_forgotten_by_now_is_not_missed(audit: ClaimsAudit) -> None:
    record = of_execution(opened=datetime.now(UTC) - KEYS_KEPT - A_MINUTE)

    found = await drift(audit, record)

    assert found == [DiscrepancyKind.BUDGET_UNCLAIMED]


async def test_a_start_that_never_became_an_aggregate_claims_nothing(audit: ClaimsAudit) -> None:
    record = of_execution(opened=datetime.now(UTC))
    record.snapshot = None

    found = await drift(audit, record)

    assert found == []


async def test_an_approval_from_the_bus_holds_for_the_order_again(
    audit: ClaimsAudit, database: Database
) -> None:
    record = of_item(via=Door.QUEUE)

    before = await drift(audit, record)
    await put_right(audit, record)

    assert before == [DiscrepancyKind.APPROVAL_MISSING]
    assert await drift(audit, record) == []
    approval = await database["aprovacoes"].find_one({"_id": 1})
    assert approval is not None
    assert approval["budgetId"] == "b-1"


async def test_an_approval_that_was_signalled_to_the_item_holds_for_it_alone(
    audit: ClaimsAudit,
) -> None:
    found = await drift(audit, of_item(via=Door.SIGNAL))

    assert found == []
