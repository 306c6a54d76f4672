"""The ids that tie a request to others, from its headers; only harmless ones are taken."""

import re
from collections.abc import Mapping
from random import getrandbits
from uuid import UUID

from starlette.datastructures import Headers

from activities.log import SPAN_ID, TRACE_ID

_CORRELATION_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}"
)


def correlation_id(headers: Headers) -> str:
    """The client's own id if it is harmless, its trace's, or a new one."""
    given = headers.get("X-Correlation-ID", "")
    if _CORRELATION_ID.fullmatch(given):
        return given
    traced = _traced(headers)
    # Not `uuid4`: the system's random numbers cost a change of threads, and this is no secret.
    return traced[1] if traced else str(UUID(int=getrandbits(128), version=4))


def trace(headers: Headers) -> Mapping[str, str]:
    """The ids under which Datadog finds the lines of a trace: the span's as a decimal number; the
    trace's too while it fits into 64 bits, and in hexadecimal digits beyond that."""
    traced = _traced(headers)
    if not traced:
        return {}
    trace_id, span_id = int(traced[1], 16), int(traced[2], 16)
    return {TRACE_ID: traced[1] if trace_id >> 64 else str(trace_id), SPAN_ID: str(span_id)}


def _traced(headers: Headers) -> re.Match[str] | None:
    return _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
