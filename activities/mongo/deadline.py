"""The deadline of what no index may serve: it must not hold the database up for everybody else."""

from collections.abc import Iterator
from contextlib import contextmanager

import pymongo
from pymongo.errors import ExecutionTimeout, NetworkTimeout

WITHIN = 2.0
"""Seconds for all that is asked for one answer."""


class QueryTooSlow(Exception):
    """The list takes too long"""


@contextmanager
def in_time(failing: str, advice: str) -> Iterator[None]:
    """Has the queries inside end in time. Raises QueryTooSlow, which says what is `failing` and
    what to do about it, and PyMongoError."""
    try:
        # Sets the server's `maxTimeMS` as well: with a client that has a timeout of its own,
        # the driver would overwrite one that stands on the query.
        with pymongo.timeout(WITHIN):
            yield
    except (ExecutionTimeout, NetworkTimeout) as failure:
        raise slow(failing, advice) from failure


def slow(failing: str, advice: str) -> QueryTooSlow:
    return QueryTooSlow(f"{failing} within {WITHIN:g} seconds; {advice}")
