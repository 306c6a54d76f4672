"""Corrections of the stand-in for MongoDB over the wire, where `nx-27017` alone is wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pymongo import ASCENDING, DESCENDING, IndexModel, MongoClient
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from tests.activities.databases import mongo_wire

Document = dict[str, Any]
Bays = Collection[Document]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STEP = timedelta(milliseconds=300)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoClient[Document]]:
    with (
        mongo_wire(tmp_path_factory.mktemp("mongo")) as uri,
        MongoClient[Document](uri, tz_aware=True) as client,
    ):
        yield client


@pytest.fixture
def bays(client: MongoClient[Document]) -> Bays:
    """Six documents, one every 300 milliseconds."""
    bays = client[f"test-{uuid4().hex}"]["bays"]
    bays.insert_many(
        [
            {
                "_id": f"bay-{number}",
                "floor": number % 2,
                "lift": number % 3,
                "at": NOON + number * STEP,
                "tools": ["wrench", f"Jack-{number}"],
                "tasks": [{"note": f"Oil {number}"}, {"note": "Brakes"}],
                "is_free": number % 2 == 0,
            }
            for number in range(6)
        ]
    )
    return bays


def _found(bays: Bays, wanted: Document) -> list[int]:
    found = [int(each["_id"].removeprefix("bay-")) for each in bays.find(wanted)]
    counted = bays.database.command("count", "bays", query=wanted)["n"]
    assert counted == len(found)
    return sorted(found)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"$gt": NOON + 2 * STEP}, [3, 4, 5]),
        ({"$gte": NOON + 2 * STEP}, [2, 3, 4, 5]),
        ({"$lt": NOON + 2 * STEP}, [0, 1]),
        ({"$lte": NOON + 2 * STEP, "$gt": NOON}, [1, 2]),
        (NOON + 2 * STEP, [2]),
        ({"$in": [NOON + STEP, NOON]}, [0, 1]),
        ({"$ne": NOON}, [1, 2, 3, 4, 5]),
    ],
    ids=str,
)
@pytest.mark.parametrize("indexed", [False, True], ids=["plain", "indexed"])
def test_dates_are_compared_to_the_millisecond(
    bays: Bays, asked: object, found: list[int], indexed: bool
) -> None:
    if indexed:
        bays.create_index("at")

    assert _found(bays, {"at": asked}) == found


def test_a_range_of_one_kind_finds_no_other(bays: Bays) -> None:
    bays.insert_one({"_id": "bay-6", "at": "zzz", "floor": "zzz"})

    assert _found(bays, {"at": {"$gt": NOON + 4 * STEP}}) == [5]
    assert _found(bays, {"at": {"$gt": ""}}) == [6]
    assert _found(bays, {"floor": {"$gte": 1}}) == [1, 3, 5]


def test_a_truth_is_no_number(bays: Bays) -> None:
    assert _found(bays, {"is_free": 1}) == []
    assert _found(bays, {"floor": True}) == []
    assert _found(bays, {"is_free": True}) == [0, 2, 4]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"floor": 0, "$or": [{"lift": 1}, {"at": NOON}]}, [0, 4]),
        ({"$or": [{"lift": 1}, {"lift": 2}], "at": {"$gt": NOON + 2 * STEP}}, [4, 5]),
        (
            {"$and": [{"$or": [{"floor": 0}, {"lift": 0}]}, {"at": {"$gte": NOON + STEP}}]},
            [2, 3, 4],
        ),
        ({"$nor": [{"floor": 0}, {"lift": 0}]}, [1, 5]),
    ],
    ids=str,
)
def test_an_or_keeps_its_brackets_beside_other_conditions(
    bays: Bays, wanted: Document, found: list[int]
) -> None:
    assert _found(bays, wanted) == found


def test_a_delete_or_an_update_means_the_same_as_a_search(bays: Bays) -> None:
    wanted = {"floor": 0, "$or": [{"lift": 1}, {"at": {"$lt": NOON + STEP}}]}

    bays.update_many(wanted, {"$set": {"seen": True}})
    seen = _found(bays, {"seen": True})
    bays.delete_many(wanted)

    assert seen == [0, 4]
    assert _found(bays, {}) == [1, 2, 3, 5]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"tools": {"$regex": "jack-1", "$options": "i"}}, [1]),
        ({"tasks.note": {"$regex": "OIL 2", "$options": "i"}}, [2]),
        ({"tasks": {"$elemMatch": {"note": {"$regex": "^Oil [34]"}}}}, [3, 4]),
        ({"tools": {"$gt": "w"}, "floor": 1}, [1, 3, 5]),
        ({"tasks.note": "Oil 5"}, [5]),
    ],
    ids=str,
)
def test_a_list_is_found_by_any_of_its_elements(
    bays: Bays, wanted: Document, found: list[int]
) -> None:
    assert _found(bays, wanted) == found


def test_an_update_keeps_a_date_a_date(bays: Bays) -> None:
    bays.update_one({"_id": "bay-0"}, {"$set": {"at": NOON + STEP, "last.at": NOON}})

    kept = bays.find_one({"_id": "bay-0"})
    assert kept is not None
    assert (kept["at"], kept["last"]) == (NOON + STEP, {"at": NOON})
    assert _found(bays, {"at": NOON + STEP}) == [0, 1]


def test_an_update_keeps_a_truth_a_truth(bays: Bays) -> None:
    bays.update_one({"_id": "bay-0"}, {"$set": {"is_free": False}})

    kept = bays.find_one({"_id": "bay-0"})
    assert kept is not None
    assert kept["is_free"] is False


def test_the_id_may_be_a_further_key_of_an_index(bays: Bays) -> None:
    bays.create_indexes(
        [
            IndexModel([("floor", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("_id", 1), ("at", 1)]),
        ]
    )
    bays.insert_one({"_id": "bay-7", "floor": 1})

    found = bays.find({"floor": 1}).sort([("floor", ASCENDING), ("_id", DESCENDING)])
    assert [each["_id"] for each in found] == ["bay-7", "bay-5", "bay-3", "bay-1"]


def test_an_index_with_the_id_may_be_unique(bays: Bays) -> None:
    bays.create_index([("tools", ASCENDING), ("_id", ASCENDING)], unique=True)

    with pytest.raises(DuplicateKeyError):
        bays.insert_one({"_id": "bay-0", "tools": []})


def test_groups_are_told_apart_by_all_of_their_key(bays: Bays) -> None:
    group = {"$group": {"_id": {"floor": "$floor", "free": "$is_free"}, "bays": {"$sum": 1}}}

    groups = bays.aggregate([{"$match": {"at": {"$gt": NOON}}}, group, {"$sort": {"bays": 1}}])

    assert list(groups) == [
        {"_id": {"floor": 0, "free": True}, "bays": 2},
        {"_id": {"floor": 1, "free": False}, "bays": 3},
    ]


def test_dates_are_subtracted_in_milliseconds(bays: Bays) -> None:
    waited = {"$group": {"_id": None, "ms": {"$sum": {"$subtract": ["$at", NOON]}}}}

    assert list(bays.aggregate([waited])) == [{"_id": None, "ms": 4_500}]
