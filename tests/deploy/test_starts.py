"""Settings that cannot be used end each process with a clear word, also those that others read."""

import asyncio
import importlib
import os
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import worker
from api.consumer import __main__ as consumer
from api.operations import program
from deploy.dev.parts import ROOT
from deploy.dev.ports import HOST, Ports
from workflows.client.environment import connect_config

pytestmark = pytest.mark.usefixtures("bare_environment")

api = importlib.import_module("api.__main__")
rebuild = importlib.import_module("api.rebuild.__main__")
reopen = importlib.import_module("api.reopen.__main__")
CANARY = "canary-in-the-mine"
NOBODY = f"{HOST}:1"
QUEUE = f"http://{NOBODY}/000000000000/queue"
NO_AUTHORITY = {"MONGODB_URI": f"mongodb://user:{CANARY}@{NOBODY}/?tls=true&tlsCAFile=missing.pem"}
TEMPORALS: list[tuple[dict[str, str], str]] = [
    *(
        ({"TEMPORAL_ADDRESS": address}, "TEMPORAL_ADDRESS cannot be used")
        for address in ("rubbish", "h:x", "h:99999", "h:0", "a b:7233", ":7233", "http://h:7233")
    ),
    ({"TEMPORAL_TLS": "maybe"}, "TEMPORAL_TLS cannot be used"),
    ({"TEMPORAL_NAMESPACE": os.fsdecode(b"\xff")}, "TEMPORAL_NAMESPACE cannot be used"),
    ({"OF_ANOTHER": os.fsdecode(b"\xff"), "TEMPORAL_TLS": "maybe"}, "TEMPORAL_TLS cannot"),
    ({"TEMPORAL_API_KEY": "a\nb"}, "TEMPORAL_API_KEY cannot be used"),
    ({"TEMPORAL_TLS_SERVER_CA_CERT_PATH": "/none"}, "TEMPORAL_TLS_SERVER_CA_CERT_PATH: No such"),
    ({"TEMPORAL_TLS_SERVER_CA_CERT_PATH": "text"}, "TEMPORAL_TLS_SERVER_CA_CERT_PATH cannot"),
    ({"TEMPORAL_TLS_CLIENT_CERT_PATH": "text"}, "belong together"),
    (
        {"TEMPORAL_TLS_CLIENT_CERT_PATH": "/none", "TEMPORAL_TLS_CLIENT_KEY_PATH": "text"},
        "TEMPORAL_TLS_CLIENT_CERT_PATH: No such",
    ),
    (
        {"TEMPORAL_TLS_CLIENT_CERT_PATH": "text", "TEMPORAL_TLS_CLIENT_KEY_PATH": "text"},
        "TEMPORAL_TLS_CLIENT_CERT_PATH cannot",
    ),
    ({"TEMPORAL_TLS": "true", "TEMPORAL_TLS_SERVER_NAME": "a b"}, "TEMPORAL_TLS_SERVER_NAME"),
    ({"TEMPORAL_CONFIG_FILE": "/none"}, "TEMPORAL_CONFIG_FILE cannot be used"),
    ({"TEMPORAL_CONFIG_FILE": "/"}, "configuration cannot be used: .*directory"),
    ({"TEMPORAL_CONFIG_FILE": "text"}, "Temporal's configuration cannot be used: .*TOML"),
    ({"TEMPORAL_CONFIG_FILE": "bytes"}, "Temporal's configuration cannot be used: .*utf-8"),
    ({"TEMPORAL_PROFILE": "none"}, "Temporal's configuration cannot be used: Profile 'none'"),
]
AWSS: list[tuple[dict[str, str], str]] = [
    *(
        ({"AWS_ENDPOINT_URL": url}, "AWS_ENDPOINT_URL")
        for url in ("127.0.0.1:4566", "aws", "http://", "http://a b", "ftp://aws", "http://a:b")
    ),
    ({"AWS_PROFILE": "none"}, "AWS_PROFILE"),
    ({"AWS_CONFIG_FILE": "text"}, "Unable to parse config file"),
    ({"AWS_CA_BUNDLE": "/none"}, "AWS_CA_BUNDLE cannot be used"),
]
Main = Callable[[], Awaitable[object]]
PROCESSES: dict[str, Main] = {
    "api": api.main,
    "worker": worker.main,
    "consumer": consumer.main,
    "rebuild": lambda: rebuild.main(check=True, only=[]),
    "reopen": lambda: reopen.main(["execution-1"], from_snapshot=False),
}
SPEAK_TO_AWS = ("worker", "consumer")


