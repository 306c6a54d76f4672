"""The driver of MongoDB: all names of it that the rest needs, so that another driver is a change
of this file alone.
"""

from typing import Any

from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorCollection,
    AsyncIOMotorCursor,
    AsyncIOMotorDatabase,
)

from activities.mongo.uri import UNUSABLE, complaint, nothing_ignored, without_guarantees

Document = dict[str, Any]
Client = AsyncIOMotorClient[Document]
Collection = AsyncIOMotorCollection[Document]
Cursor = AsyncIOMotorCursor[Document]
Database = AsyncIOMotorDatabase[Document]


def mongo_client(uri: str, timeout_ms: int) -> Client:
    """A client whose every operation ends within `timeout_ms`, finding a server included, and
    which reads from the primary and writes to a majority, whatever `uri` says: claims and reads of
    what has just been written depend on it. Raises SystemExit with a reason that shows no secret
    if `uri` cannot be used."""
    try:
        with nothing_ignored():
            return Client(
                without_guarantees(uri),
                tz_aware=True,
                retryWrites=False,
                w="majority",
                timeoutMS=timeout_ms,
                serverSelectionTimeoutMS=timeout_ms,
                connectTimeoutMS=timeout_ms,
            )
    except UNUSABLE as failure:  # it may quote what it stumbled over: a password's end
        raise SystemExit(f"MONGODB_URI cannot be used: {complaint(uri, failure)}") from None


async def close(client: Client) -> None:
    client.close()


def database_of(collection: Collection) -> Database:
    return collection.database  # type: ignore[return-value]  # motor's types leave it open
