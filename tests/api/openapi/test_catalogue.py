"""The catalogue explains every problem that there is, and each problem leads to its entry."""

import re

import httpx
import pytest

from api.http.statuses import status_of
from api.openapi.advice import kinds
from api.openapi.catalogue import catalogue, entry
from tests.api.answers import problem
from tests.api.http.error_classes import error_classes

CATALOGUE = "/api/v1/problems"


def test_every_problem_is_explained_and_nothing_else() -> None:
    assert set(kinds().values()) == error_classes(), "they are explained in catalogue.toml"


@pytest.mark.parametrize("code", kinds())
def test_an_entry_says_what_the_api_answers(code: str) -> None:
    explained = entry(code)

    assert explained.startswith(f"## {code}\n")
    assert f"({status_of(kinds()[code]).value} " in explained
    assert f'"type": "urn:execution-service:{code}"' in explained
    assert len(re.findall(r"^[-*] .+: .+\.$", explained, re.MULTILINE)) == 6


def test_what_both_apis_answer_is_titled_in_both_languages() -> None:
    assert "**The request is not valid / A requisição não é válida**" in entry("invalid-request")
    assert "**Item da fila não encontrado**" in entry("queue-item-not-found")
    assert "**There is no such task**" in entry("task-not-found")


def test_a_repeat_is_called_safe_without_a_key_only_where_nothing_can_have_been_done() -> None:
    with_key = {code for code in kinds() if "only so: it may have been done" in entry(code)}

    assert with_key == {"outcome-unknown", "internal-error"}


@pytest.mark.parametrize(
    "path", ["/api/v1/executions/nowhere", "/fila-execucao/nowhere", "/nowhere"]
)
async def test_a_problem_links_to_its_entry(http: httpx.AsyncClient, path: str) -> None:
    refused = await http.get(path)

    explained = await http.get(refused.links["help"]["url"])

    assert explained.status_code == 200
    assert explained.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert explained.text.startswith(f"## {refused.json()['code']}\n")


async def test_the_whole_catalogue_can_be_read(http: httpx.AsyncClient) -> None:
    answer = await http.get(CATALOGUE)

    assert answer.text == catalogue()
    assert re.findall(r"^## (.+)$", answer.text, re.MULTILINE) == list(kinds())


async def test_a_problem_that_there_is_not_is_not_explained(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"{CATALOGUE}/nonsense")

    problem(answer, 404, "not-found")


async def test_a_body_that_is_no_text_is_unreadable(http: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}

    answer = await http.post("/api/v1/executions", content=b'"\xff\xfe"', headers=headers)

    problem(answer, 400, "unreadable-request")
