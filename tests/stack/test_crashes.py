"""Processes die in mid-work, and others take over: nothing is lost, nothing doubled."""

import asyncio
import os
import signal
import time

import pytest
from pymongo.database import Database
from temporalio.client import Client

from api.temporal.errors import CALL_TIMEOUT
from deploy.dev.stack import Stack
from tests.conftest import eventually
from tests.stack.customer import Customer, Document, Order
from tests.stack.faults import bring_back, crash, frozen
from tests.stack.listener import Listener
from tests.stack.workflows import at_rest, begun, task_timeout
from workflows.contract import execution_workflow_id

LIFE = ("start", "pause", "resume", "pause", "resume", "complete", "invoice")
ENDS_WITHIN = 12.0


async def live_through(customer: Customer, execution: str) -> None:
    for step, action in enumerate(LIFE):
        answer = await customer.insists(execution, action, key=f"step-{step}")
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("victim", ["worker", "api", "temporal"])
async def test_a_crash_in_mid_work_loses_and_doubles_nothing(
    stack: Stack,
    customer: Customer,
    listener: Listener,
    database: Database[Document],
    victim: str,
) -> None:
    executions = [(await customer.create())["id"] for _ in range(5)]

    working = asyncio.gather(*(live_through(customer, each) for each in executions))
    await eventually(lambda: len(listener.of(executions[0])) > 1, within=30)
    await asyncio.to_thread(crash, stack, victim)
    await working

    wanted = len(LIFE) + 1
    for execution in executions:
        final = await customer.waits_until(execution, "INVOICED", within=40)
        assert final["version"] == wanted
        events = await listener.all_of(execution, wanted, within=40)
        assert [event.sequence for event in events] == list(range(1, wanted + 1))
        entries = list(database["history"].find({"aggregateId": execution}).sort("sequence"))
        assert [entry["sequence"] for entry in entries] == list(range(1, wanted + 1))
        commands = [entry["command"] for entry in entries[1:]]
        assert commands == [*LIFE[:-1], "mark_invoiced"]


async def test_a_crash_of_the_consumer_in_mid_work_loses_and_doubles_nothing(
    stack: Stack, customer: Customer, database: Database[Document]
) -> None:
    orders = [Order() for _ in range(60)]
    first = {"serviceOrderId": {"$in": [order.id for order in orders]}}

    publishing = asyncio.to_thread(
        customer.publish, "PaymentCompleted", *[order.paid for order in orders]
    )
    killing = eventually(lambda: database["executions"].count_documents(first) > 3, within=20)
    await asyncio.gather(publishing, killing)
    await asyncio.to_thread(crash, stack, "consumer")
    await eventually(
        lambda: database["executions"].count_documents(first) >= len(orders), within=60
    )

    found = list(database["executions"].find(first))
    assert sorted(each["serviceOrderId"] for each in found) == sorted(each.id for each in orders)
    assert {each["version"] for each in found} == {1}


@pytest.mark.parametrize("name", ["worker", "api", "consumer"])
async def test_a_process_that_is_asked_to_end_does_so_in_good_order(
    stack: Stack, name: str
) -> None:
    process = stack.process(name)
    said = stack.logs / "stack.log"
    before = len(said.read_text())
    began = time.monotonic()

    os.kill(process.pid, signal.SIGTERM)

    def ended() -> str:
        news = said.read_text()[before:]
        return next((line for line in news.splitlines() if " ended " in line), "")

    line = await eventually(ended, within=ENDS_WITHIN)
    assert "ended with code 0" in line
    assert time.monotonic() - began < ENDS_WITHIN
    process.stop()
    bring_back(stack, name)


async def test_a_worker_that_ends_in_good_order_finishes_what_it_has_begun(
    stack: Stack, customer: Customer, listener: Listener
) -> None:
    execution = (await customer.create())["id"]
    adding = [
        customer.insists(execution, "assign", {"technicianId": f"tech-{number}"})
        for number in range(10)
    ]

    working = asyncio.gather(*adding)
    await asyncio.to_thread(stack.process("worker").stop)
    bring_back(stack, "worker")
    answers = await working

    assert {answer.status_code for answer in answers} == {200}
    events = await listener.all_of(execution, 11, within=40)
    assert [event.sequence for event in events] == list(range(1, 12))


async def test_a_command_that_comes_when_the_worker_has_died_is_done_by_the_next_one(
    stack: Stack, customer: Customer, temporal: Client
) -> None:
    execution = (await customer.create())["id"]
    await customer.does(execution, "start")
    await at_rest(temporal, execution_workflow_id(execution))  # and the worker remembers it

    await asyncio.to_thread(crash, stack, "worker")
    answer = await customer.insists(execution, "pause")

    assert answer.status_code == 200, answer.text


async def test_a_command_that_the_worker_has_died_with_is_done_by_the_next_one(
    stack: Stack, customer: Customer, temporal: Client
) -> None:
    execution = (await customer.create())["id"]
    await customer.does(execution, "start")
    await at_rest(temporal, execution_workflow_id(execution))

    with frozen(stack, "worker"):  # it is handed the task, and will never know
        pausing = asyncio.create_task(customer.insists(execution, "pause"))
        await begun(temporal, execution_workflow_id(execution))
        await asyncio.to_thread(crash, stack, "worker")
        answer = await pausing

    assert answer.status_code == 200, answer.text
    assert await task_timeout(temporal, execution_workflow_id(execution)) < CALL_TIMEOUT
