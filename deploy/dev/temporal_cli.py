"""Sources of the Temporal CLI, which is the dev server, and too large to keep in a repository.

In this order: `$TEMPORAL_CLI`; `temporal` on PATH; this project's cache, outside the checkout; the
SDK's own download; a build with Go, four or five minutes once. The last two fill the cache.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy.dev.errors import StackError
from deploy.dev.leash import leashed
from deploy.dev.screen import Progress, Screen

CLI_VERSION = "1.5.1"
SERVER = "1.29.1"  # what that version of the CLI contains; a build with Go has no CLI version
_PROGRAM = "github.com/temporalio/cli/cmd/temporal"
# A module of our own around the CLI's, because the SQLite driver that this version asks for can
# leave the server's one connection interrupted for good when a client gives a call up.
_GO_MOD = f"""module embedded

go 1.23

require (
	github.com/temporalio/cli v{CLI_VERSION}
	modernc.org/sqlite v1.44.3
)
"""
_CACHED_AS = f"temporal-v{CLI_VERSION}-sqlite-v1.44.3"
_DOWNLOAD_WITHIN, _BUILD_WITHIN = 300.0, 3600.0
_SILENT_AT_MOST = 30.0  # a download that has not moved for so long is not going to

_DOWNLOAD = """
import asyncio, sys
from temporalio.testing import WorkflowEnvironment

async def main():
    async with await WorkflowEnvironment.start_local(
        download_dest_dir=sys.argv[1], dev_server_download_version=sys.argv[2]
    ):
        pass

asyncio.run(main())
"""


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "execution-service"


def find(screen: Screen) -> Path:
    """A CLI that runs, obtained if need be."""
    if named := os.environ.get("TEMPORAL_CLI"):
        if _version(Path(named)) is None:
            raise StackError(
                f"TEMPORAL_CLI={named} does not run: name a Temporal CLI, or unset it."
            )
        return Path(named).absolute()
    if found := shutil.which("temporal"):
        version = _version(Path(found))
        if version and SERVER not in version:
            screen.warn(f"using {found}: {version}; this project is tested with {CLI_VERSION}")
        if version:
            return Path(found).absolute()
    cached = cache_folder() / _CACHED_AS
    if not cached.exists():
        _obtain(cached, screen)
    return cached


def _version(cli: Path) -> str | None:
    try:
        answer = subprocess.run([cli, "--version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = answer.stdout.strip()
    return words if answer.returncode == 0 and words.startswith("temporal") else None


def _obtain(cached: Path, screen: Screen) -> None:
    cached.parent.mkdir(parents=True, exist_ok=True)
    with (
        screen.progress(f"Temporal CLI v{CLI_VERSION}, once for this machine") as progress,
        _alone(cached.parent / "obtaining.lock", progress),
        _room(cached.parent) as room,
    ):
        if cached.exists():  # another launcher obtained it while this one waited
            return
        _log(Path(room)).unlink(missing_ok=True)
        for source in (_download, _build):
            cli = source(Path(room), progress)
            if cli and _version(cli):
                cli.replace(cached)
                return
        log = _log(Path(room))
    raise StackError(
        "No Temporal CLI could be obtained: install it and have `temporal` on PATH, or name it in "
        f"TEMPORAL_CLI, or install Go so that v{CLI_VERSION} can be built here; "
        f"what was tried: {log}"
    )


@contextmanager
def _alone(lock: Path, progress: Progress) -> Iterator[None]:
    with lock.open("w") as file:
        progress.at("waiting for another launcher that is obtaining it")
        fcntl.flock(file, fcntl.LOCK_EX)
        progress.at("")
        yield


@contextmanager
def _room(cache: Path) -> Iterator[str]:
    for abandoned in cache.glob("obtaining-*/"):  # by a launcher that was killed over it
        shutil.rmtree(abandoned, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="obtaining-") as room:
        yield room


def _download(room: Path, progress: Progress) -> Path | None:
    progress.at("asking for a download")
    command = [sys.executable, "-c", _DOWNLOAD, str(room), f"v{CLI_VERSION}"]
    _watched(command, os.environ, _Received(room, progress), _log(room))
    programs = [file for file in room.iterdir() if file.is_file() and os.access(file, os.X_OK)]
    return programs[0] if programs else None


def _build(room: Path, progress: Progress) -> Path | None:
    go = shutil.which("go")
    if go is None:
        return None
    progress.at("building it with Go, four or five minutes")
    (room / "go.mod").write_text(_GO_MOD)
    cli = room / "temporal"
    command = [go, "build", "-C", str(room), "-v", "-mod=mod", "-o", str(cli), _PROGRAM]
    _watched(command, os.environ, _Compiled(progress), _log(room))
    return cli if cli.exists() else None


class _Received:
    """Gives a download up once it has not moved for a while."""

    def __init__(self, room: Path, progress: Progress) -> None:
        self._room, self._progress = room, progress
        self._bytes, self._moved = 0, time.monotonic()

    def said(self, line: str) -> None:
        """Ignores the SDK's words: it either brings a file or it does not."""

    def patient(self, since: float) -> bool:
        received = sum(file.stat().st_size for file in self._room.rglob("*") if file.is_file())
        if received > self._bytes:
            self._bytes, self._moved = received, time.monotonic()
            self._progress.at(f"downloading, {received / 1e6:.0f} MB")
        now = time.monotonic()
        return now - self._moved < _SILENT_AT_MOST and now - since < _DOWNLOAD_WITHIN


class _Compiled:
    """Shows what the build is at; Go names each package and each module as it takes it up."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._packages = progress, 0

    def said(self, line: str) -> None:
        if line.startswith("go: "):
            self._progress.at(line.removeprefix("go: ")[:70])
        else:
            self._packages += 1
            self._progress.at(f"compiling, package {self._packages}: {line[-50:]}")

    def patient(self, since: float) -> bool:
        return time.monotonic() - since < _BUILD_WITHIN


def _log(room: Path) -> Path:
    return room.with_name("obtaining.log")


def _watched(
    command: Sequence[str], env: Mapping[str, str], watcher: _Received | _Compiled, log: Path
) -> None:
    """Runs it to its end, or to the end of the watcher's patience, and leaves nothing behind."""
    began = time.monotonic()
    child = subprocess.Popen(
        leashed(command),
        env=dict(env),
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    reader = threading.Thread(target=_read, args=(child, watcher, log), daemon=True)
    reader.start()
    try:
        while child.poll() is None and watcher.patient(began):
            reader.join(0.2)
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        reader.join()


def _read(child: subprocess.Popen[str], watcher: _Received | _Compiled, log: Path) -> None:
    if not child.stdout:
        return
    with child.stdout, log.open("a", encoding="utf-8") as kept:
        for line in child.stdout:
            kept.write(line)
            if words := line.strip():
                watcher.said(words)
