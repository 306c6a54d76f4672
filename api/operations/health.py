"""Whether the service is up, and whether it can do its work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from pymongo.errors import PyMongoError
from temporalio.client import Client
from temporalio.service import RPCError

from activities.mongo.store import Store
from api import PREFIX
from api.openapi.examples import AT, by_schema
from api.openapi.responses import Answers
from api.temporal.pollers import Pollers
from domain.kernel.values import Instant
from workflows.client.connection import never_connected
from workflows.contract import TASK_QUEUE

DEADLINE = 2.0
"""Seconds for each part; they are asked at the same time."""

PROBES = frozenset(
    {f"{PREFIX}/health", f"{PREFIX}/health/live", f"{PREFIX}/health/ready", "/health"}
)
"""What a load balancer asks for, often, and without a name."""

router = APIRouter(prefix="/health", tags=["health"])
bare = APIRouter(tags=["health"])

ANSWERS = Answers(f"{PREFIX}/health", [], always=())

Check = Callable[[], Awaitable[None]]


class NoPollers(Exception):
    """No worker polls the task queue"""


class Health(BaseModel):
    status: str
    timestamp: Instant
    parts: Mapping[str, str] | None = None


BODIES = by_schema(Health(status="ok", timestamp=AT, parts={"temporal": "ok", "database": "ok"}))


class Readiness:
    """Asks what the service cannot work without."""

    def __init__(self, client: Client, store: Store, pollers: Pollers) -> None:
        self._client = client
        self._pollers = pollers
        self.checks: Mapping[str, Check] = {
            "temporal": self._temporal,
            "workers": self._workers,
            "database": store.ping,
        }

    async def failing(self) -> dict[str, str]:
        """The parts that fail, and why; empty when all is well."""
        reasons = await asyncio.gather(*(_failure(check) for check in self.checks.values()))
        return {part: why for part, why in zip(self.checks, reasons, strict=True) if why}

    async def _temporal(self) -> None:
        if not await self._client.service_client.check_health(timeout=timedelta(seconds=DEADLINE)):
            raise ConnectionError("not serving")

    async def _workers(self) -> None:
        if not await self._pollers.any(timedelta(seconds=DEADLINE)):
            raise NoPollers(f"no worker polls {TASK_QUEUE}")


async def _failure(check: Check) -> str | None:
    try:
        async with asyncio.timeout(DEADLINE):
            await check()
    except TimeoutError:
        return f"no answer within {DEADLINE:g} s"
    except NoPollers as failure:
        return str(failure)
    except (RPCError, ConnectionError, PyMongoError):
        return "cannot be reached"
    except RuntimeError as failure:
        if not never_connected(failure):
            raise
        return "cannot be reached"
    return None


_UP = ANSWERS.success(HTTPStatus.OK, "It answers") | ANSWERS.problems()
_PART_FAILS = ANSWERS.success(HTTPStatus.SERVICE_UNAVAILABLE, "A part fails", "Retry-After")
_PART_FAILS[HTTPStatus.SERVICE_UNAVAILABLE]["model"] = Health


@router.get("", operation_id="getHealth", response_model_exclude_none=True, responses=_UP)
@router.get("/live", operation_id="getLiveness", response_model_exclude_none=True, responses=_UP)
async def live() -> Health:
    """Whether the process answers at all."""
    return Health(status="ok", timestamp=datetime.now(UTC))


@bare.get("/health", operation_id="ping", responses=_UP)
async def alive() -> dict[Literal["status"], Literal["ok"]]:
    """The same, as the queue's clients know it."""
    return {"status": "ok"}


@router.get(
    "/ready",
    operation_id="getReadiness",
    responses=ANSWERS.success(HTTPStatus.OK, "All parts work") | _PART_FAILS | ANSWERS.problems(),
)
async def ready(request: Request, response: Response) -> Health:
    """Whether Temporal, its workers and the database are there; names what is not."""
    readiness: Readiness = request.app.state.readiness
    failing = await readiness.failing()
    if failing:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        response.headers["Retry-After"] = "1"
    return Health(
        status="unavailable" if failing else "ok",
        timestamp=datetime.now(UTC),
        parts={part: failing.get(part, "ok") for part in readiness.checks},
    )
