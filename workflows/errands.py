"""Errands: what a workflow has another party do, one after the other, for as long as it takes.

An errand is one activity: a call over HTTP, say, or an update that a client sends to another
workflow. It may be run again after it has succeeded, so its argument holds all that lets the target
recognise a repeat. It is pending in the aggregate's own state until it is done or refused for good,
so that it outlives the run. A failure is recorded there too, and `explain` shows the activity that
is tried again, with its attempt and its last failure.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn, Protocol

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    FailureError,
    is_cancelled_exception,
)

with workflow.unsafe.imports_passed_through():
    from activities.heartbeat import HEARTBEAT
    from domain.kernel.values import Value

FIRST_ATTEMPT = RetryPolicy(maximum_attempts=1)
"""Policy of the first attempt, whose failure is recorded before there is another."""


@dataclass(frozen=True)
class Errand:
    """One call of an activity that sends heartbeats and raises nothing final but `refused_by`.

    `result` is the type of what it returns, `attempt` limits one attempt, `retries` says how those
    after the first follow each other, and `refused_by` is the type of the ApplicationError by which
    the target refuses for good.
    """

    activity: str
    argument: Value
    task_queue: str
    attempt: timedelta
    retries: RetryPolicy
    refused_by: str
    summary: str
    result: type | None = None


class Errands(Protocol):
    """The errands of one aggregate, in the order in which they are to be run."""

    @property
    def has_pending(self) -> bool: ...

    def first(self) -> Errand:
        """The oldest pending one."""

    def done(self, result: Any) -> None:
        """Records that the first one is done, with what the activity has returned; it is then
        pending no more."""

    def refused(self, reason: str) -> None:
        """Records that the first one is refused for good, and so pending no more."""

    def failing(self, reason: str) -> None:
        """Records why the first one takes longer; it stays pending."""


class ErrandRunner:
    """Runs errands as long as any is pending. A workflow without any has no task for it, which
    would take memory in each."""

    def __init__(self, errands: Errands) -> None:
        self._errands = errands
        self._running: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Begins, unless it is at it; call it after each change."""
        if self._errands.has_pending and (self._running is None or self._running.done()):
            self._running = asyncio.create_task(run_pending(self._errands))


async def run_errands(errands: Errands) -> NoReturn:
    """Runs one after the other, those that are added meanwhile too, until it is cancelled."""
    while True:
        # Waits between pending ones too: recorded histories have their commands in this order.
        await workflow.wait_condition(lambda: errands.has_pending)
        await run_first(errands)


async def run_pending(errands: Errands) -> None:
    """Runs one after the other, those that are added meanwhile too, until none is pending."""
    while errands.has_pending:
        await run_first(errands)


async def run_first(errands: Errands) -> None:
    """Runs the first pending errand until it is done or refused for good."""
    errand, retries = errands.first(), FIRST_ATTEMPT
    while True:
        try:
            result = await _run(errand, retries)
        except ActivityError as failure:
            if is_cancelled_exception(failure):  # another run or workflow goes on with it
                raise asyncio.CancelledError from failure
            if _is_refusal(failure, errand):
                return errands.refused(_reason(failure))
            errands.failing(_reason(failure))
            retries = errand.retries
        else:
            return errands.done(result)


async def _run(errand: Errand, retries: RetryPolicy) -> Any:
    return await workflow.execute_activity(
        errand.activity,
        errand.argument,
        result_type=errand.result,
        task_queue=errand.task_queue,
        start_to_close_timeout=errand.attempt,
        heartbeat_timeout=HEARTBEAT,
        retry_policy=retries,
        summary=errand.summary,
    )


def _is_refusal(failure: ActivityError, errand: Errand) -> bool:
    cause = failure.cause
    return isinstance(cause, ApplicationError) and cause.type == errand.refused_by


def _reason(failure: ActivityError) -> str:
    cause = failure.cause
    return cause.message if isinstance(cause, FailureError) else str(cause)
