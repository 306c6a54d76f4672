"""The committed files of `docs/reference/` are what the code says today."""

import pytest

from deploy.documents import DOCUMENTS, FOLDER


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_committed_document_is_as_the_code_has_it(name: str) -> None:
    committed = (FOLDER / name).read_text(encoding="utf-8")

    current = DOCUMENTS[name]()

    assert committed == current, f"{FOLDER / name} is out of date: run `make docs` and commit it"
