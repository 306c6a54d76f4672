"""Answers of Temporal to the readiness checks, as a fake with behaviour."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import cast

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.taskqueue.v1 import PollerInfo
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, DescribeTaskQueueResponse
from temporalio.client import Client

ITS_TIME = datetime(2001, 2, 3, tzinfo=UTC)
"""Temporal's time of day, which may be far from ours."""


class FakeTemporal:
    """Healthy, with one worker that has just polled, unless told otherwise. `polls` are the times
    at which the pollers that it names have last polled."""

    namespace = "default"

    def __init__(self) -> None:
        self.serving = True
        self.polls = [ITS_TIME]
        self.failure: Exception | None = None
        self.hangs = False
        self.asked: list[DescribeTaskQueueRequest] = []

    @property
    def client(self) -> Client:
        return cast(Client, self)

    @property
    def service_client(self) -> "FakeTemporal":
        return self

    @property
    def workflow_service(self) -> "FakeTemporal":
        return self

    async def check_health(self, timeout: timedelta) -> bool:  # noqa: ASYNC109  # the SDK's
        await self._fail_if_asked()
        return self.serving

    async def describe_task_queue(
        self,
        request: DescribeTaskQueueRequest,
        timeout: timedelta,  # noqa: ASYNC109  # the SDK's
    ) -> DescribeTaskQueueResponse:
        await self._fail_if_asked()
        self.asked.append(request)
        return DescribeTaskQueueResponse(pollers=[_poller(at) for at in self.polls])

    async def _fail_if_asked(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.failure:
            raise self.failure


def _poller(at: datetime) -> PollerInfo:
    stamp = Timestamp()
    stamp.FromDatetime(at)
    return PollerInfo(last_access_time=stamp)
