"""Every route of the API, with every kind of token and without one."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from activities.probes import Readiness
from api.composition import Services
from tests.api.answers import BASE, FILA, NEW, problem
from tests.api.app_client import Frontage
from tests.api.security.bad_tokens import BAD, BAD_WHERE_KEYS_ARE_PUBLISHED
from tests.api.security.issuer import ALGORITHMS, AUDIENCE, PUBLISHED, SUBJECT, Issuer, trusted
from tests.api.security.permissions import (
    BY_A_KEY,
    MANAGEMENT,
    MAY,
    OPEN,
    READING_POSTS,
    READS,
    WITHOUT_A_KNOWN_ROLE,
    Route,
    guarded_routes,
)
from tests.api.temporal_fake import ExecutionEngine


@pytest.fixture(scope="module")
def routes(frontage: Frontage) -> list[Route]:
    return guarded_routes(frontage.app)


@pytest.fixture(scope="module", params=ALGORITHMS)
def issuer(request: pytest.FixtureRequest) -> Issuer:
    return Issuer.of(request.param)


@pytest.fixture
async def guarded(
    guarded_frontage: Frontage, issuer: Issuer, services: Services, readiness: Readiness
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an API that asks for tokens."""
    async with (
        trusted(issuer) as tokens,
        guarded_frontage.of(services, readiness, tokens) as client,
    ):
        yield client


async def answer(client: httpx.AsyncClient, route: Route, token: str | None) -> httpx.Response:
    """To a request that is sensible in nothing but its token."""
    method, path = route
    headers = {} if token is None else {b"Authorization": f"Bearer {token}".encode()}
    return await client.request(method, path, headers=headers, json=[])


def test_the_routes_are_those_of_both_apis(routes: list[Route]) -> None:
    assert ("POST", BASE) in routes
    assert set(routes) > MANAGEMENT
    assert len(routes) > 25


async def test_without_a_token_there_is_no_way_in(
    guarded: httpx.AsyncClient, routes: list[Route]
) -> None:
    for route in routes:
        refused = await answer(guarded, route, None)

        problem(refused, 401, "unauthenticated")
        assert refused.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("kind", [*BAD, *BAD_WHERE_KEYS_ARE_PUBLISHED])
async def test_a_token_that_is_not_good_opens_nothing(
    guarded: httpx.AsyncClient,
    routes: list[Route],
    issuer: Issuer,
    kind: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if kind in BAD_WHERE_KEYS_ARE_PUBLISHED and issuer.algorithm not in PUBLISHED:
        pytest.skip("one secret needs no name")
    caplog.set_level("DEBUG")
    token = (BAD | BAD_WHERE_KEYS_ARE_PUBLISHED)[kind](issuer)

    refused = [await answer(guarded, route, token) for route in routes]

    for each in refused:
        problem(each, 401, "unauthenticated")
        assert each.headers["WWW-Authenticate"] == "Bearer"
    said = caplog.text + "".join(each.text for each in refused)
    assert not any(part in said for part in token.split(".") if len(part) > 10)


@pytest.mark.parametrize(
    ("permitted", "claims"), [(permitted, each) for permitted in MAY for each in MAY[permitted]]
)
async def test_a_role_may_do_what_is_its_own_and_nothing_else(
    guarded: httpx.AsyncClient,
    routes: list[Route],
    issuer: Issuer,
    permitted: str,
    claims: dict[str, Any],
) -> None:
    await permits(guarded, routes, issuer.token(**claims), permitted)


@pytest.mark.parametrize(("claims", "with_secret", "with_published"), WITHOUT_A_KNOWN_ROLE)
async def test_without_a_known_role_it_matters_who_issues_tokens(
    guarded: httpx.AsyncClient,
    routes: list[Route],
    issuer: Issuer,
    claims: dict[str, Any],
    with_secret: str,
    with_published: str,
) -> None:
    permitted = with_published if issuer.algorithm in PUBLISHED else with_secret

    await permits(guarded, routes, issuer.token(**claims), permitted)


async def permits(
    client: httpx.AsyncClient, routes: list[Route], token: str, permitted: str
) -> None:
    reads = {route for route in routes if route[0] in READS or route in READING_POSTS}
    reads -= MANAGEMENT
    may: set[Route] = {
        "everything": set(routes),
        "work": set(routes) - MANAGEMENT,
        "read": reads,
        "nothing": set(),
    }[permitted]

    answers = {route: await answer(client, route, token) for route in routes}

    assert {route for route in routes if answers[route].status_code != 403} == may
    assert 401 not in {each.status_code for each in answers.values()}
    for route in set(routes) - may:
        problem(answers[route], 403, "forbidden")


@pytest.mark.parametrize(
    "claims",
    [
        *({"aud": aud} for aud in (None, AUDIENCE, [AUDIENCE, 7])),
        *({"jti": 7}, {"iat": None}, {"iat": "yesterday"}, {"nbf": None}, {"tipo_token": []}),
        *({"scope": 7}, {"sub": "a" * 255}),
    ],
)
async def test_what_decides_nothing_refuses_nobody(
    guarded: httpx.AsyncClient, issuer: Issuer, claims: dict[str, Any]
) -> None:
    token = issuer.by_hand(**claims)

    answered = await guarded.get(BASE, headers={"Authorization": f"Bearer {token}"})

    assert answered.status_code == 200


@pytest.mark.parametrize(("number", "actor"), [(0, "0"), (5, "5"), (5.0, "5"), (-1, "-1")])
async def test_a_subject_may_be_a_number(
    guarded: httpx.AsyncClient, issuer: Issuer, number: float, actor: str
) -> None:
    token = issuer.by_hand(sub=number, roles=["mecanico"])
    headers = {"Authorization": f"Bearer {token}"}

    created = await guarded.post(BASE, json=NEW, headers=headers)

    history = await guarded.get(f"{created.headers['Location']}/history", headers=headers)
    assert [each["actor"] for each in history.json()["history"]] == [actor]


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic YW5hOmFuYQ=="},
        {"X-Authorization": "Bearer {token}"},
        {"Authorization": "{token}"},
        {"Authorization": "Bearer {token} {token}"},
        {"Authorization": "Bearer {token}, Bearer {token}"},
    ],
)
async def test_a_good_token_in_no_good_place_does_not_count(
    guarded: httpx.AsyncClient, issuer: Issuer, headers: dict[str, str]
) -> None:
    token = issuer.token()

    refused = await guarded.get(
        BASE, headers={name: value.format(token=token) for name, value in headers.items()}
    )

    problem(refused, 401, "unauthenticated")


