"""Many want the same thing at the same moment."""

import asyncio
import statistics
import time
from collections import Counter

import httpx

from tests.faults.trial import Trial
from tests.stack.customer import Document
from tests.stack.faults import frozen

TWENTY = range(20)
STANDSTILL = 4.0
"""Seconds: longer than the API itself tries again."""
MANY, LOOK_AT = 2_500, 200


async def two_apis(trial: Trial) -> None:
    """Each command is sent to both, and so is each wish to have a budget."""
    await asyncio.gather(*(_raced(trial) for _ in range(trial.size.executions)))


async def _raced(trial: Trial) -> None:
    crowd, urls = trial.crowd, trial.site.api_urls
    first = crowd.order()
    rivals = [first, crowd.order(budget=first.budget)]
    created = await asyncio.gather(
        *(
            crowd.insist("POST", "/executions", order.request, url=url)
            for order, url in zip(rivals, urls, strict=True)
        )
    )
    if sorted(each.status_code for each in created) != [201, 409]:
        statuses = [each.status_code for each in created]
        trial.ledger.outrages.append(f"two orders with one budget: {statuses}")
    made: Document = next(each for each in created if each.status_code == 201).json()
    for action in ("start", "pause", "resume", "assign"):
        key, path = crowd.key(), f"/executions/{made['id']}/{action}"
        body = {"technicianId": "t-1"} if action == "assign" else None
        answers = await asyncio.gather(
            *(crowd.insist("PATCH", path, body, key, url) for url in urls)
        )
        _expect_alike(trial, action, answers)


def _expect_alike(trial: Trial, action: str, answers: list[httpx.Response]) -> None:
    if len({answer.text for answer in answers}) != 1:
        told = [(each.status_code, each.text) for each in answers]
        trial.ledger.outrages.append(f"{action} under one key was answered in two ways: {told}")


async def twenty_at_once(trial: Trial) -> None:
    """Requests while the worker stands still: Temporal holds ten for one workflow, and refuses the
    others for now."""
    for _ in range(trial.size.times):
        execution = (await trial.crowd.opens())["id"]
        path = f"/executions/{execution}/assign"
        asked = [({"technicianId": f"t-{number}"}, trial.crowd.key()) for number in TWENTY]
        with frozen(trial.site.stack, "worker"):
            sending = asyncio.gather(
                *(trial.crowd.send("PATCH", path, body, key) for body, key in asked)
            )
            await asyncio.sleep(STANDSTILL)
        told = Counter(answer.status_code for answer in await sending)
        trial.notes.append(f"first answers {dict(told)}")
        if not told[429] + told[503]:
            trial.ledger.outrages.append(f"nobody was told to come again: {dict(told)}")
        await asyncio.gather(*(trial.crowd.insist("PATCH", path, *each) for each in asked))


async def one_long_life(trial: Trial) -> None:
    """Over many runs of its workflow the state, the answers and the history stay what they are."""
    execution = (await trial.crowd.opens())["id"]
    await trial.crowd.acts(execution, "start")
    count = MANY if trial.size.messages >= MANY // 2 else trial.size.messages
    took: list[float] = []
    for _ in range(count):
        begun = time.perf_counter()
        await trial.crowd.acts(execution, "assign")
        took.append((time.perf_counter() - begun) * 1000)
    early, late = (statistics.median(part) for part in (took[:LOOK_AT], took[-LOOK_AT:]))
    trial.notes.append(f"{count} commands: p50 {early:.1f} ms at first, {late:.1f} ms at last")
