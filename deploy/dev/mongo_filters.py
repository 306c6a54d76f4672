"""MongoDB's filters as SQL over JSON documents, with MongoDB's own meaning.

A comparison holds only between values of one kind: a range of dates finds no text. A field that
holds a list is found by any of its elements. A date is stored in UTC, as
`{"$date": "2026-03-02T08:00:00"}`, so dates compare as texts do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Filter = dict[str, Any]

_COMPARED = {"$eq": "=", "$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
_JOINED = {"$and": " AND ", "$or": " OR ", "$nor": " OR "}
_FIRST_DATE, _BEYOND_DATES = '{"$date":"', '{"$date":#'


class Untranslatable(Exception):
    """The filter asks for something that has no translation here."""


@dataclass(frozen=True)
class Sql:
    text: str
    values: tuple[Any, ...] = ()

    def negated(self) -> "Sql":
        """Holds as well where nothing could be compared."""
        return Sql(f"(({self.text}) IS NOT TRUE)", self.values)


@dataclass(frozen=True)
class Field:
    """A field of a row: how to read its value and its kind, in SQL."""

    value: str
    kind: str


def where(wanted: Filter, is_indexed: Callable[[str], bool]) -> Sql:
    """Raises Untranslatable. An indexed field is taken to hold no list, or no index could serve."""
    return _Documents(is_indexed).all_of(wanted)


class _Documents:
    """Documents, or the elements of a list of documents if `root` is an SQL path to one."""

    def __init__(self, is_indexed: Callable[[str], bool], root: str = "", depth: int = 0) -> None:
        self._is_indexed = is_indexed
        self._root = root
        self._depth = depth

    def all_of(self, wanted: Filter) -> Sql:
        return _joined([self._one(name, value) for name, value in wanted.items()], " AND ")

    def _one(self, name: str, value: Any) -> Sql:
        if name in _JOINED:
            together = _joined([self.all_of(each) for each in value], _JOINED[name])
            return together.negated() if name == "$nor" else together
        if name.startswith("$"):
            raise Untranslatable(name)
        if not _has_operators(value):
            return self._positive(name, {"$eq": value})
        return _joined([self._operator(name, value, operator) for operator in value], " AND ")

    def _operator(self, name: str, asked: Filter, operator: str) -> Sql:
        argument = asked[operator]
        match operator:
            case "$options":
                return Sql("1")
            case "$regex":
                flags = asked.get("$options", "")
                return self._positive(
                    name, {"$regex": f"(?{flags}){argument}" if flags else argument}
                )
            case "$ne":
                return self._positive(name, {"$eq": argument}).negated()
            case "$nin":
                return self._positive(name, {"$in": argument}).negated()
            case "$not" if _has_operators(argument):
                return self._one(name, argument).negated()
            case "$exists":
                there = Sql(f"{self._at(name).kind} IS NOT NULL")
                return there if argument else there.negated()
            case "$elemMatch":
                return self._element(name, argument)
            case "$in":
                return self._positive(name, {operator: argument})
            case _ if operator in _COMPARED:
                return self._positive(name, {operator: argument})
        raise Untranslatable(operator)

    def _positive(self, name: str, asked: Filter) -> Sql:
        """Condition on the field itself, or on any element of a list that stands on the way to
        it."""
        if name == "_id" and not self._root:
            return _of_id(asked)
        direct = _compared(self._at(name), asked)
        if not self._root and self._is_indexed(name):
            return direct
        parts = name.split(".")
        arms = [
            self._any_element(".".join(parts[:end]), _at_rest(parts[end:], asked))
            for end in range(1, len(parts) + 1)
        ]
        return _joined([direct, *arms], " OR ")

    def _element(self, name: str, wanted: Filter) -> Sql:
        def met(each: "_Element") -> Sql:
            if _has_operators(wanted):
                asked = [_compared(each.at([]), {name: value}) for name, value in wanted.items()]
                return _joined(asked, " AND ")
            inner = _Documents(self._is_indexed, each.path, depth=self._depth + 1)
            return _joined([Sql(f"{each.name}.type = 'object'"), inner.all_of(wanted)], " AND ")

        return self._any_element(name, met)

    def _any_element(self, name: str, met: "Callable[[_Element], Sql]") -> Sql:
        each = _Element(f"e{self._depth}")
        inner, path = met(each), self._path(name)
        elements = f"SELECT 1 FROM json_each(data, {path}) AS {each.name}"  # noqa: S608 - checked names
        is_list = f"json_type(data, {path}) = 'array'"
        return Sql(f"({is_list} AND EXISTS ({elements} WHERE {inner.text}))", inner.values)

    def _at(self, name: str) -> Field:
        return _read(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._root} || {_quoted('.' + name)}" if self._root else _quoted("$." + name)


@dataclass(frozen=True)
class _Element:
    name: str

    @property
    def path(self) -> str:
        return f"{self.name}.fullkey"

    def at(self, rest: Sequence[str]) -> Field:
        if rest:
            return _read(f"{self.path} || {_quoted('.' + '.'.join(rest))}")
        return Field(f"{self.name}.value", f"{self.name}.type")


def _at_rest(rest: Sequence[str], asked: Filter) -> Callable[[_Element], Sql]:
    return lambda each: _compared(each.at(rest), asked)


def _read(path: str) -> Field:
    return Field(f"json_extract(data, {path})", f"json_type(data, {path})")


def _compared(field: Field, asked: Filter) -> Sql:
    ((operator, value),) = asked.items()
    if operator == "$regex":
        _only(value, str)
        return Sql(f"({field.kind} = 'text' AND {field.value} REGEXP ?)", (value,))
    if operator == "$in":
        return _among(field, value)
    if operator not in _COMPARED:
        raise Untranslatable(operator)
    return _of_one_kind(field, _COMPARED[operator], value)


def _of_one_kind(field: Field, sign: str, value: Any) -> Sql:
    match value:
        case None if sign == "=":
            return Sql(f"({field.kind} IS NULL OR {field.kind} = 'null')")
        case bool() if sign == "=":
            return Sql(f"{field.kind} = '{str(value).lower()}'")
        case int() | float() if not isinstance(value, bool):
            return Sql(
                f"({field.value} {sign} ? AND {field.kind} IN ('integer', 'real'))", (value,)
            )
        case str():
            return Sql(f"({field.value} {sign} ? AND {field.kind} = 'text')", (value,))
        case datetime():
            return _of_dates(field, sign, value)
    raise Untranslatable(type(value).__name__)


def _of_dates(field: Field, sign: str, at: datetime) -> Sql:
    text = f'{_FIRST_DATE}{_without_zone(at).isoformat()}"}}'
    other = (">=", _FIRST_DATE) if sign.startswith("<") else ("<", _BEYOND_DATES)
    return Sql(
        f"({field.value} {sign} ? AND {field.value} {other[0]} ? AND {field.kind} = 'object')",
        (text, other[1]),
    )


def _among(field: Field, values: Sequence[Any]) -> Sql:
    if values and all(isinstance(each, str) for each in values):
        marks = ", ".join("?" for _ in values)
        return Sql(f"({field.value} IN ({marks}) AND {field.kind} = 'text')", tuple(values))
    return (
        _joined([_of_one_kind(field, "=", each) for each in values], " OR ") if values else Sql("0")
    )


def _of_id(asked: Filter) -> Sql:
    """The id stands in a column of its own, as text."""
    ((operator, value),) = asked.items()
    if operator == "$in" and all(isinstance(each, str) for each in value):
        return Sql(f"_id IN ({', '.join('?' for _ in value)})", tuple(value))
    if operator not in _COMPARED or not (
        isinstance(value, str) or (operator == "$eq" and type(value) is int)
    ):
        raise Untranslatable(f"_id {operator}")
    return Sql(f"_id {_COMPARED[operator]} ?", (value,))


def _without_zone(at: datetime) -> datetime:
    """The date in UTC, as dates come over the wire."""
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at


def _joined(parts: Sequence[Sql], word: str) -> Sql:
    if not parts:
        return Sql("1")
    text = word.join(part.text for part in parts)
    return Sql(
        f"({text})" if len(parts) > 1 else text, tuple(v for part in parts for v in part.values)
    )


def _has_operators(value: Any) -> bool:
    return isinstance(value, dict) and any(name.startswith("$") for name in value)


def _only(value: Any, kind: type) -> None:
    if not isinstance(value, kind):
        raise Untranslatable(type(value).__name__)


def _quoted(path: str) -> str:
    """A path of JSON as an SQL text. Raises Untranslatable for names that would need quoting."""
    if not all(part.replace("_", "a").isalnum() for part in path.removeprefix("$").split(".")[1:]):
        raise Untranslatable(path)
    return f"'{path}'"
