"""The main job from its real end: a payment on the bus, and everything that has to come of it.

Nothing is prepared: each line shows what was received, and what was not seen ends the demo.
"""

import asyncio
import json
import re
import time
import uuid
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from deploy.dev import bus
from deploy.dev.claim import Running
from deploy.dev.demo_steps import Step, until_a_task_exists, until_invoiced
from deploy.dev.errors import StackError
from deploy.dev.screen import Screen
from deploy.dev.tap import Heard, Tap

Execution = dict[str, Any]

_SOURCES = ("execution.lifecycle", "execution.task")
_PATIENCE = 30.0  # seconds, for each thing that has to be seen
_FAILURES = (
    *(httpx.HTTPError, BotoCoreError, ClientError, PyMongoError, RPCError),
    *(OSError, RuntimeError, LookupError),  # no connection, no field of that name
)
_STYLES = {2: "green", 4: "yellow", 5: "red"}
_UUID = re.compile(r"([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Unseen(StackError):
    """Something that had to be seen was not."""


def tell(where: Running, screen: Screen) -> None:
    if not bus.is_loopback(where.env["AWS_ENDPOINT_URL"]):
        raise Unseen("The demo makes a queue of its own, and does so only on this machine.")
    try:
        with (
            Tap(where.env, _SOURCES) as tap,
            httpx.Client(base_url=where.api_url, trust_env=False, timeout=15.0) as http,
        ):
            Demo(where, screen, tap, http).tell()
    except _FAILURES as error:
        raise Unseen(f"The demo broke off: {type(error).__name__}: {error}") from error


class Demo:
    def __init__(self, where: Running, screen: Screen, tap: Tap, http: httpx.Client) -> None:
        self._where, self._screen, self._tap, self._http = where, screen, tap, http
        self._caused: list[str] = []  # the events that have to come, in their order

    def tell(self) -> None:
        self._chapter("A payment arrives on the bus")
        execution = self._pay()
        self._chapter(f"The workshop works on it over HTTP, at {self._where.api_url}")
        for step in until_a_task_exists():
            execution = self._take(step, execution)
        for step in until_invoiced(execution["tasks"][0]["taskId"]):
            execution = self._take(step, execution)
        self._chapter("What the bus told everybody, received on a queue of the demo's own")
        self._show_events(execution)
        self._chapter("The document that other teams read")
        self._show_document(execution)
        self._chapter("What operators see in Temporal")
        asyncio.run(self._show_history(execution))

    # ------------------------------------------------------------------ the payment

    def _pay(self) -> Execution:
        order = f"OS-{uuid.uuid4()}"
        detail = {
            "paymentId": f"PAY-{uuid.uuid4()}",
            "budgetId": f"BUD-{uuid.uuid4()}",
            "serviceOrderId": order,
            "completedAt": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        }
        bus_name = self._where.env["EVENT_BUS_NAME"]
        with closing(bus.clients(self._where.env)) as aws:
            bus.publish(aws, bus_name, "payment-service", "PaymentCompleted", detail)
        published = time.monotonic()
        self._say(f"PaymentCompleted  {order}  → {bus_name}")
        execution = self._wait_for_execution(order)
        milliseconds = (time.monotonic() - published) * 1000
        self._say(f"readable over HTTP after {milliseconds:.0f} ms: execution {execution['id']}")
        self._expect(execution, "SCHEDULED", 1)
        self._caused.append("ExecutionScheduled")
        return execution

    def _wait_for_execution(self, order: str) -> Execution:
        deadline, last = time.monotonic() + _PATIENCE, "no answer"
        while time.monotonic() < deadline:
            answer = self._http.get("/executions", params={"serviceOrderId": order})
            if found := _json(answer).get("executions"):
                return dict(found[0])
            last = f"{answer.status_code} {answer.text[:200]}"
            time.sleep(0.02)
        raise Unseen(f"No execution of {order} within {_PATIENCE:g} s; last answer: {last}")

    # ------------------------------------------------------------------ the work

    def _take(self, step: Step, execution: Execution) -> Execution:
        """Sends one request; returns the execution as it is afterwards."""
        path = f"/executions/{execution['id']}{step.path}"
        answer = self._http.request(step.method, path, json=step.body)
        content = _json(answer)
        self._show_answer(step, answer, content)
        if answer.status_code != step.answer:
            raise Unseen(f"{step.method} {path} had to answer {step.answer}: {answer.text[:300]}")
        if not step.event:
            self._expect_problem(answer)
            return execution
        self._caused.append(step.event)
        self._expect(content, step.status, execution["version"] + 1)
        return content

    def _show_answer(self, step: Step, answer: httpx.Response, content: Execution) -> None:
        path = answer.request.url.path.removeprefix(urlsplit(self._where.api_url).path)
        code = (f"{answer.status_code}", _STYLES.get(answer.status_code // 100, "red"))
        took = (f" {answer.elapsed.total_seconds() * 1000:4.0f} ms  ", "dim")
        line = f"  {step.method:<5} {_short(path):<38} "
        if "version" in content:
            sent = " ".join(f"{name}={value}" for name, value in (step.body or {}).items())
            state = f"{content['status']:<11} v{content['version']:<3}"
            self._screen.line(line, code, took, state, (sent, "dim"), clip=True)
        else:
            self._screen.line(line, code, took, f"refused: {content.get('code')}", clip=True)
            self._screen.line((f"        {content.get('detail', answer.text)}", code[1]))

    def _expect_problem(self, answer: httpx.Response) -> None:
        kind = answer.headers.get("content-type", "")
        if not kind.startswith("application/problem+json"):
            raise Unseen(f"The refusal had to be application/problem+json, but it was {kind}.")

    def _expect(self, execution: Execution, status: str, version: int) -> None:
        seen = (execution.get("status"), execution.get("version"))
        if seen != (status, version):
            raise Unseen(f"Expected {status} in version {version}, and received {seen}.")

    # ------------------------------------------------------------------ what came of it

    def _show_events(self, execution: Execution) -> None:
        def told(seen: Sequence[Heard]) -> list[Heard]:
            mine = [event for event in seen if event.detail["executionId"] == execution["id"]]
            return sorted(mine, key=lambda event: event.sequence)

        wanted = len(self._caused)
        events = told(self._tap.wait_for(lambda seen: len(told(seen)) >= wanted, _PATIENCE))
        for event in events:
            at = event.detail["metadata"]["occurredAt"]
            self._screen.line(
                f"  {event.sequence:>3}  {event.type:<20} ", (f"{event.source:<20}", "dim"), at
            )
        numbers = [event.sequence for event in events]
        if numbers != list(range(1, wanted + 1)):
            raise Unseen(f"The events had to be numbered 1 to {wanted}, but were {numbers}.")
        if (types := [event.type for event in events]) != self._caused:
            raise Unseen(f"The events had to be {self._caused}, but were {types}.")

    def _show_document(self, execution: Execution) -> None:
        database = self._where.env["MONGODB_DATABASE"]
        with MongoClient[Execution](
            self._where.env["MONGODB_URI"], tz_aware=True, serverSelectionTimeoutMS=5000
        ) as mongo:
            document = mongo[database].executions.find_one({"_id": execution["id"]})
        if document is None:
            raise Unseen(f"No document {execution['id']} in {database}.executions.")
        for name in ("_id", "serviceOrderId", "status", "version", "startDate", "endDate", "tasks"):
            self._screen.line((f"  {name:<16}", "dim"), _shown(document.get(name)))
        current = _json(self._http.get(f"/executions/{execution['id']}"))
        for source in (document, current):
            self._expect(source, "INVOICED", execution["version"])

    async def _show_history(self, execution: Execution) -> None:
        env = self._where.env
        config = ClientConfig.load_client_connect_config(override_env_vars=env)
        client = await Client.connect(**config)
        workflow = client.get_workflow_handle(f"execution-{execution['id']}")
        async with asyncio.timeout(_PATIENCE):
            while True:
                run = await workflow.describe()
                if run.status is not WorkflowExecutionStatus.RUNNING:
                    break
                await asyncio.sleep(0.1)
            history = await workflow.fetch_history()
        status = run.status.name if run.status else "unknown"
        self._say(f"{workflow.id}  {status}, {len(history.events)} history events")
        if run.status is not WorkflowExecutionStatus.COMPLETED:
            raise Unseen(f"The workflow had to be COMPLETED, but it is {status}.")
        path = f"/namespaces/{client.namespace}/workflows/{workflow.id}/{run.run_id}/history"
        self._screen.line("  ", (f"{self._where.ui_url}{path}", "cyan"))

    def _chapter(self, title: str) -> None:
        self._screen.line()
        self._screen.line((title, "bold"))

    def _say(self, text: str) -> None:
        self._screen.line(f"  {text}")


def _json(answer: httpx.Response) -> Execution:
    try:
        content = answer.json()
    except json.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}


def _short(text: str) -> str:
    return _UUID.sub(r"\1…", text)


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, list):
        return ", ".join(f"{task['description']}: {task['status']}" for task in value)
    return str(value)
