"""Answers and refused commands, which are kept beside snapshots and history, are put back too."""

from activities.mongo.audit import Audit, DiscrepancyKind
from activities.mongo.refusals import REFUSALS_KEPT
from activities.mongo.store import Store
from domain.execution.commands import Start
from domain.kernel.ledger import refused_command
from tests.activities.audit_run import drift, put_right, record_of
from tests.activities.databases import Raw
from tests.domain.execution.builders import MINUTE, MORNING, story
from workflows.contract import Origin


async def test_answers_and_refusals_are_put_back(audit: Audit, raw: Raw) -> None:
    state, events = story(Start())
    refused = refused_command("resume", state, "invalid", "no", Origin(), MORNING, "refusal-1")
    record = record_of(
        state,
        events,
        refused={"refusal-1": refused},
        answers={"key-1": {"state": {}, "fingerprint": "f"}},
    )

    await put_right(audit, record)

    assert [each["_id"] for each in raw("refused")] == ["refusal-1"]
    assert raw("answers")[0]["given"][0]["key"] == "key-1"
    assert await drift(audit, record) == []


async def test_refusals_that_have_given_way_to_newer_ones_are_not_missed(
    audit: Audit, store: Store
) -> None:
    state, _ = story(Start())
    refusals = [
        refused_command(
            "resume", state, "no", "no", Origin(), MORNING + index * MINUTE, f"r-{index}"
        )
        for index in range(REFUSALS_KEPT + 1)
    ]
    await store.refusals.add(state.aggregate_id, refusals)
    await store.save(state)

    found = await drift(audit, record_of(state, [], refused={"r-0": refusals[0]}))

    assert DiscrepancyKind.REFUSALS_MISSING not in found
