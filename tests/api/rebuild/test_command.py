"""The command tells those who run it how it went, by its exit code and one line of JSON."""

import json
import os
import subprocess
import sys

from deploy.dev.parts import ROOT
from deploy.dev.ports import HOST, Ports

UNFINISHED = 2


def test_without_temporal_it_says_so_and_ends() -> None:
    nobody = {"TEMPORAL_ADDRESS": f"{HOST}:{Ports.free().temporal}"}

    ended = subprocess.run(  # our own command
        [sys.executable, "-m", "api.rebuild", "--check"],
        env={**os.environ, **nobody},
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert ended.returncode == UNFINISHED
    line = json.loads(ended.stdout.splitlines()[-1])
    assert (line["level"], line["message"]) == ("ERROR", "Temporal cannot be reached")
