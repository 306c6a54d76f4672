"""The database is lost while everybody works; what readers saw is regrown from the workflows."""

import asyncio
import shutil
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from deploy.dev.ports import Ports
from deploy.dev.stack import Stack
from tests.conftest import VISIBILITY_SECONDS, eventually
from tests.stack.customer import Customer, Order
from tests.stack.faults import killed
from tests.stack.programs import rebuild
from tests.stack.workshop import Workshop


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One of its own: others would miss their data, and their workflows are told to fakes."""
    folder = tmp_path_factory.mktemp("rebuild")
    with Stack(folder, Ports.free(), visibility_seconds=VISIBILITY_SECONDS) as stack:
        yield stack


def lose_the_database(stack: Stack) -> None:
    with killed(stack, "mongo"):
        data = stack.folder / "mongo"
        shutil.rmtree(data)
        data.mkdir()


async def readers_see(customer: Customer, workshop: Workshop, *ids: str) -> list[Any]:
    """All that can be read of what nobody works on."""
    items = await workshop.lists()
    listed = await customer.http.get("/executions", params={"status": "INVOICED"})
    return [
        *[(await customer.sees(each), await customer.history(each)) for each in ids],
        *[(item, await workshop.history(item["fila_id"])) for item in items],
        listed.json(),
    ]


async def test_what_was_lost_under_load_is_regrown_for_all_readers(
    stack: Stack, customer: Customer, workshop: Workshop
) -> None:
    order, key = Order(), str(uuid4())
    closed, resting, *busy = [(await customer.create())["id"] for _ in range(4)]
    created = await customer.http.post(
        "/executions", json=order.request, headers={"Idempotency-Key": key}
    )
    for action in ("start", "complete", "invoice"):
        await customer.does(closed, action)
    for execution in (resting, *busy):
        await customer.does(execution, "start")
    item, removed = await workshop.adds_many("ALTA", "NORMAL")
    await workshop.does(item["fila_id"], "iniciar-diagnostico", {"mecanico_responsavel_id": 7})
    await workshop.sees_told(item["fila_id"], "EM_DIAGNOSTICO")
    await workshop.removes(removed["fila_id"])
    before = await readers_see(customer, workshop, closed, resting)

    async with customer.at_work(*busy):
        await asyncio.to_thread(lose_the_database, stack)
        lost = await rebuild(stack, "--check")
        rebuilt = await rebuild(stack)
        checked_at_work = await rebuild(stack, "--check")
    checked = await eventually(
        lambda: rebuild(stack, "--check"), lambda seen: not seen.facts["owing"]
    )

    assert (lost.code, rebuilt.code, checked_at_work.code, checked.code) == (1, 0, 0, 0)
    assert (checked.facts["drift"], checked.facts["unverifiable"]) == ({}, 0)
    assert await readers_see(customer, workshop, closed, resting) == before
    assert (await workshop.asks("GET", f"/{removed['fila_id']}")).status_code == 404
    for execution in busy:
        entries = await customer.history(execution)
        version = (await customer.sees(execution))["version"]
        assert [entry["sequence"] for entry in entries] == list(range(1, version + 1))
    repeated = await customer.http.post(
        "/executions", json=order.request, headers={"Idempotency-Key": key}
    )
    assert repeated.headers["Idempotency-Replayed"] == "true"
    assert repeated.json() == created.json()
    taken = await customer.http.post("/executions", json=Order(budget=order.budget).request)
    assert taken.status_code == 409
