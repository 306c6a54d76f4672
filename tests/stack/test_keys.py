"""Promises of an Idempotency-Key hold on real processes, whatever happens between repeats."""

import asyncio
from collections import Counter
from uuid import uuid4

import httpx
from temporalio.client import Client

from deploy.dev.stack import Stack
from tests.conftest import eventually
from tests.stack.customer import Customer, Document, Order, until_known
from tests.stack.faults import crash, frozen
from tests.stack.workflows import ended
from tests.stack.workshop import PATH, Workshop, new_order


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


async def create(http: httpx.AsyncClient, order: Order, headers: dict[str, str]) -> httpx.Response:
    return await until_known(lambda: http.post("/executions", json=order.request, headers=headers))


async def test_twenty_creations_at_once_under_one_key_are_answered_alike(
    customer: Customer,
) -> None:
    order, headers = Order(), key()

    answers = await asyncio.gather(*(create(customer.http, order, headers) for _ in range(20)))

    assert Counter(answer.status_code for answer in answers) == {201: 20}
    assert {answer.json()["version"] for answer in answers} == {1}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(await customer.finds(order)) == 1


async def test_twenty_additions_at_once_under_one_key_are_answered_alike(
    workshop: Workshop,
) -> None:
    body, same = {"ordem_servico_id": new_order()}, str(uuid4())

    answers = await asyncio.gather(
        *(workshop.insists("POST", body=body, key=same) for _ in range(20))
    )

    assert Counter(answer.status_code for answer in answers) == {201: 20}
    assert len({answer.json()["fila_id"] for answer in answers}) == 1


async def test_a_command_that_was_not_answered_is_repeated_when_the_worker_is_back(
    stack: Stack, customer: Customer
) -> None:
    execution, same = (await customer.create())["id"], str(uuid4())

    with frozen(stack, "worker"):
        unknown = await customer.patch(execution, "start", key=same)
    crash(stack, "worker")
    again = await customer.insists(execution, "start", key=same)
    once_more = await customer.insists(execution, "start", key=same)

    assert unknown.status_code == 504
    assert again.json()["version"] == once_more.json()["version"] == 2
    assert once_more.headers["Idempotency-Replayed"] == "true"
    # Its snapshot is shown at once; the delivery that the worker died with comes later.
    await eventually(lambda: customer.history(execution), lambda told: len(told) == 2, within=40)


async def test_what_was_answered_is_answered_again_when_the_execution_has_ended(
    customer: Customer, temporal: Client
) -> None:
    order, opening, same = Order(), key(), str(uuid4())
    first = await create(customer.http, order, opening)
    execution = first.json()["id"]
    started = await customer.does(execution, "start", key=same)
    await customer.does(execution, "cancel", {"reason": "sold"})
    await ended(temporal, f"execution-{execution}")

    again = await customer.patch(execution, "start", key=same)
    opened = await create(customer.http, order, opening)
    other = await customer.patch(execution, "pause", key=same)

    assert again.json() == started
    assert opened.json() == first.json()
    assert (opened.status_code, opened.headers["Idempotency-Replayed"]) == (201, "true")
    assert other.status_code == 422


async def test_an_addition_is_answered_again_when_the_item_is_gone(
    workshop: Workshop, temporal: Client
) -> None:
    body, same = {"ordem_servico_id": new_order()}, str(uuid4())
    first = await workshop.insists("POST", body=body, key=same)
    item: Document = first.json()
    await workshop.removes(item["fila_id"])
    await ended(temporal, f"fila-{item['ordem_servico_id']}")

    again = await workshop.insists("POST", body=body, key=same)

    assert again.status_code == 201
    assert (again.json()["fila_id"], again.json()["versao"]) == (item["fila_id"], 1)
    gone = await workshop.asks("GET", f"/{item['fila_id']}")
    assert gone.status_code == 404


async def test_of_twenty_who_have_read_the_same_version_one_writes(customer: Customer) -> None:
    execution = (await customer.create())["id"]
    url = f"/executions/{execution}/assign"

    answers = await asyncio.gather(
        *(
            until_known(
                lambda number=number: customer.http.patch(  # type: ignore[misc]
                    url, json={"technicianId": f"t-{number}"}, headers={"If-Match": '"1"'}
                )
            )
            for number in range(20)
        )
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 19}
    assert (await customer.sees(execution))["version"] == 2


async def test_refused_commands_are_kept_of_each_door(
    customer: Customer, workshop: Workshop
) -> None:
    execution = (await customer.create())["id"]
    item = (await workshop.adds())["fila_id"]
    await customer.patch(execution, "resume")
    await customer.http.patch(f"/executions/{execution}/pause", headers={"Prefer": "respond-async"})
    await workshop.steps(item, "finalizar-reparo")

    async def refused() -> list[Document]:
        answer = await customer.http.get(
            f"/executions/{execution}/history", params={"include": "refused"}
        )
        return list(answer.json()["refused"])

    seen = await eventually(refused, lambda found: len(found) == 2)
    queue = await workshop.http.get(f"{PATH}/{item}/historico", params={"include": "refused"})

    assert {each["command"] for each in seen} == {"resume", "pause"}
    assert [each["acao"] for each in queue.json()["recusadas"]] == ["finalizar-reparo"]
