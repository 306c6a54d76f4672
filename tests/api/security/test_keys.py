"""The keys that tokens are verified with, and what happens when they do not come."""

from collections.abc import AsyncIterator
from gzip import compress

import pytest

from activities.http_delivery import http_client
from api.errors import Unauthenticated, Unavailable
from api.security.keys import LARGEST_SET_BYTES, PublishedKeys
from tests.api.security.issuer import PUBLISHED, Issuer, fetching, key_set, knows
from tests.api.security.key_server import KeyServer, key_server
from tests.conftest import eventually

NOT_RENEWED = "the issuer's keys were not renewed"
APART = 0.05


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything happens soon."""
    monkeypatch.setattr("api.security.keys.APART", APART)
    monkeypatch.setattr("api.security.keys.FETCH_SECONDS", 0.3)


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
    """The keys of the server; nobody has fetched them yet."""
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
            server.body = b" " * LARGEST_SET_BYTES + server.body
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
    monkeypatch.setattr("api.security.keys.REFRESH", 0.01)
    async with fetching(keys):
        await known(keys, issuer)
        server.body = key_set(successor)

        await eventually(lambda: len(server.asked) > 2)

        assert not knows(keys, issuer)
