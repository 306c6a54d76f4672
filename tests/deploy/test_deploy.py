"""Containers, as far as they can be known without Docker."""

import json
import os
import re
import runpy
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.credentials import EnvProvider
from dotenv import dotenv_values
from temporalio.envconfig import ClientConfigProfile

from activities.aws import aws_client
from deploy.dev import bus
from deploy.dev.parts import SEARCH_ATTRIBUTES
from deploy.dev.ports import Ports
from deploy.dev.wiring import SETTINGS, variables
from settings import ApiSettings, Common, ConsumerSettings

ROOT = Path(__file__).parents[2]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PROCESSES = ("worker", "api", "consumer")
UNSET = re.compile(r"\$\{\w+:-\}")
SET = re.compile(r"^#?([A-Z][A-Z_]*)=", re.MULTILINE)

OURS = frozenset[str]().union(*map(variables, SETTINGS.values()))
BOTO = {
    "AWS_ENDPOINT_URL",
    "AWS_EC2_METADATA_DISABLED",
    EnvProvider.ACCESS_KEY,
    EnvProvider.SECRET_KEY,
    *EnvProvider.TOKENS,
    *(
        name
        for _, names, *_ in BOTOCORE_DEFAUT_SESSION_VARIABLES.values()
        for name in ([names] if isinstance(names, str) else names or ())
    ),
}


def heard(name: str) -> bool:
    """True if anything in a process of ours listens to that variable."""
    return name in OURS or name in BOTO or _temporal_hears(name)


def _temporal_hears(name: str) -> bool:
    if name in ("TEMPORAL_CONFIG_FILE", "TEMPORAL_PROFILE"):
        return True  # they say where to read, so by themselves they change nothing

    def profile(env: dict[str, str]) -> ClientConfigProfile:
        return ClientConfigProfile.load(disable_file=True, override_env_vars=env)

    return profile({name: "true"}) != profile({})


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if heard(name):
            monkeypatch.delenv(name)


# ------------------------------------------------------------------------ docker-compose.yml


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_has_a_version(name: str) -> None:
    _, _, tag = SERVICES[name]["image"].partition(":")

    assert re.match(r"\d+\.\d+\.\d+|\d+\.\d+-", tag), tag


def test_nothing_is_published_beyond_this_machine() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]

    places = [re.fullmatch(r"127\.0\.0\.1:(\d+):\d+", port) for port in published]

    assert {int(place[1]) for place in places if place} == {3002, 4566, 7233, 8233, 27017}
    assert all(places)


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_is_started_by_what_exists(name: str) -> None:
    program, *arguments = SERVICES[name]["command"]

    assert program == "python"
    if arguments[0] == "-m":
        spec = find_spec(arguments[1])
        assert spec
        entry = f"{arguments[1]}.__main__" if spec.submodule_search_locations else arguments[1]
        assert callable(import_module(entry).main)
    else:
        assert callable(runpy.run_path(str(ROOT / arguments[0]), run_name="imported")["main"])


@pytest.mark.parametrize("name", PROCESSES)
def test_each_process_is_given_what_it_reads_and_nothing_of_the_others(name: str) -> None:
    given = SERVICES[name]["environment"]

    others = OURS - variables(SETTINGS[name])
    assert given.keys() & others == set()
    assert [each for each in given if not heard(each)] == []
    assert any(each in BOTO for each in given) == (name != "api")


@pytest.mark.parametrize("name", ["worker", "consumer"])
def test_a_container_without_a_port_is_asked_for_its_health_inside(name: str) -> None:
    service = SERVICES[name]

    asked = service["healthcheck"]["test"][-1]

    assert f"http://{service['environment']['HEALTH_ADDRESS']}/health/ready" in asked
    assert "ports" not in service


def test_the_processes_mean_the_same_by_the_same_name() -> None:
    environments = [SERVICES[name]["environment"] for name in (*PROCESSES, "bus")]

    for name in {name for each in environments for name in each}:
        assert len({each[name] for each in environments if name in each}) == 1, name


