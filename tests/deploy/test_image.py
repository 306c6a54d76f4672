"""The image, as far as it can be known without building it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()


def test_the_image_copies_only_what_exists_and_is_let_in() -> None:
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = {source for copy in copies for source in copy.split()}

    let_in = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)

    assert sources == set(let_in)
    assert all((ROOT / source).exists() for source in sources)


def test_the_image_is_pinned_without_root_and_stoppable() -> None:
    [base] = re.findall(r"^FROM (\S+:\S+)", DOCKERFILE, re.MULTILINE)

    assert re.fullmatch(r"python:3\.13\.\d+-slim-\w+", base)
    assert re.search(r"^USER [1-9]\d*$", DOCKERFILE, re.MULTILINE)
    assert re.search(r'^CMD \["python", ', DOCKERFILE, re.MULTILINE)
    assert "--require-hashes" in DOCKERFILE


def test_every_requirement_has_a_hash_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    blocks = re.findall(r"^[a-z].*?(?=^[a-z]|\Z)", lock, re.MULTILINE | re.DOTALL)

    assert len(blocks) > 10
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", lock)
