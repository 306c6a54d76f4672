"""Plans against the updates that they consist of, holds on a long agenda, and suggestions."""

import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.agenda.bookings import Block, Booking
from domain.agenda.resource_commands import Claim, DropHold, HoldTime, ResourceCommand
from domain.agenda.week import Weekday, WeekTime
from domain.execution.commands import Pause, Resume
from domain.execution.state import Execution
from domain.kernel.values import evolve, json_size
from domain.technician.commands import SetShifts
from domain.technician.state import Registration, Technician, register
from tests.benchmarks.bench import Bench, Http, in_threads
from tests.benchmarks.measure import cpu_ms, median, percentile, timed
from tests.benchmarks.subjects import execution
from workflows.contract import Origin, execution_workflow_id

PLANS = 100
CLIENTS, EACH, TECHNICIANS = 16, 15, 20
DAYS, A_DAY = 90, 4
HOLDS = 150
SUGGESTIONS = 60
HOURS = ("06:00", "22:00")
FIRST = (datetime.now(UTC) + timedelta(days=2)).replace(hour=0, minute=0, second=0, microsecond=0)
_WEEK = [{"day": day, "from": HOURS[0], "to": HOURS[1]} for day in Weekday]


async def measure(bench: Bench) -> None:
    await _one_by_one(bench)
    await _many_at_once(bench)
    await _on_a_long_agenda(bench)
    await _suggestions(bench)


def _registered(http: Http, kind: str = "technicians") -> str:
    name = f"{kind[0]}-{uuid.uuid4().hex[:12]}"
    http.request("PUT", f"/{kind}/{name}", {})
    if kind == "technicians":
        shifts = {"validFrom": "2026-01-01", "week": _WEEK}
        http.request("PUT", f"/technicians/{name}/shifts", shifts)
    return name


def _opened(http: Http) -> str:
    new = {"serviceOrderId": str(uuid.uuid4()), "budgetId": str(uuid.uuid4())}
    made: str = http.request("POST", "/executions", {**new, "estimatedDuration": 60})["id"]
    return made


def _start(day: int, hour: int) -> str:
    return (FIRST + timedelta(days=day, hours=12 + hour)).isoformat()


async def _one_by_one(bench: Bench) -> None:
    """A plan of a technician and a bay, which moves each time, beside what it takes at least: two
    updates, and one whose snapshot is written by the activity."""
    http, beside = bench.http(), execution(bench)
    ana, lift, planned = _registered(http), _registered(http, "bays"), _opened(http)
    plans, least = list[float](), list[float]()
    for turn in range(bench.times(PLANS)):
        with timed(least):
            for command in (Pause(), Resume(), Pause()):
                state = await bench.bare(beside.workflow_id, command, Execution)
            await bench.visible(Execution, beside.aggregate_id, state.version)
        await bench.bare(beside.workflow_id, Resume(), Execution)
        body = {"start": _start(turn % 60, turn % 8), "technicianIds": [ana], "bayId": lift}
        with timed(plans):
            http.request("PATCH", f"/executions/{planned}/plan", body)
    bench.compare("plan of technician and bay, against its three updates", plans, least)


async def _many_at_once(bench: Bench) -> None:
    http = bench.http()
    people = [_registered(http) for _ in range(TECHNICIANS)]
    each = bench.times(EACH)
    orders = [[_opened(http) for _ in range(each)] for _ in range(CLIENTS)]
    connections, took = [bench.http() for _ in range(CLIENTS)], list[float]()

    def plan(client: int) -> None:
        for turn, order in enumerate(orders[client]):
            who = people[(client + turn) % TECHNICIANS]
            body = {"start": _start(client, turn % 9), "technicianIds": [who]}
            with timed(took):
                connections[client].request("PATCH", f"/executions/{order}/plan", body)

    begun = time.perf_counter()
    await in_threads(CLIENTS, plan)
    rate = CLIENTS * each / (time.perf_counter() - begun)
    bench.table.add(
        f"plans, {CLIENTS} clients, {TECHNICIANS} technicians",
        f"{rate:.0f}/s, p50 {median(took):.0f} ms, p99 {percentile(took, 0.99):.0f} ms, no 5xx",
    )


