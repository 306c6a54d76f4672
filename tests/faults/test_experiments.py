"""The short form of the experiments; `make faults` runs them long and often."""

import pytest

from tests.faults.experiments import CATALOGUE
from tests.faults.experiments.crashes import worker_dies_after_each_step
from tests.faults.site import Site
from tests.faults.trial import SHORT, outcome

SHORT_FORM = {
    "worker killed after each step": worker_dies_after_each_step,
    **{
        name: CATALOGUE[name]
        for name in (
            "database drops connections",
            "bus fails entries",
            "payments shuffled",
            "two APIs race",
            "twenty at once",
            "clocks apart",
            "summer time ends",
            "clocks set back",
            "database's disk full",
            "worker killed before a claim",
            "plans cross",
            "planners, clocks apart",
        )
    },
}


@pytest.mark.stack
@pytest.mark.parametrize("name", SHORT_FORM)
async def test_nothing_is_lost_doubled_or_stuck(place: Site, name: str) -> None:
    found = await outcome(place, SHORT_FORM[name], SHORT, f"{name} 1")

    assert [str(violation) for violation in found.verdict.violations] == []
    assert found.commands > 5
