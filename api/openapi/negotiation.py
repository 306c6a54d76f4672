"""Which of several forms of an answer a client likes best, as its `Accept` says (RFC 9110)."""

import re
from collections.abc import Mapping, Sequence

from api.errors import NotAcceptable

_QUALITY = re.compile(r"q=([01](?:\.\d{0,3})?)")


def chosen(accept: str, offered: Sequence[str]) -> str:
    """One of the media types in `offered`; of those that are liked equally, the first.

    Raises NotAcceptable.
    """
    liked = dict(_liked(each) for each in accept.lower().split(","))
    best = max(offered, key=lambda kind: _quality(kind, liked))
    if not _quality(best, liked):
        raise NotAcceptable(f"This is to be had as {' or '.join(offered)}")
    return best


def _liked(element: str) -> tuple[str, float]:
    kind, *parameters = (part.strip() for part in element.split(";"))
    quality = next(filter(None, map(_QUALITY.fullmatch, parameters)), None)
    return kind, float(quality[1]) if quality else 1.0


def _quality(kind: str, liked: Mapping[str, float]) -> float:
    """What the most specific range says that it falls into."""
    ranges = (kind, f"{kind.partition('/')[0]}/*", "*/*")
    return next((liked[each] for each in ranges if each in liked), 0.0)
