"""A reservation keeps others away for a moment, and never stands in anybody's way for long."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from activities.mongo.claims import Claim
from activities.mongo.reservations import Reservations
from tests.activities.databases import Database, Raw

ITEM = "0000000000290a1b2c3d4e5f:1"


@pytest.fixture
def reservations(database: Database) -> Reservations:
    return Reservations(database["fila_reservas"])


async def _seed(database: Database, holder: str, age: timedelta) -> None:
    claim = Claim(holder=holder, claimed_at=datetime.now(UTC) - age)
    await database["fila_reservas"].insert_one({"_id": ITEM, **claim.model_dump()})


async def test_the_first_who_reserves_has_it_and_nobody_else(reservations: Reservations) -> None:
    got = [await reservations.reserve(ITEM, who) for who in ("ana", "rui", "ana", "rui")]

    assert got == [True, False, True, False]


async def test_of_many_who_reserve_at_once_exactly_one_has_it(reservations: Reservations) -> None:
    got = await asyncio.gather(*(reservations.reserve(ITEM, f"m-{n}") for n in range(20)))

    assert sorted(got) == [False] * 19 + [True]


async def test_what_is_released_is_free_again(reservations: Reservations) -> None:
    await reservations.reserve(ITEM, "ana")

    await reservations.release(ITEM, "ana")

    assert await reservations.reserve(ITEM, "rui")


async def test_nobody_releases_what_somebody_else_has(reservations: Reservations) -> None:
    await reservations.reserve(ITEM, "ana")

    await reservations.release(ITEM, "rui")

    assert not await reservations.reserve(ITEM, "rui")


async def test_releasing_what_nobody_has_is_harmless(reservations: Reservations, raw: Raw) -> None:
    await reservations.release(ITEM, "ana")

    assert raw("fila_reservas") == []


async def test_a_holder_who_never_came_back_is_given_up(
    reservations: Reservations, database: Database
) -> None:
    await _seed(database, "ana", timedelta(seconds=11))

    first, second = [await reservations.reserve(ITEM, "rui") for _ in range(2)]

    # The first try makes room; whoever then comes first has it.
    assert (first, second) == (False, True)


async def test_a_holder_who_may_still_be_at_work_is_not_given_up(
    reservations: Reservations, database: Database
) -> None:
    await _seed(database, "ana", timedelta(seconds=8))

    got = [await reservations.reserve(ITEM, "rui") for _ in range(2)]

    assert got == [False, False]
    assert await reservations.reserve(ITEM, "ana")


async def test_who_reserves_again_has_it_for_longer(
    reservations: Reservations, database: Database
) -> None:
    await _seed(database, "ana", timedelta(seconds=60))

    renewed = await reservations.reserve(ITEM, "ana")

    assert renewed
    assert not await reservations.reserve(ITEM, "rui")
    assert not await reservations.reserve(ITEM, "rui")
