"""The bus, its rule, the consumer's queue and that queue's dead-letter queue, as in production.

Everything is created by asking for the wanted state, so that it may be asked again: after a
restart of the emulator, which forgets when it is killed, and over data of an earlier run.
"""

import ipaddress
import json
import os
from collections.abc import Mapping
from contextlib import closing, suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

BUS = "execution-service"
QUEUE_NAME = "execution-service-events-dev"
DEAD_LETTERS = "execution-service-events-dlq-dev"
RULE = "execution-service-events"
CONSUMED = (
    "PaymentCompleted",
    "PaymentRefunded",
    "BudgetApproved",
    "BudgetRejected",
    "OrderCancelled",
    "OrderStatusUpdated",
)
MAX_RECEIVES = 3

_NEARBY = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 2},
    proxies={},  # not even one that the environment names
)


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Clients(NamedTuple):
    events: "EventBridgeClient"
    sqs: "SQSClient"

    def close(self) -> None:
        self.events.close()
        self.sqs.close()


def clients(env: Mapping[str, str]) -> Clients:
    """Clients that know only `env`, nothing of the person's own AWS files."""
    unread = (None, None, os.devnull, None)
    core = botocore.session.Session(
        {"profile": (None, None, None, None), "config_file": unread, "credentials_file": unread}
    )
    maker = boto3.Session(
        botocore_session=core,
        region_name=env["AWS_REGION"],
        aws_access_key_id=env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"],
    )
    where = env["AWS_ENDPOINT_URL"]
    return Clients(
        maker.client("events", endpoint_url=where, config=_NEARBY),
        maker.client("sqs", endpoint_url=where, config=_NEARBY),
    )


def create(env: Mapping[str, str], visibility_seconds: int) -> str:
    """Makes bus, queues and rule what they should be; returns the consumer's queue URL."""
    with closing(clients(env)) as aws:
        return _create(aws, env, visibility_seconds)


def _create(aws: Clients, env: Mapping[str, str], visibility_seconds: int) -> str:
    bus = env["EVENT_BUS_NAME"]
    with suppress(aws.events.exceptions.ResourceAlreadyExistsException):
        aws.events.create_event_bus(Name=bus)
    dead_letters = ensure_queue(aws.sqs, DEAD_LETTERS, {"MessageRetentionPeriod": "1209600"})
    redrive = {
        "deadLetterTargetArn": queue_arn(aws.sqs, dead_letters),
        "maxReceiveCount": MAX_RECEIVES,
    }
    attributes: Mapping[QueueAttributeNameType, str] = {
        "VisibilityTimeout": str(visibility_seconds),
        "RedrivePolicy": json.dumps(redrive),
    }
    queue = ensure_queue(aws.sqs, QUEUE_NAME, attributes)
    feed(aws, bus=bus, rule=RULE, pattern={"detail-type": list(CONSUMED)}, queue=queue)
    # Over data of an earlier run the emulator still names the port it had then.
    here = urlsplit(env["AWS_ENDPOINT_URL"]).netloc
    return urlsplit(queue)._replace(netloc=here).geturl()


def ensure_queue(
    sqs: "SQSClient", name: str, attributes: "Mapping[QueueAttributeNameType, str]"
) -> str:
    try:
        url = str(sqs.get_queue_url(QueueName=name)["QueueUrl"])
    except sqs.exceptions.QueueDoesNotExist:
        url = str(sqs.create_queue(QueueName=name)["QueueUrl"])
    # Set, not passed to create: creating again with other attributes is refused.
    if attributes:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    return url


def queue_arn(sqs: "SQSClient", url: str) -> str:
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def feed(aws: Clients, *, bus: str, rule: str, pattern: Mapping[str, object], queue: str) -> None:
    """Routes what matches `pattern` on the bus into the queue, and lets the bus write there."""
    rule_arn = aws.events.put_rule(
        Name=rule, EventBusName=bus, EventPattern=json.dumps(pattern), State="ENABLED"
    )["RuleArn"]
    arn = queue_arn(aws.sqs, queue)
    statement = {
        "Sid": rule,
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    answer = aws.events.put_targets(Rule=rule, EventBusName=bus, Targets=[{"Id": rule, "Arn": arn}])
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"the rule {rule} has no target: {answer['FailedEntries']}")


def publish(
    aws: Clients, bus: str, source: str, detail_type: str, detail: Mapping[str, object]
) -> None:
    """Puts one event on the bus, or raises."""
    answer = aws.events.put_events(
        Entries=[
            {
                "Source": source,
                "DetailType": detail_type,
                "Detail": json.dumps(detail),
                "EventBusName": bus,
            }
        ]
    )
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"the bus refused the event: {answer['Entries'][0]}")
