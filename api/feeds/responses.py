"""Parts of HTTP responses that are those of feeds."""

from hashlib import sha256
from http import HTTPStatus

from fastapi import Request
from starlette.responses import Response

from api.aggregates.responses import shown
from api.errors import NotFound
from api.feeds.representation import Feed

CALENDAR = "text/calendar"
_KEPT_BY = {"Cache-Control": "private, no-cache"}
"""The program that has asked may keep it, and asks each time whether it is still so."""


def feed(found: Feed) -> Response:
    return shown(found, headers={"Cache-Control": "no-store"})


def calendar(content: bytes | None, request: Request, known: str | None) -> Response:
    """The calendar, unless it is known already. Raises NotFound if there is none, in the words for
    a path that there is not."""
    if content is None:
        raise NotFound(f"{request.method} {request.url.path}")
    tag = f'"{sha256(content).hexdigest()}"'
    headers = {"ETag": tag, **_KEPT_BY}
    if known and _is_among(tag, known):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(content, headers=headers, media_type=CALENDAR)


def _is_among(tag: str, known: str) -> bool:
    tags = [each.strip().removeprefix("W/") for each in known.split(",")]
    return known.strip() == "*" or tag in tags
