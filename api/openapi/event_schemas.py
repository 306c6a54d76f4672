"""JSON Schemas of events, generated from the models that write and read them."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from domain.inbound.messages import DETAILS
from domain.kernel.events import Event, Metadata

Json = dict[str, Any]

_SCHEMAS = "#/components/schemas/{model}"


def reference(model: type[BaseModel]) -> Json:
    return {"$ref": _SCHEMAS.format(model=model.__name__)}


def schemas(events: Iterable[type[Event]]) -> Json:
    """The schemas of `events`, and of the details of all messages that we act on."""
    models: list[tuple[type[BaseModel], Literal["serialization", "validation"]]] = [
        (Metadata, "serialization"),
        *((model, "serialization") for model in events),
        *((model, "validation") for model in DETAILS.values()),
    ]
    _, found = models_json_schema(models, ref_template=_SCHEMAS, schema_generator=_OnTheWire)
    definitions: Json = found["$defs"]
    return definitions


class _OnTheWire(GenerateJsonSchema):
    """Schemas of JSON as it travels. Of what we write, None is left out and all else is always
    there; of what we read, a field may come under each of its names."""

    def field_title_should_be_set(self, _: object) -> bool:
        return False  # it would be the name again, spoilt

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        described = super().model_schema(schema)
        fields: dict[str, FieldInfo] = schema["cls"].model_fields
        for field in fields.values():
            if isinstance(field.validation_alias, AliasChoices):
                _allow(described, [str(name) for name in field.validation_alias.choices])
        return described

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        if self.mode == "validation":
            return super().nullable_schema(schema)
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        if self.mode == "validation":
            return super().field_is_required(field, total)
        inner = field["schema"]
        if inner["type"] == "default":
            inner = inner["schema"]
        return bool(inner["type"] != "nullable")


def _allow(described: Json, names: list[str]) -> None:
    described["properties"] |= dict.fromkeys(names, described["properties"][names[0]])
    described["required"].remove(names[0])
    described["anyOf"] = [{"required": [name]} for name in names]
