"""Recipes of clients: how each is made and compiled, with which versions."""

import sys
from dataclasses import dataclass
from pathlib import Path

GENERATOR = "org.openapitools:openapi-generator-cli"
NEWEST, EARLIER = "7.25.0", "7.14.0"
OPENAPI_TYPESCRIPT, ORVAL, TYPESCRIPT = "7.13.0", "8.38.0", "5.9.3"
OPENAPI_PYTHON_CLIENT = "0.29.1"

Command = tuple[str, ...]
_STRICT: Command = (
    *("npx", "tsc", "--strict", "--noEmit", "--target", "es2022", "--module", "esnext"),
    *("--moduleResolution", "bundler", "--lib", "es2022,dom,dom.iterable"),
)
_PYTHON = "venv/bin/python"
_PYTHON_CLIENT = (
    "openapi-python-client generate --path openapi.json --output-path made/client --meta none "
    "--fail-on-warning"  # it finds its formatter on the PATH alone
)
_IMPORT_ALL = """
import importlib, pathlib, sys
sys.path.insert(0, "made")
for file in pathlib.Path("made/client").rglob("[!_]*.py"):
    importlib.import_module(".".join(file.relative_to("made").with_suffix("").parts))
"""


@dataclass(frozen=True)
class Recipe:
    """Commands that are run one after the other in an empty folder, beside `openapi.json`."""

    name: str
    needs: tuple[str, ...]
    commands: tuple[Command, ...]


def _openapi_generator(version: str, *options: str) -> tuple[Command, ...]:
    jar = f"openapi-generator-cli-{version}.jar"
    copy = ("mvn", "-B", "-q", "dependency:copy", f"-Dartifact={GENERATOR}:{version}")
    making = ("java", "-jar", jar, "generate", "-i", "openapi.json", "-o", "made", *options)
    return (*copy, "-DoutputDirectory=."), making


def _go(version: str) -> Recipe:
    # Its own tests ask for a library that nobody else needs.
    options = ("-g", "go", "--global-property", "apiTests=false,modelTests=false")
    named = ("--additional-properties", "enumClassPrefix=true,withGoMod=true")
    commands = (*_openapi_generator(version, *options, *named), ("go", "-C", "made", "vet", "."))
    return Recipe(f"Go, openapi-generator {version}", ("java", "mvn", "go"), commands)


def _java(library: str) -> Recipe:
    making = _openapi_generator(NEWEST, "-g", "java", "--library", library)
    compiling = ("mvn", "-B", "-q", "-f", "made", "-Dmaven.test.skip=true", "compile")
    return Recipe(
        f"Java ({library}), openapi-generator {NEWEST}", ("java", "mvn"), (*making, compiling)
    )


RECIPES = (
    _go(NEWEST),
    _go(EARLIER),
    _java("native"),
    _java("okhttp-gson"),
    Recipe(
        f"TypeScript, openapi-typescript {OPENAPI_TYPESCRIPT}",
        ("npm", "npx"),
        (
            (
                "npm",
                "install",
                f"openapi-typescript@{OPENAPI_TYPESCRIPT}",
                f"typescript@{TYPESCRIPT}",
            ),
            ("npx", "openapi-typescript", "openapi.json", "-o", "api.ts"),
            (*_STRICT, "api.ts"),
        ),
    ),
    Recipe(
        f"TypeScript, orval {ORVAL}",
        ("npm", "npx"),
        (
            ("npm", "install", f"orval@{ORVAL}", f"typescript@{TYPESCRIPT}"),
            ("npx", "orval", "--input", "openapi.json", "--output", "api.ts", "--client", "fetch"),
            (*_STRICT, "api.ts"),
        ),
    ),
    Recipe(
        f"Python, openapi-python-client {OPENAPI_PYTHON_CLIENT}",
        (),
        (
            (sys.executable, "-m", "venv", "venv"),
            (
                _PYTHON,
                "-m",
                "pip",
                "install",
                "-q",
                f"openapi-python-client=={OPENAPI_PYTHON_CLIENT}",
            ),
            ("sh", "-c", f". venv/bin/activate && {_PYTHON_CLIENT}"),
            (_PYTHON, "-c", _IMPORT_ALL),
        ),
    ),
)


def folder(recipe: Recipe, root: Path) -> Path:
    return root / "".join(each if each.isalnum() else "-" for each in recipe.name.lower())
