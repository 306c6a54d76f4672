"""A fuse, by which a process of ours kills itself at a chosen step of its work."""

import os
import signal
from pathlib import Path

RIGGING = "RIGGING"
"""Names the folder in which the levers are."""


def reached(step: str) -> None:
    """The end of the process, if the fuse says so."""
    fuse = Path(os.environ[RIGGING], "fuse")
    try:
        wanted, times = fuse.read_text().split()
    except FileNotFoundError:
        return
    if step != wanted:
        return
    if int(times) > 1:
        fuse.write_text(f"{wanted} {int(times) - 1}")
        return
    fuse.unlink()
    os.kill(os.getpid(), signal.SIGKILL)
