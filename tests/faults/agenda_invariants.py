"""Invariants of agendas and plans: I7 and I8.

I7 no instant of a technician or a bay is given twice
I8 plans and agendas agree: what is booked has its time everywhere, and all other time is free
"""

from collections.abc import Iterator, Mapping

from tests.faults.agendas import Agenda, Planned, Taken, given_twice
from tests.faults.evidence import Evidence


def nothing_is_given_twice(evidence: Evidence) -> Iterator[str]:
    yield from evidence.doubled
    for agenda in evidence.agendas:
        yield from given_twice(agenda.resource, agenda.taken)


def plans_and_agendas_agree(evidence: Evidence) -> Iterator[str]:
    agendas = {agenda.resource: agenda for agenda in evidence.agendas}
    plans = {plan.execution_id: plan for plan in evidence.plans}
    for agenda in evidence.agendas:
        yield from _is_settled(agenda)
        for taken in agenda.taken:
            if not _has_a_plan(agenda.resource, taken, plans):
                yield f"{agenda.resource} is taken without a plan: {taken}"
    for plan in evidence.plans:
        yield from _is_decided(plan)
        if plan.state == "BOOKED" and plan.ended is None:
            yield from _lacks(plan, agendas)
    yield from _broken_promises(evidence, plans)


def _is_settled(agenda: Agenda) -> Iterator[str]:
    for execution_id, until in agenda.holds:
        yield f"{agenda.resource} is still held for {execution_id}, until {until}"
    if agenda.shown != agenda.taken:
        yield f"{agenda.resource} is shown with {agenda.shown}, and has {agenda.taken}"


def _is_decided(plan: Planned) -> Iterator[str]:
    if plan.state == "CLAIMING":
        yield f"the plan of {plan.execution_id} waits for its time"
    if plan.errands:
        yield f"{plan.errands} errands of {plan.execution_id} have not been run"
    if plan.shown != plan.known:
        yield f"the plan of {plan.execution_id} is shown as {plan.shown}, and is {plan.known}"


def _has_a_plan(resource: str, taken: Taken, plans: Mapping[str, Planned]) -> bool:
    """Once the work has ended, there is only the time until then."""
    plan = plans.get(taken.execution_id)
    if plan is None:
        return False
    if plan.ended:
        return taken.blocks[-1][1] <= plan.ended
    meant = (plan.blocks or {}).get(resource)
    return plan.state == "BOOKED" and (plan.revision, meant) == (taken.revision, taken.blocks)


def _lacks(plan: Planned, agendas: Mapping[str, Agenda]) -> Iterator[str]:
    for resource, blocks in (plan.blocks or {}).items():
        own = Taken(plan.execution_id, plan.revision, blocks)
        if blocks and resource in agendas and own not in agendas[resource].taken:
            yield f"{resource} has lost the time of {own}"


def _broken_promises(evidence: Evidence, plans: Mapping[str, Planned]) -> Iterator[str]:
    for execution_id, revision in evidence.promises:
        plan = plans.get(execution_id)
        if plan and plan.revision == revision and plan.state != "BOOKED":
            yield f"plan {revision} of {execution_id} was promised, and is {plan.state}"
