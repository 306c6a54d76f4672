"""Versions of feeds, which only grow."""

import asyncio

import pytest

from activities.mongo.feed_versions import FeedVersions
from tests.activities.databases import Database, Raw

ANA, BAY = "technician-ana", "bay-ana"


@pytest.fixture
def versions(database: Database) -> FeedVersions:
    return FeedVersions(database["feeds"])


async def test_what_was_never_rotated_is_at_its_first_version_and_leaves_nothing(
    versions: FeedVersions, raw: Raw
) -> None:
    assert await versions.of(ANA) == 1
    assert raw("feeds") == []


async def test_a_rotation_leads_to_the_next_version(versions: FeedVersions, raw: Raw) -> None:
    rotated = [await versions.rotate(ANA) for _ in range(3)]

    assert rotated == [2, 3, 4]
    assert await versions.of(ANA) == 4
    assert raw("feeds") == [{"_id": ANA, "version": 4}]


async def test_each_feed_has_a_version_of_its_own(versions: FeedVersions) -> None:
    await versions.rotate(ANA)

    assert await versions.of(BAY) == 1


async def test_of_rotations_at_once_each_has_its_own_version(versions: FeedVersions) -> None:
    rotated = await asyncio.gather(*(versions.rotate(ANA) for _ in range(20)))

    assert sorted(rotated) == list(range(2, 22))
    assert await versions.of(ANA) == 21
