"""Comparing what people type with what is defined."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches

#: Below this similarity a suggestion misleads more than it helps.
SIMILAR = 0.6

_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_SEPARATORS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """For comparison: NFC, without case, runs of spaces and line breaks as one space."""
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()


def bare(text: str) -> str:
    """Folded and without diacritics, as people type in a hurry: "Mã cấp trên" → "ma cap tren"."""
    decomposed = unicodedata.normalize("NFD", fold(text)).replace("đ", "d")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def closest(typed: str, meanings: Mapping[str, str], cutoff: float = SIMILAR) -> str:
    """The meaning of the folded name most like what was typed; "" where none is like it.

    A name that differs in diacritics, separators and leading zeros only is the one: "cum 7" is "CUM-07".
    """
    wanted = _skeleton(typed)
    alike = {meaning for name, meaning in meanings.items() if wanted and _skeleton(name) == wanted}
    if len(alike) == 1:
        return alike.pop()
    names = {bare(name): meaning for name, meaning in meanings.items()}
    matches = get_close_matches(bare(typed), names, n=1, cutoff=cutoff)
    return names[matches[0]] if matches else ""


def _skeleton(text: str) -> str:
    return _SEPARATORS.sub("", _LEADING_ZEROS.sub("", bare(text)))
