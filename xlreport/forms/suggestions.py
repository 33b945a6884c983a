"""Codes that were meant: what somebody wrote in place of a code, in the letters that codes are made of."""

from __future__ import annotations

import re
import unicodedata

from xlreport.forms.base import CODE_PATTERN, MEASURE_PATTERN, NAME_PATTERN

_LONGEST = {CODE_PATTERN: 16, NAME_PATTERN: 20, MEASURE_PATTERN: 20}
#: Letters that no decomposition turns into plain ones.
_PLAIN = str.maketrans({"đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})
_OTHER = re.compile(r"[^0-9A-Za-z]+")


def bare(text: str) -> str:
    """A text without its diacritics: "Mã số" → "Ma so"."""
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def suggested_code(text: str, pattern: str) -> str:
    """A code like the text: "1.1" → "1-1", "SẢN XUẤT" → "san-xuat"; "" where nothing is left of it."""
    letters = bare(text)
    if pattern != CODE_PATTERN:
        letters = letters.lower()
    joined = _OTHER.sub("_" if pattern == MEASURE_PATTERN else "-", letters)
    code = joined.strip("-_")[: _LONGEST.get(pattern, 0)].strip("-_")
    return code if re.match(pattern, code) else ""
