"""Our own programs, as operators run them: in the environment of the API."""

import asyncio
import json
import sys
from dataclasses import dataclass

from deploy.dev.parts import ROOT
from deploy.dev.stack import Stack
from tests.stack.customer import Document


@dataclass(frozen=True)
class Outcome:
    """`facts` are the last line that it wrote."""

    code: int
    facts: Document


async def run(stack: Stack, module: str, *arguments: str) -> Outcome:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        env=dict(stack.process("api").program.env),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await asyncio.wait_for(program.communicate(), 60)
    assert program.returncode is not None
    return Outcome(program.returncode, json.loads(said.splitlines()[-1]))


async def rebuild(stack: Stack, *arguments: str) -> Outcome:
    return await run(stack, "api.rebuild", *arguments)
