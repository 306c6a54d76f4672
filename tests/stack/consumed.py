"""The consumer's queue and its dead letters."""

import json
from typing import Any

from api.consumer.dead_letters import REASON
from deploy.dev import bus
from tests.conftest import eventually
from tests.stack.customer import Document


def send(aws: bus.Clients, queue: str, kind: str, *details: Document) -> None:
    """Straight into the queue, so that it is empty only when they have been taken in."""
    for detail in details:
        body = json.dumps({"detail-type": kind, "source": "tests", "detail": detail})
        aws.sqs.send_message(QueueUrl=queue, MessageBody=body)


def depth(aws: bus.Clients, queue: str) -> int:
    """Messages in the queue, those in somebody's hands included."""
    counted = aws.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    waiting = int(counted["ApproximateNumberOfMessages"])
    return waiting + int(counted["ApproximateNumberOfMessagesNotVisible"])


def reason_of(letter: Document) -> str:
    """The reason why it is a dead letter."""
    return str(letter["MessageAttributes"][REASON]["StringValue"])


async def dead_letter(aws: bus.Clients, marker: str) -> Document:
    """The dead letter that contains the marker, as soon as it is there; taken out of its queue."""
    url = aws.sqs.get_queue_url(QueueName=bus.DEAD_LETTERS)["QueueUrl"]
    found: list[Any] = []

    def look() -> list[Any]:
        answer = aws.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=1,
            MessageAttributeNames=["All"],
        )
        for message in answer.get("Messages", []):
            if marker in message["Body"]:
                aws.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                found.append(message)
        return found

    return dict((await eventually(look, within=30))[0])
