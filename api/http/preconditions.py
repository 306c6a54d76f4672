"""On which terms a request is made: under which key, for which version, and how long it waits.

Each kind of request reads its own headers, so that the API's document names no others.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request
from pydantic import StringConstraints

NO_WAIT = "wait=0"
ASYNC = "respond-async"

_TAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
_TAGS = rf"^(?:\*|{_TAG}(?:[ \t]*,[ \t]*{_TAG})*)$"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_ELEMENTS = re.compile(rf"(?:{_QUOTED}|[^,])+")
"""Of a list; a comma between quotes ends none."""
_PREFERENCE = re.compile(
    r"""[ \t]*(?P<name>[^\s=;,"]+)"""
    r"""(?:[ \t]*=[ \t]*(?:"(?P<quoted>[^"\\]*)"|(?P<word>[^\s;,"]+)))?[ \t]*(?:;|$)"""
)
_VERSION = re.compile(r'(W/)?"([0-9]{1,9})"')

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Repeats of a request under the same key get its first answer",
    ),
    StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$"),
]
Prefer = Annotated[
    str,
    Header(
        alias="Prefer",
        # Nobody is refused for a preference; it ends where the headers do.
        json_schema_extra={"pattern": r"^[^\r\n]*$"},
        description=f"`{NO_WAIT}`: answer before the change can be read; "
        f"`{ASYNC}`: answer before it is made",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` that the change is meant for; 412 if it is another by now",
    ),
    StringConstraints(pattern=_TAGS, max_length=1000),
]
IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        description="The `ETag` that is known already; 304 if it is still the present one",
    ),
    StringConstraints(pattern=_TAGS, max_length=1000),
]


@dataclass(frozen=True)
class Terms:
    """`expected` are the versions that a command is meant for, `known` those that a reader has;
    None leaves it open, and an empty `expected` fits no version; then `only_weak` may say why."""

    key: str | None = None
    preferences: frozenset[str] = frozenset()
    expected: tuple[int, ...] | None = None
    only_weak: bool = False
    known: tuple[int, ...] = ()
    knows_any: bool = False

    @property
    def waits(self) -> bool:
        return NO_WAIT not in self.preferences

    @property
    def is_async(self) -> bool:
        return ASYNC in self.preferences

    def knows(self, version: int) -> bool:
        return self.knows_any or version in self.known


def of_listing() -> Terms:
    return Terms()


def of_reading(if_none_match: IfNoneMatch = None) -> Terms:
    tags = if_none_match or ""
    return Terms(known=_versions(tags, weak=True), knows_any=tags == "*")


def of_opening(idempotency_key: IdempotencyKey = None, prefer: Prefer = "") -> Terms:
    return Terms(key=idempotency_key, preferences=_preferences(prefer))


def of_command(
    idempotency_key: IdempotencyKey = None, prefer: Prefer = "", if_match: IfMatch = None
) -> Terms:
    bound = if_match is not None and if_match != "*"
    expected = _versions(if_match or "", weak=False)
    return Terms(
        key=idempotency_key,
        preferences=_preferences(prefer),
        expected=expected if bound else None,
        only_weak=not expected and bool(_versions(if_match or "", weak=True)),
    )


def _preferences(prefer: str) -> frozenset[str]:
    """Each as `name=value`, or `name`: without parameters, quotes and blanks (RFC 7240)."""
    given: dict[str, str] = {}
    for found in map(_PREFERENCE.match, _ELEMENTS.findall(prefer.lower())):
        if found:
            given.setdefault(found["name"], found["word"] or found["quoted"] or "")
    return frozenset(f"{name}={value}" if value else name for name, value in given.items())


def _versions(tags: str, *, weak: bool) -> tuple[int, ...]:
    """The versions that entity tags name. To change something, a weak one is not good enough."""
    return tuple(int(digits) for mark, digits in _VERSION.findall(tags) if weak or not mark)


D = TypeVar("D")


def on(terms: Callable[..., Terms], desk: Callable[[Request, Terms], D]) -> Callable[..., D]:
    """The dependency of a route whose requests come to `desk` on these terms."""

    def approach(request: Request, made: Annotated[Terms, Depends(terms)]) -> D:
        return desk(request, made)

    return approach
