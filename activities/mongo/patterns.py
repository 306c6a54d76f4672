"""Words in people's texts, found without regard to case and accents.

They are found by an expression and not in a folded copy of the text: documents of all releases are
found alike, and DocumentDB knows no collations. What a client sends is a value, never an
expression.
"""

import re
import unicodedata
from collections import defaultdict
from functools import cache

_MARKS = "[\u0300-\u036f]*"
"""Accents that stand behind their letter, as in Unicode's decomposed form."""
_LETTERS = (range(0xC0, 0x250), range(0x1E00, 0x1F00))
"""The ranges of Latin letters with accents."""


def pattern_of(word: str) -> str:
    """An expression that finds the word; to be used without regard to case."""
    return "".join(map(_any_form, _folded(word))) or re.escape(word)


def _any_form(letter: str) -> str:
    one = f"[{letter}{_forms()[letter]}]" if letter in _forms() else re.escape(letter)
    return one + _MARKS if letter.isalpha() else one


@cache
def _forms() -> dict[str, str]:
    """The accented forms of each letter, both cases: databases fold the case of ASCII alone."""
    forms: dict[str, str] = defaultdict(str)
    for letter in (chr(code) for letters in _LETTERS for code in letters):
        base = _folded(letter)
        if len(base) == 1 and base.isascii() and base.isalpha():
            forms[base] += letter
    return dict(forms)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))
