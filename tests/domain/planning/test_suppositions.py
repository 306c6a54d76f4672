"""Suppositions, as clients write them."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.planning.suppositions import (
    Delay,
    ExtraJob,
    PartsAt,
    Supposition,
    Suppositions,
    TechnicianAbsent,
)
from tests.domain.planning.builders import at, minutes_of

_CHANGES: TypeAdapter[tuple[Supposition, ...]] = TypeAdapter(tuple[Supposition, ...])

ABSENT = {
    "type": "TECHNICIAN_ABSENT",
    "technicianId": "ana",
    "from": "2026-11-30T08:00:00-03:00",
    "to": "2026-11-30T12:00:00-03:00",
}


def test_each_is_known_by_its_type() -> None:
    sent: list[dict[str, Any]] = [
        ABSENT,
        {"type": "EXTRA_JOB", "durationMinutes": 60, "skills": ["brakes"]},
        {"type": "DELAY", "executionId": "e-1", "minutes": 30},
        {"type": "PARTS_AT", "executionId": "e-1", "at": "2026-12-01T11:00:00Z"},
    ]

    absent, extra, delay, parts = _CHANGES.validate_python(sent)

    assert isinstance(absent, TechnicianAbsent)
    assert (absent.from_, absent.to) == (at("11-30 08:00"), at("11-30 12:00"))
    assert extra == ExtraJob(type="EXTRA_JOB", duration_minutes=60, skills=("brakes",))
    assert delay == Delay(type="DELAY", execution_id="e-1", minutes=30)
    assert parts == PartsAt(type="PARTS_AT", execution_id="e-1", at=at("12-01 08:00"))


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"type": "FLOOD"},
        {"type": "DELAY", "executionId": "e-1"},
        {"type": "DELAY", "executionId": "e-1", "minutes": 0},
        {"type": "EXTRA_JOB", "durationMinutes": 60, "bayKind": "LIFT"},
        {**ABSENT, "to": ABSENT["from"]},
    ],
    ids=str,
)
def test_what_says_too_little_or_too_much_is_refused(sent: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _CHANGES.validate_python([sent])


def test_delays_add_up_and_the_last_parts_count() -> None:
    supposed = Suppositions(
        [
            Delay(type="DELAY", execution_id="e-1", minutes=30),
            PartsAt(type="PARTS_AT", execution_id="e-1", at=at("12-02 08:00")),
            Delay(type="DELAY", execution_id="e-1", minutes=15),
            PartsAt(type="PARTS_AT", execution_id="e-1", at=at("12-01 08:00")),
        ]
    )

    assert supposed.executions == ["e-1"]
    assert supposed.delay_of("e-1") == minutes_of(45)
    assert supposed.parts_of("e-1") == at("12-02 08:00")
    assert (supposed.delay_of("e-2"), supposed.parts_of("e-2")) == (minutes_of(0), None)
