"""Closures as clients see them."""

from activities.mongo.closures import Closure
from domain.kernel.values import Value


class ClosureList(Value):
    closures: tuple[Closure, ...]


class AddedClosures(Value):
    """What an import has added; the days that were closed before are not among it."""

    added: tuple[Closure, ...]
