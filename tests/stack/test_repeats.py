"""Twenty commands at once: repeats have one effect, rivals have one winner."""

import asyncio
from collections import Counter

from tests.stack.customer import Customer


async def test_twenty_repeats_under_one_key_have_one_effect_and_are_all_answered(
    customer: Customer,
) -> None:
    execution = (await customer.create())["id"]

    answers = await asyncio.gather(
        *(customer.insists(execution, "start", key="start-once") for _ in range(20))
    )

    assert Counter(answer.status_code for answer in answers) == {200: 20}
    assert {answer.json()["version"] for answer in answers} == {2}
    fresh = [answer for answer in answers if "Idempotency-Replayed" not in answer.headers]
    assert len(fresh) <= 1
    assert len(await customer.history(execution)) == 2


async def test_of_twenty_rivals_one_starts_and_the_others_are_refused(customer: Customer) -> None:
    execution = (await customer.create())["id"]

    answers = await asyncio.gather(
        *(customer.insists(execution, "start", key=f"rival-{number}") for number in range(20))
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}
    problem = next(answer.json() for answer in answers if answer.status_code == 409)
    assert problem["currentStatus"] == "IN_PROGRESS"
    assert problem["allowedTransitions"] == ["PAUSED", "COMPLETED", "CANCELLED"]
    assert len(await customer.history(execution)) == 2


async def test_twenty_different_commands_are_all_done(customer: Customer) -> None:
    execution = (await customer.create())["id"]

    answers = await asyncio.gather(
        *(
            customer.insists(execution, "assign", {"technicianId": f"tech-{number}"})
            for number in range(20)
        )
    )

    assert Counter(answer.status_code for answer in answers) == {200: 20}
    assert sorted(answer.json()["version"] for answer in answers) == list(range(2, 22))
    sequences = [entry["sequence"] for entry in await customer.history(execution)]
    assert sequences == list(range(1, 22))
