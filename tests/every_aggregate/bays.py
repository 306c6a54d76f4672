"""The row of bays."""

from datetime import timedelta

from domain.bay.commands import BAY_COMMANDS, AddClosure, ChangeBay, DeactivateBay, ReactivateBay
from domain.bay.state import Bay
from tests.domain.execution.builders import MORNING
from tests.every_aggregate.kinds import Kind
from tests.starts import new_bay

BAYS = Kind(
    name="bay",
    state=Bay,
    start=new_bay,
    life=(
        ChangeBay(name="By the gate", kind="PIT"),
        AddClosure(from_=MORNING, to=MORNING + timedelta(hours=4)),
        DeactivateBay(reason="gone"),
    ),
    back_and_forth=(ChangeBay(kind="LIFT"), ChangeBay()),
    too_early=ReactivateBay(),
    unreadable={
        "a number": ("deactivate", [42]),
        "no period": ("add_closure", [{"reason": "inspection"}]),
        "a closure that ends before it begins": (
            "add_closure",
            [{"from": "2026-12-02T00:00:00Z", "to": "2026-12-01T00:00:00Z"}],
        ),
        "an extra field": ("change", [{"kind": "LIFT", "colour": "red"}]),
        "no closure": ("remove_closure", []),
        "a wrong origin": ("deactivate", [{}, {"via": "carrier pigeon"}]),
        "too many inputs": ("deactivate", [{}, {}, {}]),
    },
    known_commands=BAY_COMMANDS,
    given_up="INACTIVE",
    not_found="bay-not-found",
)
