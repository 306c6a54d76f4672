"""The activity that tells the OS service, as a worker calls it, and the service beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.http_delivery import http_client
from activities.service_orders import Notice, ServiceOrders
from deploy.dev.service_orders import ServiceOrdersStub

NOTICE = Notice(service_order_id=7, status="EM_DIAGNOSTICO")


class Teller:
    """Tells whoever listens at `url`, with `token` if there is one."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http, self.url = http, url
        self.token: str | None = None

    async def __call__(self, notice: Notice = NOTICE) -> None:
        orders = ServiceOrders(self._http, self.url, lambda: self.token)
        await ActivityEnvironment().run(orders.notify, notice)

    async def failing(self, notice: Notice = NOTICE) -> ApplicationError:
        """Tells, and returns what went wrong, which something has to."""
        with pytest.raises(ApplicationError) as failure:
            await self(notice)
        return failure.value


@asynccontextmanager
async def telling(
    os_service: ServiceOrdersStub, impatience: pytest.MonkeyPatch
) -> AsyncIterator[Teller]:
    """With deadlines short enough for tests."""
    impatience.setattr("activities.http_delivery.CALL_SECONDS", 1.0)
    impatience.setattr("activities.http_delivery.READS_WITHIN", 0.2)
    async with http_client() as http:
        yield Teller(http, os_service.url)
