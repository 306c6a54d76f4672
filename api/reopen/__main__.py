"""Takes up again what was ended before its time: `python -m api.reopen workflow-id ...`.

For workflows that were terminated, timed out or failed from outside. What the database lacks is put
back first; then each goes on as it was, with all that it still had to tell. Needs a worker. Ends
with 0; with 1 if there was nothing to take up; and with 2 if something could not be reached, and
it may be run again.
"""

import argparse
import logging
import sys

import uvloop
from pymongo.errors import PyMongoError
from temporalio.service import RPCError

from activities.log import WORKFLOW_ID, begin, configure_logging
from activities.mongo.store import mongo_client
from api.errors import ServiceError
from api.reopen.reopening import Refused, Reopening
from settings import Settings
from workflows.client import connect

log = logging.getLogger("reopen")

MONGO_TIMEOUT_MS = 5_000
DONE, REFUSED, UNFINISHED = 0, 1, 2


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m api.reopen",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--from-snapshot",
        action="store_true",
        help="do not ask the ended workflow, for no build can read its history any more: commands "
        "that it had not handed over are lost",
    )
    parser.add_argument("ids", nargs="+", metavar="workflow-id")
    return parser.parse_args()


async def main(ids: list[str], *, from_snapshot: bool) -> int:
    settings = Settings()
    configure_logging(settings.log_level)
    mongo = mongo_client(settings.mongodb_uri, MONGO_TIMEOUT_MS)
    try:
        client = await connect()
    except RuntimeError as failure:
        log.error("Temporal cannot be reached", extra={"reason": str(failure)})
        return UNFINISHED
    database = mongo[settings.mongodb_database]
    reopening = Reopening(client, database, from_snapshot=from_snapshot)
    ended = [await _reopened(reopening, each) for each in ids]
    mongo.close()
    return max(ended)


async def _reopened(reopening: Reopening, workflow_id: str) -> int:
    """What the process ends with for its sake."""
    begin({WORKFLOW_ID: workflow_id})
    try:
        reopened = await reopening.reopen(workflow_id)
    except Refused as why:
        log.error("not taken up", extra={"reason": str(why)})
        return REFUSED
    except (ServiceError, RPCError, PyMongoError, ExceptionGroup) as outage:
        cause = outage.exceptions[0] if isinstance(outage, ExceptionGroup) else outage
        log.error("not taken up; it may be run again", extra={"reason": str(cause)})
        return UNFINISHED
    log.info("taken up again", extra=reopened._asdict())
    return DONE


if __name__ == "__main__":
    chosen = arguments()
    sys.exit(uvloop.run(main(chosen.ids, from_snapshot=chosen.from_snapshot)))
