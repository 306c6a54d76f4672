"""Content negotiation by `Accept` (RFC 9110)."""

import re
from collections.abc import Mapping, Sequence

from api.errors import NotAcceptable

_QUALITY = re.compile(r"q=([01](?:\.\d{0,3})?)")


def choose(accept: str, offered: Sequence[str]) -> str:
    """One of the media types in `offered`; of those with the same quality, the first.

    Raises NotAcceptable.
    """
    accepted = dict(_range(each) for each in accept.lower().split(","))
    best = max(offered, key=lambda kind: _quality(kind, accepted))
    if not _quality(best, accepted):
        raise NotAcceptable(f"This is to be had as {' or '.join(offered)}")
    return best


def _range(element: str) -> tuple[str, float]:
    """A media range with its quality."""
    kind, *parameters = (part.strip() for part in element.split(";"))
    quality = next(filter(None, map(_QUALITY.fullmatch, parameters)), None)
    return kind, float(quality[1]) if quality else 1.0


def _quality(kind: str, accepted: Mapping[str, float]) -> float:
    """The quality of the most specific range that the media type falls into."""
    ranges = (kind, f"{kind.partition('/')[0]}/*", "*/*")
    return next((accepted[each] for each in ranges if each in accepted), 0.0)
