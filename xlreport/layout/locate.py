"""Find the data points of a table in a sheet as it came back, by code, wherever they stand now."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xlreport.forms.model import MeasureRole, Table
from xlreport.grid.cells import Scalar, Sheet
from xlreport.layout.identity import Marked
from xlreport.layout.table import CODE_KEY, STATUS_KEY, TABLE_KEY, Heading
from xlreport.refs import Cell


@dataclass(frozen=True, slots=True)
class Located:
    """Where everything of a table is in a received sheet, and what is not as it was issued."""

    sheet: Sheet
    rows: Mapping[str, int]
    columns: Mapping[str, int]
    status: Cell | None
    #: Codes that stand in more than one row, with those rows' code cells; measures likewise, with their keys.
    repeated: Mapping[str, tuple[Cell, ...]]
    repeated_columns: Mapping[str, tuple[Cell, ...]]
    missing_rows: tuple[str, ...]
    missing_columns: tuple[str, ...]
    #: Cells under a measure that hold something in a row without a code.
    uncoded: tuple[Cell, ...]
    #: Code cells with a code that the form does not have, in rows that hold something.
    unknown: tuple[tuple[Cell, str], ...]
    #: The columns of codes and of units of measure, and the row of the columns' headings.
    code_column: int | None = None
    unit_column: int | None = None
    heading_row: int | None = None

    def cell(self, indicator: str, measure: str) -> Cell | None:
        """Where a data point is now; None if its row or its column is gone or not unique."""
        if indicator in self.rows and measure in self.columns:
            return Cell(self.rows[indicator], self.columns[measure])
        return None


def locate(marked: Marked, table: Table) -> Located:
    """Find a table's rows and columns by their codes."""
    sheet = marked.sheet
    found = keys_of_row(sheet, marked.row)
    keys = {key: columns[0] for key, columns in found.items() if len(columns) == 1}
    columns = {measure.measure: keys[measure.measure] for measure in table.measures if measure.measure in keys}
    coded = _coded_rows(sheet, keys.get(CODE_KEY), first_row_of(marked), table)
    known = {indicator.code for indicator in table.indicators}
    by_code: dict[str, list[Cell]] = {}
    for cell, code in coded:
        by_code.setdefault(code, []).append(cell)
    data_columns = sorted(column for measure, column in columns.items() if _holds_figures(table, measure))
    rows = {cell.row for cell, _ in coded}
    uncoded = _filled_rows(sheet, first_row_of(marked), rows, data_columns)
    uncoded += _filled_columns(
        sheet, rows, columns.values(), {column for places in found.values() for column in places}
    )
    return Located(
        sheet=sheet,
        rows={code: cells[0].row for code, cells in by_code.items() if code in known and len(cells) == 1},
        columns=columns,
        status=_status_cell(marked, keys),
        repeated={code: tuple(cells) for code, cells in by_code.items() if code in known and len(cells) > 1},
        repeated_columns={
            measure.measure: tuple(Cell(marked.row, column) for column in found[measure.measure])
            for measure in table.measures
            if len(found.get(measure.measure, ())) > 1
        },
        missing_rows=tuple(indicator.code for indicator in table.indicators if indicator.code not in by_code),
        missing_columns=tuple(measure.measure for measure in table.measures if measure.measure not in found),
        uncoded=uncoded,
        unknown=tuple(
            (cell, code)
            for cell, code in coded
            if code not in known and any(is_figure(sheet.value(cell.row, column)) for column in data_columns)
        ),
        code_column=keys.get(CODE_KEY),
        unit_column=keys.get(STATUS_KEY),
        heading_row=_heading_row(marked),
    )


def _holds_figures(table: Table, measure: str) -> bool:
    column = table.measure(measure)
    return column is not None and column.role is MeasureRole.FIGURE


def keys_of_row(sheet: Sheet, row: int) -> dict[str, list[int]]:
    """The columns of each key in a row of keys."""
    keys: dict[str, list[int]] = {}
    for column, value in enumerate(sheet.rows[row]):
        if isinstance(value, str):
            keys.setdefault(value.strip(), []).append(column)
    return keys


def _key_row(marked: Marked, key: str) -> int | None:
    column = marked.column
    return next((row for row in range(len(marked.sheet.rows)) if marked.sheet.value(row, column) == key), None)


def first_row_of(marked: Marked) -> int:
    """The first row beneath the table's heading."""
    heading = _key_row(marked, TABLE_KEY)
    return (marked.row if heading is None else heading) + 1


def _heading_row(marked: Marked) -> int | None:
    """The row of the headings, just above that of their numbers."""
    index = _key_row(marked, TABLE_KEY)
    return None if index is None else index - (Heading.INDEX - Heading.LABELS)


def _status_cell(marked: Marked, keys: Mapping[str, int]) -> Cell | None:
    row, column = _key_row(marked, STATUS_KEY), keys.get(STATUS_KEY)
    return None if row is None or column is None else Cell(row, column)


def _coded_rows(sheet: Sheet, column: int | None, first_row: int, table: Table) -> list[tuple[Cell, str]]:
    if column is None:
        return []
    known = [indicator.code for indicator in table.indicators]
    cells = ((Cell(row, column), sheet.value(row, column)) for row in range(first_row, len(sheet.rows)))
    codes = ((cell, read_code(value, known)) for cell, value in cells)
    return [(cell, code) for cell, code in codes if code]


def read_code(value: Scalar, known: list[str]) -> str:
    """A code as the form writes it. A spreadsheet may have made a number of "01": 1 is "01" if that is unique."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).strip().removeprefix("'")
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value == int(value):
        same = [code for code in known if code.isdigit() and int(code) == int(value)]
        return same[0] if len(same) == 1 else str(int(value))
    return "" if value is None else str(value)


def _filled_rows(sheet: Sheet, first_row: int, coded: set[int], columns: list[int]) -> tuple[Cell, ...]:
    """Figures in rows without a code: they belong to nothing, and must not be lost silently.

    Beneath the last coded row stand place, date and signatures: only a true number is a figure there.
    """
    last = max(coded, default=first_row)
    return tuple(
        Cell(row, column)
        for row in range(first_row, len(sheet.rows))
        if row not in coded
        for column in columns
        if is_figure(value := sheet.value(row, column)) and (row < last or _is_number(value))
    )


def _filled_columns(sheet: Sheet, coded: set[int], columns: Iterable[int], keyed: set[int]) -> tuple[Cell, ...]:
    """Figures of coded rows in columns without a key, between those that have one."""
    own = sorted(columns)
    without = [column for column in range(own[0], own[-1]) if column not in keyed] if own else []
    return tuple(
        Cell(row, column) for row in sorted(coded) for column in without if is_figure(sheet.value(row, column))
    )


def is_figure(value: Scalar) -> bool:
    """Whether a cell holds a figure: a number, a date a number was turned into, or a text that begins like one."""
    if isinstance(value, str):
        return value.strip().lstrip("-+(")[:1].isdigit()
    return value is not None and not isinstance(value, bool)


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
