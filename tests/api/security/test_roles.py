"""Roles as identity providers write them."""

from typing import Any

import pytest

from api.security.callers import EVERYTHING, READER, ROLES
from api.security.roles import Roles

KEYCLOAK = {
    "realm_access": {"roles": ["offline_access", "default-roles-oficina", "admin"]},
    "resource_access": {"my.client": {"roles": ["admin"]}, "account": {"roles": ["view-profile"]}},
}


@pytest.mark.parametrize(
    ("claim", "claims"),
    [
        ("roles", {"roles": ["admin"]}),
        ("realm_access.roles", KEYCLOAK),
        ("resource_access.my.client.roles", KEYCLOAK),
        ("cognito:groups", {"cognito:groups": ["admin"]}),
        ("https://workshop.example/roles", {"https://workshop.example/roles": ["admin"]}),
        (
            "https://workshop.example/app.roles",
            {"https://workshop.example/app": {"roles": "admin"}},
        ),
        ("a.b", {"a.b": None, "a": {"b": "admin"}}),
        ("a.b.c", {"a": {"b.c": "admin"}, "a.b": {"d": "reader"}}),
        ("a.b", {"a.b": "admin", "a": {"b": "reader"}}),
    ],
)
def test_roles_are_found_wherever_the_setting_says(claim: str, claims: dict[str, Any]) -> None:
    assert Roles(claim, everybody_has_some=True).permissions(claims) == EVERYTHING


@pytest.mark.parametrize(
    "claims",
    [
        *({}, {"realm_access": None}, {"realm_access": 7}, {"realm_access": []}),
        *({"realm_access": {}}, {"realm_access": {"roles": None}}, {"roles": ["leitor"]}),
    ],
)
def test_roles_that_are_not_there_are_none(claims: dict[str, Any]) -> None:
    assert Roles("realm_access.roles").permissions(claims) == EVERYTHING
    assert Roles("realm_access.roles", everybody_has_some=True).permissions(claims) == READER


@pytest.mark.parametrize(
    "said",
    [
        *("admin", "ADMIN", " admin ", "openid admin profile", "openid,admin", "openid, admin"),
        *("[openid, admin]", '["openid","admin"]', "ROLE_ADMIN", "role_admin", "openid\tadmin"),
        *(["admin"], ["openid", "Admin"], ["ROLE_ADMIN"], [" admin "], ["/admin"], [7, "admin"]),
        *([{"authority": "ROLE_ADMIN"}], [{"id": 7, "name": "admin"}], [{"role": "admin"}]),
        *({"admin": {"2871": "workshop.example"}}, {"admin": True, "reader": True}),
    ],
)
def test_a_role_is_known_however_it_is_written(said: Any) -> None:
    assert Roles().permissions({"roles": said}) == EVERYTHING


@pytest.mark.parametrize(
    ("accented", "plain"),
    [("mecânico", "mecanico"), ("MECA\u0302NICO", "mecanico"), ("Serviço", "servico")],
)
def test_accents_are_no_difference(accented: str, plain: str) -> None:
    assert Roles().permissions({"roles": [accented]}) == ROLES[plain]


@pytest.mark.parametrize(
    "said",
    [
        *(7, 0, 1.5, True, False, "", " ", [], [[]], [["admin"]], [None], {}),
        *("administrators", "no-admin", "role_role_admin", "/workshop/admin", ["not admin"]),
        *({"admin": False}, {"admin": None}, {"admin": 1}, [{"admin": True}], [{"name": 7}]),
    ],
)
def test_what_names_no_role_of_ours_permits_nothing_of_its_own(said: Any) -> None:
    assert Roles().permissions({"roles": said}) == frozenset()
    assert Roles(everybody_has_some=True).permissions({"roles": said}) == READER
