"""Says what is wrong with something that was sent, without repeating what was in it."""

import re

from pydantic import ValidationError

_NAME = re.compile(r"\w{1,60}")
"""Fields of ours; what others have put in place of one may be anything, and of any length."""


def first_fault(invalid: ValidationError) -> str:
    """Place and message of the first error: `serviceOrderId: Field required`."""
    first = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(_named(part) for part in first["loc"]) or "input"
    return f"{where[:200]}: {first['msg'][:200]}"


def _named(part: str | int) -> str:
    return str(part) if _NAME.fullmatch(str(part)) else "…"
