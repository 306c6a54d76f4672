"""One spelling for what looks the same: a client's editor, form or clipboard must not make another
identifier of one that is known."""

import re
import unicodedata
from uuid import UUID

from pydantic_core import PydanticCustomError

# Unicode's category Cf, written out: which characters are in it depends on Python's release, and an
# identifier must not.
_unseen = re.compile(
    r"[\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0001\U000e0020-\U000e007f]"
)
_plain = re.compile("[!-~]+")
_control = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

IDENTIFIER = r"^\s*[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?\s*$"
"""Pattern of an identifier, for readers of the schemas; it does not deal with invisible
characters."""

_OUR_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_our_uuid = re.compile(_OUR_UUID)
_uuid = re.compile(rf"(?:urn:uuid:)?(?:{_OUR_UUID}|[0-9a-f]{{32}})", re.IGNORECASE)


def is_blank_text(text: str) -> bool:
    """True if nothing in the text can be seen."""
    return not without_invisible(text).strip()


def without_invisible(text: str) -> str:
    return text if text.isascii() else _unseen.sub("", text)


def identifier(text: str) -> str:
    """The identifier in Unicode's composed form, without invisible characters. Raises
    PydanticCustomError if there is a control character in it."""
    if _plain.fullmatch(text):
        return text
    spelled = unicodedata.normalize("NFC", without_invisible(text)).strip()
    if _control.search(spelled):
        raise PydanticCustomError(
            "control", "An identifier must not contain control characters, as line ends or NUL"
        )
    return spelled


def spellings(identifiers: tuple[str, ...]) -> list[str]:
    """The identifiers, and their decomposed forms, under which earlier releases may have kept
    them."""
    return [unicodedata.normalize(form, each) for each in identifiers for form in ("NFC", "NFD")]


def uuid(text: str) -> str:
    """The UUID in our spelling, if the text is one in any of the usual forms: in capitals, in
    braces, as a URN, without hyphens. Any other text stays as it is."""
    if _our_uuid.fullmatch(text):
        return text
    braced = text.startswith("{") and text.endswith("}")
    bare = text[1:-1] if braced else text
    return str(UUID(bare)) if _uuid.fullmatch(bare) else text
