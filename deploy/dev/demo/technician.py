"""A technician: registered, given shifts and a day off, and taken out again."""

import uuid

from deploy.dev.demo import followed, steps
from deploy.dev.demo.asking import Asking
from deploy.dev.demo.outside import Outside
from deploy.dev.demo.page import Document, Page, Unseen

_MONDAY, _TUESDAY, _SUNDAY = "2026-11-30", "2026-12-01", "2026-12-06"
_FREE_MINUTES = 4 * 8 * 60
"""Five days of eight hours, without the one that is off."""


class TechnicianStory:
    def __init__(self, page: Page, outside: Outside, technicians: Asking) -> None:
        self._page, self._outside, self._technicians = page, outside, technicians

    def tell(self) -> None:
        unique = uuid.uuid4()
        name, number = f"ana-{unique.hex[:8]}", unique.int % 2**40 + 1
        ana = followed.resource(self._technicians, self._outside, "technician", name)
        self._page.chapter(f"A technician is registered, at {self._technicians.url}")
        ana.take(steps.registered(name, number=number))
        self._technicians.ask(steps.registered_with_a_taken_number(number))
        ana.take(steps.with_shifts(name, _MONDAY), steps.off_sick(name, _TUESDAY))
        self._page.chapter("The time in which she can be planned")
        self._show_free_time(name)
        self._page.chapter("She leaves; what the bus told everybody, and what operators see")
        ana.take(steps.technician_deactivated(name))
        ana.show_events()
        ana.show_history()

    def _show_free_time(self, technician_id: str) -> None:
        agenda = agenda_of(self._technicians, technician_id, _MONDAY, _SUNDAY)
        for free in agenda["free"]:
            self._page.fact("free", f"{free['from']} to {free['to']}")
        if agenda["freeMinutes"] != _FREE_MINUTES:
            raise Unseen(f"{_FREE_MINUTES} minutes had to be free: {agenda['freeMinutes']}")


def agenda_of(technicians: Asking, technician_id: str, first: str, last: str) -> Document:
    """The agenda, as soon as there is free time in it."""
    days = {"from": first, "to": last}
    agenda, _ = technicians.wait_for(f"/{technician_id}/agenda", _with_free_time, **days)
    return agenda


def _with_free_time(answer: Document) -> Document | None:
    return answer if answer.get("free") else None
