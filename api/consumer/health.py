"""Whether the consumer can do its work, for probes: `/health/live` and `/health/ready`."""

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.consumer.consumer import Consumer
from api.operations.health import Readiness


def health_app(readiness: Readiness, consumer: Consumer) -> Starlette:
    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> JSONResponse:
        failing = await readiness.failing()
        parts = {part: failing.get(part, "ok") for part in readiness.checks}
        parts["messages"] = f"held up: {consumer.held_up}" if consumer.held_up else "ok"
        is_ready = set(parts.values()) == {"ok"}
        return JSONResponse(
            {"status": "ok" if is_ready else "unavailable", "parts": parts},
            HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE,
        )

    return Starlette(routes=[Route("/health/live", live), Route("/health/ready", ready)])
