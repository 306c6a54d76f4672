"""No secret and no token is found in logs, errors, histories, events or documents."""

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
from pymongo.database import Database
from temporalio.client import Client

from deploy.dev.ports import HOST, Ports
from deploy.dev.stack import Stack
from tests.api.security.issuer import Issuer
from tests.stack.customer import Document, Order
from tests.stack.faults import stopped
from tests.stack.listener import Listener
from tests.stack.os_service import OsService
from tests.stack.workshop import PATH, new_order

JSON = {"Content-Type": "application/json"}
EXECUTIONS = "/api/v1/executions"


@pytest.fixture
def issuer() -> Issuer:
    return Issuer("HS256", f"key-{secrets.token_hex(32)}")


@pytest.fixture
def os_token() -> str:
    return f"os-{secrets.token_hex(32)}"


@pytest.fixture
def careful(stack: Stack, issuer: Issuer, os_token: str) -> Iterator[str]:
    """The URL of an API that asks for tokens, with a worker that tells the OS service with one."""
    port = str(Ports.free().api)
    secret = {"SECRET_KEY": issuer.key, "AUTH_DISABLED": "false"}
    with stopped(stack, "worker"):
        worker = stack.add("worker-careful", {**secret, "TOKEN_API_OS": os_token})
        api = stack.add("api-careful", {**secret, "PORT": port})
        try:
            yield f"http://{HOST}:{port}"
        finally:
            api.stop()
            worker.stop()


@asynccontextmanager
async def keeping(url: str, bodies: list[str]) -> AsyncIterator[httpx.AsyncClient]:
    """A client that keeps what it is answered, headers included."""

    async def keep(answer: httpx.Response) -> None:
        bodies.append(f"{answer.headers} {(await answer.aread()).decode()}")

    hooks = {"response": [keep]}
    async with httpx.AsyncClient(base_url=url, trust_env=False, event_hooks=hooks) as client:
        yield client


async def _asks_badly(client: httpx.AsyncClient, token: str) -> None:
    """In every way that might make somebody repeat what was sent."""
    good = {"Authorization": f"Bearer {token}"}
    for wrong in (token, f"Bearer {token[:-3]}xyz", f"Basic {token}", f"Bearer {token} {token}"):
        refused = await client.get(EXECUTIONS, headers={"Authorization": wrong})
        assert refused.status_code == 401
    for body in (f'{{"token": "{token}"', f'{{"token": "{token}"}}', f'"{token}"', f"[{token}]"):
        for path in (EXECUTIONS, PATH):
            refused = await client.post(path, content=body, headers=good | JSON)
            assert refused.status_code in {400, 422}
    for query in (f"access_token={token}", f"cursor={token}", f"sort={token}", f"limit={token}"):
        refused = await client.get(f"{EXECUTIONS}?{query}", headers=good)
        assert refused.status_code in {400, 422}
    for header in ("Idempotency-Key", "If-Match", "Prefer", "X-Correlation-ID", "traceparent"):
        await client.patch(f"{EXECUTIONS}/none/start", headers={**good, header: f"{token} {token}"})


async def test_secrets_stay_where_they_are(
    careful: str,
    issuer: Issuer,
    os_token: str,
    stack: Stack,
    temporal: Client,
    listener: Listener,
    os_service: OsService,
    database: Database[Document],
) -> None:
    token, mark, order = issuer.token(sub="ana"), secrets.token_hex(16), new_order()
    answers: list[str] = []
    good = {"Authorization": f"Bearer {token}", "X-Correlation-ID": f"corr-{mark}"}
    os_service.fails("recusa", order, code=401)

    async with keeping(careful, answers) as client:
        new = Order(budget=f"BUD-{mark}")
        created = await client.post(EXECUTIONS, json=new.request, headers=good)
        location = created.headers["Location"]
        await client.patch(f"{location}/cancel", json={"reason": mark}, headers=good)
        added = await client.post(PATH, json={"ordem_servico_id": order}, headers=good)
        item = added.json()["fila_id"]
        step = {"mecanico_responsavel_id": 7}
        await client.post(f"{PATH}/{item}/iniciar-diagnostico", json=step, headers=good)
        await _asks_badly(client, token)
    await listener.all_of(new.id, 2)
    os_service.recovers()
    await os_service.hears(order, ["EM_DIAGNOSTICO"])

    workflows = (f"execution-{location.split('/')[-1]}", f"fila-{order}")
    names = database.list_collection_names()
    places = {
        "answers": "\n".join(answers),
        "logs": "\n".join(log.read_text(errors="replace") for log in stack.logs.glob("*.log")),
        "histories": await _histories(temporal, *workflows),
        "events": str(listener.heard),
        "documents": str([list(database[name].find()) for name in names]),
    }
    assert [name for name, text in places.items() if mark not in text] == []
    for secret in (issuer.key, os_token, token, token.split(".")[-1]):
        assert [name for name, text in places.items() if secret in text] == []


async def _histories(temporal: Client, *workflow_ids: str) -> str:
    """All that Temporal keeps of them, as it stands in the payloads."""
    histories = [await temporal.get_workflow_handle(each).fetch_history() for each in workflow_ids]
    return "\n".join(
        event.SerializeToString().decode(errors="replace")
        for history in histories
        for event in history.events
    )
