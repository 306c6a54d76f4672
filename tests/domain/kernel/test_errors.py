"""Refusals have codes and titles, and name what they are about."""

import pytest

from domain.execution.errors import ExecutionNotFound
from domain.kernel.errors import DomainError, code_of

LEAVES = DomainError.__subclasses__()


@pytest.mark.parametrize("leaf", LEAVES)
def test_every_refusal_has_a_title_of_one_line(leaf: type[DomainError]) -> None:
    title = leaf.__doc__ or ""

    assert title
    assert "\n" not in title


def test_a_code_is_the_name_in_small_letters() -> None:
    assert code_of("VersionMismatch") == "version-mismatch"


def test_an_unknown_execution_is_named_as_the_contract_says() -> None:
    refusal = ExecutionNotFound.of("e-1")

    assert str(refusal) == "Execution with ID e-1 not found"
