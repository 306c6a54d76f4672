"""An SQS queue as a fake with behaviour: visibility, receive counts, redrive, and outages."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from api.consumer.dead_letters import MESSAGE_ID, REASON

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

URL, DEAD = "queue-of-the-tests", "dead-letters-of-the-tests"
MAX_RECEIVES = 3
DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ReceiveMessage")


@dataclass
class Waiting:
    body: str
    receives: int = 0
    visible: bool = True


class FakeQueue:
    """Called from several threads, as boto3 clients are. `log` tells what happened, in order."""

    def __init__(self) -> None:
        self.messages: dict[str, Waiting] = {}
        self.dead: list[str] = []
        self.buried: dict[str, str] = {}
        self.redrive: str | None = json.dumps(
            {"deadLetterTargetArn": f"arn:aws:sqs:here:1:{DEAD}", "maxReceiveCount": MAX_RECEIVES}
        )
        self.log: list[tuple[str, str]] = []
        self.asked_for: list[int] = []
        self.on_receive: Callable[[], object] = lambda: None
        self.longest_poll = 0.02
        self._failures: dict[str, list[Exception]] = {}
        self._changed = threading.Condition()

    @property
    def client(self) -> "SQSClient":
        return cast("SQSClient", self)

    def send(self, handle: str, body: str) -> None:
        with self._changed:
            self.messages[handle] = Waiting(body)
            self._changed.notify_all()

    def time_passes(self, handle: str) -> None:
        """Waits until the message can be taken once more."""
        with self._changed:
            self.messages[handle].visible = True
            self._changed.notify_all()

    def fail(self, call: str, *failures: Exception) -> None:
        """The next calls of that name fail, one with each failure."""
        self._failures[call] = list(failures)

    def receive_message(self, **call: Any) -> dict[str, Any]:
        self._fail_if_asked("receive")
        self.on_receive()
        with self._changed:
            self.asked_for.append(call["MaxNumberOfMessages"])
            if not self._visible():
                self._changed.wait(self.longest_poll)
            taken = [
                self._take(handle) for handle in self._visible()[: call["MaxNumberOfMessages"]]
            ]
        # As SQS: without the key when there is nothing.
        return {"Messages": taken} if taken else {}

    def delete_message(self, **call: Any) -> None:
        self._fail_if_asked("delete")
        with self._changed:
            del self.messages[call["ReceiptHandle"]]
            self.log.append(("deleted", call["ReceiptHandle"]))

    def change_message_visibility(self, **call: Any) -> None:
        handle, seconds = call["ReceiptHandle"], call["VisibilityTimeout"]
        self._fail_if_asked("keep")
        with self._changed:
            self.log.append((f"kept {seconds}", handle))
            if seconds == 0:
                self._release(handle)
            self._changed.notify_all()

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        self._fail_if_asked("attributes")
        return {"Attributes": {"RedrivePolicy": self.redrive}} if self.redrive else {}

    def get_queue_url(self, **call: Any) -> dict[str, str]:
        return {"QueueUrl": call["QueueName"]}

    def send_message(self, **call: Any) -> None:
        self._fail_if_asked("bury")
        told = {name: each["StringValue"] for name, each in call["MessageAttributes"].items()}
        assert call["QueueUrl"] == DEAD
        self.buried[told[MESSAGE_ID]] = told[REASON]

    def said_of(self, handle: str) -> list[str]:
        return [what for what, which in self.log if which == handle]

    def _visible(self) -> list[str]:
        return [handle for handle, message in self.messages.items() if message.visible]

    def _take(self, handle: str) -> dict[str, Any]:
        message = self.messages[handle]
        message.visible = False
        message.receives += 1
        return {
            "ReceiptHandle": handle,
            "MessageId": handle,
            "Body": message.body,
            "Attributes": {"ApproximateReceiveCount": str(message.receives)},
        }

    def _release(self, handle: str) -> None:
        message = self.messages[handle]
        if message.receives < MAX_RECEIVES:
            message.visible = True
            return
        del self.messages[handle]
        self.dead.append(handle)

    def _fail_if_asked(self, call: str) -> None:
        if failures := self._failures.get(call):
            raise failures.pop(0)
