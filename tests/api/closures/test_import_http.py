"""Public holidays become closures when somebody imports them, and at no other time."""

from typing import Any

import httpx
import pytest

from api.closures.public_holidays import HolidayImport, closures_of
from tests.api.answers import CLOSURES, problem

IMPORT = f"{CLOSURES}/import"
BRAZIL = {"country": "BR", "year": 2026}


async def added(http: httpx.AsyncClient, **wanted: Any) -> dict[str, dict[str, str]]:
    """The closures that an import has added, by their days."""
    answer = await http.post(IMPORT, json=wanted)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, str]] = answer.json()["added"]
    return {each["date"]: each for each in found}


async def test_the_holidays_of_a_country_become_closures(http: httpx.AsyncClient) -> None:
    found = await added(http, **BRAZIL)

    assert {"2026-01-01", "2026-04-21", "2026-09-07", "2026-12-25"} <= found.keys()
    assert list(found) == sorted(found)
    assert found["2026-12-25"] == {"date": "2026-12-25", "name": "Natal", "source": "holidays:BR"}
    assert (await http.get(CLOSURES)).json()["closures"] == list(found.values())


async def test_a_part_of_the_country_has_days_of_its_own(http: httpx.AsyncClient) -> None:
    found = await added(http, **BRAZIL, subdivision="SP")

    assert found["2026-07-09"]["source"] == "holidays:BR-SP"
    assert "2026-07-09" not in [
        each.date for each in closures_of(HolidayImport.model_validate(BRAZIL))
    ]


async def test_only_days_that_are_open_are_added(http: httpx.AsyncClient) -> None:
    mine = {"date": "2026-12-25", "name": "Mine", "source": "manual"}
    await http.put(f"{CLOSURES}/2026-12-25", json={"name": "Mine"})

    first, again = await added(http, **BRAZIL), await added(http, **BRAZIL)

    assert "2026-12-25" not in first
    assert again == {}
    assert (await http.get(f"{CLOSURES}/2026-12-25")).json() == mine


async def test_an_import_that_somebody_has_corrected_is_theirs(http: httpx.AsyncClient) -> None:
    await added(http, **BRAZIL)

    await http.put(f"{CLOSURES}/2026-12-25", json={"name": "Christmas, until the 28th"})
    await http.delete(f"{CLOSURES}/2026-04-21")

    assert (await http.get(f"{CLOSURES}/2026-12-25")).json()["source"] == "manual"
    assert list(await added(http, **BRAZIL)) == ["2026-04-21"]


async def test_categories_are_public_holidays_unless_others_are_named(
    http: httpx.AsyncClient,
) -> None:
    public = await added(http, **BRAZIL)
    optional = await added(http, **BRAZIL, categories=["OPTIONAL"])

    carnival = "2026-02-17"
    assert carnival not in public
    assert carnival in optional


@pytest.mark.parametrize(
    "wanted",
    [
        {"country": " br ", "subdivision": "sp", "categories": ["public"]},
        {"country": "BR", "subdivision": " SP ", "categories": []},
        {"country": "BR", "subdivision": "SP", "categories": None, "year": 2026.0},
    ],
)
async def test_an_import_is_read_as_it_is_meant(
    http: httpx.AsyncClient, wanted: dict[str, Any]
) -> None:
    found = await added(http, **{"year": 2026, **wanted})

    assert found["2026-07-09"]["source"] == "holidays:BR-SP"


@pytest.mark.parametrize("nothing", ["", None])
async def test_no_part_of_the_country_is_all_of_it(
    http: httpx.AsyncClient, nothing: str | None
) -> None:
    found = await added(http, **BRAZIL, subdivision=nothing)

    assert found["2026-12-25"]["source"] == "holidays:BR"


@pytest.mark.parametrize(
    ("wrong", "pointer", "advice"),
    [
        ({"country": "XX"}, "/country", "ISO 3166-1"),
        ({"country": "XX", "subdivision": "SP"}, "/country", "enter each day by PUT"),
        ({"subdivision": "ZZ"}, "/subdivision", "send one of AC, AL, "),
        ({"country": "VA", "subdivision": "SP"}, "/subdivision", "leave it out"),
        ({"categories": ["SCHOOL"]}, "/categories", "send some of OPTIONAL, PUBLIC"),
        ({"categories": ["PUBLIC", "NONSENSE"]}, "/categories", "OPTIONAL, PUBLIC"),
    ],
)
async def test_what_is_not_known_is_refused_with_what_to_do(
    http: httpx.AsyncClient, wrong: dict[str, Any], pointer: str, advice: str
) -> None:
    refused = problem(await http.post(IMPORT, json={**BRAZIL, **wrong}), 422, "invalid-request")

    (error,) = refused["errors"]
    assert error["pointer"] == pointer
    assert advice in error["message"]
    assert (await http.get(CLOSURES)).json() == {"closures": []}


@pytest.mark.parametrize(
    "wrong",
    [
        *({"country": "BRA"}, {"country": ""}, {"country": 7}, {"country": "B1"}),
        *({"year": 1999}, {"year": 2101}, {"year": "2026"}, {"year": True}, {"year": None}),
        *({"subdivision": "S" * 51}, {"categories": "PUBLIC"}, {"categories": ["PUBLIC"] * 21}),
        *({"categories": ["half day"]}, {"language": "en"}),
    ],
)
async def test_an_import_has_its_bounds(http: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    problem(await http.post(IMPORT, json={**BRAZIL, **wrong}), 422, "invalid-request")


@pytest.mark.parametrize("missing", ["country", "year"])
async def test_an_import_names_its_country_and_its_year(
    http: httpx.AsyncClient, missing: str
) -> None:
    wanted = {name: value for name, value in BRAZIL.items() if name != missing}

    refused = problem(await http.post(IMPORT, json=wanted), 422, "invalid-request")

    assert [each["pointer"] for each in refused["errors"]] == [f"/{missing}"]


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "en_US.UTF-8", "de_DE.UTF-8"])
def test_names_are_those_of_the_country_wherever_the_service_runs(
    monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, locale)

    names = {each.name for each in closures_of(HolidayImport.model_validate(BRAZIL))}

    assert "Confraternização Universal" in names


@pytest.mark.parametrize("country", ["BR", "US", "PT", "DE", "GB", "JP", "AR", "UY"])
def test_closures_lie_in_the_year_that_was_asked_for(country: str) -> None:
    wanted = HolidayImport.model_validate({"country": country, "year": 2027})

    found = closures_of(wanted)

    assert len(found) >= 5
    assert {each.date[:4] for each in found} == {"2027"}
    assert {each.source for each in found} == {f"holidays:{country}"}
