"""The queue's problems are the house's, told in Portuguese; those beside it stay English."""

import httpx
import pytest

from tests.api.answers import BASE, FILA, problem
from tests.api.fila.fila import problema

MEMBERS = {"type", "title", "status", "detail", "instance", "code", "correlationId"}


async def test_a_problem_has_a_type_a_title_and_a_place(http: httpx.AsyncClient) -> None:
    body = problema(await http.get(f"{FILA}/nada"), 404)

    assert body["type"] == "urn:execution-service:queue-item-not-found"
    assert body["instance"] == "/fila-execucao/nada"
    assert set(body) == MEMBERS


@pytest.mark.parametrize(
    "path", [f"{FILA}/", f"{FILA}/a/b/c", f"{FILA}/a/historico/b", f"{FILA}/ordem-servico/7/x"]
)
async def test_an_unknown_path_under_the_queue_is_not_found_in_portuguese(
    http: httpx.AsyncClient, path: str
) -> None:
    body = problema(await http.get(path), 404, "not-found")

    assert body["title"] == "Não encontrado"
    assert body["detail"] == f"GET {path}"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", FILA, "GET, HEAD, POST"),
        ("PUT", FILA, "GET, HEAD, POST"),
        ("PUT", f"{FILA}/x", "DELETE, GET, HEAD"),
        ("PATCH", f"{FILA}/x", "DELETE, GET, HEAD"),
        ("PUT", f"{FILA}/proximo", "POST"),
        ("GET", f"{FILA}/x/iniciar-reparo", "POST"),
        ("PATCH", f"{FILA}/x/iniciar-diagnostico", "POST"),
        ("POST", f"{FILA}/x/prioridade", "PATCH"),
        ("DELETE", f"{FILA}/x/historico", "GET, HEAD"),
        ("POST", f"{FILA}/ordem-servico/7", "GET, HEAD"),
    ],
)
async def test_a_method_that_a_path_does_not_have_is_named_in_portuguese(
    http: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    answer = await http.request(method, path)

    body = problema(answer, 405, "method-not-allowed")
    assert body["title"] == "Método não permitido"
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize(
    ("path", "title"),
    [
        (f"{BASE}/nowhere", "There is no such execution"),
        (f"{BASE}?limit=0", "The request is not valid"),
        ("/fila-execucaox", "Not Found"),
        ("/api/v1/fila-execucao", "Not Found"),
        ("/", "Not Found"),
    ],
)
async def test_what_is_not_the_queues_stays_english(
    http: httpx.AsyncClient, path: str, title: str
) -> None:
    answer = await http.get(path)

    assert problem(answer, answer.status_code)["title"] == title


async def test_the_correlation_id_comes_back(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"{FILA}/nada", headers={"X-Correlation-ID": "corr-1"})

    assert problema(answer, 404)["correlationId"] == "corr-1"


async def test_neither_an_item_nor_a_list_may_be_kept(http: httpx.AsyncClient, queued: str) -> None:
    shown = await http.get(queued)
    listed = await http.get(FILA)

    assert shown.headers["ETag"] == '"1"'
    assert shown.headers["Cache-Control"] == listed.headers["Cache-Control"] == "no-store"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_queues_clients_know_the_health_as_one_word(http: httpx.AsyncClient) -> None:
    answer = await http.get("/health")

    assert (answer.status_code, answer.text) == (200, '{"status":"ok"}')
    assert answer.headers["content-type"] == "application/json"
