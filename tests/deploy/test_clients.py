"""The check of generated clients itself, without the generators."""

import sys

import pytest

from tests.clients import __main__ as clients
from tests.clients.recipes import Recipe

GOOD = Recipe("good", (), ((sys.executable, "-c", "open('openapi.json')"),))
BAD = Recipe("bad", (), ((sys.executable, "-c", "raise SystemExit('does not compile')"),))
UNEQUIPPED = Recipe("unequipped", ("no-such-tool",), BAD.commands)


def test_a_client_that_does_not_compile_is_told_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(clients, "RECIPES", (GOOD, BAD))

    assert clients.main() == 1

    said = capsys.readouterr().out
    assert "compiles   good" in said
    assert "FAILS      bad" in said
    assert "does not compile" in said


def test_what_the_machine_has_no_tools_for_is_left_out_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(clients, "RECIPES", (UNEQUIPPED,))

    assert clients.main() == 0

    assert capsys.readouterr().out == "left out   unequipped: no-such-tool not found\n"
