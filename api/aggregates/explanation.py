"""Explains why nothing moves, by what Temporal knows without a worker and what the workflow says.

Others' words about a failure are not quoted; only ours are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import ClassVar, Self

from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.failure.v1 import Failure
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus

from activities.delivery_failure import DeliveryFailure
from activities.service_orders import NOTICE_DELAYED, NOTICE_REFUSED
from domain.kernel.delivery_health import DeliveryHealth
from domain.kernel.language import Language
from domain.kernel.values import Instant, Value, widen
from workflows.client.forced_ends import is_forced_end
from workflows.contract import Undelivered

_FOR_READERS = {NOTICE_DELAYED, NOTICE_REFUSED}
"""The types of errors whose messages are written for those who read them here."""


class Verdict(StrEnum):
    ENDED = "ENDED"
    ENDED_EARLY = "ENDED_EARLY"
    TASK_FAILS = "TASK_FAILS"
    NO_WORKER = "NO_WORKER"
    NO_ANSWER = "NO_ANSWER"
    STUCK = "STUCK"
    RETRYING = "RETRYING"
    DELIVERING = "DELIVERING"
    IDLE = "IDLE"


@dataclass(frozen=True)
class Findings:
    """`described` is missing where Temporal has forgotten the workflow, and `undelivered` where it
    has ended or could not be asked; `is_over` is whether its work was over, if that is known."""

    described: WorkflowExecutionDescription | None = None
    has_worker: bool = True
    undelivered: Undelivered | None = None
    task_fails: bool = False
    is_over: bool | None = None

    @property
    def is_running(self) -> bool:
        running = WorkflowExecutionStatus.RUNNING
        return self.described is not None and self.described.status is running

    @property
    def was_forced(self) -> bool:
        return self.described is not None and is_forced_end(self.described)

    @property
    def ended_early(self) -> bool:
        """True also if Temporal has forgotten it: what is not over ends by nothing else."""
        return self.was_forced and not self.is_over if self.described else self.is_over is False

    @property
    def pending(self) -> list[PendingActivityInfo]:
        return list(self.described.raw_description.pending_activities) if self.described else []

    @property
    def verdict(self) -> Verdict:
        pending = self.undelivered
        if not self.is_running:
            return Verdict.ENDED_EARLY if self.ended_early else Verdict.ENDED
        if not self.has_worker:
            return Verdict.NO_WORKER
        if self.task_fails:
            return Verdict.TASK_FAILS
        if pending is None:
            return Verdict.NO_ANSWER
        if pending.parked:
            return Verdict.STUCK
        if not pending.health.is_ok or any(each.attempt > 1 for each in self.pending):
            return Verdict.RETRYING
        return Verdict.DELIVERING if pending.versions or self.pending else Verdict.IDLE


class PendingActivity(Value):
    """What the workflow waits for; `last_failure` is what the attempt before has failed by."""

    type: str
    running: bool
    attempt: int
    last_failure: str | None = None
    next_attempt_at: Instant | None = None

    @classmethod
    def of(cls, info: PendingActivityInfo, language: Language) -> Self:
        failed, waits = info.HasField("last_failure"), info.HasField("next_attempt_schedule_time")
        return cls(
            type=info.activity_type.name,
            running=info.state == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED,
            attempt=info.attempt,
            last_failure=_said(info.last_failure, language) if failed else None,
            next_attempt_at=info.next_attempt_schedule_time.ToDatetime(UTC) if waits else None,
        )


class Explanation(Value):
    """Why nothing moves, or that nothing has to. Without an answer of the workflow, `health` and
    what is undelivered are left out."""

    SENTENCES: ClassVar[Mapping[Verdict, str]] = {
        Verdict.ENDED: "Its workflow has ended, and everything has been told",
        Verdict.ENDED_EARLY: "Its workflow was terminated, timed out or failed before its work was "
        "over; `python -m api.reopen` with its id, or a reset, brings it back",
        Verdict.TASK_FAILS: "The workflow's task fails, so that it cannot go on; its last failure "
        "is in Temporal's Web UI",
        Verdict.NO_WORKER: "No worker polls the task queue; whatever comes waits until one does",
        Verdict.NO_ANSWER: "A worker polls the task queue, but the workflow has not answered",
        Verdict.STUCK: "A delivery would fail the same way for ever; mend the cause, and retry it",
        Verdict.RETRYING: "A delivery fails, and is tried again until the outside is back",
        Verdict.DELIVERING: "What has happened is just being told",
        Verdict.IDLE: "Everything has been told; the next command may come",
    }
    HEALTH: ClassVar[type[DeliveryHealth]] = DeliveryHealth
    ACTIVITY: ClassVar[type[PendingActivity]] = PendingActivity

    verdict: Verdict
    detail: str
    workflow_id: str
    workflow_status: str | None = None
    history_length: int | None = None
    has_worker: bool
    health: DeliveryHealth | None = None
    oldest_undelivered_version: int | None = None
    undelivered_versions: int | None = None
    pending_activities: tuple[PendingActivity, ...] = ()

    @classmethod
    def of(cls, workflow_id: str, findings: Findings) -> Self:
        described, pending = findings.described, findings.undelivered
        language = cls.HEALTH.LANGUAGE
        status = described.status if described else None
        return cls(
            verdict=findings.verdict,
            detail=cls.SENTENCES[findings.verdict],
            workflow_id=workflow_id,
            workflow_status=status.name if status else None,
            history_length=described.history_length if described else None,
            has_worker=findings.has_worker,
            health=widen(pending.health, cls.HEALTH) if pending else None,
            oldest_undelivered_version=pending.oldest_version if pending else None,
            undelivered_versions=pending.versions if pending else None,
            pending_activities=tuple(cls.ACTIVITY.of(each, language) for each in findings.pending),
        )


def _said(failure: Failure, language: Language) -> str:
    if failure.HasField("server_failure_info") and failure.HasField("cause"):
        failure = failure.cause  # too long a traceback: the server keeps the beginning, wrapped up
    kind = failure.application_failure_info.type
    if kind in _FOR_READERS:
        return failure.message
    if failure.HasField("timeout_failure_info"):
        return DeliveryFailure.TIMEOUT.in_words(language)
    known = kind in set(DeliveryFailure)
    return (DeliveryFailure(kind) if known else DeliveryFailure.UNKNOWN).in_words(language)
