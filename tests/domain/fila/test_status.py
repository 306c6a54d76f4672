"""Every pair of a queue item's status and an action, legal or not, against the contract's table."""

from itertools import product

import pytest

from domain.fila.commands import QUEUE_COMMANDS, Prioritize, RecordApproval
from domain.fila.errors import InvalidQueueTransition, QueueItemNotFound
from domain.fila.lifecycle import QueueAction, QueueStatus
from domain.fila.state import QueueCommand
from domain.fila.vocabulary import Priority
from domain.kernel.aggregate import decide
from tests.domain.execution.builders import MORNING
from tests.domain.fila.builders import ONE_OF_EACH, in_queue
from tests.domain.fila.contract import ACTIONS, LEADS, OFFERED, STATUSES, SUCCESSORS

COMMANDS = dict(zip(ACTIONS, ONE_OF_EACH, strict=True))
IN_THE_QUEUE = STATUSES[:-1]
LEGAL = [pair for pair in product(IN_THE_QUEUE, ACTIONS) if pair in LEADS]
REFUSED = [pair for pair in product(IN_THE_QUEUE, ACTIONS) if pair not in LEADS]


def test_the_contract_knows_every_status_and_every_action() -> None:
    assert list(STATUSES) == list(QueueStatus)
    assert set(ACTIONS) == set(QueueAction)
    assert len(LEGAL) + len(REFUSED) == 4 * len(ACTIONS)


def test_there_is_one_command_for_each_action() -> None:
    assert [command.ACTION for command in QUEUE_COMMANDS] == list(ACTIONS)
    assert [type(command) for command in ONE_OF_EACH] == list(QUEUE_COMMANDS)


@pytest.mark.parametrize(("status", "action"), LEGAL)
def test_a_legal_action_leads_where_the_contract_says(status: str, action: str) -> None:
    item = in_queue(QueueStatus(status))
    if action == "aprovacao-retirada":  # there has to be one
        item = decide(item, RecordApproval(), MORNING)[0]

    after, events = decide(item, COMMANDS[action], MORNING)

    assert after.status == LEADS[status, action]
    assert (len(events), after.version) == (1, item.version + 1)


@pytest.mark.parametrize(("status", "action"), REFUSED)
def test_a_refused_action_changes_nothing(status: str, action: str) -> None:
    item = in_queue(QueueStatus(status))
    before = item.model_dump_json()

    with pytest.raises(InvalidQueueTransition):
        decide(item, COMMANDS[action], MORNING)

    assert item.model_dump_json() == before


@pytest.mark.parametrize(("status", "action"), REFUSED)
def test_a_refusal_says_in_portuguese_what_is_not_possible_and_what_is(
    status: str, action: str
) -> None:
    item = in_queue(QueueStatus(status))

    with pytest.raises(InvalidQueueTransition) as refusal:
        decide(item, COMMANDS[action], MORNING)

    assert str(refusal.value) == (
        f"A ação {action} não é permitida com o item da fila em {status}. "
        f"Próximos status possíveis: {', '.join(SUCCESSORS[status])}"
    )


@pytest.mark.parametrize(("status", "action"), REFUSED)
def test_a_refusal_carries_the_present_status_and_the_allowed_actions(
    status: str, action: str
) -> None:
    item = in_queue(QueueStatus(status))

    with pytest.raises(InvalidQueueTransition) as refusal:
        decide(item, COMMANDS[action], MORNING)

    assert refusal.value.facts == {
        "current_status": status,
        "allowed_transitions": SUCCESSORS[status],
        "allowed_actions": OFFERED[status],
    }


@pytest.mark.parametrize("command", ONE_OF_EACH, ids=ACTIONS)
def test_a_removed_item_is_not_found_whatever_is_asked(command: QueueCommand) -> None:
    item = in_queue(QueueStatus.REMOVED)
    before = item.model_dump_json()

    with pytest.raises(QueueItemNotFound) as refusal:
        decide(item, command, MORNING)

    assert str(refusal.value) == "Item da fila não encontrado."
    assert item.model_dump_json() == before


def test_the_priority_of_a_finished_item_stays_even_if_it_is_the_same() -> None:
    item = in_queue(QueueStatus.FINISHED)

    with pytest.raises(InvalidQueueTransition):
        decide(item, Prioritize(priority=Priority.NORMAL), MORNING)


@pytest.mark.parametrize("status", STATUSES)
def test_an_item_is_gone_only_when_it_has_been_removed(status: str) -> None:
    item = in_queue(QueueStatus(status))

    assert item.is_gone == (status == "REMOVIDA")
    assert item.is_over == (status in {"FINALIZADA", "REMOVIDA"})
