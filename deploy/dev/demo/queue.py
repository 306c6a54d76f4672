"""Three service orders in the workshop's queue, and the way of the most urgent one to its end."""

import time
from contextlib import suppress

import httpx

from deploy.dev.demo import steps
from deploy.dev.demo.asking import Asking, Step
from deploy.dev.demo.execution import now, payment_of, readable
from deploy.dev.demo.followed import Followed
from deploy.dev.demo.outside import Outside
from deploy.dev.demo.page import Document, Page, Unseen

_MECHANIC = 7
_ADDED = ("NORMAL", "URGENTE", "ALTA")
_IN_ORDER = ["URGENTE", "ALTA", "NORMAL"]
_GIVEN_OUT = ("AGUARDANDO_DIAGNOSTICO", "AGUARDANDO_REPARO")
_ALLOWED = ["finalizar-diagnostico", "prioridade", "remover"]
_TOLD = ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO", "EM_EXECUCAO", "FINALIZADA"]


class QueueStory:
    def __init__(
        self, page: Page, outside: Outside, queue: Asking, executions: Asking, orders: Asking
    ) -> None:
        self._page, self._outside = page, outside
        self._queue, self._executions, self._orders = queue, executions, orders
        self._left_behind: list[tuple[Asking, Step]] = []

    def tell(self) -> None:
        try:
            self._tell()
        except BaseException:
            self._tidy_up(Unseen, httpx.HTTPError)
            raise
        self._tidy_up()

    def _tell(self) -> None:
        self._page.chapter(f"Three service orders enter the workshop's queue, at {self._queue.url}")
        added = [self._add(*each) for each in enumerate(_ADDED, _unused_number())]
        self._page.chapter("The queue, in its order")
        first = self._show_order([each["fila_id"] for each in added])
        item, order = self._followed(first), str(first["ordem_servico_id"])
        self._page.chapter("A mechanic takes the next one and finds out what is wrong")
        self._diagnose(item)
        self._page.chapter("The customer approves the budget and pays, on the bus")
        self._approve(item, order)
        self._pay(item, order)
        self._page.chapter("The repair")
        item.take(*steps.repaired(item.id))
        self._page.chapter("What the OS service was told, as it says itself")
        self._show_told(order)
        self._page.chapter("What the bus told everybody of this item")
        item.show_events()
        self._page.chapter("What operators see of it in Temporal")
        item.show_history()

    def _tidy_up(self, *forgiven: type[Exception]) -> None:
        self._page.chapter("The demo removes its items, and cancels the work that was paid for")
        for asking, step in self._left_behind:
            with suppress(*forgiven):
                asking.ask(step)

    # ------------------------------------------------------------------ from the queue to its end

    def _add(self, order: int, priority: str) -> Document:
        item = self._queue.take(steps.added(order, priority), 1)
        self._left_behind.append((self._queue, steps.removed(item["fila_id"])))
        return item

    def _show_order(self, ours: list[str]) -> Document:
        """Returns the one that the next mechanic is going to be given."""

        def complete(answer: Document) -> Document | None:
            seen = {item["fila_id"] for item in answer.get("all", [])}
            return answer if seen >= set(ours) else None

        answer, _ = self._queue.wait_for("", complete, status="AGUARDANDO")
        waiting = answer["all"]
        mine = [item for item in waiting if item["fila_id"] in ours]
        for item in mine:
            place = f"  {item['posicao']:>3}  {item['prioridade']:<8} {item['etapa']:<22}  "
            self._page.line(place, (f"service order {item['ordem_servico_id']}", "dim"))
        if [item["prioridade"] for item in mine] != _IN_ORDER:
            raise Unseen(f"They had to stand in the order {_IN_ORDER}.")
        if next(each for each in waiting if each["etapa"] in _GIVEN_OUT) != mine[0]:
            raise Unseen(
                "An urgent item of somebody else comes first, and a mechanic of the demo would "
                "take it away: work on it or remove it, then start the demo again."
            )
        return dict(mine[0])

    def _followed(self, item: Document) -> Followed:
        its, workflow_id = item["fila_id"], f"fila-{item['ordem_servico_id']}"
        return Followed(self._queue, self._outside, its, its, workflow_id, ["QueueItemAdded"])

    def _diagnose(self, item: Followed) -> None:
        item.take(steps.next_one(_MECHANIC))
        problem = self._queue.ask(steps.finished_before_it_began(item.id))
        allowed = problem["acoes_permitidas"]
        self._page.line((f"         acoes_permitidas: {', '.join(allowed)}", "yellow"))
        if allowed != _ALLOWED:
            raise Unseen(f"The refusal had to name what is allowed: {_ALLOWED}.")
        item.take(steps.diagnosed(item.id))

    def _approve(self, item: Followed, order: str) -> None:
        approval = {"serviceOrderId": order, "budgetId": f"BUD-{order}", "approvedAt": now()}
        self._outside.publish("budget-service", "BudgetApproved", approval)
        self._wait_for("orcamento_aprovado_em", "QueueItemApproved", item)

    def _pay(self, item: Followed, order: str) -> None:
        self._outside.publish("payment-service", "PaymentCompleted", payment_of(order))
        its = self._wait_for("execucao_id", "QueueItemLinked", item)
        self._left_behind.append((self._executions, steps.cancelled(its)))
        execution, _ = self._executions.wait_for(f"/{its}", readable)
        queue_item = execution.get("queueItemId")
        self._page.say(f"{'and, in return':<22} queueItemId of that execution = {queue_item}")
        if queue_item != item.id:
            raise Unseen(f"The execution had to name the item {item.id}.")

    def _wait_for(self, field: str, event: str, item: Followed) -> str:
        """The field of the item, as soon as a message of the bus has filled it."""
        path = f"/{item.id}"
        seen, after = self._queue.wait_for(path, lambda each: each if each.get(field) else None)
        self._page.say(f"{f'seen after {after:.0f} ms:':<22} {field} = {seen[field]}")
        item.caused.append(event)
        self._queue.expect(seen, "AGUARDANDO_REPARO", item.version)
        return str(seen[field])

    def _show_told(self, service_order: str) -> None:
        def all_told(order: Document) -> Document | None:
            return order if len(order["historico"]) >= len(_TOLD) else None

        order, _ = self._orders.wait_for(f"/{service_order}", all_told)
        for number, status in enumerate(order["historico"], 1):
            self._page.line(f"  {number:>3}  {status}")
        if order["historico"] != _TOLD:
            raise Unseen(f"It had to be told {_TOLD}.")


def _unused_number() -> int:
    """Number of a service order; it grows ten times a second, and no demo is over so soon."""
    return int(time.time() * 10) % 10**10
