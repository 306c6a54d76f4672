"""The database in memory, with the one command of the real ones that it lacks: `count`."""

from typing import Any

from tests.activities.databases import Database, in_memory


def counting_in_memory() -> Database:
    database: Any = in_memory()
    known = database.command

    async def command(command: str, *arguments: Any, **options: Any) -> Any:
        if command != "count":
            return await known(command, *arguments, **options)
        (collection,) = arguments
        return {"n": await database[collection].count_documents(options["query"])}

    database.command = command
    counted: Database = database
    return counted
