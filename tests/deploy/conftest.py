"""An environment in which nothing is set."""

import os
from pathlib import Path

import pytest

from tests.deploy.test_deploy import heard


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if heard(name):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)  # where there is no .env
