"""A technician: registered, given shifts and a day off, and taken out again."""

import uuid

from deploy.dev.demo import steps
from deploy.dev.demo.asking import Asking, Step
from deploy.dev.demo.outside import Outside
from deploy.dev.demo.page import Document, Page, Unseen

_FREE_MINUTES = 4 * 8 * 60
"""Five days of eight hours, without the one that is off."""


class TechnicianStory:
    def __init__(self, page: Page, outside: Outside, technicians: Asking) -> None:
        self._page, self._outside, self._technicians = page, outside, technicians
        self._caused: list[str] = []  # the events that have to come, in their order

    def tell(self) -> None:
        unique = uuid.uuid4()
        ana, number = f"ana-{unique.hex[:8]}", unique.int % 2**40 + 1
        self._page.chapter(f"A technician is registered, at {self._technicians.url}")
        technician = self._take(steps.registered(ana, number), {})
        self._technicians.ask(steps.registered_with_a_taken_number(number))
        for step in (steps.with_shifts(ana), steps.off_sick(ana)):
            technician = self._take(step, technician)
        self._page.chapter("The time in which she can be planned")
        self._show_free_time(ana)
        self._page.chapter("She leaves; what the bus told everybody, and what operators see")
        self._take(steps.deactivated(ana), technician)
        self._outside.show_events("technicianId", ana, self._caused)
        self._outside.show_history(f"technician-{ana}")

    def _take(self, step: Step, technician: Document) -> Document:
        technician = self._technicians.take(step, technician)
        self._caused.append(step.event)
        return technician

    def _show_free_time(self, technician_id: str) -> None:
        first, last = steps.WEEK_SHOWN
        agenda, _ = self._technicians.wait_for(
            f"/{technician_id}/agenda", _found, **{"from": first, "to": last}
        )
        for free in agenda["free"]:
            self._page.fact("free", f"{free['from']} to {free['to']}")
        if agenda["freeMinutes"] != _FREE_MINUTES:
            raise Unseen(f"{_FREE_MINUTES} minutes had to be free: {agenda['freeMinutes']}")


def _found(answer: Document) -> Document | None:
    return answer if "free" in answer else None
