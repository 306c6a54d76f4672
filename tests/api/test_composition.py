"""The queue's rules, as the environment has them."""

import pytest

from api.composition import queue_rules
from settings import ApiSettings

NAMES = ("FILA_EXIGE_APROVACAO", "URL_API_OS")


@pytest.mark.parametrize(
    ("said", "requires_approval", "tells"),
    [
        ({}, False, False),
        ({"FILA_EXIGE_APROVACAO": "", "URL_API_OS": ""}, False, False),
        ({"FILA_EXIGE_APROVACAO": "true"}, True, False),
        ({"FILA_EXIGE_APROVACAO": "false", "URL_API_OS": "http://os"}, False, True),
    ],
)
def test_the_environment_says_what_holds_for_new_items(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], requires_approval: bool, tells: bool
) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)

    rules = queue_rules(ApiSettings(_env_file=None))

    assert (rules.requires_approval, rules.tells_service_orders) == (requires_approval, tells)
