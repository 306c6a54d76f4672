"""Origin of a command, and the conditions that it is sent under."""

from enum import StrEnum

from domain.kernel.values import Value


class Door(StrEnum):
    HTTP = "http"
    QUEUE = "queue"
    SIGNAL = "signal"
    CLOCK = "clock"
    """No door at all: the workflow gives the command itself, at its time or after an errand."""


class Origin(Value):
    """The sender of a command, and the conditions under which it is meant.

    `key` is the client's Idempotency-Key. `request_id` differs for each attempt to send it, and
    distinguishes a first answer from a repeated one. With `aggregate_id`, the command is meant for
    that one alone, and not for another that has taken its place under the same workflow id. With
    `expected_versions`, it is meant for these versions alone.
    """

    via: Door = Door.SIGNAL
    actor: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    key: str | None = None
    request_id: str | None = None
    aggregate_id: str | None = None
    expected_versions: tuple[int, ...] | None = None
