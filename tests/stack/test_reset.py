"""An operator resets workflows by Temporal's command line: readers see what is left."""

import pytest

from deploy.dev.stack import Stack
from tests.conftest import eventually
from tests.stack.command_line import CommandLine
from tests.stack.customer import Customer, Document
from tests.stack.faults import killed
from tests.stack.programs import rebuild
from tests.stack.workshop import Workshop

REAPPLIED = ()
TAKEN_BACK = ("--reapply-exclude", "All")


def reset(command_line: CommandLine, workflow_id: str, *how: str) -> None:
    command_line(
        *("workflow", "reset", "--workflow-id", workflow_id),
        *("--type", "FirstWorkflowTask", "--reason", "by an operator", *how),
    )


async def resumed(customer: Customer) -> str:
    execution: str = (await customer.create())["id"]
    for action in ("start", "pause", "resume"):
        await customer.does(execution, action)
    return execution


async def agrees(customer: Customer, execution: str) -> Document:
    """The state that readers see, once the workflow says the same."""

    async def both() -> list[Document]:
        path = f"/executions/{execution}"
        strong = await customer.http.get(path, params={"consistency": "strong"})
        return [(await customer.sees(execution)), strong.json()]

    seen, _ = await eventually(both, lambda seen: seen[0] == seen[1])
    history = await eventually(
        lambda: customer.history(execution), lambda entries: len(entries) == seen["version"]
    )
    assert [entry["sequence"] for entry in history] == list(range(1, seen["version"] + 1))
    return seen


@pytest.mark.parametrize(
    ("how", "version"), [(REAPPLIED, 4), (TAKEN_BACK, 1)], ids=["reapplied", "taken back"]
)
async def test_readers_see_what_a_reset_has_left(
    stack: Stack,
    customer: Customer,
    command_line: CommandLine,
    how: tuple[str, ...],
    version: int,
) -> None:
    execution = await resumed(customer)

    reset(command_line, f"execution-{execution}", *how)

    seen = await agrees(customer, execution)
    assert seen["version"] == version
    checked = [await rebuild(stack, "--check", f"execution-{execution}") for _ in range(2)]
    assert [each.code for each in checked] == [0, 0]


async def test_one_who_writes_after_a_reset_reads_what_they_wrote(
    customer: Customer, command_line: CommandLine
) -> None:
    execution = await resumed(customer)
    reset(command_line, f"execution-{execution}", *TAKEN_BACK)

    cancelled = await customer.http.patch(
        f"/executions/{execution}/cancel", json={"reason": "not paid"}
    )
    seen = await customer.sees(execution)

    assert cancelled.json()["version"] == 2
    assert "X-Snapshot" not in cancelled.headers
    assert (seen["version"], seen["status"]) == (2, "CANCELLED")


async def test_a_worker_that_is_killed_meanwhile_keeps_nobody_from_the_truth(
    stack: Stack, customer: Customer, command_line: CommandLine
) -> None:
    execution = await resumed(customer)

    with killed(stack, "worker"):
        reset(command_line, f"execution-{execution}", *TAKEN_BACK)

    assert (await agrees(customer, execution))["version"] == 1


async def test_an_item_of_the_queue_is_where_a_reset_has_left_it(
    workshop: Workshop, command_line: CommandLine, stack: Stack
) -> None:
    item = await workshop.adds()
    await workshop.does(item["fila_id"], "iniciar-diagnostico", {"mecanico_responsavel_id": 7})
    await workshop.sees_told(item["fila_id"], "EM_DIAGNOSTICO")
    workflow_id = f"fila-{item['ordem_servico_id']}"

    reset(command_line, workflow_id, *TAKEN_BACK)

    seen = await eventually(
        lambda: workshop.sees(item["fila_id"]), lambda seen: seen["status"] == "AGUARDANDO"
    )
    assert seen["posicao"] is not None
    assert (await rebuild(stack, "--check", workflow_id)).code == 0
