"""The ids of the queue: an item's says which service order it is of."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fila.state import MOST_SERVICE_ORDERS, service_order_number
from domain.kernel.values import widen
from tests.domain.fila.builders import entry
from workflows.contract import Origin, queue_item_id, queue_workflow_id, service_order_of
from workflows.start_inputs import StartQueueItem

UNIQUE = "0a1b2c3d4e5f"
NUMBERS = st.integers(1, 2**48 - 1)
HALVES = st.text("0123456789abcdef", min_size=12, max_size=12)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "000000000001"),
        (255, "0000000000ff"),
        (281_474_976_710_655, "ffffffffffff"),
    ],
)
def test_an_id_is_the_order_in_hexadecimal_and_a_lot(number: int, written: str) -> None:
    assert queue_item_id(number, UNIQUE) == written + UNIQUE


@given(number=NUMBERS, unique=HALVES)
def test_the_order_can_be_read_from_every_id(number: int, unique: str) -> None:
    written = queue_item_id(number, unique)

    assert re.fullmatch("[0-9a-f]{24}", written)
    assert service_order_of(written) == number


def test_an_order_may_come_back_under_another_id() -> None:
    first, again = (queue_item_id(41, unique) for unique in (UNIQUE, "f" * 12))

    assert first != again
    assert service_order_of(first) == service_order_of(again) == 41


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "1",
        "0" * 23,
        "0" * 25,
        "g" * 24,
        "A" * 24,
        " " + "0" * 24,
        "0" * 24 + "\n",
        "0x" + "0" * 22,
        "\u0660" * 24,
        "-" + "0" * 23,
        "0123456789_0123456789012",
        "7f1d1f0e-6a53-5d0b-9d5c-6f2c1b7d9a41",
    ],
    ids=repr,
)
def test_what_is_no_id_is_of_no_order(wrong: str) -> None:
    assert service_order_of(wrong) is None


@given(text=st.text(max_size=30))
def test_any_text_at_all_is_an_order_or_none(text: str) -> None:
    of, number = service_order_of(text), service_order_number(text)

    assert of is None or (len(text) == 24 and of < 2**48)
    assert number is None or str(number) == text


@given(number=NUMBERS)
def test_an_order_is_known_by_its_number_in_text(number: int) -> None:
    assert service_order_number(str(number)) == number


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "0",
        "01",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "1.0",
        "1e3",
        "1_000",
        "0x1f",
        "os-1",
        "\u0661\u0662",
        "\u00b2",
        "281474976710656",
        "999999999999999",
        "1000000000000000",
        "1" * 5000,
    ],
    ids=lambda text: repr(text)[:20],
)
def test_what_the_queue_cannot_know_is_no_number(wrong: str) -> None:
    assert service_order_number(wrong) is None


def test_the_numbers_end_where_an_id_has_no_more_room() -> None:
    assert MOST_SERVICE_ORDERS == 2**48
    assert service_order_number("281474976710655") == 2**48 - 1


def test_the_workflow_is_named_after_the_order_and_remembers_the_item() -> None:
    start = widen(entry(41), StartQueueItem, origin=Origin(correlation_id="corr-7"))

    assert queue_workflow_id(41) == start.workflow_id == "fila-41"
    assert start.memo == {"correlationId": "corr-7", "queueItemId": "0000000000290a1b2c3d4e5f"}
    assert (start.WORKFLOW, start.FIRST_STATUS) == ("QueueItem", "AGUARDANDO")


def test_a_start_that_knows_no_correlation_remembers_none() -> None:
    start = widen(entry(41), StartQueueItem)

    assert start.memo == {"queueItemId": "0000000000290a1b2c3d4e5f"}
