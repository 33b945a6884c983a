"""The formulas of a sheet in one piece: workbooks of one form have the same, which are taken apart once for all.

Cell and formula take turns, all separated by "<", which stands in neither: formulas are kept as XML writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape, unescape
from itertools import chain

_SEPARATOR = b"<"
#: More than this is no form's: those who read are not to carry it about.
_LONGEST = 4 * 1024**2
#: What is kept for the next workbook of the same form.
_KEPT = 64 * 1024


def joined(written: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """From cells by A1 and formulas as a part has them; None where they are too many to be anybody's form."""
    content = _SEPARATOR.join(chain.from_iterable(written))
    return content if len(content) <= _LONGEST else None


def joined_texts(formulas: Mapping[str, str]) -> bytes | None:
    """From formulas as they are read."""
    return joined((cell.encode(), escape(formula, quote=False).encode()) for cell, formula in formulas.items())


def taken_apart(formulas: bytes) -> Mapping[str, str]:
    """The formulas by A1."""
    return (_kept if len(formulas) <= _KEPT else _taken_apart)(formulas)


def _taken_apart(formulas: bytes) -> Mapping[str, str]:
    pieces = formulas.decode(errors="replace").split("<") if formulas else []
    return {
        cell: unescape(formula) if "&" in formula else formula
        for cell, formula in zip(pieces[::2], pieces[1::2], strict=True)
    }


_kept = lru_cache(maxsize=256)(_taken_apart)
