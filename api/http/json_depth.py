"""The bound of how deeply JSON is nested, checked before it is parsed."""

import re

from api.errors import NestedTooDeeply

DEPTH_AT_MOST = 32
"""Levels of a body; our own bodies have two."""

_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[][{}]', re.DOTALL)
_DEEPENS = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}


def check_depth(body: bytes) -> None:
    """Raises NestedTooDeeply."""
    if _is_deeper(body, DEPTH_AT_MOST):
        raise NestedTooDeeply(f"The body may be nested {DEPTH_AT_MOST} levels deep")


def _is_deeper(body: bytes, limit: int) -> bool:
    if body.count(b"[") + body.count(b"{") <= limit:
        return False  # nearly always, at next to no cost
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(body):
        depth += _DEEPENS.get(token[0], 0)
        if depth > limit:
            return True
    return False
