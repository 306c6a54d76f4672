"""Our own programs, as operators run them: in the environment of the API."""

import asyncio
import json
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path
from uuid import uuid4

from deploy.dev.parts import ROOT
from deploy.dev.stack import Stack
from tests.stack.customer import Document

LOADED = [__name__, "api.operations.program", "api.rebuild.reconciler", "api.reopen.reopening"]
ENDS_WITHIN = 60


@dataclass(frozen=True)
class Outcome:
    """`facts` are the last line that it wrote."""

    code: int
    facts: Document


@cache
def _forks() -> ForkServerContext:
    """Forks processes that need not load our modules, which takes longer than their work."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(LOADED)
    return forks


def _program(module: str, arguments: list[str], env: Mapping[str, str], output: Path) -> None:
    """`python -m module arguments`, in a process that does nothing else."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    sys.argv = [module, *arguments]
    with output.open("wb") as said:
        os.dup2(said.fileno(), sys.stdout.fileno())
    runpy.run_module(module, run_name="__main__")


async def run(stack: Stack, module: str, *arguments: str) -> Outcome:
    output = stack.logs / f"{module}-{uuid4()}.log"
    env = dict(stack.process("api").program.env)
    program = _forks().Process(target=_program, args=(module, list(arguments), env, output))
    await asyncio.to_thread(program.start)
    await asyncio.to_thread(program.join, ENDS_WITHIN)
    assert program.exitcode is not None, f"{module} has not ended: {output}"
    return Outcome(program.exitcode, json.loads(output.read_text().splitlines()[-1]))


async def rebuild(stack: Stack, *arguments: str) -> Outcome:
    return await run(stack, "api.rebuild", *arguments)
