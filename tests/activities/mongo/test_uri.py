"""Faults of the database's connection string are named without what is secret in it."""

from pathlib import Path

import pytest

from activities.mongo.client import close, mongo_client
from activities.mongo.uri import without_guarantees

CANARY = "canary-in-the-mine"

DATABASE = f"mongodb://user:{CANARY}@127.0.0.1:1/"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("tls=true&tlsCAFile=missing.pem", "tlsCAFile names a file that cannot be used"),
        ("tls=true&tlsCAFile=/", "tlsCAFile names a file that cannot be used"),
        ("tls=true&tlsCAFile=text.pem", "tlsCAFile names a file .*not in PEM"),
        ("tls=true&tlscafile=missing.pem", "tlscafile names a file"),
        ("tls=true&tlsCertificateKeyFile=missing.pem", "tlsCertificateKeyFile names a file"),
        ("tls=true&tlsCertificateKeyFile=text.pem", "tlsCertificateKeyFile names a file"),
        ("tls=true&tlsCRLFile=missing.pem", "tlsCRLFile names a file"),
        ("tls=yes", "its option tls$"),
        ("maxPoolSize=many", "its option maxPoolSize$"),
        ("readPrefrence=primary", "its option readPrefrence$"),
        ("authMechanism=NONE", "its option authMechanism$"),
        ("tls=true&ssl=false", "its option tls or ssl$"),
        ("tlsInsecure=true&tlsAllowInvalidCertificates=true", "its option tlsInsecure"),
        ("minPoolSize=5&maxPoolSize=2", "its option minPoolSize or maxPoolSize$"),
        ("authSource=", "its option authSource$"),
        ("srvServiceName=x", "its option srvServiceName$"),
    ],
)
def test_an_option_of_the_databases_uri_that_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.pem").write_text("no certificate")

    with pytest.raises(SystemExit, match=f"^MONGODB_URI cannot be used: .*{said}") as end:
        mongo_client(f"{DATABASE}?{options}", 30)

    assert CANARY not in str(end.value)


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://",
        "mongodb:///",
        "mongodb://h:99999/",
        "mongodb://[::1",
        "http://h",
        "mongodb://h/a b",
    ],
)
def test_a_uri_that_names_no_database_server_says_what_one_is(uri: str) -> None:
    with pytest.raises(SystemExit, match="MONGODB_URI cannot be used: it must be mongodb://"):
        mongo_client(uri, 30)


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://cluster.docdb.amazonaws.com:27017/?retryWrites=false&replicaSet=rs0",
        "mongodb://h/?compressors=snappy,zlib&appName=oficina",
    ],
)
@pytest.mark.filterwarnings("ignore")
async def test_what_the_driver_only_remarks_on_is_no_fault(uri: str) -> None:
    await close(mongo_client(uri, 30))


@pytest.mark.parametrize(
    "options",
    [
        "",
        "replicaSet=rs0&readPreference=secondaryPreferred&retryWrites=false",
        "readPreference=nearest&readPreferenceTags=dc:east&readPreferenceTags=&maxStalenessSeconds=99",
        "w=0",
        "w=1;journal=false",
        "readpreference=secondary&W=2&wTimeoutMS=10&readConcernLevel=available&",
        "readPreference=near&w=-1",
    ],
)
async def test_what_reads_and_writes_are_worth_does_not_hang_on_the_connection_string(
    options: str,
) -> None:
    client = mongo_client(f"mongodb://user:secret@127.0.0.1:1/?{options}", 100)
    claims = client["executions"]["claims"]

    assert type(claims.read_preference).__name__ == "Primary"
    assert claims.write_concern.document == {"w": "majority"}
    assert claims.read_concern.document == {}
    await close(client)


def test_the_other_options_of_a_connection_string_stay_as_they_are() -> None:
    uri = "mongodb://u:p@db:27017/?tls=true&w=1&replicaSet=rs0"

    assert without_guarantees(uri) == "mongodb://u:p@db:27017/?tls=true&replicaSet=rs0"
    assert without_guarantees("mongodb://db/?w=1") == "mongodb://db/"
