"""Every pair of a technician's status and an action, legal or not, against the contract's table."""

from itertools import product

import pytest

from domain.kernel.aggregate import decide
from domain.kernel.errors import InvalidTransition
from domain.technician.commands import TECHNICIAN_COMMANDS
from domain.technician.lifecycle import TechnicianAction, TechnicianStatus
from tests.domain.execution.builders import MORNING
from tests.domain.technician.builders import ONE_OF_EACH, in_status
from tests.domain.technician.contract import ACTIONS, LEADS, SHIFT_ACTIONS, STATUSES, TELLS

COMMANDS = dict(zip(ACTIONS, ONE_OF_EACH, strict=True))
OF_CLIENTS = [each for each in TECHNICIAN_COMMANDS if isinstance(each.ACTION, TechnicianAction)]
REFUSED = [pair for pair in product(STATUSES, ACTIONS) if pair not in LEADS]


def test_the_contract_knows_every_status_and_every_action() -> None:
    assert list(STATUSES) == list(TechnicianStatus)
    assert list(ACTIONS) == list(TechnicianAction)
    assert [command.ACTION for command in OF_CLIENTS] == list(ACTIONS)
    assert [type(command) for command in ONE_OF_EACH] == OF_CLIENTS


@pytest.mark.parametrize(("status", "action"), LEADS)
def test_a_legal_action_leads_where_the_contract_says_and_tells_so(
    status: str, action: str
) -> None:
    technician = in_status(TechnicianStatus(status))

    after, events = decide(technician, COMMANDS[action], MORNING)

    assert after.status == LEADS[status, action]
    assert [type(event).__name__ for event in events] == [TELLS[action]]
    assert after.version == technician.version + 1
    changed = after.shifts_revision - technician.shifts_revision
    assert changed == (1 if action in SHIFT_ACTIONS else 0)


@pytest.mark.parametrize(("status", "action"), REFUSED)
def test_a_refused_action_changes_nothing_and_says_what_is_possible(
    status: str, action: str
) -> None:
    technician = in_status(TechnicianStatus(status))
    before = technician.model_dump_json()

    with pytest.raises(InvalidTransition) as refusal:
        decide(technician, COMMANDS[action], MORNING)

    assert technician.model_dump_json() == before
    assert refusal.value.facts["current_status"] == status


@pytest.mark.parametrize("status", STATUSES)
def test_what_is_offered_is_what_may_be_done(status: str) -> None:
    technician = in_status(TechnicianStatus(status))

    assert list(technician.allowed_actions) == [a for a in ACTIONS if (status, a) in LEADS]
