"""The first approval of a service order counts, whether or not the order is in the queue yet."""

import asyncio
from datetime import datetime, timedelta

import pytest

from activities.mongo.approvals import Approval, Approvals
from tests.activities.databases import Database, Raw
from tests.domain.execution.builders import MORNING

FIRST = Approval(approved_at=MORNING, budget_id="b-1")
SECOND = Approval(approved_at=MORNING + timedelta(hours=1), budget_id="b-2")


@pytest.fixture
def approvals(database: Database) -> Approvals:
    return Approvals(database["aprovacoes"])


async def test_what_was_never_approved_is_not_known(approvals: Approvals) -> None:
    await approvals.record(1, FIRST)

    assert await approvals.of(2) is None


async def test_an_approval_is_kept_for_its_order(approvals: Approvals) -> None:
    await approvals.record(1, FIRST)
    await approvals.record(2, SECOND)

    assert [await approvals.of(number) for number in (1, 2)] == [FIRST, SECOND]


async def test_a_later_approval_changes_nothing(approvals: Approvals, raw: Raw) -> None:
    for approval in (FIRST, SECOND, FIRST):
        await approvals.record(1, approval)

    assert await approvals.of(1) == FIRST
    assert len(raw("aprovacoes")) == 1


async def test_of_many_that_come_at_once_one_is_kept(approvals: Approvals, raw: Raw) -> None:
    many = [Approval(approved_at=MORNING, budget_id=f"b-{number}") for number in range(10)]

    await asyncio.gather(*(approvals.record(1, approval) for approval in many))

    assert await approvals.of(1) in many
    assert len(raw("aprovacoes")) == 1


async def test_the_largest_number_that_an_order_can_have_fits(approvals: Approvals) -> None:
    await approvals.record(2**48 - 1, FIRST)

    assert await approvals.of(2**48 - 1) == FIRST


async def test_the_time_of_an_approval_is_a_bson_date(approvals: Approvals, raw: Raw) -> None:
    await approvals.record(1, FIRST)

    (document,) = raw("aprovacoes")
    assert isinstance(document["approvedAt"], datetime)
    assert document["approvedAt"] == MORNING
