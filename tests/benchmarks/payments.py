"""From a payment on the bus to an execution that can be read over HTTP."""

import asyncio
import json
import time
import uuid
from typing import Any

from activities.aws import aws_client
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import percentile

RATE = 20
SECONDS = 15
PATIENCE = 30
LOOK = 0.02
"""Seconds between looks at the list: a poll for each payment would be the load itself."""
NEWEST = "/executions?sort=-createdAt&limit=100&count=false"


async def measure(bench: Bench) -> None:
    published: dict[str, float] = {}
    took: dict[str, float] = {}
    looking = asyncio.create_task(asyncio.to_thread(_look, bench, published, took))
    events = aws_client("events", "us-east-1")
    first = time.perf_counter()
    for number in range(RATE * SECONDS):
        await asyncio.sleep(max(0.0, first + number / RATE - time.perf_counter()))
        order = str(uuid.uuid4())
        published[order] = time.perf_counter()
        await asyncio.to_thread(events.put_events, Entries=[_payment(bench, order)])
    await looking
    bench.table.add(
        f"PaymentCompleted published → readable over HTTP, {RATE}/s",
        f"p50 {percentile(list(took.values()), 0.5):.0f} ms, "
        f"p99 {percentile(list(took.values()), 0.99):.0f} ms ({len(took)} payments)",
    )


def _payment(bench: Bench, order: str) -> dict[str, str]:
    return {
        "EventBusName": bench.stack.env["EVENT_BUS_NAME"],
        "Source": "payment-service",
        "DetailType": "PaymentCompleted",
        "Detail": json.dumps({"paymentId": order, "budgetId": order, "serviceOrderId": order}),
    }


def _look(bench: Bench, published: dict[str, float], took: dict[str, float]) -> None:
    """Notes the milliseconds after which each published payment is first seen in the list."""
    http = bench.http()
    deadline = time.perf_counter() + SECONDS + PATIENCE
    while len(took) < RATE * SECONDS:
        page: dict[str, Any] = http.request("GET", NEWEST)
        seen = time.perf_counter()
        if seen > deadline:
            raise TimeoutError(f"only {len(took)} payments became executions")
        for execution in page["executions"]:
            order = execution["serviceOrderId"]
            if order in published and order not in took:
                took[order] = (seen - published[order]) * 1000
        time.sleep(LOOK)
