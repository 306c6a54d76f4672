"""A client that asks too often learns when to come back; others do not notice."""

import httpx
import pytest
from starlette.types import ASGIApp

from activities.probes import Readiness
from api.app import create_app
from api.composition import Services
from api.middleware.rate_limit import Rate, address
from tests.api.answers import BASE, FILA, NEW, problem
from tests.api.security.issuer import Issuer, trusted
from tests.clocks import Clock

SLOW = Rate(per_second=1, burst=3)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("throttled.utils.now_mono_f", clock)
    return clock


@pytest.fixture
def api(services: Services, readiness: Readiness, clock: Clock) -> ASGIApp:
    return create_app(services, readiness, None, address_rate=SLOW)


def of(api: ASGIApp, host: str = "192.0.2.1") -> httpx.AsyncClient:
    """A client at that address."""
    transport = httpx.ASGITransport(api, client=(host, 5000))
    return httpx.AsyncClient(transport=transport, base_url="http://workshop")


async def _statuses(client: httpx.AsyncClient, count: int, path: str = BASE) -> list[int]:
    return [(await client.get(path)).status_code for _ in range(count)]


async def test_more_than_a_burst_is_refused_until_time_has_passed(
    api: ASGIApp, clock: Clock
) -> None:
    async with of(api) as client:
        assert await _statuses(client, 4) == [200, 200, 200, 429]

        clock.now += 1

        assert await _statuses(client, 2) == [200, 429]


async def test_who_comes_back_when_told_is_let_in(api: ASGIApp, clock: Clock) -> None:
    async with of(api) as client:
        await _statuses(client, 3)
        clock.now += 0.25

        refused = await client.get(BASE)
        clock.now += int(refused.headers["Retry-After"])

        problem(refused, 429, "too-many-requests")
        assert refused.headers["Retry-After"] == "1"
        assert await _statuses(client, 1) == [200]


async def test_a_refused_command_changes_nothing(api: ASGIApp, clock: Clock) -> None:
    async with of(api) as client:
        await _statuses(client, 3)

        problem(await client.post(BASE, json=NEW), 429, "too-many-requests")
        clock.now += 10

        assert (await client.get(BASE)).json()["total"] == 0


async def test_the_queues_clients_are_refused_in_portuguese(api: ASGIApp) -> None:
    async with of(api) as client:
        await _statuses(client, 3)

        body = problem(await client.get(FILA), 429, "too-many-requests")

    assert body["title"] == "Houve requisições demais"


async def test_another_address_does_not_notice(api: ASGIApp) -> None:
    async with of(api) as one, of(api, "192.0.2.2") as other:
        assert await _statuses(one, 4) == [200, 200, 200, 429]

        assert await _statuses(other, 3) == [200, 200, 200]


async def test_whoever_asks_for_the_health_is_not_counted(api: ASGIApp) -> None:
    async with of(api) as client:
        for path in ("/health", "/api/v1/health", "/api/v1/health/live", "/api/v1/health/ready"):
            assert 429 not in await _statuses(client, 5, path)

        assert await _statuses(client, 3) == [200, 200, 200]


async def test_a_client_does_not_choose_its_address(api: ASGIApp) -> None:
    async with of(api) as client:
        for number in range(3):
            await client.get(BASE, headers={"X-Forwarded-For": f"198.51.100.{number}"})

        refused = await client.get(BASE, headers={"X-Forwarded-For": "198.51.100.9"})

    problem(refused, 429, "too-many-requests")


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("not:an:address", "not:an:address"),
    ],
)
def test_a_network_of_ipv6_counts_as_one_address(host: str, counted: str) -> None:
    assert address({"client": (host, 5000)}) == counted


def test_a_server_that_knows_no_address_counts_nobody() -> None:
    assert not address({"client": None})


async def test_no_rate_is_no_limit(services: Services, readiness: Readiness) -> None:
    async with of(create_app(services, readiness, None)) as client:
        assert await _statuses(client, 50, "/docs") == [404] * 50


async def test_no_more_clients_are_remembered_than_there_is_room_for(
    services: Services, readiness: Readiness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.middleware.rate_limit.REMEMBERED_CLIENTS", 2)
    api = create_app(services, readiness, None, address_rate=SLOW)
    async with of(api) as idle, of(api, "192.0.2.2") as busy, of(api, "192.0.2.3") as new:
        await _statuses(idle, 3)
        await _statuses(busy, 3)
        await _statuses(new, 1)

        assert await _statuses(busy, 1) == [429]
        assert await _statuses(idle, 1) == [200]


async def test_a_subject_is_counted_wherever_it_calls_from(
    services: Services, readiness: Readiness, clock: Clock
) -> None:
    issuer = Issuer.of("HS256")
    ana, bruno = issuer.bearer(sub="ana"), issuer.bearer(sub="bruno")
    async with trusted(issuer) as tokens:
        api = create_app(services, readiness, tokens, subject_rate=SLOW)
        async with of(api) as one, of(api, "192.0.2.2") as other:
            for client in (one, other, one):
                assert (await client.get(BASE, headers=ana)).status_code == 200

            problem(await other.get(BASE, headers=ana), 429, "too-many-requests")
            assert (await other.get(BASE, headers=bruno)).status_code == 200


async def test_who_guesses_at_tokens_is_counted_by_the_address(
    services: Services, readiness: Readiness, clock: Clock
) -> None:
    async with (
        trusted(Issuer.of("HS256")) as tokens,
        of(create_app(services, readiness, tokens, address_rate=SLOW)) as client,
    ):
        assert await _statuses(client, 4) == [401, 401, 401, 429]
