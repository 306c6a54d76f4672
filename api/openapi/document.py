"""The API's document, OpenAPI 3.1: FastAPI's, completed by what it cannot know of our routes."""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.openapi.models import OpenAPI

from api import JSON
from api.http.locale_pt import is_portuguese
from api.http.problems import PROBLEM_JSON, Problem
from api.openapi import closures, feeds, health, locale_pt, meta, schedule
from api.openapi.aggregates import AGGREGATES
from api.openapi.responses import PORTUGUESE_SUFFIX, RESPONSE_HEADERS, Responses, reference

Document = dict[str, Any]

_OTHERS = (closures, feeds, schedule, health, meta)
RESPONSES = tuple(each.responses for each in (*AGGREGATES, *_OTHERS))
BODIES = tuple(each.bodies for each in (*AGGREGATES, *_OTHERS))


def complete(app: FastAPI) -> None:
    """Makes the app serve the completed document, which is made when it is first asked for."""
    generated = app.openapi

    @cache
    def openapi() -> Document:
        # FastAPI keeps its own, which stays as it is if it cannot be completed.
        return completed(deepcopy(generated()))

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it


def completed(generated: Document) -> Document:
    """Raises KeyError if an operation has no responses here."""
    responses = {name: each for table in RESPONSES for name, each in table().items()}
    examples = {name: body for bodies in BODIES for name, body in bodies().items()}
    for methods in generated["paths"].values():
        for operation in methods.values():
            _respond(operation, responses[operation["operationId"]])
    # As FastAPI checks and orders it.
    document: Document = jsonable_encoder(OpenAPI(**generated), by_alias=True, exclude_none=True)
    _define(document["components"])
    _promise(document)
    _share_problems(document)
    _show(document, examples)
    _correct_parameters(document["paths"])
    return document


def _respond(operation: Document, responses: Responses) -> None:
    """Adds the described responses to the one that FastAPI knows the schema of. Its 422 is of a
    form in which nothing is refused here."""
    known = operation["responses"]
    known.pop("422", None)
    for status, described in deepcopy(responses).items():
        response = known.setdefault(str(status), {})
        content = response.get("content", {}) | described.get("content", {})
        response |= described | ({"content": content} if content else {})


def _define(components: dict[str, Any]) -> None:
    """Adds what others refer to. Problem is none of FastAPI's response models, because it would
    then say that problems come as plain JSON as well."""
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    template = reference("schemas", "{model}")["$ref"]
    problem = Problem.model_json_schema(by_alias=True, ref_template=template)
    components["schemas"] |= {**problem.pop("$defs"), Problem.__name__: problem}
    components["headers"] = {
        name + suffix: {"description": descriptions[name], "schema": {"type": "string"}}
        for suffix, descriptions in (
            ("", RESPONSE_HEADERS),
            (PORTUGUESE_SUFFIX, locale_pt.RESPONSE_HEADERS_PT),
        )
        for name in RESPONSE_HEADERS
    }


def _promise(document: dict[str, Any]) -> None:
    """Corrects schemas of what is shown, which FastAPI describes as if it were sent: with defaults,
    which make generators of clients write code that does not compile, and with fields that are
    always there as if they might not be.
    """
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for response in (each for one in methods.values() for each in one["responses"].values()):
            for media_type, content in response.get("content", {}).items():
                # In Portuguese, null is written; in English and in problems, it is left out.
                is_whole = media_type == JSON and is_portuguese(path)
                for name in _within(content.get("schema"), schemas):
                    _require(schemas[name], null=is_whole)


def _require(schema: dict[str, Any], *, null: bool) -> None:
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        has_value = field.pop("default", None) is not None
        if name not in required and (has_value or null):
            required = schema["required"] = [*required, name]


def _within(node: Any, schemas: Mapping[str, Any], known: frozenset[str] = frozenset()) -> set[str]:
    """The names of all schemas that the node is made of."""
    if isinstance(node, list):
        return set().union(*(_within(each, schemas, known) for each in node))
    if not isinstance(node, dict):
        return set()
    if (name := _name(node)) and name not in known:
        return {name} | _within(schemas[name], schemas, known | {name})
    return set().union(*(_within(each, schemas, known) for each in node.values()))


def _share_problems(document: dict[str, Any]) -> None:
    """Writes each problem response once, under its status and codes."""
    shared = document["components"]["responses"] = {}
    for path, methods in document["paths"].items():
        suffix = PORTUGUESE_SUFFIX if is_portuguese(path) else ""
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if content := response.get("content", {}).get(PROBLEM_JSON):
                    name = f"{status}_{'_'.join(content['examples'])}{suffix}"
                    shared[name] = response
                    operation["responses"][status] = reference("responses", name)


def _show(document: dict[str, Any], examples: Mapping[str, Any]) -> None:
    """Puts examples, by the names of their schemas, beside all bodies of those schemas."""
    document["components"]["examples"] = {
        name: {"value": value} for name, value in examples.items()
    }
    for operation in (each for path in document["paths"].values() for each in path.values()):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (body.get("content", {}).get(JSON) for body in bodies):
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
            # To leave it out is to send none, which a client's code need not know.
            if parameter["schema"].get("default") in ([], ""):
                del parameter["schema"]["default"]
            # The preconditions of both APIs are read in one place, and described in English.
            if parameter["in"] == "header" and is_portuguese(path):
                parameter["description"] = locale_pt.REQUEST_HEADERS[parameter["name"]]


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]
