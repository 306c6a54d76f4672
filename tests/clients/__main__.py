"""Makes and compiles a client with each of the usual generators: `make clients`.

Ends with 1 if one of them does not compile. Those whose tools are not on this machine are left out,
and named. The generators come from their registries, so the network is needed, and some minutes.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from api.app import routed
from deploy.documents import as_json
from tests.clients.recipes import RECIPES, Recipe, folder

MINUTES = 15
SHOWN = 20
"""Lines of what a command has said, when it fails."""


def lacking(recipe: Recipe) -> list[str]:
    return [tool for tool in recipe.needs if shutil.which(tool) is None]


def failure(recipe: Recipe, place: Path) -> str | None:
    """None if all commands succeed."""
    place.mkdir()
    (place / "openapi.json").write_text(as_json(routed().openapi()), encoding="utf-8")
    for command in recipe.commands:
        done = subprocess.run(  # noqa: S603 (what this package's recipes say)
            command,
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=MINUTES * 60,
        )
        if done.returncode:
            return "\n".join([" ".join(command), *done.stdout.splitlines()[-SHOWN:]])
    return None


def main() -> int:
    failed = 0
    with tempfile.TemporaryDirectory() as root:
        for recipe in RECIPES:
            if missing := lacking(recipe):
                print(f"left out   {recipe.name}: {', '.join(missing)} not found", flush=True)
            elif said := failure(recipe, folder(recipe, Path(root))):
                failed += 1
                print(f"FAILS      {recipe.name}\n{said}", flush=True)
            else:
                print(f"compiles   {recipe.name}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
