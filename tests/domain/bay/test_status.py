"""Every pair of a bay's status and an action, legal or not, against the contract's table."""

from itertools import product

import pytest

from domain.bay.commands import BAY_COMMANDS
from domain.bay.lifecycle import BayAction, BayStatus
from domain.kernel.aggregate import decide
from domain.kernel.errors import InvalidTransition
from tests.domain.bay.builders import ONE_OF_EACH, in_status
from tests.domain.bay.contract import ACTIONS, LEADS, STATUSES, TELLS
from tests.domain.execution.builders import MORNING

COMMANDS = dict(zip(ACTIONS, ONE_OF_EACH, strict=True))
OF_CLIENTS = [each for each in BAY_COMMANDS if isinstance(each.ACTION, BayAction)]
REFUSED = [pair for pair in product(STATUSES, ACTIONS) if pair not in LEADS]


def test_the_contract_knows_every_status_and_every_action() -> None:
    assert list(STATUSES) == list(BayStatus)
    assert list(ACTIONS) == list(BayAction)
    assert [command.ACTION for command in OF_CLIENTS] == list(ACTIONS)
    assert [type(command) for command in ONE_OF_EACH] == OF_CLIENTS


@pytest.mark.parametrize(("status", "action"), LEADS)
def test_a_legal_action_leads_where_the_contract_says_and_tells_so(
    status: str, action: str
) -> None:
    bay = in_status(BayStatus(status))

    after, events = decide(bay, COMMANDS[action], MORNING)

    assert after.status == LEADS[status, action]
    assert [type(event).__name__ for event in events] == [TELLS[action]]
    assert after.version == bay.version + 1


@pytest.mark.parametrize(("status", "action"), REFUSED)
def test_a_refused_action_changes_nothing_and_says_what_is_possible(
    status: str, action: str
) -> None:
    bay = in_status(BayStatus(status))
    before = bay.model_dump_json()

    with pytest.raises(InvalidTransition) as refusal:
        decide(bay, COMMANDS[action], MORNING)

    assert bay.model_dump_json() == before
    assert refusal.value.facts["current_status"] == status


@pytest.mark.parametrize("status", STATUSES)
def test_what_is_offered_is_what_may_be_done(status: str) -> None:
    bay = in_status(BayStatus(status))

    assert list(bay.allowed_actions) == [a for a in ACTIONS if (status, a) in LEADS]
