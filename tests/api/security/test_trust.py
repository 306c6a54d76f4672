"""Trust in tokens, as the settings say; and settings that cannot mean any."""

import secrets
from typing import Any

import pytest

from api.errors import ServiceError, Unauthenticated
from api.security.tokens import Tokens
from api.security.trust import contradiction, trusted_tokens
from settings import ApiSettings
from tests.api.security.issuer import NAME, SUBJECT, Issuer, key_set
from tests.api.security.key_server import key_server
from tests.conftest import eventually

LONG, SHORT = secrets.token_hex(32), secrets.token_hex(15)
URL = "https://issuer.example/keys.json"
EVERYWHERE = "0.0.0.0"  # noqa: S104  # asks for more than this machine


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ApiSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def settings(**given: Any) -> ApiSettings:
    return ApiSettings(_env_file=None, **given)


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ({}, "127.0.0.1"),
        ({"auth_disabled": True}, EVERYWHERE),
        ({"secret_key": LONG}, EVERYWHERE),
        ({"jwks_url": URL, "algorithm": "RS256"}, EVERYWHERE),
        ({"secret_key": LONG, "auth_disabled": True}, EVERYWHERE),
    ],
)
def test_who_asks_nobody_is_reached_from_this_machine_alone_unless_told_otherwise(
    given: dict[str, Any], host: str
) -> None:
    assert settings(host=EVERYWHERE, **given).listen_host == host


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"secret_key": SHORT, "host": EVERYWHERE}, "shorter than 32 bytes"),
        ({"secret_key": SHORT, "host": "workshop.example"}, "shorter than 32 bytes"),
        ({"secret_key": SHORT, "host": "::"}, "shorter than 32 bytes"),
        ({"secret_key": LONG, "algorithm": "RS256"}, "ALGORITHM=RS256 needs JWKS_URL"),
        ({"jwks_url": URL}, "ALGORITHM=HS256 needs SECRET_KEY"),
        ({"jwks_url": URL, "algorithm": "HS512"}, "ALGORITHM=HS512 needs SECRET_KEY"),
    ],
)
async def test_settings_that_contradict_each_other_end_the_process_with_a_word(
    given: dict[str, Any], said: str
) -> None:
    with pytest.raises(SystemExit, match=said) as end:
        async with trusted_tokens(settings(**given)):
            pytest.fail("it went on")

    assert SHORT not in str(end.value)
    assert LONG not in str(end.value)


@pytest.mark.parametrize(
    "given",
    [
        {"secret_key": LONG, "host": EVERYWHERE},
        {"secret_key": LONG, "jwks_url": URL},
        {"secret_key": SHORT, "jwks_url": URL, "algorithm": "ES256", "host": EVERYWHERE},
        *({"secret_key": SHORT, "host": host} for host in ("127.0.0.1", "localhost", "::1")),
    ],
)
def test_settings_that_can_be_meant_are_taken(given: dict[str, Any]) -> None:
    assert contradiction(settings(**given)) is None


@pytest.mark.parametrize("given", [{}, {"auth_disabled": True, "secret_key": SHORT}])
async def test_where_nobody_is_asked_the_process_says_so(
    given: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    async with trusted_tokens(settings(**given)) as tokens:
        assert tokens is None

    assert "authentication is" in caplog.text


async def test_a_shared_secret_is_trusted_under_the_algorithm_of_the_settings() -> None:
    issuer = Issuer.of("HS512")
    trusting = settings(secret_key=issuer.key, algorithm="HS512", jwt_issuer=NAME)

    async with trusted_tokens(trusting) as tokens:
        assert tokens
        assert tokens.caller(issuer.token()).subject == SUBJECT
        with pytest.raises(Unauthenticated):
            tokens.caller(issuer.token(iss="outra"))


def _accepts(tokens: Tokens, token: str) -> bool:
    try:
        tokens.caller(token)
    except ServiceError:
        return False
    return True


async def test_published_keys_are_trusted_as_soon_as_they_are_there() -> None:
    issuer = Issuer.of("RS256")
    async with key_server() as server:
        server.body = key_set(issuer)
        trusting = settings(jwks_url=server.url, algorithm="RS256")

        async with trusted_tokens(trusting) as tokens:
            assert tokens
            await eventually(lambda: _accepts(tokens, issuer.token()))


async def test_the_process_can_end_while_the_issuer_hangs() -> None:
    async with key_server() as server:
        server.answers.clear()

        async with trusted_tokens(settings(jwks_url=server.url, algorithm="RS256")):
            await eventually(lambda: server.asked)
