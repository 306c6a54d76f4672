"""The service keeps what its OpenAPI document promises, whatever it is asked."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.dev.ports import HOST, Ports
from deploy.dev.stack import Stack
from tests.api.security.issuer import NAME, Issuer
from tests.stack.workshop import Workshop

ROOT = Path(__file__).parents[2]
CONFIG = Path(__file__).with_name("schemathesis.toml")
SEED = "20260302"
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer.of("HS256")


@pytest.fixture(scope="module")
def guarded(stack: Stack, issuer: Issuer) -> Iterator[str]:
    """The root of an API that asks for tokens."""
    port = str(Ports.free().api)
    env = {"AUTH_DISABLED": "false", "SECRET_KEY": issuer.key, "JWT_ISSUER": NAME, "PORT": port}
    other = stack.add("api-guarded", env)
    try:
        yield f"http://{HOST}:{port}"
    finally:
        other.stop()


@pytest.fixture
async def cleared(workshop: Workshop) -> AsyncIterator[None]:
    """The queue is empty again afterwards."""
    yield
    await workshop.clears()


def explore(root: str, folder: Path, token: str, *bounds: str) -> str:
    """Findings of Schemathesis, if there are any; its working files go to `folder`."""
    ended = subprocess.run(  # noqa: S603 - the program that the development group names
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIG, "run"),
            *(f"{root}/api/v1/openapi.json", "--url", root, "--no-color"),
            *("--seed", SEED, *bounds),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TOKEN": token},
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{ended.stdout}\n{ended.stderr}" if ended.returncode else ""


@pytest.mark.usefixtures("cleared")
def test_who_has_a_token_finds_what_the_document_promises(
    guarded: str, issuer: Issuer, tmp_path: Path
) -> None:
    found = explore(guarded, tmp_path, issuer.token(), "--max-examples", "10")

    assert not found, found


def test_who_has_none_is_refused_as_the_document_says(guarded: str, tmp_path: Path) -> None:
    """Every request meets one answer, so a few to each operation are enough."""
    found = explore(guarded, tmp_path, "none", "--phases", "fuzzing", "--max-examples", "2")

    assert not found, found
