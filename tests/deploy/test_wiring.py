"""Addresses that the processes of the embedded stack have of each other."""

from pathlib import Path

import pytest

from deploy.dev import parts
from deploy.dev.errors import PortInUse, StackError
from deploy.dev.ports import HOST, PLACES, Ports
from deploy.dev.service_orders import ServiceOrdersStub
from deploy.dev.wiring import SERVICE_ORDERS, SETTINGS, variables, wire

PORTS = Ports.standard({})
ELSEWHERE = {"URL_API_OS": "https://os.example", "TOKEN_API_OS": "theirs"}
KEYS = {"SECRET_KEY": "ours", "AUTH_DISABLED": "false", "HOST": "0.0.0.0"}  # noqa: S104


@pytest.mark.parametrize("adopt", [True, False])
def test_the_stack_has_its_own_os_service_unless_one_is_named(adopt: bool) -> None:
    wiring = wire(PORTS, {}, adopt=adopt)

    assert SERVICE_ORDERS in wiring.own
    assert wiring.env["URL_API_OS"] == f"http://{HOST}:3010"


def test_an_os_service_that_is_named_is_used_with_its_token() -> None:
    wiring = wire(PORTS, ELSEWHERE, adopt=True)

    assert SERVICE_ORDERS not in wiring.own
    assert ELSEWHERE.items() <= wiring.process_env("worker", {}).items()


def test_a_stack_that_adopts_nothing_lets_no_token_of_another_service_in() -> None:
    wiring = wire(PORTS, ELSEWHERE, adopt=False)

    told = wiring.process_env("worker", {})
    assert told["URL_API_OS"] == f"http://{HOST}:3010"
    assert "TOKEN_API_OS" not in told


@pytest.mark.parametrize("adopt", [True, False])
def test_the_stack_asks_nobody_for_a_token_and_stays_on_this_machine(adopt: bool) -> None:
    told = wire(PORTS, KEYS, adopt=adopt).process_env("api", {})

    assert (told["AUTH_DISABLED"], told["HOST"]) == ("true", HOST)
    assert "SECRET_KEY" not in told


def test_the_worker_keeps_the_secret_for_an_os_service_that_is_named() -> None:
    wiring = wire(PORTS, KEYS | {"URL_API_OS": "https://os.example"}, adopt=True)
    told = wiring.process_env("worker", {})

    assert told["SECRET_KEY"] == KEYS["SECRET_KEY"]


def test_a_server_of_the_stacks_own_knows_no_build_so_its_workers_are_none() -> None:
    told = wire(PORTS, {"WORKER_DEPLOYMENT": "theirs", "WORKER_BUILD_ID": "9"}, adopt=True)

    assert not [name for name in told.process_env("worker", {}) if name.startswith("WORKER_")]


def test_the_stand_in_is_run_where_the_others_look_for_it(tmp_path: Path) -> None:
    ports = Ports.free()

    program = parts.service_orders(tmp_path, ports)

    assert program.command[-2:] == ["--port", str(ports.service_orders)]
    assert wire(ports, {}, adopt=False).env["URL_API_OS"] == f"http://{program.detail}"


def test_free_ports_are_one_for_each_part() -> None:
    ports = Ports.free()

    assert len({getattr(ports, name) for name in PLACES}) == len(PLACES)


@pytest.mark.parametrize("name", PLACES)
def test_every_port_can_be_moved_by_its_variable(name: str) -> None:
    moved = Ports.standard({PLACES[name].variable: "20123"})

    assert getattr(moved, name) == 20123


def test_a_port_that_is_none_is_refused_by_its_variable() -> None:
    with pytest.raises(StackError, match="SERVICE_ORDERS_PORT=os"):
        Ports.standard({"SERVICE_ORDERS_PORT": "os"})


def test_a_port_that_is_taken_is_refused_with_the_way_out() -> None:
    ports = Ports.free()

    with (
        ServiceOrdersStub(ports.service_orders),
        pytest.raises(PortInUse, match=r"OS service wants it.*SERVICE_ORDERS_PORT=<port>"),
    ):
        ports.refuse_taken(["service_orders"])


@pytest.mark.parametrize("named", ["", "https://board.example"])
def test_a_page_that_is_being_developed_may_use_the_stack(named: str) -> None:
    environ = {"CORS_ORIGINS": named} if named else {}

    told = wire(PORTS, environ, adopt=True).process_env("api", {})

    assert told["CORS_ORIGINS"] == (named or "http://localhost:5173")


@pytest.mark.parametrize("kind", SETTINGS)
def test_each_process_is_given_what_it_reads_and_nothing_of_the_others(kind: str) -> None:
    every = {name for settings in SETTINGS.values() for name in variables(settings)}
    named = {"TEMPORAL_ADDRESS": "temporal:7233", "AWS_ENDPOINT_URL": "http://aws:4566"}
    environ = dict.fromkeys(every, "x") | named | {"OF_SOMEBODY_ELSE": "x"}

    given = wire(PORTS, environ, adopt=True).process_env(kind, {})

    assert given.keys() & every == variables(SETTINGS[kind])
    assert {"TEMPORAL_ADDRESS", "OF_SOMEBODY_ELSE", "NO_PROXY"} <= given.keys()


@pytest.mark.parametrize(("kind", "speaks"), [("api", False), ("worker", True), ("consumer", True)])
def test_only_who_speaks_to_aws_is_given_keys_for_it(kind: str, speaks: bool) -> None:
    given = wire(PORTS, {}, adopt=False).process_env(kind, {})

    assert ("AWS_SECRET_ACCESS_KEY" in given) == speaks


@pytest.mark.parametrize(
    ("name", "readers"),
    [
        ("SECRET_KEY", {"api", "worker"}),
        ("TOKEN_API_OS", {"worker"}),
        ("WORKER_BUILD_ID", {"worker"}),
        ("SQS_QUEUE_URL", {"consumer"}),
        ("JWKS_URL", {"api"}),
        ("FEED_SECRET", {"api"}),
    ],
)
def test_what_is_secret_or_of_one_process_is_read_by_no_other(name: str, readers: set[str]) -> None:
    assert {kind for kind, settings in SETTINGS.items() if name in variables(settings)} == readers


def test_spare_ports_are_not_those_of_the_parts_and_no_two_alike() -> None:
    ports = Ports.free()
    spares = ports.spares()

    found = [next(spares) for _ in range(50)]

    assert len(set(found)) == 50
    assert not set(found) & {getattr(ports, name) for name in PLACES}


@pytest.mark.parametrize("named", ["", "127.0.0.1:20001"])
def test_a_process_is_asked_for_its_health_where_it_answers(tmp_path: Path, named: str) -> None:
    wiring = wire(PORTS, {"HEALTH_ADDRESS": "127.0.0.1:9465"}, adopt=True)
    extra = {"HEALTH_ADDRESS": named} if named else {}

    program = parts.ours("worker-2", tmp_path, wiring, extra, 20000)

    assert program.env["HEALTH_ADDRESS"] == (named or "127.0.0.1:20000")
