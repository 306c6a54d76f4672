"""Where the keys come from that tokens are verified with, and what happens when they do not."""

import json
from collections.abc import AsyncIterator, Callable
from gzip import compress
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from activities.service_orders import http_client
from api.errors import Unauthenticated, Unavailable
from api.keys import LARGEST, MOST_KEYS, BadKeys, PublishedKeys, usable
from tests.api.issuer import PUBLISHED, Issuer, fetching, key_set, knows
from tests.api.key_server import KeyServer, key_server
from tests.conftest import eventually

NOT_RENEWED = "the issuer's keys were not renewed"
APART = 0.05


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything happens soon."""
    monkeypatch.setattr("api.keys.APART", APART)
    monkeypatch.setattr("api.keys.DEADLINE", 0.3)


@pytest.fixture
def issuer() -> Issuer:
    return Issuer.of("ES256")


@pytest.fixture
def successor() -> Issuer:
    """Its next key."""
    return Issuer.of("ES256")


@pytest.fixture
async def server(issuer: Issuer) -> AsyncIterator[KeyServer]:
    async with key_server() as server:
        server.body = key_set(issuer)
        yield server


@pytest.fixture
async def keys(server: KeyServer, quick: None) -> AsyncIterator[PublishedKeys]:
    """Those of the server; nobody has fetched them yet."""
    async with http_client() as http:
        yield PublishedKeys(server.url, "ES256", http)


async def known(keys: PublishedKeys, issuer: Issuer) -> None:
    await eventually(lambda: knows(keys, issuer))


async def test_before_the_first_key_is_there_nobody_is_turned_away_for_good(
    keys: PublishedKeys, issuer: Issuer
) -> None:
    with pytest.raises(Unavailable):
        keys.key(issuer.kid)


@pytest.mark.parametrize("algorithm", PUBLISHED)
async def test_published_keys_are_known_by_their_names(server: KeyServer, algorithm: str) -> None:
    one, other = Issuer.of(algorithm), Issuer.of(algorithm)
    server.body = key_set(one, other)

    async with http_client() as http:
        keys = PublishedKeys(server.url, algorithm, http)
        async with fetching(keys):
            await known(keys, one)

            assert keys.key(other.kid).algorithm_name == algorithm
            with pytest.raises(Unauthenticated):
                keys.key("unknown")
            with pytest.raises(Unauthenticated):
                keys.key(None)


async def test_an_issuer_that_is_down_at_first_is_asked_again(
    server: KeyServer, keys: PublishedKeys, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    server.stop()

    async with fetching(keys):
        await eventually(lambda: NOT_RENEWED in caplog.text)
        assert not knows(keys, issuer)
        await server.start()
        await known(keys, issuer)


async def test_an_issuer_that_hangs_is_not_waited_for(
    server: KeyServer, keys: PublishedKeys, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers.clear()

    async with fetching(keys):
        await eventually(lambda: NOT_RENEWED in caplog.text)
        server.answers.set()
        await known(keys, issuer)


def bad(server: KeyServer, how: str) -> None:
    match how:
        case "down":
            server.stop()
        case "hanging":
            server.answers.clear()
        case "failing":
            server.status = "500 Internal Server Error"
        case "moved":
            server.status, server.headers = "302 Found", (f"Location: {server.url}",)
        case "garbage":
            server.body = b"<html>Welcome</html>"
        case "endless":
            server.body = b" " * LARGEST + server.body
        case "empty":
            server.body = b'{"keys": []}'
        case "packed":
            server.body, server.headers = compress(server.body), ("Content-Encoding: gzip",)


@pytest.mark.parametrize(
    "how", ["down", "hanging", "failing", "moved", "garbage", "endless", "empty", "packed"]
)
async def test_keys_that_were_good_outlive_a_bad_answer(
    server: KeyServer,
    keys: PublishedKeys,
    issuer: Issuer,
    successor: Issuer,
    how: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with fetching(keys):
        await known(keys, issuer)
        server.body = key_set(successor)
        bad(server, how)
        assert not knows(keys, successor)  # which makes it look

        await eventually(lambda: NOT_RENEWED in caplog.text)

        assert knows(keys, issuer)
        assert not knows(keys, successor)
    assert "in-the-url" not in str(
        [vars(record) for record in caplog.records if record.name == "api"]
    )


async def test_a_token_of_a_new_key_makes_it_known(
    server: KeyServer, keys: PublishedKeys, issuer: Issuer, successor: Issuer
) -> None:
    async with fetching(keys):
        await known(keys, issuer)
        server.body = key_set(successor)

        await known(keys, successor)

        assert not knows(keys, issuer)


async def test_however_many_unknown_keys_are_named_the_issuer_is_left_in_peace(
    server: KeyServer, keys: PublishedKeys, successor: Issuer
) -> None:
    async with fetching(keys):
        await eventually(lambda: knows(keys, successor) or len(server.asked) > 4)

    pauses = [
        later - earlier for earlier, later in zip(server.asked, server.asked[1:], strict=False)
    ]
    assert min(pauses) >= APART * 0.9


async def test_a_key_that_is_withdrawn_is_soon_no_longer_good(
    server: KeyServer,
    keys: PublishedKeys,
    issuer: Issuer,
    successor: Issuer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("api.keys.REFRESH", 0.01)
    async with fetching(keys):
        await known(keys, issuer)
        server.body = key_set(successor)

        await eventually(lambda: len(server.asked) > 2)

        assert not knows(keys, issuer)


# ------------------------------------------------------------------------ what is published


def rsa_jwk(bits: int = 2048, **changed: Any) -> dict[str, Any]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "other", **changed}


def private() -> dict[str, Any]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {**RSAAlgorithm.to_jwk(key, as_dict=True), "kid": "other"}


def of_another_kind() -> dict[str, Any]:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return {**ECAlgorithm.to_jwk(key, as_dict=True), "kid": "other"}


UNFIT: dict[str, Callable[[], dict[str, Any]]] = {
    "private": private,
    "of another kind": of_another_kind,
    "a secret": lambda: {"kty": "oct", "k": "c2VjcmV0", "kid": "other"},
    "for encryption": lambda: rsa_jwk(use="enc"),
    "for another algorithm": lambda: rsa_jwk(alg="RS512"),
    "short": lambda: rsa_jwk(bits=1024),
    "without a number": lambda: {"kty": "RSA", "e": "AQAB", "kid": "other"},
    "not in base 64": lambda: rsa_jwk(n="é"),
    "a number": lambda: rsa_jwk(n=7),
    "named by a list": lambda: rsa_jwk(kid=["other"]),
    "nothing": dict,
}


@pytest.mark.parametrize("kind", UNFIT)
def test_what_cannot_have_signed_a_token_does_not_count(kind: str) -> None:
    fit, unfit = Issuer.of("RS256"), UNFIT[kind]()

    found = usable(json.dumps({"keys": [unfit, fit.published]}).encode(), "RS256")

    assert set(found) == {fit.kid}
    with pytest.raises(BadKeys):
        usable(json.dumps({"keys": [unfit]}).encode(), "RS256")


def test_a_curve_must_be_the_algorithms() -> None:
    other = ec.generate_private_key(ec.SECP384R1()).public_key()

    with pytest.raises(BadKeys):
        usable(json.dumps({"keys": [ECAlgorithm.to_jwk(other, as_dict=True)]}).encode(), "ES256")


@pytest.mark.parametrize(
    "document",
    [
        *(b"", b"null", b"[]", b"{}", b'{"keys": {}}', b'{"keys": [[]]}', b"\xff\xfe"),
        b'{"keys": ' + b"[" * 60_000,
        json.dumps({"keys": [rsa_jwk()] * (MOST_KEYS + 1)}).encode(),
    ],
    ids=["empty", "null", "list", "no keys", "no list", "lists", "no text", "deep", "many"],
)
def test_what_is_no_set_of_keys_is_told_from_one(document: bytes) -> None:
    with pytest.raises(BadKeys):
        usable(document, "RS256")


def test_an_issuer_of_one_key_need_not_name_it() -> None:
    nameless = Issuer("RS256", Issuer.of("RS256").key)

    assert set(usable(key_set(nameless), "RS256")) == {None}
