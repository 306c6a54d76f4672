"""The two databases that the repositories are tested on, and a plain look at their documents."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, cast

from mongomock_motor import AsyncMongoMockClient
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from activities.mongo.client import Database as Database
from activities.mongo.client import Document
from deploy.dev import parts
from deploy.dev.ports import HOST, Ports
from deploy.dev.program import Output

READY_WITHIN = 30.0
LOOKS_EVERY = 0.05


class Raw(Protocol):
    """All documents of a collection, read past the code under test."""

    def __call__(self, collection: str) -> list[Document]: ...


def in_memory(name: str = "executions") -> Database:
    client: Any = AsyncMongoMockClient(tz_aware=True)
    database = client[name]
    known = database.command

    async def command(command: str, *arguments: Any, **options: Any) -> Any:
        """With the commands of the real databases that this one lacks."""
        if command == "isMaster":
            return {"localTime": datetime.now(UTC)}
        if command != "count":
            return await known(command, *arguments, **options)
        (collection,) = arguments
        return {"n": await database[collection].count_documents(options["query"])}

    database.command = command
    return cast(Database, database)


def raw_in_memory(database: Database) -> Raw:
    return lambda collection: list(database.delegate[collection].find())


def raw_on_the_wire(uri: str, name: str) -> Raw:
    def read(collection: str) -> list[Document]:
        with MongoClient[Document](uri, tz_aware=True) as client:
            return list(client[name][collection].find())

    return read


@contextmanager
def mongo_wire(folder: Path) -> Iterator[str]:
    """A Mongo-wire server of its own; yields its address."""
    ports = Ports.free()
    program = parts.mongo(folder, ports)
    program.log.parent.mkdir(parents=True)
    # On disk, the indexes of each test's own database would cost it a tenth of a second.
    command = [*program.command, "--data-dir", "memory"]
    with program.log.open("wb") as log:
        server = subprocess.Popen(  # noqa: S603  # the command line that the stack uses
            command, env=dict(program.env), cwd=program.cwd, stdout=log, stderr=log
        )
    try:
        _wait(server, program.ready, Output(program.log, since=0))
        yield f"mongodb://{HOST}:{ports.mongo}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait(server: subprocess.Popen[bytes], ready: Any, output: Output) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        try:
            if ready(output):
                return
        except PyMongoError:
            time.sleep(LOOKS_EVERY)
    raise RuntimeError(f"the Mongo-wire server did not come up: {output.last_line()}")
