"""Inserts that may be repeated: what is there already stays as it is."""

from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo.errors import BulkWriteError

DUPLICATE_KEY = 11000


async def insert_once(
    collection: "AsyncIOMotorCollection[dict[str, Any]]", documents: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Those that are there already."""
    if not documents:
        return []
    try:
        await collection.insert_many(documents, ordered=False)
    except BulkWriteError as failure:
        errors = failure.details["writeErrors"]
        if any(error["code"] != DUPLICATE_KEY for error in errors):
            raise
        return [documents[error["index"]] for error in errors]
    return []
