"""Responses of the health routes, and an example of their body."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from api import JSON, PREFIX
from api.openapi.examples import AT, by_schema
from api.openapi.responses import ResponseDocs, Responses, reference
from api.operations.health import Health


def responses() -> Mapping[str, Responses]:
    """Bodies, by operation id."""
    docs = ResponseDocs(f"{PREFIX}/health", always=())
    up = docs.success(HTTPStatus.OK, "It answers") | docs.problems()
    failing = docs.success(HTTPStatus.SERVICE_UNAVAILABLE, "A part fails", "Retry-After")
    failing[HTTPStatus.SERVICE_UNAVAILABLE]["content"] = {
        JSON: {"schema": reference("schemas", Health.__name__)}
    }
    return {
        "getHealth": up,
        "getLiveness": up,
        "ping": up,
        "getReadiness": docs.success(HTTPStatus.OK, "All parts work") | failing | docs.problems(),
    }


def bodies() -> Mapping[str, Any]:
    return by_schema(Health(status="ok", timestamp=AT, parts={"temporal": "ok", "database": "ok"}))
