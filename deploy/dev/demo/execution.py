"""A payment on the bus, and the execution that has to come of it, to its invoice."""

import uuid
from datetime import UTC, datetime

from deploy.dev.demo import steps
from deploy.dev.demo.asking import Asking
from deploy.dev.demo.outside import Outside
from deploy.dev.demo.page import Document, Page

_SHOWN = ("_id", "serviceOrderId", "status", "version", "startDate", "endDate", "tasks")


class ExecutionStory:
    def __init__(self, page: Page, outside: Outside, executions: Asking) -> None:
        self._page, self._outside, self._executions = page, outside, executions
        self._caused: list[str] = []  # the events that have to come, in their order

    def tell(self) -> None:
        self._page.chapter("A payment arrives on the bus")
        execution = self._pay()
        self._page.chapter(f"The workshop works on it over HTTP, at {self._executions.url}")
        execution = self._work(execution)
        self._page.chapter("What the bus told everybody, received on a queue of the demo's own")
        self._outside.show_events("executionId", execution["id"], self._caused)
        self._page.chapter("The document that other teams read")
        self._show_document(execution)
        self._page.chapter("What operators see in Temporal")
        self._outside.show_history(f"execution-{execution['id']}")

    def _pay(self) -> Document:
        order = f"OS-{uuid.uuid4()}"
        self._outside.publish("payment-service", "PaymentCompleted", payment_of(order))
        execution, after = self._executions.wait_for("", _first, serviceOrderId=order)
        self._page.say(f"readable over HTTP after {after:.0f} ms: execution {execution['id']}")
        self._executions.expect(execution, "SCHEDULED", 1)
        self._caused.append("ExecutionScheduled")
        return execution

    def _work(self, execution: Document) -> Document:
        its = execution["id"]
        execution = self._take(steps.until_a_task_exists(its), execution)
        task = execution["tasks"][0]["taskId"]
        execution = self._take(steps.until_it_goes_on(its, task), execution)
        self._executions.ask(steps.started_twice(its))
        return self._take(steps.until_invoiced(its), execution)

    def _take(self, wanted: steps.Steps, execution: Document) -> Document:
        for step in wanted:
            execution = self._executions.take(step, execution)
            self._caused.append(step.event)
        return execution

    def _show_document(self, execution: Document) -> None:
        document = self._outside.document("executions", execution["id"])
        for name in _SHOWN:
            self._page.fact(name, _shown(document.get(name)))
        self._executions.expect(document, "INVOICED", execution["version"])
        current, _ = self._executions.wait_for(f"/{execution['id']}", readable)
        self._executions.expect(current, "INVOICED", execution["version"])


def payment_of(order: str) -> Document:
    return {
        "paymentId": f"PAY-{uuid.uuid4()}",
        "budgetId": f"BUD-{uuid.uuid4()}",
        "serviceOrderId": order,
        "completedAt": now(),
    }


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def readable(answer: Document) -> Document | None:
    return answer if "id" in answer else None


def _first(answer: Document) -> Document | None:
    found: list[Document] = answer.get("executions", [])
    return found[0] if found else None


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, list):
        return ", ".join(f"{task['description']}: {task['status']}" for task in value)
    return str(value)
