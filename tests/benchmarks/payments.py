"""From a payment on the bus to an execution that can be read over HTTP."""

import asyncio
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from activities.publisher import aws_client
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import percentile
from workflows.contract import execution_id

RATE = 20
SECONDS = 15
PATIENCE = 30


async def measure(bench: Bench) -> None:
    events = aws_client("events", "us-east-1")
    waits: list[asyncio.Task[float]] = []
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(100))
    first = time.perf_counter()
    for number in range(RATE * SECONDS):
        await asyncio.sleep(max(0.0, first + number / RATE - time.perf_counter()))
        waits.append(asyncio.create_task(_one(bench, events)))
    took = await asyncio.gather(*waits)
    bench.table.add(
        f"PaymentCompleted published → readable over HTTP, {RATE}/s",
        f"p50 {percentile(took, 0.5):.0f} ms, p99 {percentile(took, 0.99):.0f} ms "
        f"({len(took)} payments)",
    )


async def _one(bench: Bench, events: object) -> float:
    """Milliseconds until the execution is there."""
    order = str(uuid.uuid4())
    detail = {"paymentId": order, "budgetId": order, "serviceOrderId": order}
    entry = {
        "EventBusName": bench.stack.env["EVENT_BUS_NAME"],
        "Source": "payment-service",
        "DetailType": "PaymentCompleted",
        "Detail": json.dumps(detail),
    }
    begun = time.perf_counter()
    return await asyncio.to_thread(_publish_and_wait, bench, events, entry, order, begun)


def _publish_and_wait(
    bench: Bench, events: object, entry: dict[str, str], order: str, begun: float
) -> float:
    events.put_events(Entries=[entry])  # type: ignore[attr-defined]  # boto3 has no static class
    http = bench.http()
    path = f"/executions/{execution_id(order)}"
    while time.perf_counter() - begun < PATIENCE:
        try:
            http.request("GET", path)
            return (time.perf_counter() - begun) * 1000
        except RuntimeError:
            time.sleep(0.01)
    raise TimeoutError(f"{path} is not there after {PATIENCE} s")
