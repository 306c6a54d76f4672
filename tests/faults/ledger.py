"""Requests of clients, and the answers that they had."""

from collections import Counter

import httpx

from tests.faults.agendas import Promise, promised
from tests.faults.evidence import Answered
from tests.stack.customer import Document, Order
from workflows.contract import execution_id

IDS = {"id": "", "fila_id": "", "technicianId": "technician-", "bayId": "bay-"}
"""Fields that hold the id, the first that is there, and what the aggregate's id begins with."""
EXCUSED = {409, 412, 429, 503, 504}
"""Statuses that a client may be answered instead of 2xx, whatever is broken; a retry or a decision
heals."""
HURRIED = {429, 503, 504}


class Ledger:
    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.items: set[int] = set()
        self.answered: list[Answered] = []
        self.statuses: Counter[int] = Counter()
        self.outrages: list[str] = []
        self.plans: Counter[int] = Counter()
        """Statuses of the answers to plans."""
        self.promises: set[Promise] = set()
        self.resources: set[str] = set()
        self.sent: set[str] = set()
        self.poisonous: set[str] = set()

    async def hear(self, answer: httpx.Response) -> None:
        """A hook of the client that everybody here uses."""
        asked = answer.request
        self.statuses[answer.status_code] += 1
        if asked.url.path.endswith("/plan"):
            self.plans[answer.status_code] += 1
        if not answer.is_success and answer.status_code not in EXCUSED:
            self.outrages.append(f"{asked.method} {asked.url.path}: {answer.status_code}")
        if answer.status_code in HURRIED and "Retry-After" not in answer.headers:
            self.outrages.append(f"{answer.status_code} without Retry-After")
        key = asked.headers.get("Idempotency-Key")
        if answer.is_success and key and asked.method != "GET":
            await answer.aread()
            body = answer.json()
            version = body.get("version") or body["versao"]
            self.answered.append(Answered(key, aggregate_id_of(body), version))
            self.promises |= promised(body)

    @property
    def aggregates(self) -> list[str]:
        """All that there is, or may be without anybody's having been told."""
        known = {answer.aggregate_id for answer in self.answered} | self.resources
        return sorted(known | {execution_id(order.id) for order in self.orders})


def aggregate_id_of(body: Document) -> str:
    return next(f"{prefix}{body[name]}" for name, prefix in IDS.items() if name in body)
