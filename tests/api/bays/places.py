"""Bays of the tests, and what their clients send."""

from tests.api.answers import BAYS

LIFT, PIT = f"{BAYS}/lift-1", f"{BAYS}/pit-2"
PROFILE = {"name": "Lift by the gate", "kind": "LIFT"}
INSPECTION = {
    "from": "2026-12-01T09:00:00-03:00",
    "to": "2026-12-01T11:00:00-03:00",
    "reason": "inspection",
}
KEY = {"Idempotency-Key": "key-1"}
