"""The set-up that the operators' programs share: arguments, connections, logs and exit codes.

A program is run by hand or by a schedule, so its exit code has to say what came of it: a process
that could not do its work must not end with the code of one that has found something.
"""

import argparse
import logging
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, NoReturn

import uvloop
from temporalio.client import Client

from activities.log import configure_logging
from activities.mongo.client import Database, close, mongo_client
from settings import Common, load
from workflows.client.connection import connect

log = logging.getLogger("operations")

DONE, FOUND, UNFINISHED = 0, 1, 2
"""Exit codes. FOUND says what the program found out; UNFINISHED, that it may be run again."""

MONGO_TIMEOUT_MS = 5_000


class TemporalUnreachable(Exception):
    """Temporal cannot be reached"""


class Connections(NamedTuple):
    temporal: Client
    database: Database


@asynccontextmanager
async def connections() -> AsyncIterator[Connections]:
    """Raises TemporalUnreachable. Ends the process with a clear word if the environment cannot be
    used."""
    settings = load(Common)
    configure_logging(settings.log_level)
    mongo = mongo_client(settings.mongodb_uri, MONGO_TIMEOUT_MS)
    try:
        yield Connections(await _temporal(), mongo[settings.mongodb_database])
    finally:
        await close(mongo)


async def _temporal() -> Client:
    try:
        return await connect()
    except RuntimeError as failure:
        raise TemporalUnreachable(str(failure)) from failure


def parser(module: str, description: str | None) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def run(main: Coroutine[Any, Any, int]) -> NoReturn:
    """Ends the process with the code that `main` returns."""
    try:
        sys.exit(uvloop.run(main))
    except TemporalUnreachable as failure:
        log.error("Temporal cannot be reached", extra={"reason": str(failure)})
        sys.exit(UNFINISHED)
    except SystemExit as end:
        if isinstance(end.code, str):  # Python's own exit code for it would be FOUND
            sys.stderr.write(f"{end.code}\n")
            sys.exit(UNFINISHED)
        raise
