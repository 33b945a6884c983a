"""What may be written: limits of the language, and the error that says what is wrong where."""

from __future__ import annotations

import unicodedata

MAX_LENGTH = 4_000
#: Every reading walks the tree recursively, and Excel nests at most 64 functions.
MAX_DEPTH = 50
#: Constants with more decimals would need a scale at which doubles no longer hold the figures.
MAX_CONSTANT_DECIMALS = 9
#: What may follow a reference: @previous, @same_period.
SUFFIXES = ("previous", "same_period")
#: How many arguments each function takes; None is "any number more".
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "sum": (1, None),
    "abs": (1, 1),
    "round": (2, 2),
    "if": (3, 3),
    "within": (3, 3),
    "count": (1, None),
    "date": (1, 1),
}
_LONGEST_QUOTE = 40


class RuleSyntaxError(Exception):
    """An expression that cannot be used.

    `key` names a text under `[problems.expression]` of the language files, `params` fill its placeholders,
    `column` is the 1-based position in the text.
    """

    def __init__(self, key: str, column: int = 1, **params: object) -> None:
        super().__init__(f"{key} at {column} {params}")
        self.key = key
        self.column = column
        self.params = params


def shown(text: str) -> str:
    """A piece of an expression as a message quotes it: cut where it is long, invisible characters by their number."""
    composed = unicodedata.normalize("NFC", text)
    quoted = composed if len(composed) <= _LONGEST_QUOTE else composed[: _LONGEST_QUOTE - 1] + "…"
    return "".join(char if _is_visible(char) else f"U+{ord(char):04X}" for char in quoted)


def _is_visible(char: str) -> bool:
    """A combining mark on its own would be drawn over the letter before it."""
    return char == " " or (char.isprintable() and not unicodedata.combining(char))
