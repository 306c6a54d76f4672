"""Feeds of technicians and bays: their addresses, and what they show to whoever has the key."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from activities.mongo.feed_versions import FeedVersions
from activities.mongo.store import Store
from api.feeds.calendar import entries, rendered
from api.feeds.errors import FeedsDisabled
from api.feeds.keys import FeedKeys
from api.feeds.representation import Feed
from api.feeds.subjects import Subject
from domain.agenda.ids import is_resource_id


def utc_now() -> datetime:
    return datetime.now(UTC)


class Feeds:
    def __init__(
        self,
        store: Store,
        versions: FeedVersions,
        keys: FeedKeys,
        zone: ZoneInfo,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._versions = versions
        self._keys = keys
        self._zone = zone
        self._now = now

    async def feed(self, subject: Subject) -> Feed:
        """Raises FeedsDisabled, TechnicianNotFound or BayNotFound, and PyMongoError."""
        await self._check(subject)
        return self._feed(subject, await self._versions.of(subject.aggregate_id))

    async def rotate(self, subject: Subject) -> Feed:
        """The feed under another key; that of before opens nothing from then on. Raises like
        `feed`."""
        await self._check(subject)
        return self._feed(subject, await self._versions.rotate(subject.aggregate_id))

    async def calendar(self, subject: Subject, key: str) -> bytes | None:
        """None if there is nothing that the key opens: no feeds, no such subject, or another key.
        Raises PyMongoError."""
        if not self._keys or not is_resource_id(subject.id):
            return None
        version = await self._versions.of(subject.aggregate_id)
        if not self._keys.opens(key, subject, version):
            return None
        resource = await self._store.get(subject.kind.state, subject.aggregate_id)
        if resource is None:
            return None
        shown = entries(resource, self._now())
        # A full agenda takes a second, in which others are served.
        return await asyncio.to_thread(rendered, subject, shown, self._zone, resource.created_at)

    async def _check(self, subject: Subject) -> None:
        if not self._keys:
            raise FeedsDisabled(FeedsDisabled.example)
        state, aggregate_id = subject.kind.state, subject.aggregate_id
        if await self._store.get(state, aggregate_id) is None:
            raise state.not_found(aggregate_id)

    def _feed(self, subject: Subject, version: int) -> Feed:
        key = self._keys.key(subject, version)
        return Feed(path=f"{subject.path}?key={key}", feed_version=version)
