"""Bodies and queries by the names that clients know them by, and by no others."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, core_schema


class _WireNames:
    """Our own code names a field as Python does; from outside, that is an unknown field."""

    def __get_pydantic_core_schema__(
        self, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        fields = source.model_fields.items()
        ours = {name for name, field in fields if field.alias not in {None, name}}

        def refuse_ours(sent: Any) -> Any:
            unknown = [name for name in sent if name in ours] if isinstance(sent, dict) else []
            if unknown:
                raise _unknown(source, sent, unknown)
            return sent

        return core_schema.no_info_before_validator_function(refuse_ours, handler(source))


def _unknown(source: type[BaseModel], sent: dict[str, Any], names: list[str]) -> ValidationError:
    errors = [
        InitErrorDetails(type="extra_forbidden", loc=(name,), input=sent[name]) for name in names
    ]
    return ValidationError.from_exception_data(source.__name__, errors)


M = TypeVar("M", bound=BaseModel)
Sent = Annotated[M, _WireNames()]
