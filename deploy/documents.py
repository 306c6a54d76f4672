"""The documents in `docs/` that are derived from the code; `make docs` writes them anew.

They are committed, so that a review shows what a change means to those who rely on them.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from api import asyncapi

FOLDER = Path(__file__).parents[1] / "docs"


def as_json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "asyncapi.json": lambda: as_json(asyncapi.document()),
}

if __name__ == "__main__":
    for name, text in DOCUMENTS.items():
        (FOLDER / name).write_text(text(), encoding="utf-8")
