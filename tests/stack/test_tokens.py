"""An API that asks for tokens, in front of the same workflows: everybody hears who did what."""

import secrets
import time
from collections.abc import AsyncIterator

import httpx
import jwt
import pytest

from activities.service_tokens import ServiceTokens
from deploy.dev.ports import HOST, Ports
from deploy.dev.stack import Stack
from tests.stack.customer import Document, Order
from tests.stack.listener import Listener
from tests.stack.workshop import PATH, new_order

NAME, SECRET = "api-tokens", secrets.token_urlsafe(32)
EXECUTIONS = "/api/v1/executions"


@pytest.fixture
async def guarded(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    port = str(Ports.free().api)
    asks = {"AUTH_DISABLED": "false", "SECRET_KEY": SECRET, "JWT_ISSUER": "oficina"}
    other = stack.add(NAME, {**asks, "PORT": port})
    try:
        async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}", trust_env=False) as http:
            yield http
    finally:
        other.stop()


def bearer(subject: str, *roles: str) -> dict[str, str]:
    said = {"sub": subject, "iss": "oficina", "exp": int(time.time()) + 60}
    token = jwt.encode({**said, "roles": roles} if roles else said, SECRET)
    return {"Authorization": f"Bearer {token}"}


def done(answer: httpx.Response, *statuses: int) -> Document:
    assert answer.status_code in (statuses or (200, 201)), answer.text
    return dict(answer.json()) if answer.content else {}


async def test_history_and_events_name_who_has_changed_an_execution(
    guarded: httpx.AsyncClient, listener: Listener, stack: Stack
) -> None:
    service = ServiceTokens(secret=SECRET, issuer="oficina")
    opening = {"Authorization": f"Bearer {service()}"}
    starting, cancelling = bearer("ana", "mecanico"), bearer("rui", "administrador")

    created = await guarded.post(EXECUTIONS, json=Order().request, headers=opening)
    url, execution = created.headers["Location"], done(created)["id"]
    refused = await guarded.patch(f"{url}/cancel", json={"reason": "x"}, headers=starting)
    done(await guarded.patch(f"{url}/start", headers=starting))
    done(await guarded.patch(f"{url}/cancel", json={"reason": "x"}, headers=cancelling))

    assert refused.status_code == 403
    history = done(await guarded.get(f"{url}/history", headers=bearer("eva", "leitor")))["history"]
    events = await listener.all_of(execution, 3)
    people = ["execution-service", "ana", "rui"]
    assert [entry["actor"] for entry in history] == people
    assert [event.metadata["actor"] for event in events] == people
    told = f"{history} {[event.envelope for event in events]}" + stack.process(NAME).log.read_text()
    for given in (opening, starting, cancelling):
        assert given["Authorization"].removeprefix("Bearer ") not in told
    assert SECRET not in told


async def test_the_queue_names_who_has_changed_an_item(
    guarded: httpx.AsyncClient, listener: Listener
) -> None:
    ana, rui = bearer("ana"), bearer("rui", "admin")

    added = await guarded.post(PATH, json={"ordem_servico_id": new_order()}, headers=ana)
    url, item = added.headers["Location"], done(added)["fila_id"]
    done(await guarded.patch(f"{url}/prioridade", json={"prioridade": "URGENTE"}, headers=rui))
    asynchronous = ana | {"Prefer": "respond-async"}
    done(await guarded.delete(url, headers=asynchronous), 202)

    events = await listener.all_of(item, 3)
    history = done(await guarded.get(f"{url}/historico", headers=ana))["historico"]
    assert [event.metadata["actor"] for event in events] == ["ana", "rui", "ana"]
    assert [entry["autor"] for entry in history] == ["ana", "rui", "ana"]


async def test_nobody_comes_in_without_a_token(guarded: httpx.AsyncClient) -> None:
    forged = jwt.encode({"sub": "ana", "iss": "oficina", "exp": time.time() + 60}, SECRET[::-1])
    headers = {"Authorization": f"Bearer {forged}"}

    refused = [await guarded.get(EXECUTIONS), await guarded.get(EXECUTIONS, headers=headers)]
    alive = await guarded.get("/api/v1/health/ready")

    assert [answer.status_code for answer in refused] == [401, 401]
    assert {answer.headers["WWW-Authenticate"] for answer in refused} == {"Bearer"}
    assert alive.status_code == 200
