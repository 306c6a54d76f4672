"""The preconditions of a request: its key, the versions it is meant for, how long it waits.

Each kind of request reads its own headers, so that the API's document names no others.
"""

import re
from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, Header, Request
from pydantic import StringConstraints

from workflows.contract import Door, Origin

NO_WAIT = "wait=0"
ASYNC = "respond-async"

_TAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
_TAGS = rf"^(?:\*|{_TAG}(?:[ \t]*,[ \t]*{_TAG})*)$"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_ELEMENTS = re.compile(rf"(?:{_QUOTED}|[^,])+")
"""Separator of a list's elements; a comma between quotes ends none."""
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
class WritePreconditions:
    """`origin` has the key, and the versions that the request is meant for. If it fits no version,
    and `only_weak` is set, that is because its tags are weak. With `must_exist`, it is meant for
    what there is already."""

    origin: Origin
    preferences: frozenset[str] = frozenset()
    only_weak: bool = False
    must_exist: bool = False

    @property
    def waits(self) -> bool:
        return NO_WAIT not in self.preferences

    @property
    def is_async(self) -> bool:
        return ASYNC in self.preferences


@dataclass(frozen=True)
class ReadPreconditions:
    """`known` are the versions that the reader has."""

    known: tuple[int, ...] = ()
    knows_any: bool = False

    def knows(self, version: int) -> bool:
        return self.knows_any or version in self.known


async def of_reading(if_none_match: IfNoneMatch = None) -> ReadPreconditions:
    tags = if_none_match or ""
    return ReadPreconditions(_versions(tags, weak=True), knows_any=tags == "*")


async def of_opening(
    request: Request, idempotency_key: IdempotencyKey = None, prefer: Prefer = ""
) -> WritePreconditions:
    return WritePreconditions(_origin(request, idempotency_key), _preferences(prefer))


async def of_command(
    request: Request,
    idempotency_key: IdempotencyKey = None,
    prefer: Prefer = "",
    if_match: IfMatch = None,
) -> WritePreconditions:
    bound = if_match is not None and if_match != "*"
    expected = _versions(if_match or "", weak=False)
    return WritePreconditions(
        _origin(request, idempotency_key, expected if bound else None),
        _preferences(prefer),
        only_weak=not expected and bool(_versions(if_match or "", weak=True)),
        must_exist=if_match is not None,
    )


ForReading = Annotated[ReadPreconditions, Depends(of_reading)]
ForOpening = Annotated[WritePreconditions, Depends(of_opening)]
ForCommand = Annotated[WritePreconditions, Depends(of_command)]


def _origin(request: Request, key: str | None, expected: tuple[int, ...] | None = None) -> Origin:
    return Origin(
        via=Door.HTTP,
        actor=request.state.caller.subject,
        correlation_id=request.state.correlation_id,
        key=key,
        request_id=str(uuid4()),
        expected_versions=expected,
    )


def _preferences(prefer: str) -> frozenset[str]:
    """The preferences, each as `name=value`, or `name`: without parameters, quotes and blanks (RFC
    7240)."""
    given: dict[str, str] = {}
    for found in map(_PREFERENCE.match, _ELEMENTS.findall(prefer.lower())):
        if found:
            given.setdefault(found["name"], found["word"] or found["quoted"] or "")
    return frozenset(f"{name}={value}" if value else name for name, value in given.items())


def _versions(tags: str, *, weak: bool) -> tuple[int, ...]:
    """The versions that entity tags name. To change something, a weak one is not good enough."""
    return tuple(int(digits) for mark, digits in _VERSION.findall(tags) if weak or not mark)