async def _on_a_long_agenda(bench: Bench) -> None:
    http = bench.http()
    empty, full = _registered(http), _registered(http)
    for number in range(DAYS * A_DAY):
        begins = FIRST + timedelta(days=number // A_DAY, hours=12 + 2 * (number % A_DAY))
        claim = Claim(**_wanted(f"e-{number}", begins), plan_revision=1)
        await _tell(bench, full, claim)
        # The server remembers each update of a run, so both runs are given as many.
        await _tell(bench, empty, DropHold(hold_id=f"none-{number}"))
    took: dict[str, list[float]] = {empty: [], full: []}
    for turn in range(bench.times(HOLDS)):
        begins = FIRST + timedelta(days=turn % DAYS, hours=13)
        for name in (empty, full):
            hold = HoldTime(**_wanted("e-x", begins), hold_id=f"h-{turn}", seconds=60)
            with timed(took[name]):
                reply = await _tell(bench, name, hold)
            await _tell(bench, name, DropHold(hold_id=hold.hold_id))
    bench.compare(
        "hold on an agenda of 360 bookings, against an empty one", took[full], took[empty]
    )
    handle = bench.client.get_workflow_handle(f"technician-{full}", result_type=Technician)
    state = await handle.query("snapshot", result_type=Technician)
    bench.table.add(
        f"technician with {len(state.bookings)} bookings, as JSON",
        f"{json_size(state):,} bytes; the answer to a hold {len(str(reply))} bytes",
    )


def _wanted(execution_id: str, begins: datetime) -> dict[str, Any]:
    block = Block(from_=begins, to=begins + timedelta(hours=1))
    return {"execution_id": execution_id, "service_order_id": execution_id, "blocks": (block,)}


async def _tell(bench: Bench, name: str, command: ResourceCommand) -> Any:
    handle = bench.client.get_workflow_handle(f"technician-{name}")
    return await handle.execute_update(
        command.ACTION, args=[command, Origin()], id=str(uuid.uuid4())
    )


async def _suggestions(bench: Bench) -> None:
    """Of twenty technicians with twenty bookings each, within 14 days, by the documents alone."""
    http, pids = bench.http(), {"api": bench.stack.process("api").pid}
    for number in range(TECHNICIANS):
        await bench.store.save(_busy(f"busy-{number}-{uuid.uuid4().hex[:8]}"))
    body = {"durationMinutes": 120, "skills": ["bench"], "count": 10}
    times, took = bench.times(SUGGESTIONS), list[float]()
    http.request("POST", "/schedule/suggestions", body)
    before = cpu_ms(pids)["api"]
    for _ in range(times):
        with timed(took):
            http.request("POST", "/schedule/suggestions", body)
    used = (cpu_ms(pids)["api"] - before) / times
    bench.table.add(
        "suggestions, 20 technicians x 14 days x 400 bookings",
        f"{used:.0f} ms of processor each, p50 {median(took):.0f} ms",
    )


def _busy(name: str) -> Technician:
    technician = register(Registration(technician_id=name, skills=("bench",)), FIRST)[0]
    week = tuple(WeekTime(day=day, from_="08:00", to="18:00") for day in Weekday)
    shifts = SetShifts(valid_from="2026-01-01", week=week)
    technician, _ = shifts.change(technician, FIRST)
    booked = []
    for number in range(20):
        begins = FIRST + timedelta(days=number % 14, hours=11 + 3 * (number // 14))
        fields = _wanted(execution_workflow_id(f"{name}-{number}"), begins)
        booked.append(Booking(**fields, plan_revision=1, changed_at=FIRST))
    return evolve(technician, bookings=tuple(booked))
