"""The demo, on a stack that keeps running: it shows what it promises and leaves nothing behind."""

import asyncio
import re
from contextlib import closing
from pathlib import Path

import pytest

from deploy.dev import demo
from deploy.dev.errors import StackError
from deploy.dev.screen import Screen
from deploy.dev.stack import Stack
from tests.stack.os_service import OsService
from tests.stack.workshop import Workshop

pytestmark = pytest.mark.usefixtures("empty_queue")


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    return tmp_path / "screen"


async def tell(stack: Stack, paper: Path) -> None:
    """Shows it on paper; raises what ends it."""
    with closing(Screen.on_file(paper)) as screen:
        await asyncio.to_thread(demo.tell, stack.running(), screen)


def read(paper: Path) -> str:
    return paper.read_text()


async def test_the_demo_tells_of_all_its_stories_and_takes_its_items_back(
    stack: Stack, workshop: Workshop, paper: Path
) -> None:
    theirs = await workshop.adds("BAIXA")

    await tell(stack, paper)

    shown = read(paper)
    for line in ("PaymentCompleted", "ExecutionInvoiced", "AGUARDANDO_APROVACAO", "RepairFinished"):
        assert line in shown
    for line in ("refused: technician-taken", "TimeOffAdded", "TechnicianDeactivated"):
        assert line in shown
    assert "acoes_permitidas: finalizar-diagnostico, prioridade, remover" in shown
    for line in ("refused: schedule-conflict", "next free", "affected", "BookingsDisrupted: "):
        assert line in shown
    plans = re.findall(r"plan (\d) +BOOKED: (.+)", shown)
    assert [(revision, re.sub("[A-Z][a-z]{2} ", "", times)) for revision, times in plans] == [
        ("1", "11:00 to 12:00 and 13:00 to 15:00"),
        ("1", "15:00 to 16:00"),
        ("2", "08:00 to 11:00"),
        ("2", "11:00 to 12:00"),
    ]
    for resource in ("bia", "caio", "lift"):
        assert re.search(rf"-{resource}-\w+  COMPLETED, ", shown)
    assert shown.count("  COMPLETED, ") == 8
    assert shown.count(f"{stack.ui_url}/namespaces/default/workflows/") == 8
    [left] = await workshop.lists()
    assert (left["fila_id"], left["versao"]) == (theirs["fila_id"], 1)


async def test_the_demo_takes_no_work_away_from_others(
    stack: Stack, workshop: Workshop, paper: Path
) -> None:
    theirs = await workshop.adds("URGENTE")

    with pytest.raises(StackError, match="somebody else comes first"):
        await tell(stack, paper)

    [left] = await workshop.lists()
    assert (left["fila_id"], left["versao"]) == (theirs["fila_id"], 1)


async def test_what_the_demo_does_not_see_ends_it_and_its_items_are_gone(
    stack: Stack,
    workshop: Workshop,
    os_service: OsService,
    paper: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo.asking, "PATIENCE", 3.0)
    os_service.fails("recusa", code=404)

    with pytest.raises(StackError, match="showed nothing within 3 s"):
        await tell(stack, paper)

    assert "FINALIZADA" in read(paper)
    assert await workshop.lists() == []
