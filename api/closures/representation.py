"""Closures as clients see them."""

from activities.mongo.closures import Closure
from domain.kernel.values import Value


class ClosureList(Value):
    closures: tuple[Closure, ...]


class AddedClosures(Value):
    """The closures that an import has added; days that were closed before are not among them."""

    added: tuple[Closure, ...]
