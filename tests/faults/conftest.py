"""One site for all trials of the session, apart from the stack that other tests use."""

from collections.abc import Iterator

import pytest

from tests.faults.site import Site, site


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("faults")) as place:
        yield place
