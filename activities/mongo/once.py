"""Inserts that may be repeated: what is there already stays as it is."""

from collections.abc import Sequence

from pymongo.errors import BulkWriteError

from activities.mongo.client import Collection, Document

DUPLICATE_KEY = 11000


async def insert_once(collection: Collection, documents: Sequence[Document]) -> list[Document]:
    """Returns those that were there already."""
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
