"""Where data points stand in a consolidated workbook: children downwards, indicators to the right.

All matrix sheets of a workbook share their rows, so that a subject's figures of different measures stand
in the same row. A node's total stands above its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from xlreport.datapoints import DataPoint
from xlreport.forms.answers import ANSWERED
from xlreport.forms.comparisons import DENOMINATOR, NUMERATOR, UPPER_BOUND
from xlreport.forms.expressions import BoundForm, point_of
from xlreport.forms.model import Form, Indicator, Measure, MeasureRole, Table
from xlreport.forms.roles import applies, upper_of
from xlreport.organisation.tree import Tree
from xlreport.refs import a1
from xlreport.rules import Ref, counted, references

TITLE_ROW, PERIOD_ROW, NOTICE_ROW = 0, 1, 2
NAME_ROW, TERM_ROW, CODE_ROW, UNIT_ROW = 4, 5, 6, 7
TOTAL_ROW, COUNT_ROW, FIRST_ROW = 8, 9, 10
CODE_COLUMN, NAME_COLUMN, FIRST_COLUMN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A subject's row. `runs` are the first and last rows of the units beneath a node, in unbroken runs."""

    subject: str
    row: int
    depth: int
    is_unit: bool
    runs: tuple[tuple[int, int], ...] = ()


def plan_rows(node: str, tree: Tree, expected: Mapping[str, tuple[str, ...]]) -> tuple[MatrixRow, ...]:
    """The rows of a node's workbook. `expected` lists the reporting units beneath each consolidating node."""
    lines = _lines(node, tree, expected, 0)
    positions = [TOTAL_ROW, *range(FIRST_ROW, FIRST_ROW + len(lines) - 1)]
    unit_rows = {subject: row for (subject, _, is_unit), row in zip(lines, positions, strict=True) if is_unit}
    runs = {
        subject: unbroken_runs(unit_rows[unit] for unit in expected[subject])
        for subject, _, is_unit in lines
        if not is_unit
    }
    return tuple(
        MatrixRow(subject, row, depth, is_unit, () if is_unit else runs[subject])
        for (subject, depth, is_unit), row in zip(lines, positions, strict=True)
    )


def _lines(node: str, tree: Tree, expected: Mapping[str, tuple[str, ...]], depth: int) -> list[tuple[str, int, bool]]:
    """Subject, depth and whether it is a unit; a node that reports itself follows its own total."""
    lines = [(node, depth, False)]
    if node in expected[node]:
        lines.append((node, depth + 1, True))
    for child in tree.children(node):
        if child in expected:
            lines += _lines(child, tree, expected, depth + 1)
        elif child in expected[node]:
            lines.append((child, depth + 1, True))
    return lines


def unbroken_runs(rows: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Row numbers as first and last of runs without a gap."""
    runs: list[tuple[int, int]] = []
    for row in sorted(rows):
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return tuple(runs)


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """A column: a data point's, one of its two ratio terms', or the count of one answer to a choice."""

    indicator: Indicator
    point: DataPoint
    column: int
    term: str | None = None
    option: str | None = None


@dataclass(frozen=True, slots=True)
class MatrixSheet:
    """One table in one measure."""

    table: Table
    measure: Measure
    columns: tuple[MatrixColumn, ...]
    #: The earlier period that its figures are of: "previous", "same_period"; None for the period itself.
    at: str | None = None

    @property
    def last_column(self) -> int:
        """The last column in use."""
        return max((column.column for column in self.columns), default=FIRST_COLUMN)


def plan_sheets(form: Form) -> tuple[MatrixSheet, ...]:
    """A sheet for every table and measure that has figures."""
    return tuple(
        sheet
        for table in form.tables
        for measure in table.measures
        if measure.role in (MeasureRole.FIGURE, MeasureRole.RATIO, MeasureRole.ATTAINMENT)
        if (sheet := _plan_sheet(table, measure)).columns
    )


def _plan_sheet(table: Table, measure: Measure) -> MatrixSheet:
    columns: list[MatrixColumn] = []
    for indicator in table.indicators:
        if not applies(table, indicator, measure):
            continue
        point = DataPoint(table.table, indicator.code, measure.measure)
        for term, option in _parts(table, indicator, measure):
            columns.append(MatrixColumn(indicator, point, FIRST_COLUMN + len(columns), term, option))
    return MatrixSheet(table, measure, tuple(columns))


def _parts(table: Table, indicator: Indicator, measure: Measure) -> list[tuple[str | None, str | None]]:
    """The columns of a data point: before a comparison its terms, after an answer how many gave each."""
    ratio = table.ratio(measure.measure)
    if ratio is not None:
        has_upper = measure.role is MeasureRole.ATTAINMENT and upper_of(table, indicator, ratio.denominator)
        terms = [NUMERATOR, DENOMINATOR, *([UPPER_BOUND] if has_upper else [])]
        return [*((term, None) for term in terms), (None, None)]
    if indicator.is_choice:
        return [(None, None), *((None, option.option) for option in indicator.options)]
    return [(None, None)] if indicator.is_numeric else [(None, None), (None, ANSWERED)]


def plan_earlier_sheets(bound: BoundForm) -> tuple[MatrixSheet, ...]:
    """A sheet for every table, measure and earlier period that formulas refer to."""
    nodes = [formula.node for formula in bound.formulas]
    refs = [ref for node in nodes for ref in (*references(node), *counted(node)) if ref.at is not None]
    sheets: dict[tuple[str, str, str], list[Ref]] = {}
    for ref in dict.fromkeys(refs):
        sheets.setdefault((ref.table or "", ref.measure or "", ref.at or ""), []).append(ref)
    return tuple(
        MatrixSheet(table, measure, tuple(_earlier_columns(table, group)), at)
        for (table_code, measure_code, at), group in sheets.items()
        if (table := bound.form.table(table_code)) and (measure := table.measure(measure_code))
    )


def _earlier_columns(table: Table, refs: Iterable[Ref]) -> Iterator[MatrixColumn]:
    column = FIRST_COLUMN
    for ref in refs:
        indicator = table.indicator(ref.indicator)
        measure = table.measure(ref.measure or "")
        if indicator is not None and measure is not None:
            for term, option in _parts(table, indicator, measure):
                yield MatrixColumn(indicator, point_of(ref), column, term, option)
                column += 1


def range_of(column: int, runs: tuple[tuple[int, int], ...]) -> str:
    """The cells of a column in runs of rows, as the arguments of a function: "C11:C27,C29:C34"."""
    return ",".join(
        f"{a1(first, column)}:{a1(last, column)}" if first != last else a1(first, column) for first, last in runs
    )
