"""Takes stock of the read model: `python -m api.rebuild [--check] [workflow-id ...]`.

What is missing from the database, older or altered is put right from Temporal's histories, while
the service works. Ends with 0; with `--check`, which writes nothing, with 1 if anything could be
put right; and with 2 if it could not go through everything, or the database refused something.
"""

import argparse
import logging
import sys

import uvloop
from pymongo.errors import PyMongoError
from temporalio.service import RPCError

from activities.log import configure_logging
from activities.mongo.audit import Stock
from activities.mongo.store import Store, mongo_client
from api.rebuild.claims import ClaimsStock
from api.rebuild.records import Records
from api.rebuild.stocktaking import Stocktaking
from settings import load, stop_requested
from workflows.client import connect

log = logging.getLogger("rebuild")

MONGO_TIMEOUT_MS = 5_000
DONE, DRIFTED, UNFINISHED = 0, 1, 2


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m api.rebuild",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="say what is amiss, and write nothing")
    parser.add_argument("only", nargs="*", metavar="workflow-id", help="look at no others")
    return parser.parse_args()


async def main(check: bool, only: list[str]) -> int:
    settings = load()
    configure_logging(settings.log_level)
    stop = stop_requested()
    mongo = mongo_client(settings.mongodb_uri, MONGO_TIMEOUT_MS)
    database = mongo[settings.mongodb_database]
    try:
        records = Records(await connect())
    except RuntimeError as failure:
        log.error("Temporal cannot be reached", extra={"reason": str(failure)})
        return UNFINISHED
    taking = Stocktaking(records, Stock(database), ClaimsStock(database), only_check=check)
    try:
        if not check:
            await Store(database).ensure_indexes()
        await (taking.only(only, stop) if only else taking.everything(stop))
    except* (RPCError, PyMongoError) as outage:
        reason = str(outage.exceptions[0])  # the others ran into the same
        log.error("broken off; it may be run again", extra={"reason": reason})
        stop.set()
    mongo.close()
    log.info("stock taken", extra=taking.facts | {"finished": not stop.is_set()})
    if stop.is_set() or taking.refused:
        return UNFINISHED
    return DRIFTED if check and taking.drifted else DONE


if __name__ == "__main__":
    chosen = arguments()
    try:
        sys.exit(uvloop.run(main(chosen.check, chosen.only)))
    except SystemExit as end:
        if isinstance(end.code, str):  # Python's own exit code for it would mean a finding
            sys.stderr.write(f"{end.code}\n")
            sys.exit(UNFINISHED)
        raise
