"""Checks of Temporal's own environment variables, made before a process connects.

The SDK reads them, overlooks what it does not understand, and finds much of the rest out only when
it connects, where it looks like a server that is down: a process would wait without end.
"""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificates
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.service import TLSConfig

LOCAL = "localhost:7233"

_TRUTHS = {"", "true", "false", "1", "0"}


def connect_config() -> ClientConnectConfig:
    """The connection that the variables name. Raises SystemExit with the reason if they cannot be
    used."""
    _check_variables()
    try:
        config = ClientConfig.load_client_connect_config(override_env_vars=_readable())
    except (RuntimeError, ValueError, OSError) as unusable:
        raise SystemExit(f"Temporal's configuration cannot be used: {_reason(unusable)}") from None
    config.setdefault("target_host", LOCAL)
    if not _is_host_and_port(config["target_host"]):
        raise SystemExit("TEMPORAL_ADDRESS cannot be used: it must be host:port, as in " + LOCAL)
    if isinstance(tls := config.get("tls"), TLSConfig):
        _check_tls(tls)
    return config


def _readable() -> dict[str, str]:
    """Temporal's variables alone: the SDK panics over any other that is not in UTF-8."""
    return {name: value for name, value in os.environ.items() if name.startswith("TEMPORAL_")}


def _check_variables() -> None:
    for name, value in _readable().items():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise SystemExit(f"{name} cannot be used: it must be text in UTF-8") from None
    file = os.environ.get("TEMPORAL_CONFIG_FILE")
    if file and not Path(file).exists():
        raise SystemExit("TEMPORAL_CONFIG_FILE cannot be used: there is no such file")
    for name in ("TEMPORAL_TLS", "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION"):
        if os.environ.get(name, "").lower() not in _TRUTHS:
            raise SystemExit(f"{name} cannot be used: it must be true or false")
    if not re.fullmatch(r"[!-~]*", os.environ.get("TEMPORAL_API_KEY", "")):
        raise SystemExit("TEMPORAL_API_KEY cannot be used: it must be the key alone, in one line")


def _reason(unusable: Exception) -> str:
    """The reason in one line; a file is named by its TEMPORAL_TLS_*_PATH variable."""
    if isinstance(unusable, OSError):
        named = [
            name
            for name, value in os.environ.items()
            if name.startswith("TEMPORAL_TLS_") and value == str(unusable.filename)
        ]
        return f"{' and '.join(named) or unusable.filename}: {unusable.strerror}"
    first, *_, last = [*str(unusable).splitlines(), ""]
    return f"{first} {last}".strip()


def _is_host_and_port(address: str) -> bool:
    try:
        place = urlsplit(f"//{address}")
        return bool(place.hostname and place.port and place.netloc == address) and not re.search(
            r"[\s@]", address
        )
    except ValueError:
        return False


def _check_tls(tls: TLSConfig) -> None:
    cert, key, authority = tls.client_cert, tls.client_private_key, tls.server_root_ca_cert
    if bool(cert) != bool(key):
        raise SystemExit("TEMPORAL_TLS_CLIENT_CERT_PATH and _KEY_PATH belong together: set both")
    if re.search(r"\s", tls.domain or ""):
        raise SystemExit("TEMPORAL_TLS_SERVER_NAME cannot be used: it must be the name of a host")
    readers = {
        "TEMPORAL_TLS_SERVER_CA_CERT": (authority, load_pem_x509_certificates),
        "TEMPORAL_TLS_CLIENT_CERT": (cert, load_pem_x509_certificates),
        "TEMPORAL_TLS_CLIENT_KEY": (key, lambda pem: load_pem_private_key(pem, None)),
    }
    for name, (pem, read) in readers.items():
        try:
            if pem:
                read(pem)
        except (ValueError, TypeError):  # the latter for a key that needs a password
            raise SystemExit(f"{name}_PATH cannot be used: it is not in PEM, in clear") from None
