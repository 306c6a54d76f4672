"""The texts that reservations and choices are stored as: other releases read them too."""

import pytest

from activities.mongo.fila_list import Waiting
from api.fila.reservations import NextItemChoice, Reservation
from api.fila.wanted_work import Work
from domain.fila.lifecycle import QueueStage

ITEM = "0000000000290a1b2c3d4e5f"


def test_a_reservation_is_stored_under_the_item_and_its_version() -> None:
    reservation = Reservation.of(Waiting(ITEM, 3, QueueStage.AWAITS_REPAIR))

    assert reservation.name == f"{ITEM}:3"


def test_a_choice_is_stored_under_the_key_that_it_was_made_with() -> None:
    assert NextItemChoice.name("key-1") == "proximo:key-1"


@pytest.mark.parametrize(
    ("choice", "stored"),
    [
        (
            NextItemChoice(ITEM, QueueStage.AWAITS_DIAGNOSIS, None),
            f"{ITEM}:{QueueStage.AWAITS_DIAGNOSIS.value}:",
        ),
        (
            NextItemChoice(ITEM, QueueStage.AWAITS_REPAIR, Work.REPAIR),
            f"{ITEM}:{QueueStage.AWAITS_REPAIR.value}:REPARO",
        ),
    ],
)
def test_a_choice_is_read_as_it_was_stored(choice: NextItemChoice, stored: str) -> None:
    assert str(choice) == stored
    assert NextItemChoice.parse(stored) == choice
