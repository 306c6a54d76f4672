"""Whether a worker polls the task queue: without one, nothing of ours is carried out."""

from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

# Temporal lists a poller for as long as its poll may last.
RECENTLY = timedelta(seconds=70)


async def is_polled(client: Client, task_queue: str, within: timedelta) -> bool:
    """Raises RPCError."""
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    answer = await client.workflow_service.describe_task_queue(request, timeout=within)
    since = datetime.now(UTC) - RECENTLY
    return any(each.last_access_time.ToDatetime(UTC) > since for each in answer.pollers)
