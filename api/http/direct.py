"""Calls a route's function straight with what its request says, where that is in order.

FastAPI looks at each parameter that a route declares, a dozen times as long as the call itself
takes. Here only what the request says is looked at. Whatever is doubtful or wrong is left to
FastAPI, which then reads the whole request and refuses it in its own words: so there is one
meaning of each declaration, and two ways to the same values.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.security import SecurityScopes
from pydantic import BaseModel
from pydantic.fields import FieldInfo

Values = dict[str, Any]
Validator = Callable[..., tuple[Any, Any]]
"""One of FastAPI's: returns the value and its errors."""
MISSING = object()
"""The body that a request does not have."""


class Doubtful(Exception):
    """The request says something that FastAPI has to look at"""


@dataclass(frozen=True)
class _Parameter:
    name: str
    alias: str
    read: Validator
    default: Any
    required: bool

    def value(self, sent: Any) -> Any:
        """Raises Doubtful."""
        if sent is MISSING:
            if self.required:
                raise Doubtful
            return self.default
        return _validated(self.read, sent)


@dataclass(frozen=True)
class _Model:
    """All parameters of the query in one model; `many` are those that may be repeated."""

    name: str
    known: frozenset[str]
    many: frozenset[str]
    read: Validator

    def value(self, request: Request) -> Any:
        sent = request.query_params
        if not self.known.issuperset(sent):
            raise Doubtful
        given = {each: sent.getlist(each) if each in self.many else sent[each] for each in sent}
        return _validated(self.read, given)


@dataclass(frozen=True)
class Call:
    """A function and what it takes, each read from its place in the request."""

    function: Callable[..., Any]
    path: tuple[_Parameter, ...]
    query: tuple[_Parameter, ...]
    headers: tuple[_Parameter, ...]
    body: tuple[_Parameter, ...]
    models: tuple[_Model, ...]
    dependencies: tuple[tuple[str | None, "Call"], ...]
    constants: Mapping[str, Any]
    request_name: str | None
    header_names: frozenset[bytes]
    """Names of the headers, as the server has them; none must be there."""
    is_query_needed: bool
    """True if something must be in the query."""

    @classmethod
    def of(cls, declared: Dependant) -> "Call | None":
        """None if something is declared that only FastAPI knows how to read."""
        try:
            return _call(declared)
        except Doubtful:
            return None

    async def values(self, request: Request, content: Any = MISSING) -> Values | None:
        """The arguments of the function; None if FastAPI has to look at the request. Raises what
        dependencies raise."""
        try:
            return await self._values(request, content)
        except Doubtful:
            return None

    async def _values(self, request: Request, content: Any = MISSING) -> Values:
        # What is not sent has its default among the constants.
        values: Values = dict(self.constants)
        for name, dependency in self.dependencies:
            found = await dependency.function(**await dependency._values(request))
            if name is not None:
                values[name] = found
        self._fill(values, request, content)
        return values

    def _fill(self, values: Values, request: Request, content: Any) -> None:
        """Puts in what the request itself says. Raises Doubtful."""
        for each in self.path:
            values[each.name] = each.value(request.path_params.get(each.alias, MISSING))
        if self.query and (self.is_query_needed or request.scope["query_string"]):
            sent = request.query_params
            for each in self.query:
                values[each.name] = each.value(sent.get(each.alias, MISSING))
        if self.headers and not self.header_names.isdisjoint(
            name for name, _ in request.scope["headers"]
        ):
            for each in self.headers:
                values[each.name] = each.value(request.headers.get(each.alias, MISSING))
        for each in self.body:
            values[each.name] = each.value(content)
        for model in self.models:
            values[model.name] = model.value(request)
        if self.request_name:
            values[self.request_name] = request


def _validated(read: Validator, sent: Any) -> Any:
    """Raises Doubtful."""
    value, errors = read(sent, {}, loc=())
    if errors:
        raise Doubtful
    return value


def _call(declared: Dependant) -> Call:
    function = declared.call
    if (
        function is None
        or not _is_async(function)
        or declared.cookie_params
        or declared.websocket_param_name
        or declared.http_connection_param_name
        or declared.background_tasks_param_name
        or declared.response_param_name
        or len(declared.body_params) > 1
    ):
        raise Doubtful
    scopes = declared.security_scopes_param_name
    models = [each for each in declared.query_params if _is_model(each.field_info)]
    query = _parameters([each for each in declared.query_params if each not in models])
    headers = _parameters(declared.header_params)
    if any(each.required for each in headers):
        raise Doubtful
    defaults = {each.name: each.default for each in (*query, *headers) if not each.required}
    return Call(
        function,
        path=_parameters(declared.path_params),
        query=query,
        headers=headers,
        body=_parameters(declared.body_params, may_be_model=True),
        models=tuple(map(_model, models)),
        dependencies=tuple((each.name, _call(each)) for each in declared.dependencies),
        constants=defaults | ({scopes: SecurityScopes(_scopes(declared))} if scopes else {}),
        request_name=declared.request_param_name,
        header_names=frozenset(each.alias.lower().encode() for each in headers),
        is_query_needed=any(each.required for each in query),
    )


def _parameters(fields: list[Any], *, may_be_model: bool = False) -> tuple[_Parameter, ...]:
    return tuple(_parameter(field, may_be_model=may_be_model) for field in fields)


def _parameter(field: Any, *, may_be_model: bool) -> _Parameter:
    declared: FieldInfo = field.field_info
    if declared.validate_default or (_is_model(declared) and not may_be_model):
        raise Doubtful
    required = declared.is_required()
    default = None if required else field.get_default()
    return _Parameter(field.name, field.alias, field.validate, default, required)


def _model(field: Any) -> _Model:
    fields = field.field_info.annotation.model_fields.items()
    aliases = {name: each.alias or name for name, each in fields}
    many = {aliases[name] for name, each in fields if _is_many(each)}
    return _Model(field.name, frozenset(aliases.values()), frozenset(many), field.validate)


def _is_model(declared: FieldInfo) -> bool:
    return isinstance(declared.annotation, type) and issubclass(declared.annotation, BaseModel)


def _is_many(declared: FieldInfo) -> bool:
    return getattr(declared.annotation, "__origin__", None) in {tuple, list, set, frozenset}


def _is_async(function: Callable[..., Any]) -> bool:
    return iscoroutinefunction(function) or iscoroutinefunction(type(function).__call__)


def _scopes(declared: Dependant) -> list[str]:
    both = (declared.parent_oauth_scopes or []) + (declared.own_oauth_scopes or [])
    return list(dict.fromkeys(both))
