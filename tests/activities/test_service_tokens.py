"""Tokens of requests to the OS service; nothing but the request shows them."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from activities.service_tokens import ALGORITHMS, ServiceTokens

FIXED = secrets.token_urlsafe(24)
SECRET = secrets.token_hex(64)
MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def claims_of(token: str | None, algorithm: str = "HS256", **expected: Any) -> dict[str, Any]:
    """Claims of the token, once its signature and its audience have been found good."""
    assert token
    options: Any = {"verify_exp": False, "verify_iat": False}
    claims: dict[str, Any] = jwt.decode(token, SECRET, [algorithm], options, **expected)
    return claims


def test_without_settings_there_is_no_token() -> None:
    assert ServiceTokens()() is None


def test_a_token_that_was_given_is_used_as_it_is() -> None:
    assert ServiceTokens(fixed=f"{FIXED}\n")() == FIXED


def test_a_token_that_was_given_goes_before_a_secret() -> None:
    assert ServiceTokens(fixed=FIXED, secret=SECRET)() == FIXED


def test_a_minted_token_says_who_calls_and_lasts_five_minutes(clock: Clock) -> None:
    token = ServiceTokens(secret=SECRET, clock=clock)()

    assert claims_of(token) == {
        "sub": "execution-service",
        "tipo_token": "servico_interno",
        "iat": MORNING.timestamp(),
        "exp": (MORNING + timedelta(minutes=5)).timestamp(),
    }


def test_a_minted_token_names_issuer_and_audience_if_they_are_set(clock: Clock) -> None:
    token = ServiceTokens(secret=SECRET, issuer="oficina", audience="os", clock=clock)()

    claims = claims_of(token, issuer="oficina", audience="os")
    assert (claims["iss"], claims["aud"]) == ("oficina", "os")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_minted_token_is_signed_as_the_settings_say(algorithm: str, clock: Clock) -> None:
    token = ServiceTokens(secret=SECRET, algorithm=algorithm, clock=clock)()

    assert claims_of(token, algorithm)["sub"] == "execution-service"


def test_without_a_clock_of_the_tests_a_token_is_good_at_this_moment() -> None:
    token = ServiceTokens(secret=SECRET)()

    assert token
    assert jwt.decode(token, SECRET, ["HS256"])["sub"] == "execution-service"


def test_a_minted_token_is_used_again_until_a_minute_before_its_end(clock: Clock) -> None:
    tokens = ServiceTokens(secret=SECRET, clock=clock)
    first = tokens()

    clock.now = MORNING + timedelta(minutes=3, seconds=59)
    assert tokens() == first
    clock.now = MORNING + timedelta(minutes=4)
    second = tokens()

    assert second != first
    assert claims_of(second)["exp"] == (clock.now + timedelta(minutes=5)).timestamp()


@pytest.mark.parametrize("algorithm", ["none", "RS256", "ES256", "", "hs256"])
def test_an_algorithm_that_needs_more_than_a_secret_is_refused_at_once(algorithm: str) -> None:
    with pytest.raises(
        ValueError, match=rf"ALGORITHM={algorithm} .*HS256, HS384, HS512"
    ) as refusal:
        ServiceTokens(secret=SECRET, algorithm=algorithm)

    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize("fixed", ["", FIXED], ids=["secret", "fixed"])
def test_an_algorithm_that_is_not_needed_is_not_looked_at(fixed: str) -> None:
    secret = SECRET if fixed else ""

    assert ServiceTokens(fixed, secret, algorithm="RS256")() == (fixed or None)


@pytest.mark.parametrize(
    "fixed",
    [f"Bearer {FIXED}", f"{FIXED}\r\nX: y", f"{FIXED}é"],
    ids=["scheme", "two lines", "not ASCII"],
)
def test_a_token_that_fits_no_header_is_refused_without_being_shown(fixed: str) -> None:
    with pytest.raises(ValueError, match="TOKEN_API_OS is the token alone") as refusal:
        ServiceTokens(fixed)

    assert FIXED not in str(refusal.value)


def test_it_does_not_show_what_it_keeps(clock: Clock) -> None:
    tokens = ServiceTokens(FIXED, SECRET, clock=clock)

    shown = f"{tokens!r} {tokens}"

    assert FIXED not in shown
    assert SECRET not in shown
