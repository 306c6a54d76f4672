"""Plans are broken off between hold, commitment and claims; they race; their agendas are ended."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import httpx
from temporalio.service import RPCError

from tests.conftest import eventually
from tests.faults.experiments.crashes import BUSY_WITHIN, grows
from tests.faults.rigged_plans import CLAIMS
from tests.faults.site import HOLD_SECONDS
from tests.faults.trial import HEALS_WITHIN, Experiment, Trial
from tests.stack.customer import Document
from tests.stack.faults import bring_back, end_by_force
from tests.stack.programs import run

SLOTS, PAIRS = 8, 10
LOOKS_EVERY = 0.5
GRACE = 10.0
"""Seconds within which an execution is asked what has become of a hold."""
LONGEST_RACE = 30.0


def api_dies_after(step: str) -> Experiment:
    """Half of those whose connection breaks off come again; the others want nothing any more."""

    async def experiment(trial: Trial) -> None:
        for number in range(trial.size.times):
            slots = _slots(trial, number)
            owners = await _opened(trial, SLOTS)
            keys = [trial.crowd.key() for _ in owners]
            fuse = trial.site.lights_fuse(step, trial.dice.randint(2, SLOTS // 2))
            sending = asyncio.gather(
                *(
                    trial.crowd.send("PATCH", _plan(owner), slot, key)
                    for owner, slot, key in zip(owners, slots, keys, strict=True)
                ),
                return_exceptions=True,
            )
            await eventually(fuse.exists, lambda burning: not burning, within=BUSY_WITHIN)
            died, broken = time.monotonic(), await sending
            await _brought_back(trial, "api")
            trial.notes.append(f"{SLOTS - _count(broken)} of {SLOTS} plans were broken off")
            await _all_planned(trial, owners[::2], slots[::2], keys=keys[::2])
            await _lapsed(trial, died)
            await _each_slot_is_free_or_booked(trial, slots, owners)

    return experiment


async def worker_dies_before_claims(trial: Trial) -> None:
    """Plans are certain and not claimed when it dies, for longer than time is held but for the
    short size. As it comes back, others want the same time."""
    dead = HOLD_SECONDS + 5 if trial.size.patient else trial.size.outage
    worker = trial.site.stack.process("worker")
    for number in range(trial.size.times):
        slots, owners = _slots(trial, number), await _opened(trial, SLOTS)
        rivals = await _opened(trial, SLOTS)
        with trial.site.closed(CLAIMS):
            answers = await _all_planned(trial, owners, slots)
            await asyncio.to_thread(end_by_force, worker)
        trial.notes.append(f"{_count(answers)} plans were certain before {dead:g} s without it")
        await asyncio.sleep(dead)
        back = time.monotonic()
        await asyncio.to_thread(bring_back, trial.site.stack, worker.name)
        _expect_one_winner(trial, answers, await _all_planned(trial, rivals, slots), at_least=1)
        await trial.heals(back)
        await _lapsed(trial, back)


async def plans_cross(trial: Trial) -> None:
    """Two want the same bay and the same technicians, whom they name the other way round."""
    floor, urls = trial.floor, trial.site.api_urls
    for number in range(trial.size.times):
        slots = [
            {**slot, "bayId": floor.bays[0], "technicianIds": list(floor.technicians[:2])}
            for slot in _slots(trial, number, PAIRS * len(floor.technicians))
        ][:: len(floor.technicians)]
        crossing = [{**slot, "technicianIds": slot["technicianIds"][::-1]} for slot in slots]
        ones, others = await _opened(trial, PAIRS), await _opened(trial, PAIRS)
        since = time.monotonic()
        answers = await asyncio.gather(
            _all_planned(trial, ones, slots, urls[0]),
            _all_planned(trial, others, crossing, urls[1]),
        )
        took = time.monotonic() - since
        trial.notes.append(f"{2 * PAIRS} plans at once were answered within {took:.1f} s")
        if took > LONGEST_RACE:
            trial.ledger.outrages.append(f"plans that cross have waited for {took:.0f} s")
        _expect_one_winner(trial, *answers, at_least=1)


async def agenda_is_ended(trial: Trial) -> None:
    """By an operator's mistake, in the midst of planning; another one takes it up again, and once
    all is quiet even from its snapshot alone."""
    async with trial.planning():
        for _ in range(trial.size.times):
            await grows(trial.ledger.promises, by=2)
            resource = trial.dice.choice(sorted(trial.ledger.resources))
            await _ended_and_reopened(trial, resource)
    before = await _lapsed(trial, time.monotonic())
    for resource in sorted(trial.ledger.resources)[:2]:
        await _ended_and_reopened(trial, resource, "--from-snapshot")
    after = await trial.witness.agendas()
    if before != after:
        trial.ledger.outrages.append(f"agendas have changed from {before} to {after}")


async def workers_are_replaced(trial: Trial) -> None:
    """In good order, under planners. A plan is several calls, so one may have to be repeated."""
    async with trial.planning():
        for _ in range(trial.size.times):
            async with trial.second("worker"):
                await trial.restart("worker")


async def _ended_and_reopened(trial: Trial, resource: str, *how: str) -> None:
    since = time.monotonic()
    await trial.temporal.get_workflow_handle(resource).terminate("by mistake")
    if not how:
        await asyncio.sleep(trial.dice.random())
    reopened = await run(trial.site.stack, "api.reopen", *how, resource)
    if reopened.code:
        trial.ledger.outrages.append(f"{resource} was not reopened: {reopened.facts}")
    trial.recoveries.append(time.monotonic() - since)


async def _lapsed(trial: Trial, since: float) -> object:
    """The agendas, as soon as none is held any more."""

    async def held() -> list[str]:
        await asyncio.sleep(LOOKS_EVERY)
        try:
            agendas = await trial.witness.agendas()
        except RPCError as failure:  # a query that has got lost
            return [str(failure)]
        return [execution for each in agendas for execution, _ in each.holds]

    first = await held()
    await eventually(held, lambda left: not left, within=HOLD_SECONDS + HEALS_WITHIN)
    took = time.monotonic() - since
    trial.notes.append(f"{len(first)} holds were left; all time was free after {took:.1f} s")
    if first and took > HOLD_SECONDS + GRACE:
        trial.ledger.outrages.append(f"time was held for {took:.0f} s")
    return await trial.witness.agendas()


async def _each_slot_is_free_or_booked(
    trial: Trial, slots: list[Document], owners: list[str]
) -> None:
    """Somebody else gets just what those who broke off have not got."""
    known = await asyncio.gather(*(_state(trial, owner) for owner in owners))
    trial.notes.append(f"{known.count('BOOKED')} of {len(owners)} owners were booked")
    rivals = await _opened(trial, len(slots))
    answers = await _all_planned(trial, rivals, slots)
    for state, answer in zip(known, answers, strict=True):
        if (state == "BOOKED") == answer.is_success:
            told = f"an owner's plan is {state}, and the other's {answer.status_code}"
            trial.ledger.outrages.append(told)


async def _state(trial: Trial, execution: str) -> str | None:
    path = f"/executions/{execution}?consistency=strong"
    plan = (await trial.crowd.insist("GET", path, None)).json().get("plan")
    return plan["state"] if plan else None


def _expect_one_winner(
    trial: Trial, ones: list[httpx.Response], others: list[httpx.Response], at_least: int = 0
) -> None:
    for pair in zip(ones, others, strict=True):
        won = sum(each.is_success for each in pair)
        if not at_least <= won <= 1:
            told = [(each.status_code, each.text) for each in pair]
            trial.ledger.outrages.append(f"{won} of two have got the same time: {told}")


async def _opened(trial: Trial, count: int) -> list[str]:
    opened = await asyncio.gather(*(trial.crowd.opens() for _ in range(count)))
    return [each["id"] for each in opened]


async def _all_planned(
    trial: Trial,
    executions: Sequence[str],
    slots: Sequence[Document],
    url: str | None = None,
    keys: Sequence[str] = (),
) -> list[httpx.Response]:
    """The answers, once their outcome is known."""
    keys = keys or [trial.crowd.key() for _ in executions]
    asked = zip(executions, slots, keys, strict=True)
    return await asyncio.gather(
        *(trial.crowd.insist("PATCH", _plan(id_), slot, key, url) for id_, slot, key in asked)
    )


async def _brought_back(trial: Trial, name: str) -> None:
    await asyncio.to_thread(trial.site.stack.process(name).stop)
    await asyncio.to_thread(bring_back, trial.site.stack, name)


def _slots(trial: Trial, number: int, count: int = SLOTS) -> list[Document]:
    """Others in each turn."""
    days = timedelta(days=1 + 2 * number)
    return trial.floor.slots(datetime.now(UTC) + days, count)


def _plan(execution: str) -> str:
    return f"/executions/{execution}/plan"


def _count(answers: Sequence[httpx.Response | BaseException]) -> int:
    """Answers that grant what was asked."""
    return sum(isinstance(each, httpx.Response) and each.is_success for each in answers)
