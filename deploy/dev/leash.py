"""Becomes the command it is given, tied to its parent's life: `leash.py PARENT COMMAND...`.

A program of its own, not a `preexec_fn`: Python code between fork and exec can deadlock in a
launcher that has threads. The tie survives exec. It belongs to the *thread* that started this
process, so that thread has to live as long as the process may.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1


def leashed(command: Sequence[str]) -> list[str]:
    """The command that runs `command` tied to this process, and to the thread that forks it."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the tie held
            raise SystemExit(1)
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell is wanted
    except OSError as error:
        raise SystemExit(f"{command[0]}: {error.strerror}") from None


if __name__ == "__main__":
    main()
