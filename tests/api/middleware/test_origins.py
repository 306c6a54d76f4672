"""Pages of other origins are kept out where nobody is asked for a token; programs are as before."""

import httpx
import pytest

from api.middleware.origins import AllowedSites, hosts, origins
from tests.api.answers import FILA, problem
from tests.api.app_client import BOARD, Frontage

RETRY = "retry-delivery"


@pytest.fixture
def frontage(with_pages: Frontage) -> Frontage:
    return with_pages


def _host(value: str) -> dict[str, str]:
    return {"Host": value}


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "localhost:3002", "LOCALHOST:3002", "localhost.:3002", "api.localhost"),
        *("127.0.0.1:3002", "127.8.9.1", "[::1]:3002", "10.1.2.3:3002", "execution-service:3002"),
        *("workshop.example", "Workshop.Example.:80", "localhost:"),
    ],
)
async def test_our_own_hosts_are_served(http: httpx.AsyncClient, existing: str, host: str) -> None:
    answer = await http.get(existing, headers=_host(host))

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:3002", "127.0.0.1.evil.example", "localhost.evil.example"),
        *("localhost@evil.example", "evil.example@localhost", "127.0.0.1, evil.example", "..", "["),
        *("workshop.example.evil", "xworkshop.example", "localhost:3002:1", "127.1"),
    ],
)
async def test_a_host_that_is_not_ours_is_refused(
    http: httpx.AsyncClient, existing: str, host: str
) -> None:
    for answer in (
        await http.get(existing, headers=_host(host)),
        await http.patch(f"{existing}/start", headers=_host(host)),
        await http.get("/api/v1/docs", headers=_host(host)),
    ):
        assert "ALLOWED_HOSTS" in problem(answer, 403, "foreign-host")["detail"]


async def test_two_hosts_are_none(http: httpx.AsyncClient, existing: str) -> None:
    answer = await http.get(existing, headers=[("Host", "localhost"), ("Host", "evil.example")])

    problem(answer, 403, "foreign-host")


async def test_a_request_without_a_host_is_a_programs(
    http: httpx.AsyncClient, existing: str
) -> None:
    assert (await http.get(existing, headers=_host(""))).status_code == 200


@pytest.mark.parametrize("path", ["/health", "/api/v1/health", "/api/v1/health/live"])
async def test_a_probe_comes_by_any_name(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path, headers=_host("lb.example"))).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://workshop"},
        {"Origin": "http://workshop"},
        {"Origin": "HTTP://WORKSHOP:80"},
        {"Origin": "https://workshop"},  # behind a proxy that speaks TLS
        {"Origin": BOARD},
        {"Origin": BOARD, "Sec-Fetch-Site": "cross-site"},
        {"Origin": BOARD, "Sec-Fetch-Site": "same-site"},
    ],
)
async def test_what_is_of_ours_or_of_those_who_are_named_is_done(
    http: httpx.AsyncClient, existing: str, sent: dict[str, str]
) -> None:
    answer = await http.post(f"{existing}/{RETRY}", headers=sent)

    assert answer.status_code == 202


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "anything"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://workshop"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:5174"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://workshop:81"},
        {"Origin": "http://workshop.evil.example"},
        {"Origin": "http://user@workshop"},
        {"Origin": f"{BOARD}.evil.example"},
        {"Origin": "https://localhost:5173"},
    ],
)
async def test_a_foreign_page_changes_nothing(
    http: httpx.AsyncClient, existing: str, queued: str, sent: dict[str, str]
) -> None:
    english = await http.patch(f"{existing}/start", headers=sent)
    portuguese = await http.post(f"{queued}/iniciar-reparo", headers=sent)
    read = await http.get(existing, headers=sent)

    assert "CORS_ORIGINS" in problem(english, 403, "foreign-origin")["detail"]
    assert "origens" in problem(portuguese, 403, "foreign-origin")["detail"]
    assert read.json()["version"] == 1  # which its browser does not show it


async def test_two_origins_are_only_as_good_as_the_worse(
    http: httpx.AsyncClient, existing: str
) -> None:
    answer = await http.post(
        f"{existing}/{RETRY}", headers=[("Origin", BOARD), ("Origin", "https://evil.example")]
    )

    problem(answer, 403, "foreign-origin")


async def test_where_tokens_are_asked_for_they_alone_decide(
    asking_for_tokens: httpx.AsyncClient,
) -> None:
    answer = await asking_for_tokens.post(
        FILA, headers={"Host": "evil.example", "Sec-Fetch-Site": "cross-site"}
    )

    problem(answer, 401, "unauthenticated")


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("", set()),
        (" , ", set()),
        (f"{BOARD}, https://Board.Example/ ", {BOARD, "https://board.example"}),
        ("https://board.example:443", {"https://board.example"}),
        ("http://[::1]:5173", {"http://[::1]:5173"}),
    ],
)
def test_origins_are_named_as_browsers_do(setting: str, named: set[str]) -> None:
    assert origins(setting) == named


@pytest.mark.parametrize(
    "setting", ["*", "null", "board.example", "https://board.example/page", "https://*.example"]
)
def test_what_is_no_origin_is_told_at_the_start(setting: str) -> None:
    with pytest.raises(SystemExit, match=r"CORS_ORIGINS: .* is no origin: name each as"):
        origins(f"{BOARD},{setting}")


@pytest.mark.parametrize("setting", ["*", "http://workshop.example", "workshop.example:80", "a/b"])
def test_what_is_no_host_is_told_at_the_start(setting: str) -> None:
    with pytest.raises(SystemExit, match=r"ALLOWED_HOSTS: .* is no host name"):
        hosts(setting)


def test_nobody_else_is_trusted_unless_somebody_says_so() -> None:
    assert AllowedSites() == AllowedSites(origins(""), hosts(""))
