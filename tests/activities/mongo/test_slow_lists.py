"""A list that no index serves ends in time, and says what would make it faster."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pymongo.errors import ExecutionTimeout, ServerSelectionTimeoutError
from pymongo.uri_parser import parse_uri

from activities.mongo.client import Client, close, mongo_client
from activities.mongo.deadline import WITHIN, QueryTooSlow
from activities.mongo.execution_list import ExecutionQuery
from activities.mongo.search import Search
from tests.activities.databases import Database
from tests.activities.wire_commands import Asked

CLIENT_TIMEOUT_MS = 60_000
NOBODY_LISTENS = "mongodb://127.0.0.1:1"


class Relay:
    """Stands between a client and its database, which it can silence."""

    def __init__(self, uri: str) -> None:
        (self._server,) = parse_uri(uri)["nodelist"]
        self.answers = asyncio.Event()
        self.answers.set()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(*self._server)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass_on(reader, to_server))
                both.create_task(self._pass_on(from_server, writer))
        finally:
            writer.close()
            to_server.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(65_536):
            await self.answers.wait()
            writer.write(some)
        writer.close()


@pytest.fixture
async def relay(wire: str) -> Relay:
    return Relay(wire)


@pytest.fixture
async def database(relay: Relay) -> AsyncIterator[Database]:
    async with await asyncio.start_server(relay.meet, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        client = mongo_client(f"mongodb://{host}:{port}", CLIENT_TIMEOUT_MS)
        yield client["executions"]
        await close(client)


async def test_a_database_that_takes_too_long_is_not_waited_for(
    database: Database, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.command("ping")
    monkeypatch.setattr("activities.mongo.deadline.WITHIN", 0.2)
    relay.answers.clear()

    with pytest.raises(QueryTooSlow, match=r"within 0\.2 seconds; narrow it by serviceOrderId"):
        await Search(database).find(ExecutionQuery(q="brakes"))


async def test_a_database_that_gives_up_by_itself_has_taken_too_long() -> None:
    class GivesUp:
        def __getitem__(self, _: str) -> "GivesUp":
            return self

        def find(self, _: object) -> None:
            raise ExecutionTimeout("operation exceeded time limit", 50)

    search = Search(GivesUp())  # type: ignore[arg-type]  # as much of a database as is asked

    with pytest.raises(QueryTooSlow):
        await search.find(ExecutionQuery(q="brakes"))


async def test_a_database_that_is_not_there_is_no_slow_list() -> None:
    client = mongo_client(NOBODY_LISTENS, 30)

    with pytest.raises(ServerSelectionTimeoutError):
        await Search(client["executions"]).find(ExecutionQuery())
    await close(client)


async def test_the_database_itself_is_told_when_to_give_up(wire: str) -> None:
    asked = Asked()
    client = Client(wire, timeoutMS=CLIENT_TIMEOUT_MS, event_listeners=[asked])

    await Search(client["slow"]).find(ExecutionQuery(offset=1))
    await close(client)

    limits = [command["maxTimeMS"] for command in (*asked.finds, *asked.counts)]
    assert len(limits) == 2
    assert all(0 < limit <= WITHIN * 1000 for limit in limits)
