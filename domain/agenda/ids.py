"""Ids of technicians and bays: their clients choose them, and write them in paths."""

import re
from typing import Annotated

from pydantic import Field, StringConstraints

TECHNICIAN_PREFIX, BAY_PREFIX = "technician-", "bay-"
_ID = r"^[A-Za-z0-9._~-]{1,64}$"

ResourceId = Annotated[
    str, Field(json_schema_extra={"pattern": _ID}), StringConstraints(pattern=_ID)
]
"""A client's own id, of characters that stand for themselves in a path."""


def is_resource_id(text: str) -> bool:
    return re.fullmatch(_ID, text) is not None
