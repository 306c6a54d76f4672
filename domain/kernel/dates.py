"""Dates as other programs write them, put into RFC 3339 where there is no doubt what they mean."""

import re
from datetime import date, timedelta

from pydantic_core import PydanticCustomError

_WRITTEN = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[Tt ](?P<time>\d\d:\d\d)"
    r"(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?"
    r"(?P<zone> ?(?:[Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?))?"
    r"(?:\[[\w/+-]+\])?",  # Java names the zone as well
    re.ASCII,
)


def rfc_3339(text: str) -> str:
    """The date in RFC 3339; any other text stays as it is, for others to refuse. Raises
    PydanticCustomError for a date without its zone: the machine that it comes from may be
    anywhere."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return text
    day, time, second, fraction = found.group("date", "time", "second", "fraction")
    second, fraction = second or "00", (fraction or "0")[:6]
    if found["zone"] is None:
        raise PydanticCustomError(
            "date",
            "A date needs its zone: write {day}T{time}:{second}Z, or "
            "an offset as -03:00 in place of the Z",
            {"day": day, "time": time, "second": second},
        )
    if second == "60":  # a leap second, which no clock of ours knows
        second, fraction = "59", "999"
    if (time, second, int(fraction)) == ("24:00", "00", 0):
        day, time = _next(day), "00:00"
    return f"{day}T{time}:{second}.{fraction}{_offset(found['zone'])}"


def _offset(zone: str) -> str:
    digits = re.sub(r"\D", "", zone)
    if not digits:
        return "Z"
    sign = "-" if "-" in zone else "+"
    return f"{sign}{digits[:2]}:{digits[2:] or '00'}"


def _next(day: str) -> str:
    try:
        return str(date.fromisoformat(day) + timedelta(days=1))
    except (ValueError, OverflowError):
        return day
