"""The API's document, OpenAPI 3.1: all that FastAPI cannot know of our routes."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from api.http import locale_pt as portuguese
from api.http.problems import MEDIA_TYPE, Problem
from api.openapi.responses import HEADERS, PORTUGUESE, reference


def complete(app: FastAPI, examples: Mapping[str, Any]) -> None:
    """Adds to the document what FastAPI leaves out, or would say wrongly. `examples` are of bodies,
    by the names of their schemas."""
    described_so_far = app.openapi

    def openapi() -> dict[str, Any]:
        is_new = app.openapi_schema is None
        document = described_so_far()
        if is_new:
            _define(document["components"])
            _promise(document)
            _share_problems(document)
            _show(document, examples)
            _correct_parameters(document["paths"])
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _define(components: dict[str, Any]) -> None:
    """What others refer to. Problem is none of FastAPI's response models, because it would then say
    that problems come as plain JSON as well."""
    template = reference("schemas", "{model}")["$ref"]
    problem = Problem.model_json_schema(by_alias=True, ref_template=template)
    components["schemas"] |= {**problem.pop("$defs"), Problem.__name__: problem}
    components["headers"] = {
        name + suffix: {"description": told[name], "schema": {"type": "string"}}
        for suffix, told in (("", HEADERS), (PORTUGUESE, portuguese.HEADERS))
        for name in HEADERS
    }


def _promise(document: dict[str, Any]) -> None:
    """FastAPI describes what is shown as if it were sent: with defaults, which make generators of
    clients write code that does not compile, and with what is always there as if it might not be.
    """
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for response in (each for one in methods.values() for each in one["responses"].values()):
            for media_type, content in response.get("content", {}).items():
                # In Portuguese, null is written; in English and in problems, it is left out.
                is_whole = media_type == "application/json" and portuguese.is_spoken(path)
                for name in _within(content.get("schema"), schemas):
                    _require(schemas[name], null=is_whole)


def _require(schema: dict[str, Any], *, null: bool) -> None:
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        has_value = field.pop("default", None) is not None
        if name not in required and (has_value or null):
            required = schema["required"] = [*required, name]


def _within(node: Any, schemas: Mapping[str, Any], known: frozenset[str] = frozenset()) -> set[str]:
    """The names of all schemas that it is made of."""
    if isinstance(node, list):
        return set().union(*(_within(each, schemas, known) for each in node))
    if not isinstance(node, dict):
        return set()
    if (name := _name(node)) and name not in known:
        return {name} | _within(schemas[name], schemas, known | {name})
    return set().union(*(_within(each, schemas, known) for each in node.values()))


def _share_problems(document: dict[str, Any]) -> None:
    """Each problem response is written once, under its status and codes."""
    shared = document["components"]["responses"] = {}
    for path, methods in document["paths"].items():
        suffix = PORTUGUESE if portuguese.is_spoken(path) else ""
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if content := response.get("content", {}).get(MEDIA_TYPE):
                    name = f"{status}_{'_'.join(content['examples'])}{suffix}"
                    shared[name] = response
                    operation["responses"][status] = reference("responses", name)


def _show(document: dict[str, Any], examples: Mapping[str, Any]) -> None:
    """Wherever a body is of a schema that there is an example of, it stands beside it."""
    document["components"]["examples"] = {
        name: {"value": value} for name, value in examples.items()
    }
    for operation in (each for path in document["paths"].values() for each in path.values()):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (body.get("content", {}).get("application/json") for body in bodies):
            schema = content["schema"] if content else {}
            if (name := _name(schema)) in examples:
                content["examples"] = {name: reference("examples", name)}
            elif (name := _name(schema.get("items", {}))) in examples:
                content["examples"] = {name: {"value": [examples[name]]}}


def _correct_parameters(paths: dict[str, Any]) -> None:
    for path, methods in paths.items():
        for parameter in (each for one in methods.values() for each in one.get("parameters", ())):
            # FastAPI says that what may be left out may be null, which no header and no query can.
            if parameter["schema"].get("anyOf", ())[1:] == [{"type": "null"}]:
                parameter["schema"] |= parameter["schema"].pop("anyOf")[0]
            # To leave it out is to send none, which a client's code need not be told.
            if parameter["schema"].get("default") in ([], ""):
                del parameter["schema"]["default"]
            # The terms of a request are read in one place for both APIs, and described in English.
            if parameter["in"] == "header" and portuguese.is_spoken(path):
                parameter["description"] = portuguese.TERMS[parameter["name"]]


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]
