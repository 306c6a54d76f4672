"""A refusal crosses Temporal under the names that histories and other releases know."""

from typing import Any

import pytest
from pydantic_core import from_json, to_json
from temporalio.exceptions import ApplicationError

from domain.execution.commands import Pause
from domain.fila.commands import FinishRepair
from domain.kernel.aggregate import Aggregate, Command, decide
from domain.kernel.errors import DomainError, VersionMismatch
from tests.domain.execution.builders import MORNING, opened
from tests.domain.fila.builders import added
from workflows.refusals import BY_NAME, REFUSALS, refusals_cross, revive, wire_facts


def crossed(refusal: DomainError) -> tuple[str, str, dict[str, Any]]:
    with pytest.raises(ApplicationError) as told, refusals_cross():
        raise refusal
    (facts,) = told.value.details
    return told.value.type or "", told.value.message, from_json(to_json(facts))


def refusal_of(state: Aggregate, command: Command[Any]) -> DomainError:
    with pytest.raises(DomainError) as refused:
        decide(state, command, MORNING)
    return refused.value


def test_every_refusal_is_known_by_its_name() -> None:
    assert set(REFUSALS) == set(DomainError.__subclasses__())
    assert list(BY_NAME) == [leaf.__name__ for leaf in REFUSALS]
    assert not any(leaf.__subclasses__() for leaf in REFUSALS)


@pytest.mark.parametrize("leaf", REFUSALS)
def test_it_is_the_same_again_on_the_other_side(leaf: type[DomainError]) -> None:
    refusal = leaf("it may not be", current_status="PAUSED", allowed_transitions=["CANCELLED"])

    again = revive(*crossed(refusal))

    assert type(again) is leaf
    assert (again.message, again.facts) == ("it may not be", refusal.facts)


def test_the_names_of_facts_are_those_of_earlier_releases() -> None:
    execution = crossed(refusal_of(opened(), Pause()))[2]
    item = crossed(refusal_of(added(), FinishRepair()))[2]
    with pytest.raises(VersionMismatch) as other:
        opened().expect({7})

    assert to_json(execution) == (
        b'{"currentStatus":"SCHEDULED","allowedTransitions":["IN_PROGRESS","CANCELLED"]}'
    )
    assert list(item) == ["currentStatus", "allowedTransitions", "acoes_permitidas"]
    assert crossed(other.value)[2] == {"currentVersion": 1}


def test_a_fact_that_only_another_release_knows_keeps_its_name() -> None:
    refusal = revive("PaymentPending", "not yet", {"currentStatus": "SCHEDULED", "dueBy": "noon"})

    assert refusal is not None
    assert refusal.facts == {"current_status": "SCHEDULED", "dueBy": "noon"}
    assert wire_facts(refusal.facts) == {"currentStatus": "SCHEDULED", "dueBy": "noon"}


@pytest.mark.parametrize(
    "name", ["DomainError", "ValueError", "", "Exception", "invalidtransition"]
)
def test_what_is_not_ours_is_not_revived(name: str) -> None:
    assert revive(name, "message", {}) is None
