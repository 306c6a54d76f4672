"""Pages in a real browser, which asks nobody what we think of it, and what they can do with the
API."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from deploy.dev.ports import HOST, Ports
from deploy.dev.stack import Stack
from tests import browser
from tests.stack.customer import Order
from tests.stack.workshop import Workshop, new_order

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

START = """{method: "PATCH", body: '{"technicianId": "ANA"}', headers: {
  "Content-Type": "application/json", "Idempotency-Key": "board-1", "If-Match": '"1"'}}"""
SIMPLE = '{method: "POST", mode: "no-cors"}'
"""No browser asks anybody before it sends this."""


@pytest.fixture
async def board() -> AsyncIterator[browser.Origin]:
    """The origin that the API trusts."""
    async with browser.origin() as origin:
        yield origin


@pytest.fixture
async def foreign() -> AsyncIterator[browser.Origin]:
    async with browser.origin() as origin:
        yield origin


@pytest.fixture
def api(stack: Stack, board: browser.Origin) -> str:
    """The root of an API for the board's page, which stops with the test."""
    port = str(Ports.free().api)
    stack.add("api-pages", {"PORT": port, "CORS_ORIGINS": board.url})
    return f"http://{HOST}:{port}"


@pytest.fixture(autouse=True)
def stopped(stack: Stack, api: str) -> Iterator[None]:
    yield
    stack.process("api-pages").stop()


async def test_the_page_that_is_trusted_works_and_no_other_does(
    http: httpx.AsyncClient,
    api: str,
    board: browser.Origin,
    foreign: browser.Origin,
    tmp_path: Path,
) -> None:
    created = await http.post("/executions", json=Order().request)
    path = created.headers["Location"]
    for page in (board, foreign):
        page.asks(f"{api}{path}/start", START)

    refused = await browser.shown(foreign.url, tmp_path / "foreign")
    untouched = (await http.get(f"{api}{path}")).json()
    done = await browser.shown(board.url, tmp_path / "board")

    assert "<body>refused<" in refused
    assert untouched["status"] == "SCHEDULED"
    assert '<body>200 "3" {' in done
    assert (await http.get(f"{api}{path}")).json()["technicianId"] == "ANA"


async def test_a_foreign_page_cannot_change_what_needs_no_asking(
    http: httpx.AsyncClient,
    workshop: Workshop,
    api: str,
    stack: Stack,
    foreign: browser.Origin,
    tmp_path: Path,
) -> None:
    created = await http.post("/executions", json=Order().request)
    added = await http.post(f"{api}/fila-execucao", json={"ordem_servico_id": new_order()})

    for number, path in enumerate(
        (
            f"{created.headers['Location']}/retry-delivery",
            f"{added.headers['Location']}/iniciar-reparo",
        )
    ):
        foreign.asks(api + path, SIMPLE)
        await browser.shown(foreign.url, tmp_path / str(number))

    log = map(json.loads, stack.process("api-pages").log.read_text().splitlines())
    ends = ("retry-delivery", "iniciar-reparo")
    sent = [line["status"] for line in log if line.get("route", "").endswith(ends)]
    item = await http.get(f"{api}{added.headers['Location']}")
    assert sent == [403, 403]
    assert item.json()["status"] == "AGUARDANDO"


async def test_a_page_that_has_given_its_name_our_address_reads_nothing(
    api: str, tmp_path: Path
) -> None:
    port = api.rpartition(":")[2]

    page = await browser.shown(
        f"http://rebound.example:{port}/api/v1/executions",
        tmp_path,
        f"--host-resolver-rules=MAP rebound.example {HOST}",
    )

    assert "urn:execution-service:foreign-host" in page


async def test_our_own_page_works(api: str, tmp_path: Path) -> None:
    page = await browser.shown(f"{api}/api/v1/docs", tmp_path)

    assert "/api/v1/executions/{id}/start" in page.replace("\u200b", "").replace("<wbr>", "")
