"""Which service orders' budgets have been approved, whether or not they are in the queue yet."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo.errors import DuplicateKeyError

from domain.model import Instant, Value


class Approval(Value):
    approved_at: Instant
    budget_id: str


class Approvals:
    def __init__(self, collection: "AsyncIOMotorCollection[dict[str, Any]]") -> None:
        self._approvals = collection

    async def record(self, service_order_id: int, approval: Approval) -> None:
        """The first one counts."""
        try:
            await self._approvals.insert_one({"_id": service_order_id, **approval.model_dump()})
        except DuplicateKeyError:
            return

    async def of(self, service_order_id: int) -> Approval | None:
        found = await self._approvals.find_one({"_id": service_order_id})
        return Approval.model_validate(found) if found else None
