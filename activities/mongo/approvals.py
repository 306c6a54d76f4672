"""Approvals of service orders' budgets, whether or not the orders are in the queue yet.

An approval belongs to one stay in the queue: it is bound to the order's item as soon as there is
one, and is of no use to another item of the same order that comes later.
"""

from pymongo.errors import DuplicateKeyError

from activities.mongo.client import Collection
from domain.kernel.values import Instant, Value


class Approval(Value):
    """An approval; `message_id` is that of the message that brought it. With `withdrawn_at`, the
    customer has rejected the budget after all."""

    approved_at: Instant
    budget_id: str | None = None
    message_id: str | None = None
    queue_item_id: str | None = None
    withdrawn_at: Instant | None = None

    def holds_for(self, queue_item_id: str | None) -> bool:
        return self.withdrawn_at is None and self.queue_item_id in {None, queue_item_id}

    def covers(self, other: "Approval") -> bool:
        """True if the other is the same approval once more, or one that was withdrawn before it
        came."""
        if other.budget_id != self.budget_id:
            return False
        repeated = other.message_id is not None and other.message_id == self.message_id
        overtaken = self.withdrawn_at is not None and other.approved_at <= self.withdrawn_at
        return repeated or overtaken or other.approved_at == self.approved_at


class Approvals:
    def __init__(self, collection: Collection) -> None:
        self._approvals = collection

    async def record(self, service_order_id: int, approval: Approval) -> Approval:
        """Returns the approval that holds now: the first one of this stay in the queue."""
        document = {"_id": service_order_id, **approval.model_dump()}
        try:
            await self._approvals.insert_one(document)
        except DuplicateKeyError:
            known = await self.of(service_order_id)
            if known and (known.holds_for(approval.queue_item_id) or known.covers(approval)):
                return known
            await self._approvals.replace_one({"_id": service_order_id}, document, upsert=True)
        return approval

    async def bind(self, service_order_id: int, queue_item_id: str) -> None:
        """Gives the order's approval to this item, unless it belongs to one already."""
        known = await self.of(service_order_id)
        if known and known.queue_item_id is None:
            bound = known.model_copy(update={"queue_item_id": queue_item_id})
            # Unless there is another one by now.
            same = {"_id": service_order_id, "approvedAt": known.approved_at, "queueItemId": None}
            await self._approvals.replace_one(same, {"_id": service_order_id, **bound.model_dump()})

    async def withdraw(self, service_order_id: int, budget_id: str | None, at: Instant) -> None:
        """Withdraws also an approval that is still to come, if it was given before `at`."""
        known = await self.of(service_order_id)
        if known is None:
            known = Approval(approved_at=at, budget_id=budget_id)
        if budget_id not in {None, known.budget_id} and known.budget_id is not None:
            return  # another budget's
        withdrawn = known.model_copy(update={"withdrawn_at": at})
        document = {"_id": service_order_id, **withdrawn.model_dump()}
        await self._approvals.replace_one({"_id": service_order_id}, document, upsert=True)

    async def of(self, service_order_id: int) -> Approval | None:
        found = await self._approvals.find_one({"_id": service_order_id})
        return Approval.model_validate(found) if found else None
