"""The time that all processes share: that of the database's clock, because clocks of their own may
contradict each other."""

from datetime import UTC, datetime

from activities.mongo.client import Database


async def shared_time(database: Database) -> datetime:
    known = await database.command("isMaster")  # what every driver asks first
    now: datetime = known["localTime"]
    return now.replace(tzinfo=UTC)  # the driver leaves it out here
