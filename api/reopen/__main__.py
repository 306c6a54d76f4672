"""Reopens what was ended before its time: `python -m api.reopen workflow-id ...`.

For workflows that were terminated, timed out or failed from outside. What the database lacks is put
back first; then each goes on as it was, with all that it still had to deliver. Needs a worker. Ends
with 0; with 1 if there was nothing to reopen; and with 2 if something could not be reached, and it
may be run again.
"""

import argparse
import logging

from pymongo.errors import PyMongoError
from temporalio.service import RPCError

from activities.log import WORKFLOW_ID, begin
from api.errors import ServiceError
from api.operations.program import DONE, FOUND, UNFINISHED, connections, parser, run
from api.reopen.reopening import Refused, Reopener

log = logging.getLogger("reopen")


def arguments() -> argparse.Namespace:
    known = parser("api.reopen", __doc__)
    known.add_argument(
        "--from-snapshot",
        action="store_true",
        help="do not ask the ended workflow, for no build can read its history any more: commands "
        "that it had not handed over are lost",
    )
    known.add_argument("ids", nargs="+", metavar="workflow-id")
    return known.parse_args()


async def main(ids: list[str], *, from_snapshot: bool) -> int:
    async with connections() as (temporal, database):
        reopening = Reopener(temporal, database, from_snapshot=from_snapshot)
        return max([await _reopened(reopening, each) for each in ids])


async def _reopened(reopening: Reopener, workflow_id: str) -> int:
    """The exit code that this workflow alone would lead to."""
    begin({WORKFLOW_ID: workflow_id})
    try:
        reopened = await reopening.reopen(workflow_id)
    except Refused as why:
        log.error("not reopened", extra={"reason": str(why)})
        return FOUND
    except (ServiceError, RPCError, PyMongoError, ExceptionGroup) as outage:
        cause = outage.exceptions[0] if isinstance(outage, ExceptionGroup) else outage
        log.error("not reopened; it may be run again", extra={"reason": str(cause)})
        return UNFINISHED
    log.info("reopened", extra=reopened._asdict())
    return DONE


if __name__ == "__main__":
    chosen = arguments()
    run(main(chosen.ids, from_snapshot=chosen.from_snapshot))
