"""A claim goes to the first who makes it, and to no other; one that led nowhere is dropped."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from activities.mongo.claims import SETTLED_AFTER, Claim, Claims
from tests.activities.databases import Database, Raw
from tests.clocks import WRONG, put_wrong

AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)
A_SECOND = timedelta(seconds=1)


async def _seed(database: Database, holder: str, claimed_at: datetime) -> Claim:
    claim = Claim(holder=holder, claimed_at=claimed_at)
    await database["claims"].insert_one({"_id": "b-1", **claim.model_dump()})
    return claim


async def test_the_first_who_claims_a_budget_has_it(claims: Claims) -> None:
    ours = await claims.take("b-1", "e-1")
    theirs = await claims.take("b-1", "e-2")

    assert ours.holder == "e-1"
    assert theirs == ours


async def test_who_holds_a_claim_can_be_looked_up(claims: Claims) -> None:
    before = await claims.held("b-1")
    ours = await claims.take("b-1", "e-1")

    assert before is None
    assert await claims.held("b-1") == ours
    assert await claims.held("b-2") is None


async def test_a_dropped_claim_is_held_by_nobody(claims: Claims) -> None:
    await claims.drop("b-1", await claims.take("b-1", "e-1"))

    assert await claims.held("b-1") is None


async def test_claims_of_two_collections_are_of_different_things(database: Database) -> None:
    budgets, reservations = Claims(database["claims"]), Claims(database["fila_reservas"])

    await budgets.take("1", "e-1")
    reserved = await reservations.take("1", "mechanic")

    assert reserved.holder == "mechanic"
    assert [claim.holder for claim in (await budgets.held("1"), reserved) if claim] == [
        "e-1",
        "mechanic",
    ]


async def test_two_budgets_do_not_get_in_each_others_way(claims: Claims) -> None:
    held = [await claims.take(budget, f"e-{budget}") for budget in ("b-1", "b-2")]

    assert [claim.holder for claim in held] == ["e-b-1", "e-b-2"]


async def test_of_many_who_claim_at_once_exactly_one_has_it(claims: Claims, raw: Raw) -> None:
    answers = await asyncio.gather(*(claims.take("b-1", f"e-{n}") for n in range(20)))

    (document,) = raw("claims")
    assert {claim.holder for claim in answers} == {document["holder"]}


async def test_many_repeats_of_one_claim_all_have_it(claims: Claims, raw: Raw) -> None:
    answers = await asyncio.gather(*(claims.take("b-1", "e-1") for _ in range(20)))

    assert {claim.holder for claim in answers} == {"e-1"}
    assert len(raw("claims")) == 1


async def test_who_claims_again_renews(claims: Claims, database: Database) -> None:
    old = await _seed(database, "e-1", AN_HOUR_AGO)

    renewed = await claims.take("b-1", "e-1")

    assert renewed.claimed_at > old.claimed_at
    assert await claims.take("b-1", "e-2") == renewed


async def test_a_claim_is_settled_when_no_request_can_still_be_behind_it(
    claims: Claims,
) -> None:
    fresh = await claims.take("b-1", "e-1")
    old = Claim(holder="e-1", claimed_at=datetime.now(UTC) - SETTLED_AFTER - A_SECOND)

    assert not await claims.is_settled(fresh)
    assert await claims.is_settled(old)


async def test_a_claim_is_as_old_as_its_last_renewal(claims: Claims) -> None:
    claim = Claim(holder="e-1", claimed_at=datetime.now(UTC) - timedelta(seconds=30))

    assert await claims.is_older_than(claim, timedelta(seconds=29))
    assert not await claims.is_older_than(claim, timedelta(seconds=60))
    assert not await claims.is_settled(claim)


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_claim_is_as_old_as_the_database_says_whatever_our_own_clock_does(
    database: Database, monkeypatch: pytest.MonkeyPatch, wrong: timedelta
) -> None:
    theirs = await Claims(database["claims"]).take("b-1", "e-1")

    put_wrong(lambda _: wrong, monkeypatch.setattr)
    claims = Claims(database["claims"])
    ours = await claims.take("b-2", "e-2")

    assert not await claims.is_settled(theirs)
    assert abs(ours.claimed_at - theirs.claimed_at) < timedelta(minutes=1)


async def test_a_dropped_claim_makes_room(claims: Claims) -> None:
    dropped = await claims.take("b-1", "e-1")

    await claims.drop("b-1", dropped)

    assert (await claims.take("b-1", "e-2")).holder == "e-2"


async def test_dropping_what_is_not_there_is_harmless(claims: Claims, raw: Raw) -> None:
    claim = Claim(holder="e-1", claimed_at=AN_HOUR_AGO)

    await claims.drop("b-1", claim)

    assert raw("claims") == []


async def test_a_claim_that_was_renewed_is_not_dropped(claims: Claims, database: Database) -> None:
    old = await _seed(database, "e-1", AN_HOUR_AGO)
    renewed = await claims.take("b-1", "e-1")

    await claims.drop("b-1", old)

    assert await claims.take("b-1", "e-2") == renewed


async def test_a_claim_of_another_moment_is_another_one(claims: Claims, database: Database) -> None:
    held = await _seed(database, "e-1", AN_HOUR_AGO)
    close = held.model_copy(update={"claimed_at": held.claimed_at + timedelta(milliseconds=1)})

    await claims.drop("b-1", close)

    assert await claims.take("b-1", "e-2") == held


async def test_somebody_elses_claim_is_not_dropped_with_ours(claims: Claims) -> None:
    ours = await claims.take("b-1", "e-1")
    await claims.drop("b-1", ours)
    theirs = await claims.take("b-1", "e-2")

    await claims.drop("b-1", ours)

    assert await claims.take("b-1", "e-3") == theirs


async def test_takers_and_droppers_at_once_never_leave_two_owners(claims: Claims, raw: Raw) -> None:
    holders: set[str] = set()

    async def come_and_go(name: str) -> None:
        for _ in range(5):
            claim = await claims.take("b-1", name)
            if claim.holder != name:
                continue
            holders.add(name)
            assert holders == {name}
            holders.discard(name)
            await claims.drop("b-1", claim)

    await asyncio.gather(*(come_and_go(f"e-{number}") for number in range(6)))

    assert len(raw("claims")) <= 1


async def test_the_time_of_a_claim_is_a_bson_date(claims: Claims, raw: Raw) -> None:
    claim = await claims.take("b-1", "e-1")

    await claims.take("b-1", "e-1")

    (document,) = raw("claims")
    assert isinstance(document["claimedAt"], datetime)
    assert document["claimedAt"] >= claim.claimed_at
