"""One child process: kept alive until it has to stop, and then really gone.

Each process has a keeper: a thread that forks it, watches it become ready, waits for its end
and, if nobody asked for that end, starts it again after a growing pause.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from deploy.dev.errors import NotReady
from deploy.dev.leash import leashed
from deploy.dev.program import Output, Program
from deploy.dev.screen import Screen

FIRST_PAUSE, LONGEST_PAUSE, STEADY_AFTER = 0.5, 15.0, 60.0  # seconds
_PROBE_EVERY = 0.03


class Process:
    def __init__(self, program: Program, screen: Screen) -> None:
        self.program, self._screen = program, screen
        self._changed = threading.Condition()
        self._child: subprocess.Popen[bytes] | None = None
        self._wanted = self._ready = self._proven = self._closed = False
        self._wishes = 0  # how often a caller has asked for something
        self._failure: str | None = None
        self._output = Output(program.log, 0)
        self._obstacle = ""
        self._keeper = threading.Thread(target=self._keep, name=program.name, daemon=True)
        self.seconds_to_ready = 0.0
        self.starts = 0

    # ------------------------------------------------------------------ what a caller may do

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def log(self) -> Path:
        return self.program.log

    @property
    def running(self) -> bool:
        return self._child is not None

    @property
    def pid(self) -> int:
        child = self._child
        if child is None:
            raise ProcessLookupError(f"{self.name} is not running")
        return child.pid

    def start(self) -> None:
        """Asks for it to run; `wait_ready` waits until it does."""
        with self._changed:
            self._wanted, self._failure = True, None
            self._wishes += 1
            self._changed.notify_all()
        if not self._keeper.is_alive() and not self._closed:
            self._keeper.start()

    def wait_ready(self, timeout: float | None = None) -> None:
        patience = self.program.ready_within if timeout is None else timeout
        with self._changed:
            self._changed.wait_for(lambda: self._ready or self._failure, patience)
            if self._ready:
                return
            why = self._failure or f"was not ready after {patience:g} s{self._obstacle}"
        raise NotReady(f"{self.program.title} {why}; its log: {self.log}")

    def stop(self) -> None:
        """Ends it and leaves it ended."""
        self.ask_to_end()
        self.await_end()

    def restart(self) -> None:
        self.stop()
        self.start()
        self.wait_ready()

    def kill(self) -> None:
        """Ends it as a crash would: at once, and against its keeper's will."""
        with self._changed:
            victim, self._ready = self.pid, False
            self._signal(signal.SIGKILL)
            self._changed.wait_for(lambda: not self._child or self._child.pid != victim, 10.0)

    def pause(self) -> None:
        """Stops it in its tracks; connections to it stay open and unanswered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def ask_to_end(self) -> None:
        with self._changed:
            if not self._wanted:  # it has been asked; some take a second time for an order to quit
                return
            self._wanted = self._ready = False
            self._wishes += 1
            self._changed.notify_all()
            if child := self._child:
                child.terminate()  # to the process alone: it may want to end its own children
                self._signal(signal.SIGCONT)  # a paused one could not hear it

    def await_end(self, hurry: Callable[[], bool] = lambda: False) -> None:
        deadline = time.monotonic() + self.program.ends_within
        with self._changed:
            while self._child and time.monotonic() < deadline and not hurry():
                self._changed.wait(0.1)
            if self._child:
                self._signal(signal.SIGKILL)
            self._changed.wait_for(lambda: self._child is None, 10.0)

    def close(self, hurry: Callable[[], bool] = lambda: False) -> None:
        """Ends it and its keeper, for good."""
        self.ask_to_end()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.await_end(hurry)
        if self._keeper.ident:
            self._keeper.join(10.0)

    def output(self) -> str:
        """Its output since it was last started."""
        return self._output.text()

    def _signal(self, number: signal.Signals) -> None:
        if child := self._child:
            with suppress(ProcessLookupError, PermissionError):  # ended this very moment
                os.killpg(child.pid, number)

    # ------------------------------------------------------------------ what its keeper does

    def _keep(self) -> None:
        pause = FIRST_PAUSE
        while self._until_wanted():
            began = time.monotonic()
            try:
                code = self._run_once(began)
            except OSError as error:
                code = error.errno or 1
            if time.monotonic() - began >= STEADY_AFTER:
                pause = FIRST_PAUSE
            if self._ended_unasked(code, pause):
                pause = min(pause * 2, LONGEST_PAUSE)

    def _until_wanted(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._wanted or self._closed)
            return not self._closed

    def _run_once(self, began: float) -> int:
        child = self._fork()
        if child is None:
            return 0
        while child.poll() is None and not self._ready and self._wanted:
            if self._probe():
                self._proclaim_ready(child, time.monotonic() - began)
            else:
                time.sleep(_PROBE_EVERY)
        code = child.wait()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)  # whatever it left behind in its group
        return code

    def _fork(self) -> subprocess.Popen[bytes] | None:
        program = self.program
        for path in program.leftovers:
            path.unlink(missing_ok=True)
        with self._changed, program.log.open("ab") as log:
            if not self._wanted:
                return None
            self._output = Output(program.log, log.tell())
            self._child = subprocess.Popen(
                leashed(program.command),
                cwd=program.cwd,
                env=dict(program.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self.starts += 1
            return self._child

    def _probe(self) -> bool:
        try:
            return self.program.ready(self._output)
        except Exception as error:  # whatever a client raises while its server is not up yet
            self._obstacle = f" ({type(error).__name__}: {str(error)[:160]})"
            return False

    def _proclaim_ready(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        with self._changed:
            if not self._wanted or child.poll() is not None:
                return
            if self._proven:
                self._screen.line(f"    {self.program.title} is ready again")
            else:
                self._screen.done(self.program.title, seconds, self.program.detail)
            self._ready = self._proven = True
            self.seconds_to_ready = seconds
            self._changed.notify_all()

    def _ended_unasked(self, code: int, pause: float) -> bool:
        """Notes the end. If nobody asked for it, waits for the time to start again. True if that
        time ended the pause, and no caller's wish."""
        ended = f"ended {_how(code)}"
        with self._changed:
            self._child, self._ready = None, False
            unasked, wishes = self._wanted, self._wishes
            if unasked and not self._proven:  # it never worked: repeating would not help
                self._wanted = unasked = False
                self._failure = f"{ended} before it was ready: {self._output.last_line()}"
            self._changed.notify_all()
        if not unasked:
            return False
        self._screen.warn(
            f"{self.program.title} {ended}; starting it again in {pause:g} s; log: {self.log}"
        )
        with self._changed:
            # Not for `_wanted`: who stops it and starts it again is quicker than this thread.
            return not self._changed.wait_for(lambda: self._wishes != wishes, pause)


def _how(code: int) -> str:
    if code >= 0:
        return f"with code {code}"
    return f"by {signal.Signals(-code).name}"
