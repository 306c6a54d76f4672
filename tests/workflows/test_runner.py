"""Parts that a worker keeps of a workflow that is at rest."""

import gc
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.bridge.proto.workflow_activation import InitializeWorkflow
from temporalio.contrib.pydantic import PydanticPayloadConverter

from tests.conftest import eventually
from tests.workflows.workshop import Workshop


def living(kind: type[Any]) -> list[Any]:
    gc.collect()
    return [each for each in gc.get_objects() if type(each) is kind]


# Any part of the message that started a workflow would keep all of it.
@pytest.mark.parametrize("kind", [InitializeWorkflow, Payload, PydanticPayloadConverter])
async def test_a_workflow_at_rest_has_none_of_its_own(kind: type[Any], workshop: Workshop) -> None:
    older = living(kind)  # held, so that no newer one can come to have the id of one of them
    known = set(map(id, older))

    def newer() -> int:
        return sum(id(each) not in known for each in living(kind))

    opened = [await workshop.open() for _ in range(3)]
    for each in opened:
        await each.settled()

    # What is still on its way through the worker goes by itself.
    await eventually(newer, lambda count: count == 0)
