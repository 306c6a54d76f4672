"""The stand-in for the OS service as a process of its own, used as other processes use it."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from deploy.dev.ports import HOST, Ports
from deploy.dev.service_orders import Mode, ServiceOrdersStub

ROOT = Path(__file__).parents[2]
UP_WITHIN = 20.0


def client(port: int, timeout: float = 5) -> httpx.Client:
    return httpx.Client(base_url=f"http://{HOST}:{port}", timeout=timeout, trust_env=False)


def tell(http: httpx.Client, order: int, status: str) -> httpx.Response:
    return http.patch(f"/ordens_servico/{order}/status", json={"status": status})


def history(http: httpx.Client, order: int) -> list[str]:
    return list(http.get(f"/ordens_servico/{order}").json()["historico"])


@contextmanager
def running(port: int) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(  # noqa: S603  # the command line that the stack uses
        [sys.executable, "-m", "deploy.dev.service_orders", "--port", str(port)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(port)
        yield process
    finally:
        process.kill()
        process.communicate(timeout=10)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + UP_WITHIN
    with client(port) as http:
        while time.monotonic() < deadline:
            try:
                http.get("/_chamadas")
            except httpx.ConnectError:
                time.sleep(0.02)
            else:
                return
    raise TimeoutError(f"nothing answers at {port}")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    chosen = Ports.free().service_orders
    with running(chosen):
        yield chosen


@pytest.fixture
def http(port: int) -> Iterator[httpx.Client]:
    with client(port) as http:
        yield http
        http.delete("/_falha").raise_for_status()


def test_an_order_shows_its_last_status_and_those_before(http: httpx.Client) -> None:
    tell(http, 1, "EM_DIAGNOSTICO")
    tell(http, 2, "FINALIZADA")
    tell(http, 1, "AGUARDANDO_APROVACAO")

    assert http.get("/ordens_servico/1").json() == {
        "id": 1,
        "status": "AGUARDANDO_APROVACAO",
        "historico": ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO"],
    }


def test_an_order_that_nobody_spoke_of_has_no_status(http: httpx.Client) -> None:
    shown = http.get("/ordens_servico/99").json()

    assert shown == {"id": 99, "status": None, "historico": []}


def test_a_refused_status_is_written_down_but_not_taken(http: httpx.Client) -> None:
    http.put("/_falha", json={"modo": "recusa", "codigo": 409})

    refusal = tell(http, 3, "EM_EXECUCAO")

    calls = http.get("/_chamadas").json()
    assert refusal.status_code == 409
    assert history(http, 3) == []
    assert [call["taken"] for call in calls if call["service_order_id"] == 3] == [False]


def test_a_failure_of_one_order_leaves_the_others_alone(http: httpx.Client) -> None:
    http.put("/_falha", json={"modo": "recusa", "ordem_servico_id": 4, "repetir_apos": "2"})

    refusal, other = tell(http, 4, "FINALIZADA"), tell(http, 5, "FINALIZADA")

    assert (refusal.status_code, refusal.headers["Retry-After"]) == (503, "2")
    assert other.status_code == 200


@pytest.mark.parametrize(("mode", "order"), [(Mode.HANGS, 6), (Mode.BREAKS_OFF, 7)])
def test_without_an_answer_nothing_is_taken_until_it_recovers(
    mode: Mode, order: int, http: httpx.Client
) -> None:
    http.timeout = httpx.Timeout(0.3)
    http.put("/_falha", json={"modo": mode})
    with pytest.raises(httpx.TransportError):
        tell(http, order, "EM_EXECUCAO")

    http.delete("/_falha")
    before = history(http, order)
    tell(http, order, "EM_EXECUCAO")

    assert (before, history(http, order)) == ([], ["EM_EXECUCAO"])


def test_a_body_drips_until_it_recovers(http: httpx.Client) -> None:
    http.put("/_falha", json={"modo": "goteja", "codigo": 202})

    with http.stream("PATCH", "/ordens_servico/8/status", json={"status": "FINALIZADA"}) as answer:
        drops = answer.iter_raw()
        first = next(drops)
        http.delete("/_falha")
        rest = b"".join(drops)

    assert answer.status_code == 202
    assert set(first + rest) == set(b".")
    assert history(http, 8) == ["FINALIZADA"]


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("PATCH", "/ordens_servico/x/status", {"status": "FINALIZADA"}, 400),
        ("PATCH", "/ordens_servico/1/estado", {"status": "FINALIZADA"}, 400),
        ("PATCH", "/ordens_servico/1/status", {"estado": "FINALIZADA"}, 400),
        ("PATCH", "/ordens_servico/1/status", {"status": " "}, 400),
        ("PATCH", "/ordens_servico/1/status", ["FINALIZADA"], 400),
        ("PUT", "/_falha", {"modo": "nenhum"}, 400),
        ("PUT", "/_falha", ["recusa"], 400),
        ("GET", "/ordens_servico", None, 400),
        ("GET", "/fila-execucao", None, 404),
    ],
)
def test_what_the_os_service_would_not_understand_it_does_not_either(
    method: str, path: str, body: object, code: int, http: httpx.Client
) -> None:
    assert http.request(method, path, json=body).status_code == code


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_good_order_even_while_callers_hang(ending: signal.Signals) -> None:
    port = Ports.free().service_orders
    with running(port) as process, client(port) as http, ThreadPoolExecutor() as beside:
        http.put("/_falha", json={"modo": "trava"})
        hanging = beside.submit(tell, http, 1, "FINALIZADA")
        while not http.get("/_chamadas").json():
            time.sleep(0.01)

        process.send_signal(ending)

        assert process.wait(5) == 0
        assert isinstance(hanging.exception(5), httpx.TransportError)


def test_in_a_tests_own_process_it_forgets_nothing_while_it_is_away() -> None:
    port = Ports.free().service_orders
    stub = ServiceOrdersStub(port)
    with client(port) as http:
        with stub:
            tell(http, 1, "EM_DIAGNOSTICO")
        with pytest.raises(httpx.TransportError):
            tell(http, 1, "EM_EXECUCAO")
        with stub:
            tell(http, 1, "AGUARDANDO_APROVACAO")

    assert stub.history(1) == ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO"]
