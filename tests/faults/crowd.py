"""All who use the service, over HTTP and by the bus, with what the seed has made up for them.

They do what the contract asks of a client: every command has a key, and is repeated under it until
its outcome is known. Some repeat what is done already.
"""

import json
import random
from functools import partial
from typing import Any
from uuid import UUID

import httpx

from deploy.dev import bus
from tests.faults.ledger import Ledger
from tests.stack.customer import Document, Order, until_known
from tests.stack.workshop import PATH, new_order, root_of

ACTIONS: dict[str, tuple[str, str, Document | None]] = {
    "assign": ("PATCH", "assign", {"technicianId": "?"}),
    "start": ("PATCH", "start", None),
    "pause": ("PATCH", "pause", {"reason": "lunch"}),
    "resume": ("PATCH", "resume", None),
    "add_task": ("POST", "tasks", {"description": "brakes", "estimatedDuration": 20}),
    "complete": ("PATCH", "complete", None),
    "cancel": ("PATCH", "cancel", {"reason": "sold the car"}),
    "mark_invoiced": ("PATCH", "invoice", None),
}
FORGETFUL = 0.1
"""Share of requests that ask for what has been given already."""
FLEETING = {"posicao", "os_notificada"}
"""Headers in which the answer to a repeat may differ."""


class Crowd:
    """`patience`, in seconds, is how long one asks again."""

    def __init__(
        self,
        api_url: str,
        dice: random.Random,
        ledger: Ledger,
        aws: bus.Clients,
        bus_name: str,
        patience: float,
    ) -> None:
        self._http = httpx.AsyncClient(
            trust_env=False,
            timeout=15.0,
            limits=httpx.Limits(max_connections=300),
            event_hooks={"response": [ledger.hear]},
        )
        self._url, self.root = api_url, root_of(api_url)
        self._dice, self._ledger = dice, ledger
        self._aws, self._bus, self._patience = aws, bus_name, patience

    async def close(self) -> None:
        await self._http.aclose()

    def key(self) -> str:
        return str(UUID(int=self._dice.getrandbits(128)))

    def order(self, budget: str | None = None) -> Order:
        order = Order(f"OS-{self.key()}", budget or f"BUD-{self.key()}", f"PAY-{self.key()}")
        self._ledger.orders.append(order)
        return order

    async def send(
        self, method: str, path: str, body: Any, key: str, url: str | None = None
    ) -> httpx.Response:
        """Once. The key is the correlation id as well, by which its effects are found."""
        headers = {"Idempotency-Key": key, "X-Correlation-ID": key}
        target = (url or self._url) + path
        return await self._http.request(method, target, json=body, headers=headers)

    async def insist(
        self, method: str, path: str, body: Any, key: str | None = None, url: str | None = None
    ) -> httpx.Response:
        """Asks until the outcome is known, and sometimes once more."""
        key, again = key or self.key(), self._dice.random() < FORGETFUL
        send = partial(self.send, method, path, body, key, url)
        answer = await until_known(send, self._patience)
        if again and answer.is_success:
            repeat = await until_known(send, self._patience)
            self._compare(path, answer.json(), repeat.json())
        return answer

    def _compare(self, path: str, first: Document, again: Document) -> None:
        changed = {
            name for name in first.keys() | again.keys() if first.get(name) != again.get(name)
        }
        if changed - FLEETING:
            told = {name: (first.get(name), again.get(name)) for name in sorted(changed)}
            self._ledger.outrages.append(f"{path}: a repeat was answered otherwise: {told}")

    async def opens(self, order: Order | None = None) -> Document:
        order = order or self.order()
        answer = await self.insist("POST", "/executions", order.request)
        return dict(answer.json())

    async def acts(self, execution: str, action: str, **how: Any) -> httpx.Response:
        method, path, body = ACTIONS[action]
        if action == "assign":
            body = {"technicianId": f"t-{self.key()}"}
        return await self.insist(method, f"/executions/{execution}/{path}", body, **how)

    def knows_resources(self, *ids: str) -> None:
        self._ledger.resources |= set(ids)

    async def queues(self) -> str:
        """Puts a service order into the queue, and gives the item's id."""
        number = new_order()
        self._ledger.items.add(number)
        added = await self.insist("POST", PATH, {"ordem_servico_id": number}, url=self.root)
        return str(added.json()["fila_id"])

    def pay(self, *orders: Order) -> None:
        """Puts their payments on the bus, ten at a time."""
        self._ledger.sent |= {order.id for order in orders}
        self._publish([json.dumps(order.paid) for order in orders])

    def poison(self, order: Order) -> None:
        """A payment that lacks its budget."""
        self._ledger.poisonous.add(order.id)
        self._ledger.orders.remove(order)
        self._publish([json.dumps({**order.paid, "budgetId": None})])

    def _publish(self, details: list[str]) -> None:
        for first in range(0, len(details), 10):
            answer = self._aws.events.put_events(
                Entries=[
                    {
                        "Source": "payment-service",
                        "DetailType": "PaymentCompleted",
                        "Detail": detail,
                        "EventBusName": self._bus,
                    }
                    for detail in details[first : first + 10]
                ]
            )
            assert answer["FailedEntryCount"] == 0
