"""Twenty at once: rivals for one item have one winner, repeats of one request have one effect."""

import asyncio
from collections import Counter

import pytest

from api.errors import KeyReused, OutcomeUnknown, Unavailable
from domain.fila.commands import FinishDiagnosis, Remove, StartDiagnosis, StartRepair
from domain.fila.state import QueueCommand, QueueItem
from domain.kernel.aggregate import Answer
from domain.kernel.errors import DomainError
from tests.conftest import eventually
from tests.workflows.delivery_fake import OrdersOffice, Outside
from tests.workflows.workflow_driver import DrivenItem
from tests.workflows.workshop import Workshop
from workflows.contract import Door, Origin

BEGIN = StartDiagnosis(mechanic_id=7)


async def asks(
    workshop: Workshop, item: DrivenItem, command: QueueCommand, key: str
) -> Answer[QueueItem] | DomainError:
    """Asks as a client of the API does: Temporal takes ten updates of a workflow at once, so one
    that hears that nothing was changed, or that it is not known, tries again under its key."""
    origin = Origin(via=Door.HTTP, key=key, aggregate_id=item.id)

    async def attempt() -> Answer[QueueItem] | DomainError | None:
        try:
            return await workshop.queue.update(item.workflow_id, command, origin)
        except (Unavailable, OutcomeUnknown):
            return None
        except DomainError as refusal:
            return refusal

    answer = await eventually(attempt)
    assert answer is not None
    return answer


@pytest.mark.parametrize("step", ["diagnosis", "repair"])
async def test_of_twenty_mechanics_one_gets_the_item(
    workshop: Workshop, item: DrivenItem, outside: Outside, step: str
) -> None:
    kind = StartDiagnosis if step == "diagnosis" else StartRepair
    rivals = [asks(workshop, item, kind(mechanic_id=each), f"key-{each}") for each in range(1, 21)]

    answers = await asyncio.gather(*rivals)
    await item.settled()

    assert Counter(type(each).__name__ for each in answers) == {
        "Answer[QueueItem]": 1,
        "InvalidQueueTransition": 19,
    }
    [won] = [number for number, each in enumerate(answers, 1) if isinstance(each, Answer)]
    assert (await item.snapshot()).mechanic_id == won
    assert outside.sequences == [1, 2]


async def test_twenty_repeats_under_one_key_are_all_answered_and_done_once(
    workshop: Workshop, item: DrivenItem, outside: Outside, orders: OrdersOffice
) -> None:
    answers = await asyncio.gather(*(asks(workshop, item, BEGIN, key="key-1") for _ in range(20)))
    await item.settled()

    assert [each.state.version for each in answers if isinstance(each, Answer)] == [2] * 20
    assert outside.sequences == [1, 2]
    assert orders.heard == ["EM_DIAGNOSTICO"]


async def test_a_repeat_gets_the_first_answer_whatever_has_happened_since(
    workshop: Workshop, item: DrivenItem
) -> None:
    first = await asks(workshop, item, BEGIN, key="key-1")
    await item.updates(FinishDiagnosis(diagnosis="pastilhas gastas"))

    assert await asks(workshop, item, BEGIN, key="key-1") == first


async def test_another_command_or_body_under_a_used_key_is_refused(
    workshop: Workshop, item: DrivenItem
) -> None:
    await asks(workshop, item, BEGIN, key="key-1")

    for command in (StartDiagnosis(mechanic_id=8), Remove()):
        with pytest.raises(KeyReused):
            await asks(workshop, item, command, key="key-1")

    assert (await item.snapshot()).version == 2


async def test_of_twenty_removals_one_is_done(
    workshop: Workshop, item: DrivenItem, outside: Outside
) -> None:
    outside.hold()  # so that the workflow does not end before the last one has asked

    answers = await asyncio.gather(
        *(asks(workshop, item, Remove(), f"key-{each}") for each in range(20))
    )
    outside.release()
    await item.handle.result()

    assert Counter(type(each).__name__ for each in answers) == {
        "Answer[QueueItem]": 1,
        "QueueItemNotFound": 19,
    }
    assert outside.sequences == [1, 2]
