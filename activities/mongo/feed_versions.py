"""Versions of feeds: the key of a feed follows from its version, so another one is another key.
They are documents and nothing else, and there is none for a feed whose key has never been
rotated."""

from pymongo.errors import DuplicateKeyError

from activities.mongo.client import Collection

FIRST = 1


class FeedVersions:
    def __init__(self, collection: Collection) -> None:
        self._feeds = collection

    async def of(self, aggregate_id: str) -> int:
        found = await self._feeds.find_one({"_id": aggregate_id})
        return int(found["version"]) if found else FIRST

    async def rotate(self, aggregate_id: str) -> int:
        """The next version. Of several rotations at once each has one of its own, and the last
        alone is the feed's from then on."""
        while True:
            version = await self.of(aggregate_id)
            if await self._has_moved(aggregate_id, version):
                return version + 1

    async def _has_moved(self, aggregate_id: str, version: int) -> bool:
        """False if another rotation was faster."""
        following = {"_id": aggregate_id, "version": version + 1}
        known = {"_id": aggregate_id, "version": version}
        if (await self._feeds.replace_one(known, following)).matched_count:
            return True
        if version > FIRST:
            return False
        try:
            await self._feeds.insert_one(following)
        except DuplicateKeyError:
            return False
        return True
