"""Notices that the OS service is to have, and how far it has had them."""

from datetime import timedelta

import pytest

from domain.fila.commands import FinishRepair, LinkExecution, Prioritize, RecordApproval, Remove
from domain.fila.lifecycle import QueueStatus
from domain.fila.notifications import Notices, RefusedNotice
from domain.fila.state import QueueCommand, QueueItem
from domain.fila.vocabulary import Priority, ServiceOrderStatus
from domain.kernel.aggregate import decide
from tests.domain.execution.builders import MORNING, driven
from tests.domain.fila.builders import DIAGNOSIS, REPAIR, added, in_queue
from tests.domain.fila.contract import TELLS

WHOLE_LIFE = (*DIAGNOSIS, *REPAIR)
UNTOLD_COMMANDS: tuple[QueueCommand, ...] = (
    Prioritize(priority=Priority.URGENT),
    Remove(),
    RecordApproval(),
    LinkExecution(execution_id="e-1"),
)
NOON = MORNING + timedelta(hours=4)


def _told(item: QueueItem) -> QueueItem:
    return item.noting(item.notices.delivered(NOON))


def test_the_os_service_speaks_of_four_steps() -> None:
    assert [str(status) for status in ServiceOrderStatus] == [
        "EM_DIAGNOSTICO",
        "AGUARDANDO_APROVACAO",
        "EM_EXECUCAO",
        "FINALIZADA",
    ]


@pytest.mark.parametrize("step", range(4))
def test_each_step_leaves_its_word_to_be_told(step: int) -> None:
    item = driven(added(tells_service_orders=True), *WHOLE_LIFE[:step])

    after, _ = decide(item, WHOLE_LIFE[step], NOON)

    new = after.notices.pending[len(item.notices.pending) :]
    assert new == (TELLS[WHOLE_LIFE[step].ACTION],)


def test_what_pends_is_told_in_the_order_of_the_steps() -> None:
    item = driven(added(tells_service_orders=True), *WHOLE_LIFE)

    assert item.notices.pending == (
        "EM_DIAGNOSTICO",
        "AGUARDANDO_APROVACAO",
        "EM_EXECUCAO",
        "FINALIZADA",
    )


@pytest.mark.parametrize("command", UNTOLD_COMMANDS, ids=lambda command: command.ACTION)
def test_of_anything_else_nothing_is_told(command: QueueCommand) -> None:
    item = driven(added(tells_service_orders=True), DIAGNOSIS[0])

    after, events = decide(item, command, NOON)

    assert events
    assert after.notices.pending == ("EM_DIAGNOSTICO",)


def test_an_arrival_is_not_told() -> None:
    assert added(tells_service_orders=True).notices == Notices()


def test_nothing_pends_where_nobody_is_to_be_told() -> None:
    item = driven(added(), *WHOLE_LIFE)

    assert item.notices == Notices()
    assert item.is_over


def test_what_was_confirmed_makes_room_for_the_next() -> None:
    item = driven(added(tells_service_orders=True), *DIAGNOSIS)

    notices = item.notices.delivered(NOON)

    assert (notices.confirmed, notices.confirmed_at) == ("EM_DIAGNOSTICO", NOON)
    assert notices.pending == ("AGUARDANDO_APROVACAO",)


def test_what_is_refused_for_good_is_written_down_and_the_next_one_follows() -> None:
    notices = driven(added(tells_service_orders=True), *DIAGNOSIS).notices

    refused = notices.delivered(NOON).refused_for("404 not found")

    assert refused.refused == (
        RefusedNotice(status=ServiceOrderStatus.AWAITS_APPROVAL, reason="404 not found"),
    )
    assert (refused.pending, refused.confirmed, refused.confirmed_at) == (
        (),
        "EM_DIAGNOSTICO",
        NOON,
    )


def test_refusals_add_up_in_their_order() -> None:
    notices = driven(added(tells_service_orders=True), *WHOLE_LIFE).notices

    for reason in ("first", "second"):
        notices = notices.refused_for(reason)

    assert [(each.status, each.reason) for each in notices.refused] == [
        ("EM_DIAGNOSTICO", "first"),
        ("AGUARDANDO_APROVACAO", "second"),
    ]
    assert notices.pending == ("EM_EXECUCAO", "FINALIZADA")


@pytest.mark.parametrize("end", ["told", "refused"])
def test_a_failure_is_shown_until_the_notice_is_through(end: str) -> None:
    notices = driven(added(tells_service_orders=True), *DIAGNOSIS).notices

    failing = notices.failing("503 from the OS service")
    after = failing.delivered(NOON) if end == "told" else failing.refused_for("gone")

    assert (failing.failure, failing.pending) == ("503 from the OS service", notices.pending)
    assert after.failure is None


def test_a_step_that_comes_while_another_fails_waits_behind_it() -> None:
    item = driven(added(tells_service_orders=True), DIAGNOSIS[0])
    item = item.noting(item.notices.failing("down"))

    after = driven(item, DIAGNOSIS[1])

    assert (after.notices.failure, after.notices.pending) == (
        "down",
        ("EM_DIAGNOSTICO", "AGUARDANDO_APROVACAO"),
    )


def test_a_note_raises_the_revision_and_leaves_the_version_alone() -> None:
    item = driven(added(tells_service_orders=True), DIAGNOSIS[0])

    noted = _told(item)

    assert (item.version, item.revision) == (2, 2)
    assert (noted.version, noted.revision) == (2, 3)
    assert noted.updated_at == item.updated_at


def test_the_revision_counts_steps_and_notes_alike() -> None:
    item = added(tells_service_orders=True)
    revisions = [item.revision]

    for command in WHOLE_LIFE:
        item = driven(item, command)
        revisions.append(item.revision)
        item = _told(item)
        revisions.append(item.revision)

    assert revisions == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert (item.version, item.untold_changes) == (5, 4)


def test_a_finished_item_is_over_only_when_all_is_told() -> None:
    repairing = in_queue(QueueStatus.IN_REPAIR, tells_service_orders=True)
    item = driven(_told(repairing), FinishRepair())

    assert not item.is_over
    assert _told(item).is_over
    assert item.noting(item.notices.refused_for("unknown order")).is_over


def test_a_removed_item_is_over_whatever_is_still_to_be_told() -> None:
    item = driven(added(tells_service_orders=True), *WHOLE_LIFE, Remove())

    assert item.is_over
    assert len(item.notices.pending) == 4
