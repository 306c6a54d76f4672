"""The variables by which the processes find each other, and those that client code is given.

What the environment already names is used as it is; for the rest the stack starts its own part,
and then nothing of the person's own configuration for that part may leak in. Each process is given
its own variables, and none that only another one reads.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from deploy.dev import bus
from deploy.dev.errors import StackError
from deploy.dev.ports import HOST, Ports
from settings import ApiSettings, Common, ConsumerSettings, WorkerSettings

TEMPORAL, MONGO, AWS, SERVICE_ORDERS = "temporal", "mongo", "aws", "service_orders"
_NAMED_BY = {
    TEMPORAL: "TEMPORAL_ADDRESS",
    MONGO: "MONGODB_URI",
    AWS: "AWS_ENDPOINT_URL",
    SERVICE_ORDERS: "URL_API_OS",
}
_PREFIXES = {
    TEMPORAL: ("TEMPORAL_", "WORKER_"),  # no build is the current one of a server just started
    MONGO: ("MONGODB_",),
    AWS: ("AWS_", "SQS_QUEUE_URL"),
    # A stand-in has no business with a token, nor with what one is made from.
    SERVICE_ORDERS: ("URL_API_OS", "TOKEN_API_OS", "SECRET_KEY"),
}

SETTINGS: Mapping[str, type[Common]] = {
    "api": ApiSettings,
    "worker": WorkerSettings,
    "consumer": ConsumerSettings,
}

# Tests and benchmarks are a crowd at one address; what the environment says goes before.
_FOR_A_CROWD = {
    f"{whose}_{what}": "100000" for whose in ("ADDRESS", "SUBJECT") for what in ("RATE", "BURST")
}

# Where a page that is being developed is usually served; what the environment says goes before.
_FOR_PAGES = {"CORS_ORIGINS": "http://localhost:5173"}

# The demo and the tests have no tokens, and a key of the person's own is meant for other callers.
_OPEN_TO_THIS_MACHINE = {"AUTH_DISABLED": "true", "HOST": HOST}


@dataclass(frozen=True)
class Wiring:
    """`env` is what client code needs; `inherited` is what the processes get besides."""

    own: frozenset[str]
    env: dict[str, str]
    inherited: Mapping[str, str] = field(repr=False)
    creates_queues: bool
    ui_url: str

    def process_env(self, kind: str, extra: Mapping[str, str]) -> dict[str, str]:
        """Environment of one of ours: "api", "worker" or "consumer"."""
        known = {**_FOR_A_CROWD, **_FOR_PAGES, **self.inherited, **self.env, **extra}
        return {name: value for name, value in known.items() if not _is_of_another(kind, name)}


def variables(settings: type[Common]) -> frozenset[str]:
    """The names under which a process finds its settings in the environment."""
    named = {
        field: getattr(info.validation_alias, "choices", [field])
        for field, info in settings.model_fields.items()
    }
    return frozenset(name.upper() for names in named.values() for name in names)


def _is_of_another(kind: str, name: str) -> bool:
    own = variables(SETTINGS[kind])
    if name in own:
        return False
    is_setting = any(name in variables(each) for each in SETTINGS.values())
    # Keys and addresses for AWS are boto3's variables; who publishes and reads nothing needs none.
    return is_setting or (name.startswith("AWS_") and "AWS_REGION" not in own)


def wire(ports: Ports, environ: Mapping[str, str], *, adopt: bool) -> Wiring:
    """The wiring of the parts; with `adopt`, a part that `environ` names is not started again."""
    given = {part: environ.get(name, "") for part, name in _NAMED_BY.items()} if adopt else {}
    own = frozenset(part for part in _NAMED_BY if not given.get(part))
    known = environ if adopt else {}
    env = {
        **_temporal(ports, known, own=TEMPORAL in own),
        **_mongo(ports, known, own=MONGO in own),
        **_aws(ports, known, own=AWS in own),
        **_service_orders(ports, known, own=SERVICE_ORDERS in own),
        "PORT": str(ports.api),
        **_OPEN_TO_THIS_MACHINE,
    }
    creates = AWS in own or (bus.is_loopback(env["AWS_ENDPOINT_URL"]) and not _aws_named(environ))
    if not creates and not _aws_named(environ):
        raise StackError(
            f"AWS_ENDPOINT_URL={env['AWS_ENDPOINT_URL']} is not on this machine, where nothing is "
            "created for you: name your bus and queue in EVENT_BUS_NAME and SQS_QUEUE_URL."
        )
    ui_url = f"http://{HOST}:{ports.temporal_ui}"
    if TEMPORAL not in own:
        ui_url = environ.get("TEMPORAL_UI_URL", ui_url)
    return Wiring(own, env, _inherited(environ, own), creates, ui_url)


def _aws_named(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("EVENT_BUS_NAME") and environ.get("SQS_QUEUE_URL"))


def _temporal(ports: Ports, known: Mapping[str, str], *, own: bool) -> dict[str, str]:
    if not own:
        given = {name: value for name, value in known.items() if name.startswith("TEMPORAL_")}
        return {**given, "TEMPORAL_NAMESPACE": known.get("TEMPORAL_NAMESPACE") or "default"}
    return {
        "TEMPORAL_ADDRESS": f"{HOST}:{ports.temporal}",
        "TEMPORAL_NAMESPACE": "default",
        "TEMPORAL_CONFIG_FILE": os.devnull,
    }


def _mongo(ports: Ports, known: Mapping[str, str], *, own: bool) -> dict[str, str]:
    uri = f"mongodb://{HOST}:{ports.mongo}/?retryWrites=false" if own else known["MONGODB_URI"]
    return {
        "MONGODB_URI": uri,
        "MONGODB_DATABASE": known.get("MONGODB_DATABASE") or "executions",
    }


def _aws(ports: Ports, known: Mapping[str, str], *, own: bool) -> dict[str, str]:
    env = {
        "AWS_ENDPOINT_URL": f"http://{HOST}:{ports.aws}" if own else known["AWS_ENDPOINT_URL"],
        "AWS_REGION": known.get("AWS_REGION") or "us-east-1",
        "EVENT_BUS_NAME": known.get("EVENT_BUS_NAME") or bus.BUS,
        "SQS_QUEUE_URL": "" if own else known.get("SQS_QUEUE_URL", ""),
    }
    if not bus.is_loopback(env["AWS_ENDPOINT_URL"]):
        return env
    env |= {
        "AWS_ACCESS_KEY_ID": "embedded" if own else known.get("AWS_ACCESS_KEY_ID", "embedded"),
        "AWS_SECRET_ACCESS_KEY": (
            "embedded" if own else known.get("AWS_SECRET_ACCESS_KEY", "embedded")
        ),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return env


def _service_orders(ports: Ports, known: Mapping[str, str], *, own: bool) -> dict[str, str]:
    url = f"http://{HOST}:{ports.service_orders}" if own else known["URL_API_OS"]
    return {"URL_API_OS": url}


def _inherited(environ: Mapping[str, str], own: frozenset[str]) -> dict[str, str]:
    foreign = tuple(prefix for part in own for prefix in _PREFIXES[part])
    kept = {name: value for name, value in environ.items() if not name.startswith(foreign)}
    unproxied = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    unproxied = ",".join(filter(None, [unproxied, HOST, "localhost"]))
    return {**kept, "PYTHONUNBUFFERED": "1", "NO_PROXY": unproxied, "no_proxy": unproxied}