@pytest.fixture
def lightly(bare_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A process's start, but for what belongs to the whole test run."""
    (tmp_path / "text").write_text("a = = b\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for module in (api, worker, consumer, program):
        monkeypatch.setattr(module, "configure_logging", lambda *_: None)
    for module in (api, worker, consumer, rebuild):
        monkeypatch.setattr(module, "stop_requested", asyncio.Event)
    monkeypatch.setattr(worker, "prepare_bus", lambda _: asyncio.sleep(0))
    monkeypatch.setenv("MONGODB_URI", f"mongodb://{NOBODY}")
    monkeypatch.setenv("SQS_QUEUE_URL", QUEUE)


@pytest.mark.usefixtures("lightly")
@pytest.mark.parametrize(
    ("process", "given", "said"),
    [
        *((process, *each) for process in PROCESSES for each in TEMPORALS),
        *((process, *each) for process in SPEAK_TO_AWS for each in AWSS),
        ("api", {"PORT": "http"}, "^PORT cannot be used"),
        *((process, {"LOG_LEVEL": "LOUD"}, "^LOG_LEVEL cannot be used") for process in PROCESSES),
        *((process, NO_AUTHORITY, "tlsCAFile") for process in PROCESSES),
        *(
            (process, {"TEMPORAL_ADDRESS": "rubbish", "LOG_LEVEL": "LOUD"}, "^LOG_LEVEL")
            for process in PROCESSES
        ),
    ],
)
async def test_each_process_ends_with_a_clear_word(
    monkeypatch: pytest.MonkeyPatch, process: str, given: dict[str, str], said: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit, match=said) as end:
        async with asyncio.timeout(10):
            await PROCESSES[process]()

    assert len(str(end.value).splitlines()) == 1
    assert CANARY not in str(end.value)


COMMANDS = {
    "api": ["-m", "api"],
    "worker": ["worker.py"],
    "consumer": ["-m", "api.consumer"],
    "rebuild": ["-m", "api.rebuild", "--check"],
    "reopen": ["-m", "api.reopen", "execution-1"],
}
OPERATORS = ("rebuild", "reopen")
"""They end with UNFINISHED, because 1 would mean that they have found something."""


def ended(process: str, given: dict[str, str], cwd: Path) -> SimpleNamespace:
    done = subprocess.run(  # noqa: S603 (our own commands)
        [sys.executable, *COMMANDS[process]],
        env={**os.environ, "PYTHONPATH": str(ROOT), "SQS_QUEUE_URL": QUEUE, **given},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return SimpleNamespace(code=done.returncode, said=done.stdout + done.stderr)


@pytest.mark.parametrize("process", COMMANDS)
def test_a_process_that_ends_so_shows_no_traceback(process: str) -> None:
    end = ended(process, NO_AUTHORITY, ROOT)

    assert end.code == (program.UNFINISHED if process in OPERATORS else 1)
    assert "MONGODB_URI cannot be used: tlsCAFile names a file that cannot be used" in end.said
    assert "Traceback" not in end.said
    assert CANARY not in end.said


def test_certificates_may_stand_in_the_variables_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    name = x509.Name([])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
        .decode()
    )
    monkeypatch.setenv("TEMPORAL_TLS_CLIENT_CERT_DATA", certificate)
    monkeypatch.setenv("TEMPORAL_TLS_SERVER_CA_CERT_DATA", certificate)
    monkeypatch.setenv("TEMPORAL_TLS_CLIENT_KEY_DATA", pem)

    assert connect_config()["target_host"]


@pytest.mark.parametrize("process", OPERATORS)
def test_a_variable_of_somebody_else_is_no_matter_whatever_it_holds(process: str) -> None:
    nobody = {"TEMPORAL_ADDRESS": NOBODY, "OF_ANOTHER": os.fsdecode(b"\xff"), "PORT": "http"}

    end = ended(process, nobody, ROOT)

    assert end.code == program.UNFINISHED
    assert "Temporal cannot be reached" in end.said


def test_a_port_that_is_taken_is_named() -> None:

    with socket.create_server((HOST, 0)) as taken:
        port = str(taken.getsockname()[1])
        end = ended("api", {"PORT": port}, ROOT)

    assert end.code == 1
    assert f"HOST={HOST} and PORT={port} cannot be used: " in end.said
    assert "Traceback" not in end.said


def test_a_host_that_is_none_of_this_machine_is_named() -> None:
    elsewhere = {"AUTH_DISABLED": "true", "HOST": "192.0.2.1", "PORT": str(Ports.free().api)}

    end = ended("api", elsewhere, ROOT)

    assert end.code == 1
    assert "HOST=192.0.2.1 and PORT=" in end.said
    assert "Traceback" not in end.said


def test_an_address_for_metrics_that_is_taken_is_named() -> None:

    with socket.create_server((HOST, 0)) as taken:
        end = ended("worker", {"METRICS_ADDRESS": f"{HOST}:{taken.getsockname()[1]}"}, ROOT)

    assert end.code == 1
    assert "METRICS_ADDRESS cannot be used" in end.said
    assert "Traceback" not in end.said
