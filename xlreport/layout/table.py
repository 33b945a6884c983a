"""Where the data points of a table stand in its statutory sheet.

The same plan serves a unit's template and the sheet a node signs. Column A and row 1 are hidden and
carry keys: the sheet's marker in A1, column keys beside it, row keys beneath it. A row's own key is its
visible code ("Mã số"), so that a figure keeps its code when rows are sorted. Right of a unit's table stand, hidden,
a block of readings and a block of states, each as wide as the measures, and three columns that mark rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from xlreport.forms.model import Table
from xlreport.refs import Cell

KEY_ROW = 0
KEY_COLUMN = 0

NUMBER_COLUMN = 1
NAME_COLUMN = 2
CODE_COLUMN = 3
UNIT_COLUMN = 4
FIRST_MEASURE_COLUMN = 5

#: Keys of our own. They stand among the codes of measures, none of which begins with "#".
CODE_KEY = "#code"
STATUS_KEY = "#status"
TABLE_KEY = "#table"


class Heading(IntEnum):
    """Rows above the table."""

    FORM_NUMBER = 1
    ISSUED_WITH = 2
    RECEIVED = 3
    BANNER = 4
    TITLE = 5
    PERIOD = 6
    STATUS = 7
    NOTICE = 8
    LABELS = 9
    INDEX = 10


FIRST_ROW = 11


@dataclass(frozen=True, slots=True)
class TableLayout:
    """The plan of one table's sheet: 0-based rows by indicator code, 0-based columns by measure code."""

    rows: dict[str, int]
    columns: dict[str, int]

    @property
    def last_row(self) -> int:
        """The last indicator's row."""
        return max(self.rows.values())

    @property
    def last_column(self) -> int:
        """The last measure's column."""
        return max(self.columns.values())

    @property
    def signature_row(self) -> int:
        """Where place, date and signatures begin."""
        return self.last_row + 2

    @property
    def status_cell(self) -> Cell:
        """The cell with the status of the data (official, provisional, estimated)."""
        return Cell(Heading.STATUS, UNIT_COLUMN)

    def cell(self, indicator: str, measure: str) -> Cell:
        """Where a data point stands."""
        return Cell(self.rows[indicator], self.columns[measure])

    def reading(self, indicator: str, measure: str) -> Cell:
        """The hidden cell, right of the table, that holds what a unit's entry means."""
        return Cell(self.rows[indicator], self.columns[measure] + self._width + 1)

    def state(self, indicator: str, measure: str) -> Cell:
        """The hidden cell that holds whether a cell is filled as it should be."""
        return Cell(self.rows[indicator], self.columns[measure] + 2 * self._width + 1)

    @property
    def status_state(self) -> Cell:
        """The same for the cell with the status of the data."""
        return Cell(Heading.STATUS, FIRST_MEASURE_COLUMN + 2 * self._width + 1)

    @property
    def flag_columns(self) -> tuple[int, int]:
        """The hidden columns that mark the rows with a blank, and those with a wrong cell."""
        first = FIRST_MEASURE_COLUMN + 3 * self._width + 1
        return first, first + 1

    @property
    def entry_column(self) -> int:
        """The hidden column that marks the rows with an entry, the last of the hidden ones."""
        return self.flag_columns[1] + 1

    @property
    def _width(self) -> int:
        return self.last_column - FIRST_MEASURE_COLUMN + 1

    def column_keys(self) -> Iterator[tuple[Cell, str]]:
        """The hidden keys of row 1."""
        yield Cell(KEY_ROW, CODE_COLUMN), CODE_KEY
        yield Cell(KEY_ROW, UNIT_COLUMN), STATUS_KEY
        for measure, column in self.columns.items():
            yield Cell(KEY_ROW, column), measure

    def row_keys(self) -> Iterator[tuple[Cell, str]]:
        """The hidden keys of column A."""
        yield Cell(Heading.STATUS, KEY_COLUMN), STATUS_KEY
        yield Cell(Heading.INDEX, KEY_COLUMN), TABLE_KEY


def plan_table(table: Table) -> TableLayout:
    """The plan of a table: indicators downwards, measures to the right, in the order of the form."""
    return TableLayout(
        rows={indicator.code: FIRST_ROW + offset for offset, indicator in enumerate(table.indicators)},
        columns={measure.measure: FIRST_MEASURE_COLUMN + offset for offset, measure in enumerate(table.measures)},
    )
