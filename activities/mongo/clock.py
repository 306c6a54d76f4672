"""What time it is for all processes alike: as the database's clock has it, because those of our own
may contradict each other."""

from datetime import UTC, datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase


async def shared_time(database: "AsyncIOMotorDatabase[dict[str, Any]]") -> datetime:
    known = await database.command("isMaster")  # what every driver asks first
    now: datetime = known["localTime"]
    return now.replace(tzinfo=UTC)  # the driver leaves it out here
