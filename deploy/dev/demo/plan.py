"""Work that is planned on technicians and a lift, and planned anew when one of them falls sick."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from deploy.dev.demo import followed, steps
from deploy.dev.demo.asking import Asking
from deploy.dev.demo.followed import Followed
from deploy.dev.demo.outside import Outside
from deploy.dev.demo.page import Document, Page, Unseen, short
from deploy.dev.demo.technician import agenda_of

_HOUR = timedelta(hours=1)
_RELEASED, _DISRUPTED = "BookingReleased", "BookingsDisrupted"


class PlanStory:
    def __init__(
        self,
        page: Page,
        outside: Outside,
        executions: Asking,
        technicians: Asking,
        bays: Asking,
    ) -> None:
        unique = uuid.uuid4().hex[:8]
        self._page, self._outside, self._executions = page, outside, executions
        self._technicians, self._bays = technicians, bays
        self._bia = followed.resource(technicians, outside, "technician", f"bia-{unique}")
        self._caio = followed.resource(technicians, outside, "technician", f"caio-{unique}")
        self._lift = followed.resource(bays, outside, "bay", f"lift-{unique}")
        self._zone = ZoneInfo("UTC")  # until an agenda says which it is

    def tell(self) -> None:
        page = self._page
        page.chapter(f"Two technicians and a lift, at {self._executions.url}")
        noon = self._register()
        page.chapter("A repair of three hours is planned on Bia and the lift, around her lunch")
        long = self._opened(minutes=180)
        self._plan(long, noon - _HOUR, self._bia, blocks=2)
        page.chapter("Another one at that time is refused, and planned at the next that is free")
        brief = self._opened(minutes=60)
        self._plan(brief, self._next_free(brief, noon - _HOUR), self._bia)
        page.chapter("Bia falls sick on that day")
        self._fall_sick(noon, [long, brief])
        page.chapter("Caio does the work, and the second repair gets what the first gives back")
        self._plan(long, noon - 4 * _HOUR, self._caio, revision=2)
        self._plan(brief, noon - _HOUR, self._caio, revision=2)
        self._bia.wait_for(_RELEASED, _RELEASED)
        page.chapter("The repairs are cancelled, and all three leave")
        self._leave([long, brief])
        page.chapter("What the bus told everybody")
        all_of_them = (long, brief, self._bia, self._caio, self._lift)
        for each in all_of_them:
            self._show_events(each)
        page.chapter("What operators see")
        for each in all_of_them:
            each.show_history()

    def _register(self) -> datetime:
        """The start of Bia's first lunch break in a week that is ahead."""
        monday = _monday(datetime.now(UTC))
        first, last = f"{monday:%Y-%m-%d}", f"{monday + timedelta(days=4):%Y-%m-%d}"
        for each in (self._bia, self._caio):
            each.take(steps.registered(each.id), steps.with_shifts(each.id, first))
        self._lift.take(steps.bay_registered(self._lift.id))
        self._bays.wait_for(f"/{self._lift.id}", lambda seen: seen if "bayId" in seen else None)
        _, agenda = (
            agenda_of(self._technicians, each.id, first, last) for each in (self._caio, self._bia)
        )
        self._zone, free = ZoneInfo(agenda["timezone"]), agenda["free"][:2]
        noon = self._local(free[0]["to"])
        self._page.fact("they work", f"{self._times(free)}, on {noon:%Y-%m-%d}")
        return noon

    def _opened(self, minutes: int) -> Followed:
        step = steps.opened(f"OS-{uuid.uuid4()}", minutes)
        execution = self._executions.take(step, version=1)
        return followed.execution(self._executions, self._outside, execution["id"])

    def _plan(
        self,
        execution: Followed,
        start: datetime,
        technician: Followed,
        *,
        revision: int = 1,
        blocks: int = 1,
    ) -> None:
        """Waits until the agendas know of it, too."""
        step = steps.planned(execution.id, start, technician.id, self._lift.id)
        plan = execution.take(step)["plan"]
        self._page.fact(
            f"plan {plan['revision']}", f"{plan['state']}: {self._times(plan['blocks'])}"
        )
        seen = (plan["state"], plan["revision"], len(plan["blocks"]))
        if seen != ("BOOKED", revision, blocks):
            raise Unseen(f"It had to be BOOKED in {blocks} blocks, not {seen}.")
        for each in (technician, self._lift):
            each.wait_for("BookingClaimed")

    def _next_free(self, execution: Followed, start: datetime) -> datetime:
        step = steps.planned(execution.id, start, self._bia.id, self._lift.id)
        refusal = self._executions.ask(replace(step, answer=409))
        for each in refusal["conflicts"]:
            what = f"{each['kind']} of execution {short(each['executionId'])}"
            self._page.fact("taken", f"{short(each['resource'])}, {self._span(each)}, {what}")
        free = refusal["nextFree"]
        self._page.fact("next free", self._span({"from": free["start"], "to": free["end"]}))
        return self._local(free["start"])

    def _fall_sick(self, day: datetime, planned: Sequence[Followed]) -> None:
        """Both the answer and the bus have to name all that is planned on that day."""
        sick = self._bia.take(steps.off_sick(self._bia.id, f"{day:%Y-%m-%d}"))
        for each in sick["affected"]:
            what = f"execution {short(each['executionId'])}, {self._span(each)}"
            self._page.fact("affected", what)
        *_, told = self._bia.wait_for(_DISRUPTED)
        ids = told.facts["executionIds"]
        self._page.fact("on the bus", f"{told.type}: {short(', '.join(ids))}")
        named, wanted = [each["executionId"] for each in sick["affected"]], [e.id for e in planned]
        if not named == ids == wanted:
            raise Unseen(f"Both had to name {wanted}, not {named} and {ids}.")

    def _leave(self, planned: Sequence[Followed]) -> None:
        """Cancels the work first, which would keep their workflows open."""
        for execution in planned:
            execution.take(steps.cancelled(execution.id))
        for each in (self._caio, self._lift):
            each.wait_for(_RELEASED, _RELEASED)
        for each in (self._bia, self._caio):
            each.take(steps.technician_deactivated(each.id))
        self._lift.take(steps.bay_deactivated(self._lift.id))

    def _show_events(self, of: Followed) -> None:
        self._page.line((f"  {short(of.workflow_id)}", "dim"))
        self._page.paragraph(", ".join(each.type for each in of.wait_for()))

    # ------------------------------------------------------------------ times as the workshop's

    def _local(self, instant: str) -> datetime:
        return datetime.fromisoformat(instant).astimezone(self._zone)

    def _span(self, block: Document) -> str:
        begins, ends = self._local(block["from"]), self._local(block["to"])
        return f"{begins:%a %H:%M} to {ends:%H:%M}"

    def _times(self, blocks: Sequence[Document]) -> str:
        return " and ".join(self._span(each) for each in blocks)


def _monday(now: datetime) -> datetime:
    """A Monday, one week or two ahead."""
    return now + timedelta(days=14 - now.weekday())
