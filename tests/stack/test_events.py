"""Every kind of event that there is, as it comes off the bus, is as the AsyncAPI document says."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from api.openapi.asyncapi import events
from deploy.dev.tap import Heard
from domain.agenda.week import Weekday
from tests.asyncapi import complaints, undocumented
from tests.conftest import eventually
from tests.stack.customer import Customer, Document, Order
from tests.stack.listener import Listener
from tests.stack.workshop import Workshop

APPROVED_AT = "2026-03-01T12:00:00Z"
REPAIRED_BY = {"mecanico_responsavel_id": 7}
ROUND_THE_CLOCK = [
    {"day": day, "from": begins, "to": ends}
    for day in Weekday
    for begins, ends in (("00:00", "12:00"), ("12:00", "00:00"))
]
AGENDA = "/agenda?from={0}&to={0}"
EVERY_KIND = {event.detail_type() for event in events()}


async def task(customer: Customer, execution: str) -> str:
    """Adds one; its path."""
    body = {"description": "Brakes", "estimatedDuration": 45}
    answer = await customer.http.post(f"/executions/{execution}/tasks", json=body)
    assert answer.status_code == 201, answer.text
    return f"tasks/{answer.json()['tasks'][-1]['taskId']}"


async def carry_out(customer: Customer, execution: str) -> None:
    """With all that can happen to an execution that is not cancelled."""
    scheduled = {"scheduledDate": "2026-03-02T08:30:00+01:00"}
    await customer.does(execution, "assign", {"technicianId": "tech-7"})
    await customer.does(execution, "schedule", scheduled)
    await customer.does(execution, "start")
    done, dropped = await task(customer, execution), await task(customer, execution)
    await customer.does(execution, done, {"status": "IN_PROGRESS"})
    await customer.does(execution, done, {"assignedTo": "tech-8"})
    await customer.does(execution, done, {"status": "COMPLETED"})
    await customer.does(execution, dropped, {"status": "CANCELLED"})
    for action in ("pause", "resume", "complete", "invoice"):
        await customer.does(execution, action)


async def repair(workshop: Workshop, customer: Customer, item: Document) -> None:
    """With all that can happen to an item of the queue, its removal included."""
    name, order = item["fila_id"], str(item["ordem_servico_id"])
    budget = {"budgetId": f"BUD-{order}", "serviceOrderId": order}
    answer = await workshop.asks("PATCH", f"/{name}/prioridade", {"prioridade": "ALTA"})
    assert answer.status_code == 200, answer.text
    await workshop.does(name, "iniciar-diagnostico", REPAIRED_BY)
    await workshop.does(name, "finalizar-diagnostico", {"diagnostico": "Freios gastos"})
    customer.publish("BudgetApproved", budget | {"approvedAt": APPROVED_AT})
    await workshop.reaches(name, "AGUARDANDO_REPARO")
    customer.publish("BudgetRejected", budget)
    await workshop.reaches(name, "AGUARDANDO_APROVACAO")
    customer.publish("PaymentCompleted", budget | {"paymentId": f"PAY-{order}"})
    await workshop.waits_for(name, lambda seen: seen["execucao_id"])
    await workshop.does(name, "iniciar-reparo")
    customer.publish("OrderStatusUpdated", {"orderId": order, "status": "CANCELLED"})
    await workshop.waits_for(name, lambda seen: seen["pedido_cancelado_em"])
    await workshop.does(name, "finalizar-reparo")
    await workshop.removes(name)


class Asking:
    """Asks for changes of one thing, which are done."""

    def __init__(self, customer: Customer, path: str) -> None:
        self._customer = customer
        self._path = path

    async def __call__(
        self, method: str, where: str = "", body: Document | None = None
    ) -> Document:
        answer = await self._customer.http.request(method, f"{self._path}{where}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else {}


async def equip(customer: Customer) -> None:
    """With all that can happen to a bay."""
    asks = Asking(customer, f"/bays/b-{uuid4()}")

    await asks("PUT", body={"kind": "LIFT"})
    await asks("PUT", body={"kind": "ALIGNMENT"})
    days = {"from": "2026-03-02", "to": "2026-03-06"}
    [closure] = (await asks("POST", "/closures", days))["closures"]
    await asks("DELETE", f"/closures/{closure['closureId']}")
    await asks("PATCH", "/deactivate", {"reason": "is worn out"})
    await asks("PATCH", "/reactivate")


async def employ(customer: Customer) -> None:
    """With all that can happen to a technician."""
    asks = Asking(customer, f"/technicians/t-{uuid4()}")
    days = {"from": "2026-03-02", "to": "2026-03-06", "kind": "VACATION"}

    await asks("PUT", body={"skills": ["brakes"]})
    await asks("PUT", body={"skills": ["brakes", "tyres"]})
    await asks("PUT", "/shifts", {"validFrom": "2026-03-02", "week": []})
    await asks("PUT", "/days/2026-03-03", {"intervals": []})
    [off] = (await asks("POST", "/time-off", days))["timeOff"]
    await asks("DELETE", f"/time-off/{off['timeOffId']}")
    await asks("PATCH", "/deactivate", {"reason": "has left"})
    await asks("PATCH", "/reactivate")


async def plan(customer: Customer, execution: str) -> None:
    """With all that can happen to a plan, and to the agendas that it is made on."""
    technician, bay = f"t-{uuid4()}", f"b-{uuid4()}"
    person, place = (
        Asking(customer, f"/{path}") for path in (f"technicians/{technician}", f"bays/{bay}")
    )
    work = Asking(customer, f"/executions/{execution}")
    day = datetime.now(UTC).date() + timedelta(days=3)
    days = {"from": str(day), "to": str(day)}
    asked = {"start": f"{day}T13:00:00Z", "technicianIds": [technician], "bayId": bay}

    await person("PUT")
    await person("PUT", "/shifts", {"validFrom": "2026-03-02", "week": ROUND_THE_CLOCK})
    await place("PUT")
    await work("PATCH", "/plan", asked)
    await eventually(lambda: person("GET", AGENDA.format(day)), _is_booked)
    await eventually(lambda: place("GET", AGENDA.format(day)), _is_booked)
    await person("POST", "/time-off", days | {"kind": "SICK"})
    await place("POST", "/closures", days)
    await work("PATCH", "/unplan")
    nobody = asked | {"technicianIds": ["nobody"]}
    signalled = {"Prefer": "respond-async"}
    await customer.http.patch(f"/executions/{execution}/plan", json=nobody, headers=signalled)
    await eventually(
        lambda: work("GET"), lambda seen: seen.get("plan", {}).get("state") == "CONFLICT"
    )


def _is_booked(agenda: Document) -> bool:
    return len(agenda["blocks"]) == 1


@pytest.fixture
async def heard(customer: Customer, workshop: Workshop, listener: Listener) -> list[Heard]:
    """All that the bus carries until every kind of event has come."""
    worked, cancelled = Order(), Order()
    execution = (await customer.create(worked))["id"]
    customer.publish("PaymentCompleted", worked.paid, Order(budget=worked.budget).paid)
    await eventually(lambda: customer.sees(execution), lambda seen: "paymentId" in seen)
    await carry_out(customer, execution)
    customer.publish("PaymentRefunded", {"serviceOrderId": worked.id, "paymentId": worked.payment})
    given_up = (await customer.create(cancelled))["id"]
    await plan(customer, given_up)
    await customer.does(given_up, "cancel", {"reason": "sold the car"})
    await employ(customer)
    await equip(customer)
    await repair(workshop, customer, await workshop.adds())
    unseen = await workshop.adds()
    await workshop.does(unseen["fila_id"], "iniciar-reparo")  # by nobody in particular

    def all_kinds() -> set[str]:
        listener.receive()
        return {each.type for each in listener.heard}

    await eventually(all_kinds, lambda kinds: kinds >= EVERY_KIND, within=60)
    return listener.heard


async def test_every_kind_of_event_is_as_the_document_says(heard: list[Heard]) -> None:
    assert {each.type for each in heard} == EVERY_KIND

    wrong = [complaint for each in heard for complaint in complaints(each.envelope)]
    more = {each.type: unknown for each in heard if (unknown := undocumented(each.envelope))}

    assert wrong == []
    assert more == {}
