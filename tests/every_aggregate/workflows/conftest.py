"""A workflow of each kind, in the workshop of the workflows' tests."""

from typing import Any

import pytest

from tests.every_aggregate.kinds import Kind
from tests.workflows.conftest import database as database
from tests.workflows.conftest import operator as operator
from tests.workflows.conftest import outside as outside
from tests.workflows.conftest import store as store
from tests.workflows.conftest import unmanned as unmanned
from tests.workflows.conftest import workshop as workshop
from tests.workflows.workflow_driver import Driven
from tests.workflows.workshop import Workshop


@pytest.fixture
async def driven(kind: Kind, workshop: Workshop) -> Driven[Any]:
    """One that has just been started, is known outside, and is at rest."""
    driven = await workshop.begin(kind.state, kind.start())
    await driven.settled()
    return driven
