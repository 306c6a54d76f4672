"""The queue of messages (SQS), and whether it can be read."""

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from activities.probes import NotReady

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

log = logging.getLogger("consumer")

LONG_POLL = 2
"""Seconds. A stop waits for the poll under way, so it is far shorter than SQS would allow."""
ANSWERED_WITHIN = LONG_POLL + 4
"""Seconds; the client gives a poll up after that, and tries it once more."""

NOT_READ_YET, UNREADABLE = "not read yet", "cannot be read"
LATE = f"no answer within {ANSWERED_WITHIN} s"


class Queue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self.client, self.url = client, url
        self._failure: str | None = NOT_READ_YET
        self._polling_since: float | None = None

    async def check(self) -> None:
        """Goes by the last poll, so that a probe needs no call and no permission of its own. Raises
        NotReady."""
        if self._failure:
            raise NotReady(self._failure)
        since = self._polling_since
        if since is not None and time.monotonic() - since > ANSWERED_WITHIN:
            raise NotReady(LATE)

    async def receive(self, most: int) -> "list[MessageTypeDef]":
        """Raises BotoCoreError and ClientError."""
        self._polling_since = time.monotonic()
        try:
            answer = await asyncio.to_thread(
                self.client.receive_message,
                QueueUrl=self.url,
                MaxNumberOfMessages=most,
                # At once, as long as it is not known whether the queue can be read.
                WaitTimeSeconds=0 if self._failure else LONG_POLL,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
                MessageAttributeNames=["All"],
            )
        except (BotoCoreError, ClientError):
            self._failure = UNREADABLE
            raise
        finally:
            self._polling_since = None
        self._failure = None
        return answer.get("Messages", [])

    async def delete(self, message: "MessageTypeDef") -> None:
        try:
            await asyncio.to_thread(
                self.client.delete_message,
                QueueUrl=self.url,
                ReceiptHandle=message["ReceiptHandle"],
            )
        except (BotoCoreError, ClientError) as failure:
            log.warning("not deleted; its repeat is harmless", extra={"reason": str(failure)})

    async def hide(self, message: "MessageTypeDef", seconds: int) -> None:
        """Hides the message from everybody for so many seconds; with 0 it can be taken at once."""
        try:
            await asyncio.to_thread(
                self.client.change_message_visibility,
                QueueUrl=self.url,
                ReceiptHandle=message["ReceiptHandle"],
                VisibilityTimeout=seconds,
            )
        except (BotoCoreError, ClientError) as failure:
            log.warning("visibility not changed", extra={"reason": str(failure)})
