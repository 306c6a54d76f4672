"""Rarer paths of an aggregate, and the times that production keeps on them."""

import asyncio
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.kernel.aggregate import Command
from domain.kernel.delivery_health import HealthStatus
from tests.conftest import eventually
from tests.workflows.workflow_driver import Driven
from workflows.contract import Origin
from workflows.outbox import REPLACED_AFTER

DOWN = RuntimeError("the dependency is down")
BUG = ApplicationError("a bug", non_retryable=True)
ONCE = Origin(key="key-1", request_id="request-1")


async def refused(driven: Driven[Any], command: Command[Any]) -> None:
    with pytest.raises(WorkflowUpdateFailedError):
        await driven.update(command)


async def outlast_patience(driven: Driven[Any]) -> None:
    """Waits until deliveries are known to fail, and the one that is being retried may be
    replaced."""
    await eventually(driven.snapshot, lambda seen: seen.health.status is HealthStatus.RETRYING)
    await asyncio.sleep(REPLACED_AFTER.total_seconds() * 1.2)


async def until_another_run(driven: Driven[Any], *commands: Command[Any]) -> None:
    """Carries them out over and over until the workflow has continued as new."""
    run = (await driven.describe()).run_id
    while (await driven.describe()).run_id == run:
        await driven.updates(*commands)
