"""A workbook as cells, without meaning: what every reader in this room returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from xlreport.grid.formulas import taken_apart
from xlreport.refs import Cell

#: What a cell can hold; None is blank. Numbers are the doubles of the file.
Scalar = str | float | int | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: rows of values from A1 on, and what a plain reading of values does not show.

    Rows may have different lengths; a cell outside them is blank. All positions are 0-based.
    """

    name: str
    rows: Sequence[Sequence[Scalar]]
    hidden: bool = False
    #: Error cells and what they show, such as {(4, 2): "#REF!"}. Their value in `rows` is None.
    errors: Mapping[Cell, str] = field(default_factory=dict)
    #: Cells with a formula but no stored value. Their value in `rows` is None.
    unstored: frozenset[Cell] = frozenset()
    #: Rows hidden by hand or by a filter.
    hidden_rows: frozenset[int] = frozenset()
    #: Merged ranges as (first cell, last cell).
    merged: tuple[tuple[Cell, Cell], ...] = ()
    #: The formulas in one piece (see `grid.formulas`); None where a format does not show them, or beyond limits.
    written_formulas: bytes | None = None
    hidden_columns: frozenset[int] = frozenset()

    @property
    def formulas(self) -> Mapping[str, str] | None:
        """Formulas as they are stored, without "=", by A1; "" for one that shares another's."""
        return None if self.written_formulas is None else taken_apart(self.written_formulas)

    def value(self, row: int, column: int) -> Scalar:
        """The value at a 0-based position; None where nothing is."""
        if row < 0 or column < 0 or row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]

    def filled(self) -> Iterator[tuple[Cell, Scalar]]:
        """Cells that hold something, row by row."""
        for row, values in enumerate(self.rows):
            for column, value in enumerate(values):
                if value is not None:
                    yield Cell(row, column), value


@dataclass(frozen=True, slots=True)
class Workbook:
    """The worksheets of a file, in order."""

    sheets: tuple[Sheet, ...]
    has_macros: bool = False

    def sheet(self, name: str) -> Sheet | None:
        """The worksheet of that name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)
