"""The table of kinds: each row is found by its workflow's type and by its workflow ids."""

from typing import Any

import pytest

from domain.agenda.resource import Resource
from domain.kernel.aggregate import Aggregate
from tests.api.starts import start_execution, start_item
from tests.starts import new_bay, new_technician
from workflows.kinds import (
    BAY_KIND,
    BY_WORKFLOW_TYPE,
    EXECUTION_KIND,
    FILA_KIND,
    KINDS,
    TECHNICIAN_KIND,
    Kind,
    kind_of_workflow,
)
from workflows.start_inputs import StartInput

STARTS = [
    (EXECUTION_KIND, start_execution()),
    (FILA_KIND, start_item()),
    (TECHNICIAN_KIND, new_technician()),
    (BAY_KIND, new_bay()),
]


def test_every_aggregate_has_a_row() -> None:
    declared = {*Aggregate.__subclasses__(), *Resource.__subclasses__()} - {Resource}
    ours = {each for each in declared if each.__module__.startswith("domain.")}

    assert {kind.state for kind in KINDS} == ours


@pytest.mark.parametrize(("kind", "start"), STARTS)
def test_a_kind_is_found_by_what_its_workflow_is_started_with(
    kind: Kind[Any], start: StartInput[Any]
) -> None:
    assert BY_WORKFLOW_TYPE[start.WORKFLOW] is kind
    assert kind_of_workflow(start.workflow_id) is kind
    assert kind.workflow_id(start.aggregate_id) == start.workflow_id
    assert isinstance(start, kind.start)


@pytest.mark.parametrize(
    "strange", ["", "execution-", "fila-", "fila-x", "fila-7-8", "avisos-7", "x"]
)
def test_what_is_no_workflow_id_of_ours_is_of_no_kind(strange: str) -> None:
    assert kind_of_workflow(strange) is None


@pytest.mark.parametrize("malformed", ["", "7", "fila-7", "0" * 23, "0" * 25, "G" * 24])
def test_what_is_no_id_of_an_item_leads_to_no_workflow(malformed: str) -> None:
    assert FILA_KIND.workflow_id(malformed) is None
