"""Temporal's own command line, as operators have it."""

import subprocess
from pathlib import Path

from deploy.dev.stack import Stack


class CommandLine:
    def __init__(self, stack: Stack, cli: Path) -> None:
        self._stack, self._cli = stack, cli

    def __call__(self, *arguments: str) -> str:
        """Output of the program; raises if it fails."""
        done = subprocess.run(  # noqa: S603 - the CLI that the stack itself runs
            [self._cli, *arguments, "--address", self._stack.env["TEMPORAL_ADDRESS"]],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return done.stdout
