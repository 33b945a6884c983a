"""A roll: one workbook with a row for every unit, in which the office enters the figures of all of them.

There are two kinds: the year's plans, and the figures of a period before the program was in use. One sheet per
table, units downwards, indicators and measures to the right. As in a unit's workbook the first row and the first
column are hidden and carry keys; a row's own key is the code of its unit, which everybody sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm
from xlreport.forms.model import Form, Indicator, Measure, MeasureRole, Span, Table
from xlreport.forms.roles import CellRole
from xlreport.layout.identity import Marked
from xlreport.layout.locate import first_row_of, keys_of_row, read_code
from xlreport.layout.table import CODE_KEY, KEY_COLUMN, KEY_ROW, TABLE_KEY
from xlreport.periods import Frequency, Period
from xlreport.refs import Cell


class RollKind(StrEnum):
    """What the figures of a roll are."""

    PLAN = "plan"
    HISTORY = "history"


def roll_form(kind: RollKind, form: str) -> str:
    """The code under which rolls of a form are identified and kept: no form has a colon in its own."""
    return f"{kind.value}:{form}"


def roll_kind(code: str) -> tuple[RollKind, str] | None:
    """Kind of roll and form of such a code; None for the code of a form itself."""
    kind, colon, form = code.partition(":")
    return (RollKind(kind), form) if colon and kind in set(RollKind) else None


def plan_period(form: Form, period: Period) -> Period:
    """The period whose plan a report is held against: its year, or its term where the form is of terms."""
    if period.frequency is Frequency.TERM or form.frequency is Frequency.TERM:
        return period
    return Period(Frequency.YEAR, period.end_year)


#: Figures that may cover a year, and are nevertheless results.
_RESULTS = frozenset({"actual", "cumulative", "same_period", "previous_final"})


def _is_of(kind: RollKind, measure: Measure) -> bool:
    """Plans are the figures that cover the year; of a past period its results are asked."""
    if measure.role is not MeasureRole.FIGURE:
        return False
    if kind is RollKind.HISTORY:
        return measure.measure == "actual"
    return measure.covers is Span.YEAR and measure.measure not in _RESULTS


def asked_points(kind: RollKind, bound: BoundForm) -> frozenset[DataPoint]:
    """What a roll asks of one filler: what it would type itself, of that kind."""
    return frozenset(cell.point for cell in bound.cells if cell.role is CellRole.INPUT and _is_of(kind, cell.measure))


KEY_OF_BASIS, KEY_OF_NAME = "#basis", "#name"
UNIT_CODE_COLUMN, UNIT_NAME_COLUMN, ABOVE_COLUMN, FIRST_FIGURE_COLUMN = 1, 2, 3, 4


class RollHeading(IntEnum):
    """Rows above the figures."""

    TITLE = 1
    PERIOD = 2
    BASIS = 3
    STATE = 4
    NAMES = 6
    CODES = 7
    MEASURES = 8
    UNITS = 9


FIRST_UNIT_ROW = 10


@dataclass(frozen=True, slots=True)
class RollColumn:
    """A column: an indicator in a measure."""

    indicator: Indicator
    measure: Measure
    column: int

    @property
    def key(self) -> str:
        """Its hidden key, such as `01:plan`."""
        return f"{self.indicator.code}:{self.measure.measure}"


@dataclass(frozen=True, slots=True)
class RollTable:
    """A table's sheet: 0-based rows by unit, columns in their order."""

    table: Table
    columns: tuple[RollColumn, ...]
    rows: Mapping[str, int]

    @property
    def last_row(self) -> int:
        """The last unit's row."""
        return max(self.rows.values())

    @property
    def last_column(self) -> int:
        """The last column of figures."""
        return self.columns[-1].column

    def point(self, column: RollColumn) -> DataPoint:
        """The data point of a column."""
        return DataPoint(self.table.table, column.indicator.code, column.measure.measure)

    def sheet_keys(self) -> list[tuple[Cell, str]]:
        """The hidden keys, but for the sheet's marker."""
        own = [(UNIT_CODE_COLUMN, CODE_KEY), (UNIT_NAME_COLUMN, KEY_OF_NAME)]
        own += [(column.column, column.key) for column in self.columns]
        rows = [(RollHeading.BASIS, KEY_OF_BASIS), (RollHeading.UNITS, TABLE_KEY)]
        return [
            *((Cell(KEY_ROW, column), key) for column, key in own),
            *((Cell(row, KEY_COLUMN), key) for row, key in rows),
        ]


def plan_roll(form: Form, asked: Mapping[str, frozenset[DataPoint]]) -> tuple[RollTable, ...]:
    """The sheets of a roll; `asked` are the points asked of each unit, in the order of their rows."""
    sheets = []
    for table in form.tables:
        every = {point for points in asked.values() for point in points if point.table == table.table}
        wanted = [
            (indicator, measure)
            for indicator in table.indicators
            for measure in table.measures
            if DataPoint(table.table, indicator.code, measure.measure) in every
        ]
        units = [unit for unit, points in asked.items() if not points.isdisjoint(every)]
        if wanted:
            columns = tuple(RollColumn(*pair, FIRST_FIGURE_COLUMN + place) for place, pair in enumerate(wanted))
            rows = {unit: FIRST_UNIT_ROW + place for place, unit in enumerate(units)}
            sheets.append(RollTable(table, columns, rows))
    return tuple(sheets)


@dataclass(frozen=True, slots=True)
class LocatedRoll:
    """Where the units and columns of a table are in a received sheet."""

    #: The first row of each unit's code, and all of them where it stands in several.
    rows: Mapping[str, int]
    repeated: Mapping[str, tuple[Cell, ...]]
    #: Columns by their keys; those whose key stands twice.
    columns: Mapping[str, int]
    repeated_columns: Mapping[str, tuple[Cell, ...]]
    basis: Cell | None
    first_row: int
    code_column: int | None


def locate_roll(marked: Marked, units: list[str]) -> LocatedRoll:
    """Find rows by the codes of units and columns by their keys, wherever they stand now."""
    sheet, found = marked.sheet, keys_of_row(marked.sheet, marked.row)
    keys = {key: columns[0] for key, columns in found.items() if len(columns) == 1}
    beneath, code_column = first_row_of(marked), keys.get(CODE_KEY)
    by_unit: dict[str, list[Cell]] = {}
    for row in range(beneath, len(sheet.rows)) if code_column is not None else ():
        code = read_code(sheet.value(row, code_column or 0), units)
        if code:
            by_unit.setdefault(code, []).append(Cell(row, code_column or 0))
    basis_row = next((row for row in range(len(sheet.rows)) if sheet.value(row, marked.column) == KEY_OF_BASIS), None)
    basis = Cell(basis_row, keys[KEY_OF_NAME]) if basis_row is not None and KEY_OF_NAME in keys else None
    return LocatedRoll(
        rows={code: cells[0].row for code, cells in by_unit.items() if len(cells) == 1},
        repeated={code: tuple(cells) for code, cells in by_unit.items() if len(cells) > 1},
        columns={key: column for key, column in keys.items() if ":" in key},
        repeated_columns={
            key: tuple(Cell(marked.row, column) for column in columns)
            for key, columns in found.items()
            if ":" in key and len(columns) > 1
        },
        basis=basis,
        first_row=beneath,
        code_column=code_column,
    )
