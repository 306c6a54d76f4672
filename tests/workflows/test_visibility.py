"""Operators see an aggregate at a glance in Temporal's Web UI."""

from activities.delivery_failure import DeliveryFailure
from domain.agenda.bookings import Block
from domain.agenda.resource_commands import Claim
from domain.execution.lifecycle import TaskStatus
from domain.execution.plan_commands import MakePlan
from domain.execution.task_commands import AddTask
from domain.fila.commands import FinishRepair, StartRepair
from domain.fila.lifecycle import QueueStatus
from domain.kernel.delivery_health import HealthStatus
from tests.domain.bay import builders as bays
from tests.domain.execution.builders import MINUTE, MORNING, driven, opened, with_task
from tests.domain.fila.builders import DIAGNOSIS, added, diagnosed, in_queue
from tests.domain.technician.builders import registered, with_something
from workflows.delivery_health import health_after, with_ended_workflow
from workflows.visibility import details

OIL = AddTask(description="change the oil", estimated_duration=30)


def test_a_new_execution_has_nobody_yet_and_nothing_to_see_to() -> None:
    shown = details(opened())

    assert "nobody yet" in shown
    assert "delivery" not in shown


def test_finished_tasks_are_counted() -> None:
    execution, _ = with_task(TaskStatus.COMPLETED, technician_id="tech-1")

    shown = details(driven(execution, OIL, at=MORNING + 60 * MINUTE))

    assert "**IN_PROGRESS**, version 6" in shown
    assert "technician: tech-1" in shown
    assert "tasks: 1 of 2 done" in shown


def test_the_stage_of_an_item_is_shown_and_who_has_it() -> None:
    waiting, repaired = diagnosed(41), driven(added(), StartRepair(), FinishRepair())

    assert "**AGUARDANDO_APROVACAO**, version 3" in details(waiting)
    assert "service order: 41" in details(waiting)
    assert "mechanic: 7" in details(waiting)
    assert "nobody yet" in details(repaired)
    assert "**REMOVIDA**" in details(in_queue(QueueStatus.REMOVED))


def test_pending_notices_are_shown_and_why_they_wait() -> None:
    item = driven(added(tells_service_orders=True), *DIAGNOSIS)

    failing = item.noting(item.notices.failing("connection refused"))

    assert "yet to hear: EM_DIAGNOSTICO, AGUARDANDO_APROVACAO\n" in details(item)
    assert "AGUARDANDO_APROVACAO (connection refused)" in details(failing)
    assert "yet to hear: nothing" in details(added())


def test_a_delivery_that_fails_is_shown_with_its_reason() -> None:
    health = health_after(opened().health, HealthStatus.STUCK, DeliveryFailure.EVENT, MORNING)

    shown = details(opened().without_event(health=health))

    assert shown.endswith(
        f"- delivery: **STUCK** since {MORNING.isoformat()}: The event bus takes no such event\n"
    )


def test_the_reason_is_in_the_language_of_the_clients_and_stays_until_there_is_another() -> None:
    item = added()
    late = health_after(item.health, HealthStatus.RETRYING, None, MORNING)
    down = health_after(late, HealthStatus.RETRYING, DeliveryFailure.BUS, MORNING + MINUTE)
    still = health_after(down, HealthStatus.RETRYING, None, MORNING + 2 * MINUTE)

    assert late.reason == "Está demorando mais do que o normal"
    assert still == down
    assert (down.reason, down.since) == ("O barramento de eventos não responde", MORNING)
    assert health_after(still, HealthStatus.OK, None, MORNING) == item.health


def test_a_workflow_that_was_ended_early_says_so() -> None:
    ended = with_ended_workflow(opened(), MORNING)

    assert (ended.health.status, ended.workflow_ended) == (HealthStatus.STUCK, True)
    assert "ended before its time" in (ended.health.reason or "")


def test_of_a_technician_operators_see_skills_shifts_and_times_off() -> None:
    shown = details(with_something())

    assert "**ACTIVE**, version 3" in shown
    assert "- weekly shifts: none; single days: 1\n" in shown
    assert "- latest times off: SICK 2026-03-02T08:00Z to 2026-03-02T12:00Z\n" in shown


def test_of_a_bay_operators_see_its_kind_and_closures() -> None:
    shown = details(bays.after(bays.registered(kind="LIFT"), bays.closure()))

    assert "**ACTIVE**, version 2" in shown
    assert "- kind: LIFT\n" in shown
    assert "- latest closures: 2026-03-02T08:00Z to 2026-03-02T12:00Z\n" in shown


def test_a_plan_is_shown_and_what_is_booked_on_an_agenda() -> None:
    plan = MakePlan(start=MORNING, technician_ids=("ana",), bay_id="lift")
    claim = Claim(
        execution_id="e-1",
        service_order_id="os-1",
        plan_revision=1,
        blocks=(Block(from_=MORNING, to=MORNING + 60 * MINUTE),),
    )

    planned, ana = driven(opened(), plan), driven(registered(), claim)

    when = "2026-03-02T08:00Z to 2026-03-02T09:00Z"
    assert f"plan: CLAIMING, {when}, ana, bay lift, 1 errands to agendas" in details(planned)
    assert f"booked: OS os-1 {when}\n" in details(ana)
    assert "booked: nothing\n" in details(with_something())
