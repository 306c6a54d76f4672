"""Bodies and queries under the names that clients know, and no others; read leniently."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, core_schema

from domain.kernel.reading import Reading


class _WireNames:
    """Mark on a model: its fields are unknown by the names that they have in our code."""

    def __get_pydantic_core_schema__(
        self, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        fields = source.model_fields.items()
        ours = {name for name, field in fields if field.alias not in {None, name}}

        def refuse_ours(sent: dict[str, Any]) -> dict[str, Any]:
            unknown = [name for name in sent if name in ours]
            if unknown:
                raise _unknown(source, sent, unknown)
            return sent

        def read(sent: Any, as_it_stands: Callable[[Any], Any]) -> Any:
            if not isinstance(sent, dict):
                return as_it_stands(sent)
            return source.model_validate(refuse_ours(sent), context=Reading.LENIENT)

        return core_schema.no_info_wrap_validator_function(read, handler(source))


def _unknown(source: type[BaseModel], sent: dict[str, Any], names: list[str]) -> ValidationError:
    errors = [
        InitErrorDetails(type="extra_forbidden", loc=(name,), input=sent[name]) for name in names
    ]
    return ValidationError.from_exception_data(source.__name__, errors)


M = TypeVar("M", bound=BaseModel)
FromClient = Annotated[M, _WireNames()]
"""A body or a query, read as a client writes it."""
