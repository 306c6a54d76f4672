"""Agendas of technicians and bays, and plans of executions, as they are read from outside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any, NamedTuple

Document = Mapping[str, Any]
Blocks = tuple[tuple[datetime, datetime], ...]


class Promise(NamedTuple):
    """A plan of which a client was told that its time is certain."""

    execution_id: str
    revision: int


@dataclass(frozen=True)
class Taken:
    """Time that an agenda has given to the plan of an execution."""

    execution_id: str
    revision: int
    blocks: Blocks

    def meets(self, other: "Taken") -> bool:
        return any(a[0] < b[1] and b[0] < a[1] for a in self.blocks for b in other.blocks)


@dataclass(frozen=True)
class Agenda:
    """One agenda as its workflow has it, and as readers are shown it; `holds` are the executions
    that hold time, and until when."""

    resource: str
    taken: tuple[Taken, ...] = ()
    holds: tuple[tuple[str, datetime], ...] = ()
    shown: tuple[Taken, ...] = ()

    def held_until(self, latest: datetime) -> "Agenda":
        """The agenda without the holds that last longer."""
        return replace(self, holds=tuple(each for each in self.holds if each[1] <= latest))


@dataclass(frozen=True)
class Planned:
    """The plan of one execution, as its workflow has it; `ended` is when its work was over, or was
    given up. `shown` is the plan's revision and state as readers are shown them."""

    execution_id: str
    revision: int = 0
    state: str | None = None
    blocks: Mapping[str, Blocks] | None = None
    """By resource; None without a plan."""
    ended: datetime | None = None
    errands: int = 0
    shown: tuple[int, str | None] = (0, None)

    @property
    def known(self) -> tuple[int, str | None]:
        return (self.revision, self.state)


def promised(body: Document) -> set[Promise]:
    plan = body.get("plan") or {}
    if plan.get("state") != "BOOKED":
        return set()
    return {Promise(body["executionId"], plan["revision"])}


def agenda(resource: str, state: Document, shown: Document | None) -> Agenda:
    held = state.get("holds", ())
    holds = tuple((each["executionId"], _instant(each["until"])) for each in held)
    return Agenda(resource, taken(state), holds, taken(shown or {}))


def taken(state: Document) -> tuple[Taken, ...]:
    """Bookings that take time, in order."""
    return tuple(
        Taken(each["executionId"], each["planRevision"], _blocks(each["blocks"]))
        for each in state.get("bookings", ())
        if not each.get("released")
    )


def planned(state: Document, shown: Document | None) -> Planned:
    plan, ended = state.get("plan"), state.get("endDate")
    return Planned(
        execution_id=state["executionId"],
        revision=plan["revision"] if plan else 0,
        state=plan["state"] if plan else None,
        blocks=dict(_of_each(plan)) if plan else None,
        ended=_instant(ended) if ended else None,
        errands=len(state.get("planErrands", ())),
        shown=_known(shown or {}),
    )


def given_twice(resource: str, bookings: Sequence[Taken]) -> Iterator[str]:
    for one, other in combinations(bookings, 2):
        if one.meets(other):
            yield f"{resource} is given to {one} and to {other}"


def _known(document: Document) -> tuple[int, str | None]:
    plan = document.get("plan")
    return (plan["revision"], plan["state"]) if plan else (0, None)


def _of_each(plan: Document) -> Iterator[tuple[str, Blocks]]:
    """A bay is taken from the first block to the last."""
    blocks = _blocks(plan.get("blocks", ()))
    for technician in plan["technicianIds"]:
        yield f"technician-{technician}", blocks
    if bay := plan.get("bayId"):
        yield f"bay-{bay}", ((blocks[0][0], blocks[-1][1]),) if blocks else ()


def _blocks(blocks: Sequence[Document]) -> Blocks:
    return tuple((_instant(each["from"]), _instant(each["to"])) for each in blocks)


def _instant(value: Any) -> datetime:
    """A workflow says it in text, the database without the zone."""
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    return read if read.tzinfo else read.replace(tzinfo=UTC)
