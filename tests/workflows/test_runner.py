"""What a worker keeps of a workflow that is at rest."""

import gc
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.bridge.proto.workflow_activation import InitializeWorkflow
from temporalio.contrib.pydantic import PydanticPayloadConverter

from tests.workflows.workshop import Workshop


def living(kind: type[Any]) -> int:
    gc.collect()
    return sum(type(each) is kind for each in gc.get_objects())


# Any part of the message that started a workflow would keep all of it.
@pytest.mark.parametrize("kind", [InitializeWorkflow, Payload, PydanticPayloadConverter])
async def test_a_workflow_at_rest_has_none_of_its_own(kind: type[Any], workshop: Workshop) -> None:
    before = living(kind)

    opened = [await workshop.open() for _ in range(3)]
    for each in opened:
        await each.settled()

    assert living(kind) == before
