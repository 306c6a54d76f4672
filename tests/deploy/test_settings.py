"""Settings that cannot be used are named, each with what it must be."""

import os
from pathlib import Path

import pytest

from activities.service_tokens import ALGORITHMS as SHARED
from api.security.keys import KEY_TYPES
from deploy.dev.wiring import SETTINGS
from settings import LARGEST_CACHE, Common, TokenSettings, load

pytestmark = pytest.mark.usefixtures("bare_environment")

UNUSABLE: dict[str, list[str]] = {
    "PORT": ["0", "-1", "65536", "http", "30.5"],
    "HOST": ["a b", "http://127.0.0.1", "a@b"],
    "AUTH_DISABLED": ["maybe", "2"],
    "MONGODB_DATABASE": ["a.b", "a b", "a/b", 'a"b', "$a", "a" * 64, "a\\b"],
    "EVENT_BUS_NAME": ["a b", "ônibus", "a" * 257, "a:b"],
    "SQS_QUEUE_URL": ["queue", "http://", "ftp://aws/queue", "http://aws:http/1/q", "http://a /q"],
    "AWS_REGION": ["us east 1", "-", "a_b", "us-east-1.", "a" * 64, "1"],
    "BUDGET_APPROVED_PRECREATES": ["maybe"],
    "FILA_EXIGE_APROVACAO": ["talvez"],
    "WORKSHOP_TIMEZONE": ["Oficina", "America/Nowhere", "..", "America", "UTC+3"],
    "HOLD_SECONDS": ["59", "3601", "long"],
    "PLAN_HORIZON_DAYS": ["0", "367", "far"],
    "TECHNICIANS_ONLY": ["perhaps"],
    "URL_API_OS": ["os.example", "http://", "ftp://os.example", "http://os .example", "http://a:b"],
    "JWKS_URL": ["keys.json", "file:///keys.json", "http://a:b:c", "https://a b/keys"],
    "ALGORITHM": ["none", "hs256", "RS512", " HS256"],
    "ROLES_CLAIM": [" ", " roles"],
    "ADDRESS_RATE": ["-1", "many", "1.5"],
    "ADDRESS_BURST": ["0", "-1", "many"],
    "SUBJECT_RATE": ["-1", "many"],
    "SUBJECT_BURST": ["0", "many"],
    "FEED_SECRET": ["a", "a" * 31, " " * 31],
    "FORWARDED_ALLOW_IPS": ["proxy", "10.0.0.0/99", "10.0.0.1 10.0.0.2", "10.0.0.1;10.0.0.2"],
    "WORKER_DEPLOYMENT": ["a.b", "a:b", "__a"],
    "WORKER_CACHE": ["0", "-1", "many", str(LARGEST_CACHE + 1)],
    "LOG_LEVEL": ["LOUD", "12"],
    "METRICS_ADDRESS": ["9464", "127.0.0.1", ":9464", "127.0.0.1:http", "127.0.0.1:65536"],
    "HEALTH_ADDRESS": ["9465", "127.0.0.1", ":9465", "127.0.0.1:http"],
}
OF_ANY_TEXT = {"jwt_issuer", "jwt_audience", "worker_build_id"}
ELSEWHERE = {"mongodb_uri", "secret_key", "token_api_os", "cors_origins", "allowed_hosts"}
"""Secret, or the API's alone; what they cannot be has tests of its own."""
USABLE = {
    "FEED_SECRET": ["a" * 32, "é" * 16],
    "LOG_LEVEL": ["info", "WARN", "critical"],
    "FORWARDED_ALLOW_IPS": ["10.0.0.0/8, 192.168.0.1", "*", "::1"],
    "EVENT_BUS_NAME": ["arn:aws:events:sa-east-1:000000000000:event-bus/oficina", "aws.partner/x"],
    "URL_API_OS": ["http://os:3010/", "https://[::1]:3010/api", "http://os_service:3010"],
    "METRICS_ADDRESS": ["127.0.0.1:9464", "[::1]:0"],
    "HOST": ["::", "localhost", "api_1"],
}


def readers(name: str) -> list[type[Common]]:
    """The processes that such a variable is meant for."""
    return [each for each in SETTINGS.values() if name.lower() in each.model_fields]


def load_all() -> list[Common]:
    return [load(each) for each in SETTINGS.values()]


def test_every_setting_is_tried() -> None:
    tried = {name.lower() for name in UNUSABLE}

    known = {field for each in SETTINGS.values() for field in each.model_fields}
    assert tried | OF_ANY_TEXT | ELSEWHERE == known


@pytest.mark.parametrize(
    ("name", "value"), [(name, each) for name in UNUSABLE for each in UNUSABLE[name]]
)
def test_a_setting_that_cannot_be_used_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    for process in readers(name):
        with pytest.raises(SystemExit, match=f"^{name} cannot be used: it must be [^\n]*$"):
            load(process)
    for process in {*SETTINGS.values()} - {*readers(name)}:
        assert load(process)  # it is none of its business


@pytest.mark.parametrize(
    ("name", "value"), [(name, each) for name in USABLE for each in USABLE[name]]
)
def test_a_setting_that_can_be_used_is_taken(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    assert load_all()


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_setting_that_is_empty_is_as_if_it_were_not_set(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "")

    assert load_all() == [each(_env_file=None) for each in SETTINGS.values()]


@pytest.mark.parametrize("name", ["SECRET_KEY", "TOKEN_API_OS", "MONGODB_URI", "JWT_ISSUER"])
def test_what_is_no_text_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, os.fsdecode(b"\xff"))

    with pytest.raises(SystemExit, match=f"^{name} cannot be used: it must be text in UTF-8$"):
        load_all()


def test_all_that_cannot_be_used_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in UNUSABLE:
        monkeypatch.setenv(name, UNUSABLE[name][0])

    for process in SETTINGS.values():
        with pytest.raises(SystemExit) as end:
            load(process)

        said = [line.split()[0] for line in str(end.value).splitlines()]
        assert set(said) == {name for name in UNUSABLE if process in readers(name)}


def test_the_algorithms_are_those_that_keys_are_known_for() -> None:
    for algorithm in (*SHARED, *KEY_TYPES):
        assert TokenSettings(_env_file=None, algorithm=algorithm).algorithm == algorithm


def test_a_file_of_settings_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"JWT_ISSUER=\xe7\xe3o\n")

    with pytest.raises(
        SystemExit, match=r"^\.env cannot be read: it must be a text file in UTF-8$"
    ):
        load(TokenSettings)
