"""Three service orders wait; the most urgent is given out and worked on to its end, and every step
is seen outside."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database
from temporalio.client import Client, WorkflowExecutionStatus

from tests.stack.customer import Customer, Document
from tests.stack.listener import Listener
from tests.stack.os_service import STEPS, OsService
from tests.stack.workflows import ended, with_status
from tests.stack.workshop import Workshop

STAGES_AND_EVENTS = [
    ("AGUARDANDO_DIAGNOSTICO", "QueueItemAdded"),
    ("DIAGNOSTICO", "DiagnosisStarted"),
    ("AGUARDANDO_APROVACAO", "DiagnosisFinished"),
    ("AGUARDANDO_REPARO", "QueueItemApproved"),
    ("REPARO", "RepairStarted"),
    ("FINALIZADA", "RepairFinished"),
]
ACTIONS_AND_STATUSES = [
    ("adicionar", None, "AGUARDANDO"),
    ("iniciar-diagnostico", "AGUARDANDO", "EM_DIAGNOSTICO"),
    ("finalizar-diagnostico", "EM_DIAGNOSTICO", "AGUARDANDO"),
    ("orcamento-aprovado", "AGUARDANDO", "AGUARDANDO"),
    ("iniciar-reparo", "AGUARDANDO", "EM_REPARO"),
    ("finalizar-reparo", "EM_REPARO", "FINALIZADA"),
]
DATES = (
    "dta_inicio_diagnostico",
    "dta_fim_diagnostico",
    "dta_inicio_reparo",
    "dta_fim_reparo",
    "dta_criacao",
    "dta_atualizacao",
    "orcamento_aprovado_em",
)
BUDGET, APPROVED_AT = "BUD-1", "2026-03-01T12:00:00Z"

pytestmark = pytest.mark.usefixtures("empty_queue")


@pytest.fixture
async def three(workshop: Workshop, listener: Listener) -> list[Document]:
    return [await workshop.adds(priority) for priority in ("BAIXA", "URGENTE", "NORMAL")]


@pytest.fixture
async def answers(workshop: Workshop, customer: Customer, three: list[Document]) -> list[Document]:
    """The item that a mechanic is given and works on: what each step answered."""
    given = await workshop.takes_next(7)
    item, number = given.json()["fila_id"], given.json()["ordem_servico_id"]
    found = await workshop.does(item, "finalizar-diagnostico", {"diagnostico": "Freios gastos"})
    customer.publish(
        "BudgetApproved",
        {"budgetId": BUDGET, "serviceOrderId": str(number), "approvedAt": APPROVED_AT},
    )
    approved = await workshop.reaches(item, "AGUARDANDO_REPARO")
    return [
        next(each for each in three if each["fila_id"] == item),
        given.json(),
        found,
        approved,
        await workshop.does(item, "iniciar-reparo"),
        await workshop.does(item, "finalizar-reparo", {"observacoes_reparo": "Pastilhas novas"}),
    ]


async def test_the_most_urgent_is_given_out_and_can_be_worked_on_to_its_end(
    workshop: Workshop, three: list[Document], answers: list[Document]
) -> None:
    low, urgent, normal = three

    last = answers[-1]
    waiting = await workshop.lists(status="AGUARDANDO")

    assert last["fila_id"] == urgent["fila_id"]
    assert [each["etapa"] for each in answers] == [stage for stage, _ in STAGES_AND_EVENTS]
    assert [each["versao"] for each in answers] == [1, 2, 3, 4, 5, 6]
    assert [each["posicao"] for each in answers] == [1, None, 1, 1, None, None]
    assert (last["prioridade"], last["mecanico_responsavel_id"]) == ("URGENTE", 7)
    assert (last["diagnostico"], last["observacoes_reparo"]) == ("Freios gastos", "Pastilhas novas")
    assert last["orcamento_aprovado_em"] == APPROVED_AT
    assert last["acoes_permitidas"] == ["remover"]
    steps = [datetime.fromisoformat(last[name]) for name in ("dta_criacao", *DATES[:4])]
    assert steps == sorted(steps)
    assert last["dta_atualizacao"] == last["dta_fim_reparo"]
    assert [(each["fila_id"], each["posicao"]) for each in waiting] == [
        (normal["fila_id"], 1),
        (low["fila_id"], 2),
    ]


async def test_an_item_is_found_by_its_id_and_by_its_service_order(
    workshop: Workshop, answers: list[Document]
) -> None:
    last = answers[-1]

    shown = await workshop.sees_told(last["fila_id"], "FINALIZADA")
    by_order = await workshop.asks("GET", f"/ordem-servico/{last['ordem_servico_id']}")

    assert shown | {"os_notificada": last["os_notificada"]} == last
    assert by_order.json() == shown


async def test_the_bus_hears_every_step_once_in_order_and_in_the_agreed_shape(
    listener: Listener, answers: list[Document]
) -> None:
    item = answers[-1]

    events = await listener.all_of(item["fila_id"], len(answers))

    assert [each.type for each in events] == [type_ for _, type_ in STAGES_AND_EVENTS]
    assert {each.source for each in events} == {"execution.queue"}
    assert [each.facts for each in events] == expected_facts(item)
    for sequence, event in enumerate(events, 1):
        assert event.metadata["eventId"] == f"{item['fila_id']}:{sequence}"
        assert event.metadata["sequence"] == sequence
        assert event.metadata["schemaVersion"] == 1
        assert event.metadata["correlationId"]
        assert abs((datetime.now(UTC) - event.occurred_at).total_seconds()) < 120


def expected_facts(item: Document) -> list[Document]:
    named = {"queueItemId": item["fila_id"], "serviceOrderId": str(item["ordem_servico_id"])}
    return [
        {**named, "priority": "URGENTE"},
        {**named, "mechanicId": 7, "startedAt": item["dta_inicio_diagnostico"]},
        {**named, "diagnosis": "Freios gastos", "finishedAt": item["dta_fim_diagnostico"]},
        {**named, "budgetId": BUDGET, "approvedAt": APPROVED_AT},
        {**named, "mechanicId": 7, "startedAt": item["dta_inicio_reparo"]},
        {**named, "notes": "Pastilhas novas", "finishedAt": item["dta_fim_reparo"]},
    ]


async def test_other_teams_read_the_document_in_the_queues_own_words(
    database: Database[Document], answers: list[Document]
) -> None:
    item = answers[-1]

    document: Any = database["fila_execucao"].find_one({"_id": item["fila_id"]})

    same = ("ordem_servico_id", "status", "prioridade", "mecanico_responsavel_id", "diagnostico")
    for name in (*same, "observacoes_reparo", "versao", "etapa"):
        assert document[name] == item[name], name
    for name in DATES:
        assert document[name] == datetime.fromisoformat(item[name]), name


async def test_the_history_tells_who_did_what_from_which_status_to_which(
    workshop: Workshop, answers: list[Document]
) -> None:
    entries = await workshop.history(answers[-1]["fila_id"])

    assert [entry["sequencia"] for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert [entry["tipo"] for entry in entries] == [type_ for _, type_ in STAGES_AND_EVENTS]
    told = [(entry["acao"], entry["de"], entry["para"]) for entry in entries]
    assert told == ACTIONS_AND_STATUSES
    assert [entry["via"] for entry in entries] == ["http", "http", "http", "queue", "http", "http"]


async def test_the_os_service_is_told_of_every_step_in_order(
    os_service: OsService, workshop: Workshop, answers: list[Document]
) -> None:
    item = answers[-1]

    await os_service.hears(item["ordem_servico_id"], STEPS)
    shown = await workshop.sees_told(item["fila_id"], "FINALIZADA")

    assert os_service.history(item["ordem_servico_id"]) == STEPS
    told = shown["os_notificada"]
    assert (told["pendentes"], told["falha"], told["recusadas"]) == ([], None, [])
    confirmed, finished = told["confirmada_em"], item["dta_fim_reparo"]
    assert datetime.fromisoformat(confirmed) >= datetime.fromisoformat(finished)


async def test_operators_find_the_completed_workflow_by_its_order_and_by_its_status(
    temporal: Client, answers: list[Document]
) -> None:
    workflow_id = f"fila-{answers[-1]['ordem_servico_id']}"

    assert await ended(temporal, workflow_id) is WorkflowExecutionStatus.COMPLETED
    assert await with_status(temporal, workflow_id, "FINALIZADA") == [workflow_id]
