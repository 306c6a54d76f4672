"""Refusals of the workshop's queue, and their words."""

from temporalio.client import Client

from tests.stack.listener import Listener
from tests.stack.workflows import ended
from tests.stack.workshop import PATH, Workshop


async def test_a_finished_item_bars_its_order_until_it_is_removed(
    workshop: Workshop, listener: Listener, temporal: Client
) -> None:
    added = await workshop.adds()
    item, number = added["fila_id"], added["ordem_servico_id"]
    await workshop.does(item, "iniciar-reparo", {"mecanico_responsavel_id": 7})
    await workshop.does(item, "finalizar-reparo")
    await ended(temporal, f"fila-{number}")

    barred = await workshop.asks("POST", body={"ordem_servico_id": number})
    await workshop.removes(item)
    gone = [
        await workshop.asks("GET", path)
        for path in (f"/{item}", f"/ordem-servico/{number}", f"/{item}?consistency=strong")
    ]
    again = await workshop.adds(order=number)

    assert barred.status_code == 409
    problem = barred.json()
    assert problem["detail"] == f"Ordem de Serviço {number} já está na fila de execução."
    assert problem["existing"] == f"{PATH}/{item}"
    assert [answer.status_code for answer in gone] == [404, 404, 404]
    assert {answer.json()["detail"] for answer in gone} == {"Item da fila não encontrado."}
    assert again["fila_id"] != item
    assert (await workshop.history(item))[-1]["tipo"] == "QueueItemRemoved"
    told = await listener.all_of(item, 4)
    assert told[-1].type == "QueueItemRemoved"


async def test_a_refused_step_names_the_status_and_what_may_be_done(
    workshop: Workshop,
) -> None:
    item = (await workshop.adds())["fila_id"]

    refused = await workshop.steps(item, "finalizar-reparo")

    problem = refused.json()
    assert refused.status_code == 409
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert problem["currentStatus"] == "AGUARDANDO"
    assert problem["acoes_permitidas"] == [
        "iniciar-diagnostico",
        "iniciar-reparo",
        "prioridade",
        "remover",
    ]
    assert (await workshop.sees(item))["versao"] == 1


async def test_what_is_no_item_is_not_found_whatever_it_looks_like(workshop: Workshop) -> None:
    paths = ("/zzz", f"/{'0' * 24}", f"/{'f' * 24}", "/ordem-servico/0", "/ordem-servico/zzz")

    answers = [await workshop.asks("GET", path) for path in paths]

    assert [answer.status_code for answer in answers] == [404] * len(paths)
    assert {answer.json()["detail"] for answer in answers} == {"Item da fila não encontrado."}
