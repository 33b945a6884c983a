"""Row heights for wrapped text, and widths for figures.

Spreadsheet programs do not fit rows of files they did not write themselves, and show "###" for a figure
wider than its column.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from decimal import Decimal

#: Height of a line over the size of its font, and the space above and below the text in points.
_LEADING, _PADDING = 1.28, 4.0
#: The size of font that column widths are measured in.
_MEASURE = 11.0
#: Programs refuse higher rows.
_HIGHEST = 409.0
#: Margins of a figure, in characters.
_AROUND_FIGURE = 2.5
_LITERAL = re.compile(r'"([^"]*)"')


def line_count(text: str, width: float, size: float = _MEASURE) -> int:
    """Lines that a text takes in a column of `width` characters."""
    characters = max(1, int(width * _MEASURE / size))
    if len(text) <= characters and text.isprintable():
        return 1
    return sum(len(textwrap.wrap(line, characters)) or 1 for line in text.split("\n"))


def row_height(cells: Iterable[tuple[str, float]], size: float = _MEASURE, at_least: float = 16.0) -> float:
    """Height in points of a row whose cells hold these texts in columns of these widths."""
    lines = max((line_count(text, width, size) for text, width in cells), default=1)
    return min(max(at_least, lines * size * _LEADING + _PADDING), _HIGHEST)


def figure_width(number: Decimal, shown_as: str) -> float:
    """Width in characters that a figure takes in one of our number formats."""
    literals = "".join(_LITERAL.findall(shown_as.split(";")[0]))
    decimals = _LITERAL.sub("", shown_as).split(";")[0].partition(".")[2].count("0")
    return len(f"{number:,.{decimals}f}") + len(literals) + _AROUND_FIGURE
