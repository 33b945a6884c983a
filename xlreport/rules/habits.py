"""What people write from habit, and what the language writes instead: better advice than "cannot stand here"."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from xlreport.numbers import plain, readings
from xlreport.rules.syntax import FUNCTIONS, RuleSyntaxError, shown

#: Without diacritics, so that "và", "VÀ", "va" and the letters of a decomposed text are one word.
_WORDS = {
    "va": "and",
    "hoac": "or",
    "khong": "not",
    "neu": "if",
    "tong": "sum",
    "dem": "count",
    "ngay": "date",
    "thang": "months",
    "x": "*",
}
_SIGNS = {
    "==": "=",
    "=>": ">=",
    "=<": "<=",
    "><": "<>",
    "≦": "<=",
    "≧": ">=",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "!": "not",
    "·": "*",
    "∙": "*",
    "∗": "*",
    "•": "*",
    ":": "/",
    "—": "-",
    "{": "(",
    "}": ")",
    "[[": "[",
    "'": '"',
    "‘": '"',
    "’": '"',
    "„": '"',
    "”": '"',
    "«": '"',
}
_LANGUAGE = {"and", "or", "not", "months"}
_WORD = re.compile(r"[^\W\d][\w\u0300-\u036f]*")
_NUMBER = re.compile(r"[0-9](?:[0-9.,' \u00a0\u202f]*[0-9])?")
_PERCENT = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*%")
_FRACTION = re.compile(r"\.[0-9]+")
#: Letters, digits and signs of East Asian keyboards, as wide as two.
_WIDE = range(0xFF01, 0xFF5F)


def advice(text: str, position: int) -> RuleSyntaxError | None:
    """What is meant by what cannot stand at a position (0-based); None where that cannot be told."""
    return _word(text, position) or _number(text, position) or _sign(text, position)


def _instead(start: int, found: str, expected: str) -> RuleSyntaxError:
    return RuleSyntaxError("instead", start + 1, found=shown(found), expected=expected)


def _word(text: str, position: int) -> RuleSyntaxError | None:
    """The word at the position, or before it: only then does the parser see that nothing can follow it."""
    last = max((match for match in _WORD.finditer(text) if match.start() <= position), key=re.Match.start, default=None)
    if last is None or text[last.end() : position].strip():
        return None
    found, start, word = last[0], last.start(), _plain_letters(last[0])
    is_call = text[last.end() :].lstrip().startswith("(")
    if word in _LANGUAGE or (word in FUNCTIONS and is_call):
        return None
    if word in FUNCTIONS:
        return _instead(start, found, f"{word}(…)")
    if word in _WORDS:
        return _instead(start, found, _WORDS[word])
    return RuleSyntaxError("unknown-word", start + 1, found=shown(found))


def word_for(name: str) -> str | None:
    """How the language calls what a name in another language means."""
    return _WORDS.get(_plain_letters(name))


def _plain_letters(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _number(text: str, position: int) -> RuleSyntaxError | None:
    for match in _PERCENT.finditer(text):
        if match.start() <= position < match.end() and (value := readings(match[1])):
            return _instead(match.start(), match[0], plain((value[0] / 100).normalize()))
    for match in _NUMBER.finditer(text):
        if match.start() < position < match.end():
            return number_problem(match[0], match.start() + 1, "instead")
    fraction = _FRACTION.match(text, position)
    return _instead(position, fraction[0], f"0{fraction[0]}") if fraction else None


def number_problem(written: str, column: int, key: str) -> RuleSyntaxError | None:
    """What is wrong with a number that is not written 1840.5; None if it is not a number at all.

    `key` is the problem of one that can be read in a single way.
    """
    values = readings(written)
    if len(values) == 2:
        return two_readings(written, values, column)
    return RuleSyntaxError(key, column, found=shown(written), expected=plain(values[0])) if values else None


def two_readings(written: str, values: tuple[Decimal, ...], column: int) -> RuleSyntaxError:
    """The problem of 1.840: one thousand eight hundred and forty, or less than two."""
    small, large = sorted(values)
    return RuleSyntaxError("two-readings", column, found=written, digits=plain(large), decimals=f"{plain(small)}0")


def _sign(text: str, position: int) -> RuleSyntaxError | None:
    if text[:position].strip() == "" and text[position : position + 1] == "=":
        return RuleSyntaxError("leading-equals", position + 1)
    for start, end in ((position - 1, position + 1), (position, position + 2), (position, position + 1)):
        found = text[max(start, 0) : end]
        # [05]:plan does not divide.
        if found in _SIGNS and not (found == ":" and text[end : end + 1].isalpha()):
            return _instead(max(start, 0), found, _SIGNS[found])
    wide = text[position : position + 1]
    if wide and ord(wide) in _WIDE:
        return _instead(position, wide, unicodedata.normalize("NFKC", wide))
    return None
