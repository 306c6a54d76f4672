"""Workers that poll the task queue: without one, nothing of ours is carried out.

Temporal names a poller for five minutes more, and the time of its last poll, by a clock that may
be far from ours. So what counts is whether that time still moves.
"""

import time
from datetime import timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

RECENTLY = 70.0
"""Seconds. A poll that finds nothing lasts for sixty, and its time is when it began."""


class Pollers:
    """Looks twice before pollers count as gone: until then, those that are named count."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue
        self._latest = 0
        self._seen_at = 0.0

    async def any(self, within: timedelta) -> bool:
        """Raises RPCError."""
        request = DescribeTaskQueueRequest(
            namespace=self._client.namespace,
            task_queue=TaskQueue(name=self._task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        answer = await self._client.workflow_service.describe_task_queue(request, timeout=within)
        polls = [each.last_access_time.ToNanoseconds() for each in answer.pollers]
        now, latest = time.monotonic(), max(polls, default=0)
        if latest != self._latest:
            self._latest, self._seen_at = latest, now
        return bool(polls) and now - self._seen_at < RECENTLY
