"""A feed as its managers see it."""

from domain.kernel.values import Value


class Feed(Value):
    """`path` is that of the calendar, with the key that opens it; every rotation of the key has
    another `feed_version`."""

    path: str
    feed_version: int
