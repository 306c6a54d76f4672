"""Reconciles the read model: `python -m api.rebuild [--check] [workflow-id ...]`.

What is missing from the database, older or altered is repaired from Temporal's histories, while
the service works. Ends with 0; with `--check`, which writes nothing, with 1 if anything could be
repaired; and with 2 if it could not go through everything, or the database refused something.
"""

import argparse
import logging

from pymongo.errors import PyMongoError
from temporalio.service import RPCError

from activities.mongo.audit import Audit
from activities.mongo.store import Store
from api.operations.program import DONE, FOUND, UNFINISHED, connections, parser, run
from api.rebuild.claims import ClaimsAudit
from api.rebuild.histories import Histories
from api.rebuild.reconciler import Reconciler
from settings import stop_requested

log = logging.getLogger("rebuild")


def arguments() -> argparse.Namespace:
    known = parser("api.rebuild", __doc__)
    known.add_argument(
        "--check", action="store_true", help="report the differences, and write nothing"
    )
    known.add_argument("only", nargs="*", metavar="workflow-id", help="look at no others")
    return known.parse_args()


async def main(check: bool, only: list[str]) -> int:
    async with connections() as (temporal, database):
        stop = stop_requested()
        reconciler = Reconciler(
            Histories(temporal), Audit(database), ClaimsAudit(database), only_check=check
        )
        try:
            if not check:
                await Store(database).ensure_indexes()
            await (reconciler.only(only, stop) if only else reconciler.everything(stop))
        except* (RPCError, PyMongoError) as outage:
            reason = str(outage.exceptions[0])  # the others ran into the same
            log.error("broken off; it may be run again", extra={"reason": reason})
            stop.set()
    log.info("reconciled", extra=reconciler.facts | {"finished": not stop.is_set()})
    if stop.is_set() or reconciler.refused:
        return UNFINISHED
    return FOUND if check and reconciler.drifted else DONE


if __name__ == "__main__":
    chosen = arguments()
    run(main(chosen.check, chosen.only))
