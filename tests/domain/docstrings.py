"""First words of docstrings, as the house's style rules them."""

import ast
from collections.abc import Iterator

FORBIDDEN = frozenset(
    {
        *("As", "How", "So", "That", "Those", "What", "Whatever", "When", "Where", "Whether"),
        *("Which", "Whichever", "Who", "Whoever", "Whose", "Why"),
    }
)
"""Words that begin a clause; a docstring begins with a noun or a verb."""


def docstrings(tree: ast.AST) -> Iterator[str]:
    """Docstrings of modules, classes and functions, and of the assignments that have one."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for each in body if isinstance(body, list) else ():
            match each:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield " ".join(text.split())


def misbegun(source: str) -> list[str]:
    """The docstrings in `source` that begin with a forbidden word."""
    return [text for text in docstrings(ast.parse(source)) if text.partition(" ")[0] in FORBIDDEN]
