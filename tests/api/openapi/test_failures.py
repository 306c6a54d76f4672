"""A mistake in the document, which must not cost more than the document."""

from collections.abc import AsyncIterator

import httpx
import pytest

from activities.probes import Readiness
from api.composition import Services
from tests.api.answers import BASE, NEW, problem
from tests.api.app_client import Frontage

DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture
async def anew(services: Services, readiness: Readiness) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an API whose document nobody has asked for."""
    async with Frontage().of(services, readiness) as client:
        yield client


def _wrong_example() -> None:
    raise AssertionError("this is no example of a refusal")


async def test_a_wrong_example_spoils_the_document_alone(
    anew: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.openapi.document.BODIES", [_wrong_example])

    document = await anew.get(DOCUMENT)
    created = await anew.post(BASE, json=NEW)

    problem(document, 500, "internal-error")
    assert created.status_code == 201


async def test_half_a_document_is_never_served(
    anew: httpx.AsyncClient, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as spoilt:
        spoilt.setattr("api.openapi.document._define", lambda _: _wrong_example())
        problem(await anew.get(DOCUMENT), 500, "internal-error")

    assert (await anew.get(DOCUMENT)).json() == (await http.get(DOCUMENT)).json()
