"""The stand-in for MongoDB as a process: `python -m deploy.dev.mongo_server --port N …`.

It is `nx-27017`, a server of MongoDB's wire protocol over SQLite, with these faults of its release
0.8.1 corrected. Filters mean what MongoDB's mean: dates to the millisecond, `$or` beside other
conditions, `$regex` in lists. An update keeps dates and truths. `_id` may be any key of an index.
The usual stages of an aggregation are computed by mongomock, which knows compound keys of `$group`
and differences of dates.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from inspect import signature
from typing import Any

from mongomock.aggregate import process_pipeline
from neosqlite.collection import Collection
from neosqlite.collection.cursor import Cursor
from neosqlite.collection.index_manager import IndexManager, _store_index_keys
from neosqlite.collection.json_path_utils import parse_json_path
from neosqlite.collection.query_engine import QueryEngine
from neosqlite.collection.query_helper import QueryHelper
from neosqlite.collection.type_correction import normalize_id_query_for_db
from neosqlite.sql_utils import quote_identifier, quote_table_name
from nx_27017.nx_27017 import main

from deploy.dev.mongo_filters import Filter, Untranslatable, where

_COMPUTED_STAGES = {
    *("$match", "$project", "$addFields", "$set", "$group", "$unwind"),
    *("$sort", "$skip", "$limit", "$count", "$replaceRoot"),
}

Where = tuple[str | None, list[Any]]


def correct() -> None:
    """Puts the corrected parts in the place of the server's own, in this process."""
    _correct_filters()
    _correct_updates()
    _correct_indexes()
    _correct_aggregations()


def _correct_filters() -> None:
    finds, others = QueryHelper._build_simple_where_clause, QueryEngine.__init__

    def of_find(self: Any, query: Filter) -> Any:
        translated = _translated(self.collection, query)
        return (*translated, []) if translated else finds(self, query)

    def begin(self: Any, collection: Any) -> None:
        others(self, collection)
        known = self.sql_translator.translate_match

        def of_others(query: Filter, context: str = "direct") -> Where:
            return _translated(collection, query) or known(query, context)

        self.sql_translator.translate_match = of_others

    QueryHelper._build_simple_where_clause = of_find
    QueryEngine.__init__ = begin
    # Else dates would be compared apart from all the rest, by the second.
    Cursor._contains_datetime_operations = lambda _, __: False


def _translated(collection: Any, query: Filter) -> tuple[str, list[Any]] | None:
    """None if only the server's own translation can help."""
    if not query:
        return None
    try:
        sql = where(
            normalize_id_query_for_db(query), collection.query_engine.helpers._field_has_index
        )
    except Untranslatable:
        return None
    return f"WHERE {sql.text}", list(sql.values)


def _correct_updates() -> None:
    known = QueryHelper._can_use_sql_updates

    def may_be_sql(self: Any, update: Any, *rest: Any) -> bool:
        # SQL's `json_set` would store a date as a text, and a truth as a number.
        return not _loses_its_kind(update) and bool(known(self, update, *rest))

    QueryHelper._can_use_sql_updates = may_be_sql


def _loses_its_kind(value: object) -> bool:
    """Finds a date or a truth, at any depth."""
    if isinstance(value, Mapping):
        return any(map(_loses_its_kind, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_loses_its_kind, value))
    return isinstance(value, datetime | bool)


def _correct_indexes() -> None:
    known = IndexManager.create_index

    def create_index(self: Any, key: Any, *rest: Any, **options: Any) -> Any:
        fields = [each[0] for each in key] if isinstance(key, list) else [key]
        if "_id" not in fields or fields == ["_id"]:
            return known(self, key, *rest, **options)
        asked = signature(known).bind(self, key, *rest, **options).arguments
        unique = "UNIQUE " if asked.get("unique") else ""
        # The id has a column of its own, and is not in the JSON of its document.
        columns = [
            "_id" if field == "_id" else f"json_extract(data, '{parse_json_path(field)}')"
            for field in fields
        ]
        name = f"idx_{self.collection.name}_{'_'.join(fields).replace('.', '_')}"
        self.collection.db.execute(
            f"CREATE {unique}INDEX IF NOT EXISTS {quote_identifier(name)} "
            f"ON {quote_table_name(self.collection.name)}({', '.join(columns)})"
        )
        _store_index_keys(self.collection.db, name, fields)
        return name

    IndexManager.create_index = create_index


def _correct_aggregations() -> None:
    known = Collection.aggregate

    def aggregate(self: Any, pipeline: Sequence[Filter], *rest: Any, **options: Any) -> Any:
        if any(stage.keys() - _COMPUTED_STAGES for stage in pipeline):
            return known(self, pipeline, *rest, **options)
        return _Computed(self, pipeline)

    Collection.aggregate = aggregate


class _Computed:
    """An aggregation's results, as its cursor gives them."""

    def __init__(self, collection: Any, pipeline: Sequence[Filter]) -> None:
        first = pipeline[0].get("$match") if pipeline else None
        documents = list(collection.find(first or {}))
        rest = pipeline[1:] if first is not None else pipeline
        self._results: Iterable[Filter] = process_pipeline(  # type: ignore[no-untyped-call]
            documents, None, rest, None
        )

    def __iter__(self) -> Iterator[Filter]:
        return iter(self._results)

    def to_list(self, _: int | None = None) -> list[Filter]:
        return list(self._results)


if __name__ == "__main__":
    correct()
    main()
