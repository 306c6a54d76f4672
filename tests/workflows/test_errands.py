"""Errands are run in order until each is done, whoever has them and whoever they are for."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.kernel.values import Value
from tests.conftest import eventually
from workflows.errands import Errand, run_errands

NO_LONGER = ApplicationError("closed down", type="Refused", non_retryable=True)
NOT_NOW = ApplicationError("closed today")


class Purchase(Value):
    what: str


class Shops:
    """Sells everything but what it has been given a reason for."""

    def __init__(self) -> None:
        self.sold: list[str] = []
        self.reasons: dict[str, ApplicationError] = {}

    @activity.defn
    async def buy(self, purchase: Purchase) -> None:
        if reason := self.reasons.get(purchase.what):
            raise reason
        self.sold.append(purchase.what)


@workflow.defn
class Shopping:
    """Buys what is on its list, and may be given more to buy at any time."""

    def __init__(self) -> None:
        self._pending: list[str] = []
        self._log: list[str] = []

    @workflow.run
    async def run(self) -> None:
        await run_errands(self)

    @workflow.signal
    def add(self, *what: str) -> None:
        self._pending += what

    @workflow.query
    def log(self) -> list[str]:
        return self._log

    @property
    def has_pending(self) -> bool:
        return bool(self._pending)

    def first(self) -> Errand:
        return Errand(
            activity="buy",
            argument=Purchase(what=self._pending[0]),
            task_queue=workflow.info().task_queue,
            attempt=timedelta(seconds=10),
            retries=RetryPolicy(initial_interval=timedelta(milliseconds=20)),
            refused_by="Refused",
            summary=self._pending[0],
        )

    def done(self, _: None) -> None:
        self._log.append(f"{self._pending.pop(0)}: done")

    def refused(self, reason: str) -> None:
        self._log.append(f"{self._pending.pop(0)}: refused, {reason}")

    def failing(self, reason: str) -> None:
        self._log.append(f"{self._pending[0]}: failing, {reason}")


@pytest.fixture
def shops() -> Shops:
    return Shops()


@pytest.fixture
async def shopping(temporal: Client, shops: Shops) -> AsyncIterator[WorkflowHandle[Any, None]]:
    unique = f"shopping-{uuid4()}"
    async with Worker(
        temporal,
        task_queue=unique,
        workflows=[Shopping],
        activities=[shops.buy],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        handle = await temporal.start_workflow(Shopping.run, id=unique, task_queue=unique)
        yield handle
        await handle.terminate()


async def logged(shopping: WorkflowHandle[Any, None], lines: int) -> list[str]:
    return await eventually(lambda: shopping.query(Shopping.log), lambda seen: len(seen) >= lines)


async def test_errands_are_run_in_order_and_those_that_come_later_too(
    shopping: WorkflowHandle[Any, None], shops: Shops
) -> None:
    await shopping.signal(Shopping.add, args=["bread", "milk"])
    await logged(shopping, 2)
    await shopping.signal(Shopping.add, args=["salt"])

    log = await logged(shopping, 3)

    assert log == ["bread: done", "milk: done", "salt: done"]
    assert shops.sold == ["bread", "milk", "salt"]


async def test_a_failing_errand_is_recorded_once_and_nothing_overtakes_it(
    shopping: WorkflowHandle[Any, None], shops: Shops
) -> None:
    shops.reasons["bread"] = NOT_NOW
    await shopping.signal(Shopping.add, args=["bread", "milk"])

    async def tried_again() -> bool:
        pending = (await shopping.describe()).raw_description.pending_activities
        return any(each.attempt > 2 for each in pending)

    await eventually(tried_again)
    during = await logged(shopping, 1)
    shops.reasons.clear()

    assert during == ["bread: failing, closed today"]
    assert await logged(shopping, 3) == [*during, "bread: done", "milk: done"]


async def test_a_refused_errand_gives_way_to_the_next(
    shopping: WorkflowHandle[Any, None], shops: Shops
) -> None:
    shops.reasons["bread"] = NO_LONGER

    await shopping.signal(Shopping.add, args=["bread", "milk"])

    assert await logged(shopping, 2) == ["bread: refused, closed down", "milk: done"]
