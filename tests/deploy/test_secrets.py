"""Secrets in a process's environment are not repeated when something is wrong with them."""

import traceback

import pytest
from pydantic import ValidationError
from pymongo.errors import PyMongoError

from activities.mongo.client import close, mongo_client
from activities.mongo.store import Store
from settings import ApiSettings, ConsumerSettings, WorkerSettings

CANARY = "canary-in-the-mine"


@pytest.mark.parametrize(
    "uri",
    [
        f"mongodb://user:a/{CANARY}@127.0.0.1:1/",
        f"mongodb://user:a@{CANARY}@127.0.0.1:1/",
        f"mongodb://user:a?{CANARY}@127.0.0.1:1/",
        f"mongodb://user:a:{CANARY}@127.0.0.1:1/",
        f"mongodb://user:{CANARY}%zz@127.0.0.1:1/",
        f"mongodb://user:{CANARY}@127.0.0.1:port/",
        f"user:{CANARY}@127.0.0.1:1",
    ],
)
def test_a_database_uri_that_cannot_be_read_is_named_and_not_quoted(uri: str) -> None:
    with pytest.raises(SystemExit, match="MONGODB_URI") as ended:
        mongo_client(uri, 30)

    assert CANARY not in "".join(traceback.format_exception(ended.value))


async def test_a_database_that_is_not_there_is_told_of_without_its_password() -> None:
    client = mongo_client(f"mongodb://user:{CANARY}@127.0.0.1:1/", 30)

    with pytest.raises(PyMongoError) as failure:
        await Store(client["executions"]).ping()

    assert CANARY not in "".join(traceback.format_exception(failure.value))
    await close(client)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "TOKEN_API_OS", "FEED_SECRET"):
        monkeypatch.setenv(name, f"{CANARY}, of 32 bytes or more")
    monkeypatch.setenv("MONGODB_URI", f"mongodb://user:{CANARY}@127.0.0.1:1/")


@pytest.mark.parametrize("kind", [ApiSettings, WorkerSettings, ConsumerSettings])
def test_settings_do_not_show_what_is_secret(
    told: None, kind: type[ApiSettings | WorkerSettings | ConsumerSettings]
) -> None:
    settings = kind()

    assert CANARY in settings.mongodb_uri
    assert CANARY not in f"{settings!r} {settings}"


def test_settings_that_are_wrong_are_not_quoted(
    told: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", CANARY)

    with pytest.raises(ValidationError, match="port") as wrong:
        ApiSettings()

    assert CANARY not in "".join(traceback.format_exception(wrong.value))
