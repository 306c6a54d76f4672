"""The dead-letter queue, where a message ends with the reason why nothing came of it."""

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

log = logging.getLogger("consumer")

REASON, MESSAGE_ID = "deadLetterReason", "deadLetterMessageId"
"""Attributes of a dead letter: why it is one, and which message it was."""
LONGEST_REASON = 1_000
MOST_ATTRIBUTES = 10


class Redrive(NamedTuple):
    """The queue's own policy."""

    url: str
    max_receives: int


class DeadLetters:
    """Uses the queue's redrive policy. Without one, or where it may not be read, messages are left
    to the queue."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url
        self._redrive: Redrive | None = None

    async def is_last_try(self, message: "MessageTypeDef") -> bool:
        """True if the queue would give the message up when it goes back once more."""
        redrive = await self._known_redrive()
        return redrive is not None and receives(message) >= redrive.max_receives

    async def bury(self, message: "MessageTypeDef", reason: str) -> bool:
        """True once it is there, with its reason; the original is still to be deleted."""
        redrive = await self._known_redrive()
        if redrive is None:
            return False
        known: dict[str, Any] = dict(message.get("MessageAttributes", {}))
        while len(known) > MOST_ATTRIBUTES - 2:
            known.popitem()
        facts = {REASON: reason[:LONGEST_REASON], MESSAGE_ID: message.get("MessageId", "")}
        added = {
            name: {"DataType": "String", "StringValue": text or "-"} for name, text in facts.items()
        }
        try:
            await asyncio.to_thread(
                self._client.send_message,
                QueueUrl=redrive.url,
                MessageBody=message["Body"],
                MessageAttributes=known | added,
            )
        except (BotoCoreError, ClientError) as failure:
            log.warning("left to the queue's own redrive", extra={"reason": str(failure)})
            return False
        return True

    async def _known_redrive(self) -> Redrive | None:
        if self._redrive is None:
            try:
                self._redrive = await asyncio.to_thread(self._read)
            except (BotoCoreError, ClientError, ValueError, KeyError) as failure:
                log.warning("the dead-letter queue is not known", extra={"reason": str(failure)})
        return self._redrive

    def _read(self) -> Redrive | None:
        answer = self._client.get_queue_attributes(
            QueueUrl=self._queue_url, AttributeNames=["RedrivePolicy"]
        )
        written = answer.get("Attributes", {}).get("RedrivePolicy")
        if not written:
            return None
        policy = json.loads(written)
        *_, account, name = policy["deadLetterTargetArn"].split(":")
        found = self._client.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)
        return Redrive(found["QueueUrl"], int(policy["maxReceiveCount"]))


def receives(message: "MessageTypeDef") -> int:
    """The times that it has been taken from the queue, this one included."""
    return int(message.get("Attributes", {}).get("ApproximateReceiveCount", "1"))
