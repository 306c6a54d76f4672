"""Refusals: the tree that the module draws is the tree that it has, and each survives the wire."""

import re

import pytest

from domain.kernel import errors
from domain.kernel.errors import DomainError, ExecutionNotFound, revive

LEAVES = DomainError.__subclasses__()


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn = re.findall(r"^[├└]── (\w+)", errors.__doc__ or "", re.MULTILINE)

    assert drawn == [leaf.__name__ for leaf in LEAVES]
    assert all(leaf.__module__ == errors.__name__ for leaf in LEAVES)
    assert not any(leaf.__subclasses__() for leaf in LEAVES)


@pytest.mark.parametrize("leaf", LEAVES)
def test_every_refusal_has_a_title_of_one_line(leaf: type[DomainError]) -> None:
    title = leaf.__doc__ or ""

    assert title
    assert "\n" not in title


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_refusal_crosses_the_wire_as_name_message_and_facts(leaf: type[DomainError]) -> None:
    refusal = leaf("it may not be", currentStatus="PAUSED", allowedTransitions=["CANCELLED"])

    again = revive(type(refusal).__name__, refusal.message, refusal.facts)

    assert type(again) is leaf
    assert (str(again), again.facts) == ("it may not be", refusal.facts)


@pytest.mark.parametrize(
    "name", ["DomainError", "ValueError", "", "Exception", "invalidtransition"]
)
def test_what_is_not_ours_is_not_revived(name: str) -> None:
    assert revive(name, "message", {}) is None


def test_an_unknown_execution_is_named_as_the_contract_says() -> None:
    refusal = ExecutionNotFound.of("e-1")

    assert str(refusal) == "Execution with ID e-1 not found"
