"""Comparing what people type with what is defined."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches

#: Below this similarity a suggestion misleads more than it helps.
SIMILAR = 0.6


def fold(text: str) -> str:
    """For comparison: NFC, without case, runs of spaces and line breaks as one space."""
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()


def closest(typed: str, meanings: Mapping[str, str], cutoff: float = SIMILAR) -> str:
    """The meaning of the folded name most like what was typed; "" where none is like it."""
    matches = get_close_matches(fold(typed), meanings, n=1, cutoff=cutoff)
    return meanings[matches[0]] if matches else ""