async def test_of_two_tokens_neither_counts(guarded: httpx.AsyncClient, issuer: Issuer) -> None:
    twice = [("Authorization", f"Bearer {issuer.token()}")] * 2

    problem(await guarded.get(BASE, headers=twice), 401, "unauthenticated")


async def test_the_scheme_is_known_in_any_case(guarded: httpx.AsyncClient, issuer: Issuer) -> None:
    answered = await guarded.get(BASE, headers={"authorization": f"bEARER {issuer.token()}"})

    assert answered.status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", f"{BASE}/x/y/z", "/healthy", "/api/v1/docs2"])
async def test_who_has_no_token_does_not_hear_what_there_is(
    guarded: httpx.AsyncClient, issuer: Issuer, path: str
) -> None:
    problem(await guarded.post(path, content=b"{"), 401, "unauthenticated")
    problem(await guarded.post(path, headers=issuer.bearer()), 404)


@pytest.mark.parametrize("path", sorted(OPEN - {"/api/v1/health/ready"}))
async def test_health_and_documentation_need_no_token(
    guarded: httpx.AsyncClient, path: str
) -> None:
    url = path.format(code="not-found")

    assert (await guarded.get(url)).status_code == 200
    assert (await guarded.get(url, headers={"Authorization": "Bearer bad"})).status_code == 200


async def test_the_queues_clients_read_it_in_portuguese(
    guarded: httpx.AsyncClient, issuer: Issuer
) -> None:
    nobody = problem(await guarded.get(FILA), 401)
    reader = issuer.bearer(roles=["leitor"])
    forbidden = problem(await guarded.delete(f"{FILA}/x", headers=reader), 403)

    assert nobody["title"] == "É preciso um token válido"
    assert forbidden["detail"] == "Nenhum dos papéis do token permite esta ação"


async def test_the_token_says_who_did_it(
    guarded: httpx.AsyncClient, issuer: Issuer, engine: ExecutionEngine
) -> None:
    created = await guarded.post(BASE, json=NEW, headers=issuer.bearer(roles="mecanico"))
    url = created.headers["Location"]
    await guarded.patch(f"{url}/start", headers=issuer.bearer(sub="bruno", roles="mecanico"))

    history = await guarded.get(f"{url}/history", headers=issuer.bearer())
    assert [each["actor"] for each in history.json()["history"]] == [SUBJECT, "bruno"]


async def test_where_nobody_is_asked_nobody_is_named(http: httpx.AsyncClient) -> None:
    created = await http.post(BASE, json=NEW, headers={"Authorization": "Bearer whatever"})

    history = await http.get(f"{created.headers['Location']}/history")
    assert [each.get("actor") for each in history.json()["history"]] == [None]


async def test_every_route_says_what_it_needs(http: httpx.AsyncClient) -> None:
    document = (await http.get("/api/v1/openapi.json")).json()

    needs = {
        (method.upper(), path): operation.get("security")
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for (method, path), needed in needs.items():
        scope = "read" if method in READS or (method, path) in READING_POSTS else "work"
        scope = "manage" if (method, path) in MANAGEMENT else scope
        assert needed == (None if path in OPEN | BY_A_KEY else [{"token": [scope]}]), path
