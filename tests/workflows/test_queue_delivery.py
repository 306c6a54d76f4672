"""Answers of the OS service reach readers too: late, perhaps, but never not at all."""

from temporalio.api.enums.v1 import EventType

from domain.fila.commands import Prioritize, StartDiagnosis
from domain.fila.vocabulary import Priority
from tests.conftest import eventually
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.fila_steps import ALL_NOTICES, NOTIFYING, WHOLE_WORK
from tests.workflows.workflow_driver import DrivenItem

BEGIN = StartDiagnosis(mechanic_id=7)
DOWN = RuntimeError("the database is down")
REPLACED = EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED


async def until_it_retries_for_ever(outside: Outside) -> None:
    """The time after three attempts, of which the third from there on is later than patience
    lasts."""
    await eventually(lambda: [each.snapshot.version for each in outside.attempts].count(2) > 5)


async def test_what_is_told_while_the_database_is_down_is_shown_afterwards(
    item: DrivenItem, outside: Outside, orders: OrdersOffice, quick: None
) -> None:
    outside.fail(DOWN)
    await item.update(BEGIN)
    await eventually(item.snapshot, lambda seen: seen.notices.confirmed)
    during = item.shown[-1]

    outside.recover()
    await item.settled()

    assert (during.version, during.notices.confirmed) == (1, None)
    assert orders.heard == ["EM_DIAGNOSTICO"]
    assert outside.sequences == [1, 2]
    assert item.shown[-1] == await item.snapshot()
    assert item.shown[-1].notices.confirmed == "EM_DIAGNOSTICO"


async def test_a_note_of_failure_made_while_the_database_is_down_is_shown_afterwards(
    item: DrivenItem, outside: Outside, orders: OrdersOffice, quick: None
) -> None:
    outside.fail(DOWN)
    orders.fail(RuntimeError("the OS service is down"))
    await item.update(BEGIN)
    await eventually(item.snapshot, lambda seen: seen.notices.failure)

    outside.recover()
    await item.settled(but=NOTIFYING)

    assert item.shown[-1].notices.failure == "the OS service is down"
    assert outside.sequences == [1, 2]


async def test_a_delivery_that_fails_is_replaced_when_there_is_a_note_to_show(
    item: DrivenItem, outside: Outside, orders: OrdersOffice, impatient: None, quick: None
) -> None:
    outside.fail(DOWN)
    orders.hold()
    await item.update(BEGIN)
    await until_it_retries_for_ever(outside)

    orders.release()
    await eventually(lambda: outside.attempts[-1].snapshot.revision == 4)
    outside.recover()
    await item.settled()

    assert len(await item.events(REPLACED)) == 1
    attempted = [each.snapshot.revision for each in outside.attempts]
    assert attempted == sorted(attempted)
    assert outside.sequences == [1, 2]
    assert [each.revision for each in item.shown] == [1, 4, 5]


async def test_a_delivery_that_fails_is_replaced_when_a_command_has_been_done(
    item: DrivenItem, outside: Outside, impatient: None, quick: None
) -> None:
    outside.fail(DOWN)
    await item.update(BEGIN)
    await until_it_retries_for_ever(outside)

    await item.update(Prioritize(priority=Priority.HIGH))
    await eventually(lambda: outside.attempts[-1].snapshot.version == 3)
    outside.recover()
    await item.settled()

    assert outside.batches == [[1], [2, 3], []]
    assert outside.most_at_once == 1
    assert item.shown[-1] == await item.snapshot()


async def test_what_happens_during_a_delivery_is_shown_by_the_next_one(
    item: DrivenItem, outside: Outside, orders: OrdersOffice
) -> None:
    outside.hold()
    await item.updates(*WHOLE_WORK)
    await eventually(lambda: orders.heard == ALL_NOTICES)

    outside.release()
    last = await item.handle.result()

    assert outside.sequences == [1, 2, 3, 4, 5]
    assert item.shown[-1] == last
    assert (last.notices.pending, last.notices.confirmed) == ((), "FINALIZADA")
    assert outside.most_at_once == 1
