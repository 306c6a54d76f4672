"""Keys of feeds. Nobody keeps them: each follows from the secret and from what it opens, so whoever
reads the database learns none."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from api.feeds.subjects import Subject

KEY_PATTERN = r"^[A-Za-z0-9_-]{43}$"
"""SHA-256 in the characters that stand for themselves in a query."""


class FeedKeys:
    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def __bool__(self) -> bool:
        """False without a secret."""
        return bool(self._secret)

    def key(self, subject: Subject, version: int) -> str:
        # A colon is in no kind and in no id, so no two subjects are written alike.
        said = f"{subject.kind.name}:{subject.id}:{version}"
        digest = hmac.digest(self._secret, said.encode(), sha256)
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def opens(self, key: str, subject: Subject, version: int) -> bool:
        """Takes as long for a key that is nearly right as for any other."""
        return hmac.compare_digest(key.encode(), self.key(subject, version).encode())
