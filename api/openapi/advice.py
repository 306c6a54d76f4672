"""All problems, in the order of `catalogue.toml`, and the advice that it gives on them."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from api import errors
from api.closures import errors as of_closures
from api.errors import ServiceError
from api.feeds import errors as of_feeds
from api.http.problems import problem_code
from api.http.statuses import STATUS, ErrorClass
from domain.kernel.values import Value


class Bilingual(Value):
    en: str
    pt: str


class Advice(Value):
    when: Bilingual
    do: Bilingual


@cache
def advice() -> Mapping[str, Advice]:
    """The advice, by the codes of problems."""
    text = Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8")
    return {code: Advice.model_validate(each) for code, each in tomllib.loads(text).items()}


@cache
def kinds() -> Mapping[str, ErrorClass]:
    """The classes of all problems, by their codes and in the order of the advice on them. Raises
    KeyError if there is advice on what is none."""
    known = {problem_code(kind): kind for kind in (*STATUS, *service_errors())}
    return {code: known[code] for code in advice()}


def service_errors() -> Iterable[type[ServiceError]]:
    """The errors that clients may meet."""
    declared = (
        each for module in (errors, of_closures, of_feeds) for each in vars(module).values()
    )
    classes = (each for each in declared if isinstance(each, type))
    return (each for each in classes if issubclass(each, ServiceError) and hasattr(each, "status"))
