"""The status flows of the service, as it shows them over HTTP and in its documents.

The flows are copied by hand in `tests.domain.execution.contract`; here they have to come out of
the API.
"""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.openapi import asyncapi
from api.openapi.mermaid import diagram
from api.openapi.state_machines import StateMachine, execution_machines, queue_machine
from domain.execution.state import Task, open_execution
from domain.fila.state import add_to_queue
from tests.api.answers import problem
from tests.domain.execution import contract
from tests.domain.execution.builders import MORNING, opening
from tests.domain.fila import contract as queue_contract
from tests.domain.fila.builders import entry

EXECUTIONS, QUEUE = execution_machines(), queue_machine()

MACHINES = "/api/v1/meta/state-machine"
QUEUE_MACHINE = f"{MACHINES}/fila"
JSON, MERMAID = "application/json", "text/vnd.mermaid"
README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")


async def _read(http: httpx.AsyncClient, path: str) -> Any:
    answer = await http.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == JSON
    return answer.json()


async def test_the_flow_of_executions_is_the_contracts(http: httpx.AsyncClient) -> None:
    shown = (await _read(http, MACHINES))["execution"]

    led = {(each["fromStatus"], each["command"]): each["toStatus"] for each in shown["transitions"]}
    stays = {(at, action): at for action, places in contract.STAYS.items() for at in places}
    assert led == contract.MOVES | stays
    assert set(shown["final"]) == contract.FINAL
    assert shown["statuses"] == list(contract.SUCCESSORS)
    asked = {each["command"] for each in shown["transitions"] if each["forClients"]}
    assert asked == {command for _, command in led} - {
        *("payment_completed", "record_payment", "record_refund", "settle_plan")
    }


async def test_the_flow_of_tasks_is_the_contracts(http: httpx.AsyncClient) -> None:
    shown = (await _read(http, MACHINES))["task"]

    led = {(each["fromStatus"], each["toStatus"]) for each in shown["transitions"]}
    moves = {(at, to) for at, successors in contract.TASK_SUCCESSORS.items() for to in successors}
    assert led == moves | contract.HARMLESS_REPEATS
    assert {each["command"] for each in shown["transitions"]} == {"update_task"}


async def test_the_flow_of_the_queue_is_the_contracts_and_in_its_words(
    http: httpx.AsyncClient,
) -> None:
    shown = await _read(http, QUEUE_MACHINE)

    assert {(each["de"], each["acao"]): each["para"] for each in shown["transicoes"]} == (
        queue_contract.LEADS
    )
    assert shown["status"] == list(queue_contract.STATUSES)
    assert (shown["inicial"], shown["finais"]) == ("AGUARDANDO", ["REMOVIDA"])
    told = {each["acao"] for each in shown["transicoes"] if not each["para_clientes"]}
    assert told == {
        *("orcamento-aprovado", "aprovacao-retirada", "pedido-cancelado", "vincular-execucao")
    }


@pytest.mark.parametrize(
    ("machine", "begins"),
    [
        (EXECUTIONS.execution, open_execution(opening(), "e-1", MORNING)[0].status),
        (EXECUTIONS.task, Task(task_id="t-1", description="Brakes", estimated_duration=1).status),
        (QUEUE, add_to_queue(entry(), MORNING)[0].status),
    ],
    ids=["execution", "task", "queue"],
)
def test_what_is_new_begins_where_the_flow_does(machine: StateMachine, begins: str) -> None:
    assert machine.initial == begins


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (MERMAID, MERMAID),
        ("text/*", MERMAID),
        (f"{JSON};q=0.5, {MERMAID}", MERMAID),
        (f"*/*, {JSON};q=0", MERMAID),
        (f"text/html, {MERMAID}; charset=utf-8;q=0.2", MERMAID),
        (JSON, JSON),
        ("*/*", JSON),
        ("", JSON),
        (f"{MERMAID};q=0.1, */*;q=0.2", JSON),
        ("TEXT/html, Application/JSON", JSON),
    ],
)
async def test_a_client_gets_the_form_that_it_likes_best(
    http: httpx.AsyncClient, accept: str, kind: str
) -> None:
    answer = await http.get(MACHINES, headers={"Accept": accept})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert answer.headers["Vary"] == "Accept"
    assert answer.text.startswith("stateDiagram-v2\n") == (kind == MERMAID)


@pytest.mark.parametrize(
    "accept", ["text/html", f"{JSON};q=0", "image/*", "nonsense", "/", ",;q=1"]
)
async def test_a_form_that_there_is_not_is_refused(http: httpx.AsyncClient, accept: str) -> None:
    answer = await http.get(QUEUE_MACHINE, headers={"Accept": accept})

    refused = problem(answer, 406, "not-acceptable")
    assert JSON in refused["detail"]
    assert MERMAID in refused["detail"]


def test_the_diagram_has_every_status_and_every_command_where_it_belongs() -> None:
    lines = [line.strip() for line in diagram(QUEUE.named).splitlines()]

    assert lines[0] == "stateDiagram-v2"
    assert "[*] --> fila_AGUARDANDO" in lines
    assert "fila_AGUARDANDO --> fila_EM_REPARO: iniciar-reparo" in lines
    others = "(orcamento-aprovado), (pedido-cancelado), (vincular-execucao)"
    assert f"fila_EM_REPARO: prioridade, {others}" in lines
    assert "fila_REMOVIDA --> [*]" in lines
    assert [line for line in lines if line.startswith('state "')] == [
        f'state "{status}" as fila_{status}' for status in queue_contract.STATUSES
    ]


async def test_the_events_are_described_beside_the_api(http: httpx.AsyncClient) -> None:
    described = await _read(http, "/api/v1/asyncapi.json")

    assert described == asyncapi.document()


def _rows(heading: str, cells: int) -> list[list[str]]:
    section = README.partition(f"\n### {heading}\n")[2].partition("\n#")[0]
    rows = [
        re.split(r"\s*\|\s*", line)[1 : cells + 1] for line in section.splitlines() if "|" in line
    ]
    return rows[2:]


def test_the_readme_tells_the_flow_of_executions_as_it_is() -> None:
    told = {
        (before, re.sub(r" \(.*\)", "", after))
        for statuses, successors in _rows("Executions", 2)
        for before in statuses.split(", ")
        for after in successors.split(", ")
        if after.isascii()  # a dash: none
    }

    moves = {(each.from_status, each.to_status) for each in EXECUTIONS.execution.transitions}
    assert told == {(before, after) for before, after in moves if before != after}


def test_the_readme_tells_the_flow_of_the_queue_as_it_is() -> None:
    told = {
        (action.strip("`"), before.partition(",")[0], after)
        for action, before, after in _rows("The queue", 3)
        if after.isupper()
    }

    asked = {
        (each.command, each.from_status, each.to_status)
        for each in QUEUE.transitions
        if each.from_status != each.to_status and each.command != "remover"
    }
    assert told == asked
