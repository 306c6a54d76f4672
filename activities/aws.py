"""Clients of AWS for the processes that speak to it. The others do without loading boto3."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.session import get_session


def aws_client(service: Any, region: str, read_timeout: float = 4) -> Any:
    """A boto3 client whose attempts end within `read_timeout` seconds; endpoint and keys are what
    the environment says to boto3. Ends the process with a clear word if they cannot be used."""
    config = Config(
        connect_timeout=2,
        read_timeout=read_timeout,
        retries={"total_max_attempts": 2, "mode": "standard"},
        max_pool_connections=50,
    )
    session = get_session()
    try:
        client = boto3.Session(botocore_session=session).client(
            service, region_name=region, config=config
        )
        _check_endpoint(client.meta.endpoint_url)
    except (BotoCoreError, ValueError) as unusable:
        raise SystemExit(
            "one of AWS's settings (AWS_ENDPOINT_URL, AWS_REGION, AWS_PROFILE or another) "
            f"cannot be used: {unusable}"
        ) from None
    authorities = session.get_config_variable("ca_bundle")
    if authorities and not Path(authorities).exists():
        raise SystemExit("AWS_CA_BUNDLE cannot be used: there is no such file")
    return client


def _check_endpoint(url: str) -> None:
    address = urlsplit(url)
    if address.scheme not in ("http", "https") or address.port == 0:  # which raises for no port
        raise ValueError("AWS_ENDPOINT_URL must be an http or https address")
