"""Values, as they look on every wire."""

from datetime import UTC, datetime, timedelta, timezone
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.execution.commands import Cancel, Start
from domain.kernel.values import Identifier, Instant, Minutes, Text, dump_compact, to_milliseconds
from tests.domain.execution.builders import MORNING, opened

INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
BRASILIA = timezone(timedelta(hours=-3))
AWARE = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001  # Hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001  # Hypothesis adds the zone
    timezones=st.sampled_from([UTC, BRASILIA]),
)


@given(AWARE)
def test_an_instant_is_utc_to_the_millisecond_and_the_same_moment(at: datetime) -> None:
    cut = to_milliseconds(at)

    assert cut.utcoffset() == timedelta()
    assert cut.microsecond % 1000 == 0
    assert timedelta() <= at - cut < timedelta(milliseconds=1)
    assert to_milliseconds(cut) == cut


def test_an_offset_is_turned_into_utc() -> None:
    at = INSTANT.validate_python("2026-03-02T05:00:00.123999-03:00")

    assert at == MORNING.replace(microsecond=123_000)
    assert INSTANT.dump_json(at) == b'"2026-03-02T08:00:00.123000Z"'


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-03-02T08:00:00",
        datetime(2026, 3, 2, 8),  # noqa: DTZ001  # naive on purpose
        1_772_000_000,
        1_772_000_000.5,
        True,
        None,
        "",
        "tomorrow",
        "1772000000",
        "1772000000.5",
        "2026-03-02",
        "2026-02-30T08:00:00Z",
        b"2026-03-02T08:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
    ],
    ids=str,
)
def test_what_is_no_instant_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(wrong)


@pytest.mark.parametrize("wrong", [0, -1, 1.5, inf, nan, "1", True, None, 525_601])
def test_minutes_are_positive_whole_numbers_of_at_most_a_year(wrong: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Minutes).validate_python(wrong)


@pytest.mark.parametrize("good", [1, 60, 525_600, 60.0])
def test_minutes_within_a_year_are_taken(good: float) -> None:
    assert repr(TypeAdapter(Minutes).validate_python(good)) == repr(int(good))


@pytest.mark.parametrize(("kind", "longest"), [(Identifier, 200), (Text, 2000)])
def test_text_has_something_in_it_and_an_end(kind: type[str], longest: int) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(kind)

    assert adapter.validate_python(f"  {'x' * longest}  ") == "x" * longest
    for wrong in ("", " \t\n", "x" * (longest + 1), "a\x00b", 7, None, "\ud800"):
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)


def test_text_may_be_of_any_script() -> None:
    text = Cancel(reason="peça não chegou — 部品なし 🔧").reason

    assert text == "peça não chegou — 部品なし 🔧"


def test_names_are_camel_case_on_the_wire_and_either_way_inside() -> None:
    assert Start.model_validate({"technicianId": "t"}) == Start(technician_id="t")
    assert Start(technician_id="t").model_dump() == {"technicianId": "t"}


def test_an_unknown_field_of_a_command_is_a_mistake() -> None:
    with pytest.raises(ValidationError, match="technician"):
        Start.model_validate({"technician": "t"})


def test_a_state_of_a_later_release_can_still_be_read() -> None:
    execution = opened()

    again = type(execution).model_validate({**execution.model_dump(), "colour": "red"})

    assert again == execution


def test_values_do_not_change() -> None:
    execution = opened()

    with pytest.raises(ValidationError):
        execution.version = 7  # type: ignore[misc]  # that is the point


def test_what_is_said_in_brief_is_read_as_it_was_meant() -> None:
    execution = opened(notes="brake pads")

    said = dump_compact(execution)

    assert type(execution).model_validate(said) == execution
    assert said["notes"] == "brake pads"
    assert "technicianId" not in said
