"""Closures are documents under their days, which sort as text."""

import asyncio

import pytest

from activities.mongo.closures import MANUAL, Closure, Closures
from tests.activities.databases import Database, Raw

CHRISTMAS = Closure(date="2026-12-25", name="Natal", source="holidays:BR")
OUTING = Closure(date="2026-12-28", name="Company outing", source=MANUAL)
NEW_YEAR = Closure(date="2027-01-01", name="New year", source=MANUAL)


@pytest.fixture
def closures(database: Database) -> Closures:
    return Closures(database["closures"])


async def test_a_closure_is_a_plain_document_under_its_day(closures: Closures, raw: Raw) -> None:
    await closures.put(CHRISTMAS)

    assert raw("closures") == [{"_id": "2026-12-25", "name": "Natal", "source": "holidays:BR"}]
    assert await closures.of("2026-12-25") == CHRISTMAS


async def test_a_day_that_nobody_has_closed_has_no_closure(closures: Closures) -> None:
    await closures.put(CHRISTMAS)

    assert await closures.of("2026-12-24") is None


async def test_a_day_is_closed_once_and_the_last_word_counts(closures: Closures) -> None:
    again = Closure(date=CHRISTMAS.date, name="Christmas", source=MANUAL)

    new = [await closures.put(each) for each in (CHRISTMAS, again, again)]

    assert new == [True, False, False]
    assert await closures.between(None, None) == [again]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (None, None, [CHRISTMAS, OUTING, NEW_YEAR]),
        ("2026-12-25", "2027-01-01", [CHRISTMAS, OUTING, NEW_YEAR]),
        ("2026-12-26", "2026-12-31", [OUTING]),
        ("2026-12-28", None, [OUTING, NEW_YEAR]),
        (None, "2026-12-28", [CHRISTMAS, OUTING]),
        ("2027-01-01", "2026-12-25", []),
    ],
)
async def test_a_range_has_both_its_ends_and_the_order_of_the_days(
    closures: Closures, first: str | None, last: str | None, found: list[Closure]
) -> None:
    for closure in (NEW_YEAR, CHRISTMAS, OUTING):
        await closures.put(closure)

    assert await closures.between(first, last) == found


async def test_what_is_added_leaves_alone_what_is_there(closures: Closures) -> None:
    mine = Closure(date=CHRISTMAS.date, name="Mine", source=MANUAL)
    await closures.put(mine)

    added = [await closures.add([CHRISTMAS, NEW_YEAR]) for _ in range(2)]

    assert added == [[NEW_YEAR], []]
    assert await closures.between(None, None) == [mine, NEW_YEAR]


async def test_of_imports_at_once_each_day_is_added_by_one(closures: Closures) -> None:
    days = [CHRISTMAS, OUTING, NEW_YEAR]

    added = await asyncio.gather(*(closures.add(days) for _ in range(5)))

    assert sorted(each.date for found in added for each in found) == [each.date for each in days]


async def test_a_day_is_opened_once(closures: Closures) -> None:
    await closures.put(CHRISTMAS)
    await closures.put(OUTING)

    removed = [await closures.remove(CHRISTMAS.date) for _ in range(2)]

    assert removed == [True, False]
    assert await closures.between(None, None) == [OUTING]
