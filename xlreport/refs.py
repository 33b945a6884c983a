"""Cell references: 0-based (row, column) pairs and their A1 notation."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384

_A1 = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


class Cell(NamedTuple):
    """A cell by 0-based row and column."""

    row: int
    column: int


@lru_cache(maxsize=1024)
def column_name(column: int) -> str:
    """Letters of a 0-based column: 0 → "A", 26 → "AA"."""
    if not 0 <= column < MAX_COLUMNS:
        raise ValueError(f"column {column} is outside a worksheet")
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """0-based column of its letters: "A" → 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def a1(row: int, column: int) -> str:
    """A1 notation of a 0-based cell: (4, 2) → "C5"."""
    return f"{column_name(column)}{row + 1}"


def absolute(row: int, column: int) -> str:
    """Absolute A1 notation: (4, 2) → "$C$5"."""
    return f"${column_name(column)}${row + 1}"


def parse_a1(text: str) -> Cell:
    """0-based cell of an A1 reference, `$` allowed. Raises ValueError."""
    match = _A1.fullmatch(text)
    if match is None:
        raise ValueError(f"not a cell reference: {text!r}")
    cell = Cell(int(match[2]) - 1, column_index(match[1]))
    if cell.row >= MAX_ROWS or cell.column >= MAX_COLUMNS:
        raise ValueError(f"outside a worksheet: {text!r}")
    return cell


def quoted_sheet(name: str) -> str:
    """A sheet's name as formulas write it: always quoted, apostrophes doubled."""
    return "'" + name.replace("'", "''") + "'"


def on_sheet(name: str, reference: str) -> str:
    """A reference with its sheet: ("Biểu 1", "C5") → "'Biểu 1'!C5"."""
    return f"{quoted_sheet(name)}!{reference}"
