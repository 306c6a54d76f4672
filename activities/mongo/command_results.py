"""Answers of an aggregate that is over: its workflow is gone, and repeated commands still come."""

from collections.abc import Mapping

from pydantic import JsonValue

from activities.mongo.client import Collection
from domain.kernel.aggregate import Answer, State


class Answers:
    def __init__(self, collection: Collection) -> None:
        self._answers = collection

    async def keep(self, aggregate_id: str, answers: Mapping[str, JsonValue]) -> None:
        """Replaces those that were kept before; `answers` are by Idempotency-Key, as JSON."""
        if not answers:
            return
        # Listed, because a key may hold what the name of a field may not.
        given = [{"key": key, "answer": answer} for key, answer in answers.items()]
        await self._answers.replace_one(
            {"_id": aggregate_id}, {"_id": aggregate_id, "given": given}, upsert=True
        )

    async def forget(self, aggregate_id: str) -> None:
        await self._answers.delete_one({"_id": aggregate_id})

    async def of(self, kind: type[State], aggregate_id: str) -> dict[str, Answer[State]]:
        found = await self._answers.find_one({"_id": aggregate_id})
        given = found["given"] if found else []
        answer = Answer[kind]  # type: ignore[valid-type]  # a type that is known at run time
        return {each["key"]: answer.model_validate(each["answer"]) for each in given}

    async def any_of(self, aggregate_id: str) -> bool:
        return await self._answers.find_one({"_id": aggregate_id}, {"_id": 1}) is not None