@pytest.mark.usefixtures("bare_environment")
def test_the_environment_means_what_the_other_containers_offer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for process in PROCESSES:
        for name, value in SERVICES[process]["environment"].items():
            monkeypatch.setenv(name, UNSET.sub("", value))

    api, settings = ApiSettings(_env_file=None), ConsumerSettings(_env_file=None)

    assert (api.listen_host, api.port) == ("0.0.0.0", 3002)  # noqa: S104
    assert aws_client("events", settings.aws_region).meta.endpoint_url == "http://aws:4566"
    assert ClientConfigProfile.load(disable_file=True).address == "temporal:7233"
    assert {"aws", "mongodb", "temporal"} <= SERVICES.keys()
    assert settings.sqs_queue_url.endswith(f"/{bus.QUEUE_NAME}")
    assert settings.event_bus_name == bus.BUS
    assert set(re.split(r"[ ;]", SERVICES["temporal-namespace"]["command"][0])) >= SEARCH_ATTRIBUTES


def test_whoever_is_waited_for_says_when_it_is_ready_or_ends() -> None:
    for service in SERVICES.values():
        for name, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[name]
            else:
                assert SERVICES[name]["restart"].startswith("on-failure")


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[str]:
    port = Ports.free().aws
    moved = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "STATE_DIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "ministack"],
        env={"PATH": os.environ["PATH"], **SERVICES["aws"]["environment"], **moved},
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_ministack/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(300):
        try:
            with opener.open(url, timeout=2):
                return
        except OSError:  # what urllib raises is one
            time.sleep(0.1)
    raise TimeoutError(url)


def test_the_first_step_creates_queue_and_dead_letter_queue(emulator: str) -> None:
    given = SERVICES["bus"]["environment"] | {"AWS_ENDPOINT_URL": emulator}
    program, *arguments = SERVICES["bus"]["command"]

    for _ in range(2):  # it may be run again
        subprocess.run(  # noqa: S603 (what this repository's own file says)
            [sys.executable, *arguments], env=given, cwd=ROOT, check=True, capture_output=True
        )

    queue = SERVICES["consumer"]["environment"]["SQS_QUEUE_URL"]
    url = queue.replace("http://aws:4566", emulator)
    aws = bus.clients(given)
    kept = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    [target] = aws.events.list_targets_by_rule(Rule=bus.RULE, EventBusName=bus.BUS)["Targets"]
    aws.close()
    redrive = json.loads(kept["RedrivePolicy"])
    assert program == "python"
    assert kept["VisibilityTimeout"] == "300"
    assert int(redrive["maxReceiveCount"]) == 3
    assert redrive["deadLetterTargetArn"].endswith(bus.DEAD_LETTERS)
    assert target["Arn"] == kept["QueueArn"]


# ------------------------------------------------------------------------------ .env.example

EXAMPLE = ROOT / ".env.example"


def test_the_example_names_every_setting_and_nothing_that_nobody_hears() -> None:
    named = SET.findall(EXAMPLE.read_text())

    assert OURS - {"MONGODB_URL"} <= set(named)
    assert len(named) == len(set(named))
    assert [name for name in named if not heard(name)] == []


@pytest.mark.usefixtures("bare_environment")
@pytest.mark.parametrize("settings", SETTINGS.values())
def test_what_the_example_sets_changes_nothing(settings: type[Common]) -> None:
    assert settings(_env_file=EXAMPLE) == settings(_env_file=None)


@pytest.mark.usefixtures("bare_environment")
@pytest.mark.parametrize("process", SETTINGS)
def test_every_line_of_the_example_can_be_used(process: str, tmp_path: Path) -> None:
    everything = tmp_path / ".env"
    everything.write_text(SET.sub(r"\1=", EXAMPLE.read_text()))

    settings = SETTINGS[process](_env_file=everything)

    values = dotenv_values(everything)
    assert settings.mongodb_uri == values["MONGODB_URI"]
    if isinstance(settings, ConsumerSettings):
        assert settings.sqs_queue_url == values["SQS_QUEUE_URL"]
