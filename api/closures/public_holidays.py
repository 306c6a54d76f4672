"""Holidays of countries, as the library `holidays` knows them. It is asked once, when somebody
imports them; from then on the closures in the database count, and people change those."""

from typing import Annotated

from holidays import HolidayBase, country_holidays
from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from activities.mongo.closures import Closure
from api.closures.queries import LONGEST_NAME
from domain.kernel.reading import leniently, of_text
from domain.kernel.values import Input, Text, Whole

_CAPITALS = leniently(of_text(lambda text: text.strip().upper()))


def _known_country(code: str) -> str:
    try:
        return str(country_holidays(code).country)
    except NotImplementedError:
        raise PydanticCustomError(
            "country",
            "No holidays of {country} are known: send the two letters of ISO 3166-1, such as BR, "
            "or enter each day by PUT",
            {"country": code},
        ) from None


Country = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{2}$"),
    _CAPITALS,
    AfterValidator(_known_country),
    Field(description="Two letters, as ISO 3166-1 has them", examples=["BR"]),
]
Subdivision = Annotated[
    Text,
    StringConstraints(max_length=50),
    Field(description="A part of the country, as ISO 3166-2 has it behind the hyphen"),
]
Year = Annotated[int, Field(strict=True, ge=2000, le=2100), Whole]
Category = Annotated[str, StringConstraints(pattern=r"^[A-Z_]{1,30}$"), _CAPITALS]


class HolidayImport(Input):
    """The holidays of a year. A country, a part of it or a category that is not known is refused
    with those that are."""

    country: Country
    subdivision: Subdivision | None = None
    year: Year
    categories: Annotated[
        tuple[Category, ...],
        Field(max_length=20, description="`PUBLIC`, `OPTIONAL`, or what else the country has"),
    ] = ("PUBLIC",)

    @field_validator("subdivision")
    @classmethod
    def _of_the_country(cls, sent: str | None, info: ValidationInfo) -> str | None:
        country = info.data.get("country")
        if sent is None or country is None:  # which is refused by itself
            return sent
        parts = country_holidays(country).subdivisions
        spelt = {each.upper(): each for each in parts}
        if sent.upper() not in spelt:
            advice = "send one of " + ", ".join(parts) if parts else "leave it out"
            raise PydanticCustomError(
                "subdivision",
                "{country} has no such subdivision: {advice}",
                {"country": country, "advice": advice},
            )
        return spelt[sent.upper()]

    @field_validator("categories")
    @classmethod
    def _known_there(cls, sent: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        country = info.data.get("country")
        if country is None:
            return sent
        known = [each.upper() for each in country_holidays(country).supported_categories]
        if not set(known).issuperset(sent):
            raise PydanticCustomError(
                "category",
                "{country} has no such category: send some of {known}",
                {"country": country, "known": ", ".join(known)},
            )
        return sent

    @property
    def source(self) -> str:
        """`holidays:BR-SP` for those of São Paulo."""
        return "holidays:" + "-".join(filter(None, (self.country, self.subdivision)))


def closures_of(wanted: HolidayImport) -> list[Closure]:
    """Closures of these holidays, each under the name that it has in its country."""
    return [
        Closure(date=str(day), name=name[:LONGEST_NAME], source=wanted.source)
        for day, name in sorted(_holidays(wanted).items())
    ]


def _holidays(wanted: HolidayImport) -> HolidayBase:
    return country_holidays(
        wanted.country,
        subdiv=wanted.subdivision,
        years=wanted.year,
        categories=tuple(each.lower() for each in wanted.categories),
        # Left to itself, the library goes by the locale of the process.
        language=country_holidays(wanted.country).default_language,
    )
