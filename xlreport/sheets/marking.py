"""Draw the marks of a returned workbook: the marked cells, what is wrong with them, and a pointer beside the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from xlreport.datapoints import DataPoint
from xlreport.findings import hint, message
from xlreport.grid.fitting import line_count
from xlreport.grid.styles import (
    ERROR_FILL,
    ERROR_FONT,
    SMALL,
    WARNING_FILL,
    WARNING_FONT,
    Style,
    number_format,
    quotable,
)
from xlreport.grid.writing import Formula, Page
from xlreport.language import Texts
from xlreport.layout.table import TableLayout
from xlreport.numbers import decimal_places
from xlreport.refs import Cell, a1, absolute, column_name
from xlreport.sheets.entries import Entry
from xlreport.sheets.marks import CellMark

#: Not by colour alone: a line around the cell, bold, a note, and a pointer in words.
_ERROR = Style(bold=True, fill=ERROR_FILL, colour=ERROR_FONT, border=True, line=ERROR_FONT)
_WARNING = Style(bold=True, fill=WARNING_FILL, colour=WARNING_FONT, border=True, line=WARNING_FONT)
_POINTER = Style(bold=True, colour=ERROR_FONT, size=10)
_POINTER_WIDTH = 20.0
#: Characters in a line of a note, its width and the height of a line in pixels.
_NOTE_CHARACTERS, _NOTE_WIDTH, _NOTE_LINE = 46, 300, 17


def draw_marks(
    page: Page, layout: TableLayout, marks: Sequence[CellMark], entries: Mapping[DataPoint, Entry], texts: Texts
) -> None:
    """Mark the cells of one table's sheet, before its states do: the first look counts. It is not protected yet."""
    if not marks:
        return
    for mark in marks:
        page.write(*mark.helper, _helper(mark), SMALL)
    columns = [mark.helper.column for mark in marks]
    page.column(min(columns), max(columns), 4, hidden=True)
    page.column(layout.last_column + 1, layout.last_column + 1, _POINTER_WIDTH)
    for cell, group in _grouped(marks, lambda mark: mark.cell):
        _draw_mark(page, cell, group, entries.get(group[0].point), texts)
    for row, group in _grouped(marks, lambda mark: Cell(mark.cell.row, 0)):
        page.write(row.row, layout.last_column + 1, _pointer(group), _POINTER)


def _grouped(marks: Iterable[CellMark], place: Callable[[CellMark], Cell]) -> list[tuple[Cell, list[CellMark]]]:
    return [(cell, list(group)) for cell, group in groupby(sorted(marks, key=place), place)]


def _helper(mark: CellMark) -> Formula | Decimal:
    formula = mark.helper_formula
    return Decimal(1) if formula is None else Formula(formula, Decimal(int(mark.stands)))


def _draw_mark(page: Page, cell: Cell, marks: Sequence[CellMark], entry: Entry | None, texts: Texts) -> None:
    """The look of a cell as long as one of its marks stands: the errors' where there are any."""
    for group, look in (([one for one in marks if one.is_error or one.finding is None], _ERROR), (marks, _WARNING)):
        if group:
            standing = "+".join(f"${column_name(one.helper.column)}{one.helper.row + 1}" for one in group)
            shown = look.but(number=_as_typed(entry))
            page.conditional((*cell, *cell), {"type": "formula", "criteria": f"={standing}>0"}, shown)
    text = "\n\n".join(_note(mark, texts) for mark in marks)
    page.note(*cell, text, (_NOTE_WIDTH, _NOTE_LINE * (line_count(text, _NOTE_CHARACTERS) + 1)))


def _as_typed(entry: Entry | None) -> str | None:
    """A number format with all decimals that were typed: rounded on the screen, a slip could not be seen."""
    return number_format(decimal_places(entry)) if isinstance(entry, Decimal) else None


def _note(mark: CellMark, texts: Texts) -> str:
    if mark.finding is None:
        return texts("returned.new_indicator")
    severity = texts(f"severity.{mark.finding.severity}")
    return quotable(f"{severity} {mark.code}: {message(mark.finding, texts)}\n→ {hint(mark.finding, texts)}")


def _pointer(marks: Sequence[CellMark]) -> Formula:
    """Such as "◄ G12 H12" as long as marks stand in the row."""
    cells = _grouped(marks, lambda mark: mark.cell)
    parts = []
    shown = ""
    for cell, group in cells:
        standing = "+".join(absolute(*one.helper) for one in group)
        parts.append(f'IF({standing}>0," ◄ {a1(*cell)}","")')
        shown += f" ◄ {a1(*cell)}" if any(one.stands for one in group) else ""
    return Formula("=" + "&".join(parts), shown or None)
