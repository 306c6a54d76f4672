"""A payment on the bus, and the execution that has to come of it, to its invoice."""

import uuid
from datetime import UTC, datetime

from deploy.dev.demo import followed, steps
from deploy.dev.demo.asking import Asking
from deploy.dev.demo.followed import Followed
from deploy.dev.demo.outside import Outside
from deploy.dev.demo.page import Document, Page

_SHOWN = ("_id", "serviceOrderId", "status", "version", "startDate", "endDate", "tasks")


class ExecutionStory:
    def __init__(self, page: Page, outside: Outside, executions: Asking) -> None:
        self._page, self._outside, self._executions = page, outside, executions

    def tell(self) -> None:
        self._page.chapter("A payment arrives on the bus")
        paid = self._pay()
        self._page.chapter(f"The workshop works on it over HTTP, at {self._executions.url}")
        self._work(paid)
        self._page.chapter("What the bus told everybody, received on a queue of the demo's own")
        paid.show_events()
        self._page.chapter("The document that other teams read")
        self._show_document(paid)
        self._page.chapter("What operators see in Temporal")
        paid.show_history()

    def _pay(self) -> Followed:
        order = f"OS-{uuid.uuid4()}"
        self._outside.publish("payment-service", "PaymentCompleted", payment_of(order))
        execution, after = self._executions.wait_for("", _first, serviceOrderId=order)
        self._page.say(f"readable over HTTP after {after:.0f} ms: execution {execution['id']}")
        paid = followed.execution(self._executions, self._outside, execution["id"])
        self._executions.expect(execution, "SCHEDULED", paid.version)
        return paid

    def _work(self, paid: Followed) -> None:
        execution = paid.take(*steps.until_a_task_exists(paid.id))
        task = execution["tasks"][0]["taskId"]
        paid.take(*steps.until_it_goes_on(paid.id, task))
        self._executions.ask(steps.started_twice(paid.id))
        paid.take(*steps.until_invoiced(paid.id))

    def _show_document(self, paid: Followed) -> None:
        document = self._outside.document("executions", paid.id)
        for name in _SHOWN:
            self._page.fact(name, _shown(document.get(name)))
        self._executions.expect(document, "INVOICED", paid.version)
        current, _ = self._executions.wait_for(f"/{paid.id}", readable)
        self._executions.expect(current, "INVOICED", paid.version)


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
