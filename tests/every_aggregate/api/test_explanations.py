"""Explanations say why nothing moves, whatever is down, and a delivery may be tried again."""

from typing import Any

import pytest
from temporalio.api.failure.v1 import Failure, ServerFailureInfo, TimeoutFailureInfo

from activities.delivery_failure import DeliveryFailure
from api.errors import OutcomeUnknown, Unavailable
from domain.kernel.delivery_health import HealthStatus
from tests.api.failing_services import RETRY_AT, SECRET, failed, fails_delivery, waiting
from tests.api.temporal_fake import FakeEngine
from tests.api.workflow_fake import HISTORY_LENGTH
from tests.every_aggregate.api.subject import Subject
from tests.every_aggregate.kinds import Request

Workflows = FakeEngine[Any]
BUS, UNKNOWN = DeliveryFailure.BUS, DeliveryFailure.UNKNOWN
FOR_READERS = "o serviço de OS respondeu 503"


async def test_where_all_is_well_it_says_so(subject: Subject, workflows: Workflows) -> None:
    [workflow_id] = workflows.runs

    told = await subject.explains()

    assert told.pop("detail")
    assert told == {
        "verdict": "IDLE",
        "workflow_id": workflow_id,
        "workflow_status": "RUNNING",
        "history_length": HISTORY_LENGTH,
        "has_worker": True,
        "health": {"status": "OK"},
        "undelivered_versions": 0,
        "pending_activities": [],
    }


async def test_a_delivery_that_fails_is_told_with_attempt_reason_and_next_try(
    subject: Subject, workflows: Workflows
) -> None:
    workflows.hold_deliveries()
    await subject.begins(Prefer="wait=0")
    fails_delivery(workflows, HealthStatus.RETRYING, BUS)
    [run] = workflows.runs.values()
    run.pending = [waiting(failed(BUS))]

    told = await subject.explains()

    reason = subject.words_of(BUS)
    assert (told["verdict"], told["oldest_undelivered_version"]) == ("RETRYING", 2)
    assert told["health"] == {"status": "RETRYING", "since": RETRY_AT, "reason": reason}
    assert told["pending_activities"] == [
        {
            "type": "persist_and_publish",
            "running": False,
            "attempt": 7,
            "last_failure": reason,
            "next_attempt_at": RETRY_AT,
        }
    ]


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (failed("ServerSelectionTimeoutError"), UNKNOWN),
        (failed(""), UNKNOWN),
        (
            Failure(message=SECRET, timeout_failure_info=TimeoutFailureInfo()),
            DeliveryFailure.TIMEOUT,
        ),
        (failed("NoticeDelayed", FOR_READERS), None),
        (
            Failure(
                message="Failure exceeds size limit.",
                cause=failed("BusUnavailable"),
                server_failure_info=ServerFailureInfo(),
            ),
            BUS,
        ),
    ],
    ids=["a library's", "nobody's", "timeout", "written for readers", "shortened by the server"],
)
async def test_only_our_own_words_are_quoted(
    subject: Subject, workflows: Workflows, failure: Failure, told: DeliveryFailure | None
) -> None:
    [run] = workflows.runs.values()
    run.pending = [waiting(failure)]

    body = await subject.explains()

    words = subject.words_of(told) if told else FOR_READERS
    assert body["pending_activities"][0]["last_failure"] == words
    assert SECRET not in str(body)


async def test_what_is_stuck_is_said_to_be_and_is_taken_up_by_a_retry(
    subject: Subject, workflows: Workflows
) -> None:
    [run] = workflows.runs.values()
    run.parked = True
    await subject.begins(Prefer="wait=0")
    fails_delivery(workflows, HealthStatus.STUCK, DeliveryFailure.EVENT)
    before = await subject.explains()

    answer = await subject.sends(Request("POST", subject.kind.retry))

    assert before["verdict"] == "STUCK"
    assert answer.status_code == 202
    assert (await subject.explains())["undelivered_versions"] == 0
    assert await subject.version() == 2
    assert workflows.calls["retry_delivery"] == 1


async def test_without_a_worker_it_says_so_and_asks_no_further(
    subject: Subject, workflows: Workflows
) -> None:
    workflows.is_manned = False

    told = await subject.explains()

    assert (told["verdict"], told["has_worker"]) == ("NO_WORKER", False)
    assert told["history_length"] == HISTORY_LENGTH
    assert "health" not in told
    assert workflows.calls["undelivered"] == 0


@pytest.mark.parametrize("failure", [OutcomeUnknown("late"), Unavailable("busy")])
async def test_a_workflow_that_does_not_answer_is_told_by_what_temporal_knows(
    subject: Subject, workflows: Workflows, failure: Any
) -> None:
    workflows.fail(failure, "undelivered")

    told = await subject.explains()

    assert (told["verdict"], told["workflow_status"]) == ("NO_ANSWER", "RUNNING")


@pytest.mark.parametrize("forgotten", [False, True])
async def test_what_has_ended_says_so(
    subject: Subject, workflows: Workflows, forgotten: bool
) -> None:
    await subject.ends()
    if forgotten:
        workflows.forget(subject.id)

    told = await subject.explains()
    retried = await subject.sends(Request("POST", subject.kind.retry))

    assert told["verdict"] == "ENDED"
    assert told.get("workflow_status") == (None if forgotten else "COMPLETED")
    assert retried.status_code == 202


async def test_it_is_explained_without_the_database(offline: Subject) -> None:
    assert (await offline.explains())["verdict"] == "IDLE"


async def test_without_temporal_it_is_unavailable(subject: Subject, workflows: Workflows) -> None:
    workflows.fail(Unavailable("nothing was changed"))

    subject.refuses(await subject.gets(subject.kind.explain), 503, "unavailable")


async def test_a_failure_is_shown_to_those_who_know_the_version(
    subject: Subject, workflows: Workflows
) -> None:
    [run] = workflows.runs.values()
    fails_delivery(workflows, HealthStatus.RETRYING, BUS)
    await workflows.note(run.state)

    during = await subject.gets(If_None_Match='"1"')
    await workflows.note(run.state.without_event(health=type(run.state.health)()))
    after = await subject.gets(If_None_Match='"1"')

    assert during.status_code == 200
    assert subject.health_in(during.json())["status"] == "RETRYING"
    assert during.headers["Cache-Control"] == "no-store"
    assert after.status_code == 304
