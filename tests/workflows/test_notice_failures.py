"""Failures of notices to the OS service stand on the item, and are tried again."""

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.service_orders import NOTICE_DELAYED
from api.aggregates.explanation import Explanation, Findings, Verdict
from domain.fila.commands import StartDiagnosis
from tests.conftest import eventually
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.fila_steps import (
    ALL_NOTICES,
    DIAGNOSIS,
    NOTIFYING,
    WHOLE_WORK,
    shown_notices,
)
from tests.workflows.health import undelivered
from tests.workflows.workflow_driver import DrivenItem
from tests.workflows.workshop import Workshop
from workflows.notices import NOTICE_ATTEMPT

BEGIN = StartDiagnosis(mechanic_id=7)
DOWN = RuntimeError("the OS service is down")


async def test_an_attempt_that_failed_is_made_again(
    item: DrivenItem, orders: OrdersOffice, quick: None
) -> None:
    orders.fail(DOWN, times=1)

    await item.update(BEGIN)
    await eventually(lambda: shown_notices(item)["confirmada"])

    assert orders.tried == ["EM_DIAGNOSTICO"] * 2
    assert (shown_notices(item)["falha"], shown_notices(item)["pendentes"]) == (None, [])


async def test_a_lasting_failure_stands_on_the_item_until_it_is_over(
    item: DrivenItem, outside: Outside, orders: OrdersOffice, quick: None
) -> None:
    orders.fail(DOWN)
    await item.update(BEGIN)
    await eventually(lambda: len(orders.attempts) >= 6)
    during = shown_notices(item)

    orders.recover()
    await eventually(lambda: shown_notices(item)["confirmada"])
    await item.settled()

    assert during == {
        "confirmada": None,
        "confirmada_em": None,
        "pendentes": ["EM_DIAGNOSTICO"],
        "falha": "the OS service is down",
        "recusadas": [],
    }
    assert (shown_notices(item)["falha"], shown_notices(item)["pendentes"]) == (None, [])
    assert orders.heard == ["EM_DIAGNOSTICO"]
    # Noted once, however often it was tried.
    assert outside.batches == [[1], [2], [], []]
    assert item.shown[-1].version == 2


async def test_a_lasting_failure_is_explained(
    item: DrivenItem, orders: OrdersOffice, quick: None
) -> None:
    orders.fail(ApplicationError("o serviço de OS respondeu 503", type=NOTICE_DELAYED))
    await item.update(BEGIN)
    await eventually(lambda: len(orders.attempts) >= 4)

    findings = Findings(described=await item.describe(), undelivered=await undelivered(item))
    explanation = Explanation.of(item.workflow_id, findings)

    [waiting] = explanation.pending_activities
    assert explanation.verdict is Verdict.RETRYING
    assert (waiting.type, waiting.last_failure) == (NOTIFYING, "o serviço de OS respondeu 503")
    assert waiting.attempt > 1


async def test_what_happens_during_an_outage_is_told_in_order_afterwards(
    item: DrivenItem, orders: OrdersOffice, quick: None
) -> None:
    orders.fail(DOWN)
    await item.updates(*WHOLE_WORK)
    await eventually(lambda: shown_notices(item)["falha"])

    assert await item.is_running()
    assert set(orders.tried) == {"EM_DIAGNOSTICO"}
    orders.recover()
    await item.handle.result()

    assert orders.heard == ALL_NOTICES
    assert orders.most_at_once == 1


async def test_what_a_dead_worker_holds_is_made_again_long_before_its_deadline(
    item: DrivenItem, orders: OrdersOffice, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.errands.HEARTBEAT", timedelta(milliseconds=300))
    orders.hold()  # and nobody says that the attempt lives
    await item.update(BEGIN)
    await eventually(lambda: len(orders.attempts) >= 3, within=NOTICE_ATTEMPT.total_seconds() / 2)

    orders.release()
    await eventually(lambda: shown_notices(item)["confirmada"])


async def test_an_attempt_without_an_answer_is_made_again(
    item: DrivenItem, orders: OrdersOffice, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.notices.NOTICE_ATTEMPT", timedelta(milliseconds=300))
    orders.hold()
    await item.update(BEGIN)
    await eventually(lambda: len(orders.attempts) >= 3)
    await eventually(lambda: shown_notices(item)["falha"])

    orders.release()
    await eventually(lambda: shown_notices(item)["confirmada"])

    assert set(orders.heard) == {"EM_DIAGNOSTICO"}
    assert shown_notices(item)["falha"] is None


async def test_what_is_refused_for_good_is_recorded_and_the_next_step_is_told(
    item: DrivenItem, outside: Outside, orders: OrdersOffice
) -> None:
    orders.refuse("EM_DIAGNOSTICO", "o serviço de OS respondeu 422: unknown order")
    last = await item.updates(*DIAGNOSIS)
    await item.settled()

    assert orders.tried == ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO"]
    assert orders.heard == ["AGUARDANDO_APROVACAO"]
    assert shown_notices(item)["recusadas"] == [
        {"status": "EM_DIAGNOSTICO", "motivo": "o serviço de OS respondeu 422: unknown order"}
    ]
    assert (shown_notices(item)["confirmada"], shown_notices(item)["pendentes"]) == (
        "AGUARDANDO_APROVACAO",
        [],
    )
    assert item.shown[-1].version == last.version == 3
    assert outside.sequences == [1, 2, 3]


async def test_refusals_do_not_keep_a_finished_item_from_its_end(
    item: DrivenItem, orders: OrdersOffice
) -> None:
    for status in ALL_NOTICES:
        orders.refuse(status, f"no {status} for you")
    await item.updates(*WHOLE_WORK)

    last = await item.handle.result()

    assert [each.reason for each in last.notices.refused] == [
        "no EM_DIAGNOSTICO for you",
        "no AGUARDANDO_APROVACAO for you",
        "no EM_EXECUCAO for you",
        "no FINALIZADA for you",
    ]
    assert (last.notices.confirmed, last.notices.pending) == (None, ())
    assert item.shown[-1] == last
    assert orders.tried == ALL_NOTICES


async def test_a_refusal_after_an_outage_ends_the_talk_of_failure(
    item: DrivenItem, orders: OrdersOffice, quick: None
) -> None:
    orders.fail(DOWN)
    orders.refuse("EM_DIAGNOSTICO", "o serviço de OS respondeu 404")
    await item.update(BEGIN)
    await eventually(lambda: shown_notices(item)["falha"] == "the OS service is down")

    orders.recover()
    await eventually(lambda: shown_notices(item)["recusadas"])

    assert (shown_notices(item)["falha"], shown_notices(item)["pendentes"]) == (None, [])


async def test_another_worker_goes_on_where_one_stopped_in_mid_notice(
    unmanned: Workshop,
    orders: OrdersOffice,
    quick: None,
    brief: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What a worker leaves behind without a word is missed only when its time is up.
    monkeypatch.setattr("worker.GRACE", timedelta(0))
    monkeypatch.setattr("workflows.outbox.DELIVERY_ATTEMPT", timedelta(seconds=1))
    orders.hold()
    async with unmanned.worker():
        item = await unmanned.add()
        await item.updates(*DIAGNOSIS)
        await eventually(lambda: orders.attempts)
    orders.release()

    async with unmanned.worker():
        # Temporal, too, waits for ten seconds before it gives a task to somebody else.
        await eventually(lambda: len(orders.heard) == 2, within=30)
        await item.settled()

    assert orders.heard == ["EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO"]
    assert orders.most_at_once == 1
