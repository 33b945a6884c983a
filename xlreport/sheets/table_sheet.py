"""A table's sheet in a unit's workbook: input cells with validation, computed cells with live formulas."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from xlreport.aggregation import MISSING, Value
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundFormula, ratio_node
from xlreport.forms.model import Indicator, Kind, Measure, MeasureRole, Table
from xlreport.forms.roles import CellRole
from xlreport.grid.styles import (
    BODY,
    FIGURE,
    INPUT_FILL,
    LOCKED_FILL,
    MUTED,
    WARNING_FILL,
    WARNING_FONT,
    Style,
    number_format,
)
from xlreport.grid.writing import Content, Formula, Page
from xlreport.language import Texts
from xlreport.layout.table import CODE_COLUMN, TableLayout
from xlreport.refs import a1, column_name, on_sheet
from xlreport.rules import Node, Ref, formula_cell
from xlreport.sheets.addresses import UnitCells
from xlreport.sheets.entries import UnitBook, equals
from xlreport.sheets.validation import number_condition, usable_tokens, validation

_INPUT = BODY.but(fill=INPUT_FILL, unlocked=True)
_COMPUTED = FIGURE.but(fill=LOCKED_FILL)
_CLOSED = BODY.but(fill=LOCKED_FILL, align="center", colour=MUTED)
_UNFINISHED = Style(bold=True, fill=WARNING_FILL, colour=WARNING_FONT)
#: How a ratio that cannot be computed is shown.
NO_RATIO = "—"


class TableSheet:
    """What fills the cells of one table of one unit."""

    def __init__(
        self,
        book: UnitBook,
        table: Table,
        cells: UnitCells,
        values: Mapping[DataPoint, Value],
        lists: Mapping[str, str],
    ) -> None:
        self._book = book
        self._table = table
        self._cells = cells
        self._values = values
        self._lists = lists
        self._formulas = {formula.point: formula for formula in book.bound.formulas}

    def fill(self, indicator: Indicator, measure: Measure) -> tuple[Content, Style]:
        """Content and look of a cell."""
        point = DataPoint(self._table.table, indicator.code, measure.measure)
        role = self._book.bound.roles[point]
        match role:
            case CellRole.INPUT:
                return self._entry(point), _input_style(indicator, measure)
            case CellRole.REGISTER:
                return self._values.get(point, MISSING).number, _COMPUTED.but(number=number_format(0))
            case CellRole.CLOSED:
                return "x", _CLOSED
        decimals = self._book.bound.form.percent_decimals if role is CellRole.RATIO else indicator.decimals
        return self._computed(point, role, decimals), _COMPUTED.but(number=number_format(decimals))

    def draw_validations(self, page: Page, layout: TableLayout, texts: Texts) -> None:
        """Attach input validation to every input cell."""
        for indicator in self._table.indicators:
            for measure in self._table.measures:
                if self._is_input(indicator, measure):
                    cell = layout.cell(indicator.code, measure.measure)
                    source = self._lists.get(list_key(self._table, indicator, measure) or "")
                    options = validation(self._book.bound.form, indicator, measure, a1(*cell), source, texts)
                    if options is not None:
                        page.validate(cell.row, cell.column, options)

    def draw_problem_column(self, page: Page, layout: TableLayout) -> tuple[str, int]:
        """A hidden column that counts the wrong or blank cells of each row; returns where it stands and its sum."""
        column, total = layout.last_column + 2, 0
        for indicator in self._table.indicators:
            formula, count = self._row_problems(indicator, layout)
            page.write(layout.rows[indicator.code], column, Formula(formula, Decimal(count)), FIGURE)
            total += count
        page.column(column, column, 4, hidden=True)
        first, last = min(layout.rows.values()), layout.last_row
        unfinished: dict[str, object] = {"type": "formula", "criteria": f"=${column_name(column)}{first + 1}>0"}
        page.conditional((first, CODE_COLUMN, last, CODE_COLUMN), unfinished, _UNFINISHED)
        return on_sheet(page.name, f"{a1(first, column)}:{a1(last, column)}"), total

    def _is_input(self, indicator: Indicator, measure: Measure) -> bool:
        point = DataPoint(self._table.table, indicator.code, measure.measure)
        return self._book.bound.roles[point] is CellRole.INPUT

    def _entry(self, point: DataPoint) -> Content:
        return self._book.entries.get(point)

    def _computed(self, point: DataPoint, role: CellRole, decimals: int) -> Formula:
        node, months, missing = self._expression(point, role)
        bound = self._book.bound
        text = formula_cell(
            node, self._cells, bound.precision, months, decimals, bound.form.absence.nil, missing=missing
        )
        value = self._values.get(point, MISSING)
        if value.number is not None:
            return Formula(text, value.number)
        return Formula(text, NO_RATIO if value.undefined else None)

    def _expression(self, point: DataPoint, role: CellRole) -> tuple[Node, int, str]:
        """The expression of a computed cell, the months it is bound to, and what it shows without figures."""
        if role is CellRole.FORMULA:
            formula: BoundFormula = self._formulas[point]
            return formula.node, formula.months, ""
        if role is CellRole.CARRIED:
            return Ref(point.indicator, point.table, "actual"), 1, ""
        ratio = self._table.ratio(point.measure)
        if ratio is None:
            raise KeyError(str(point))
        above = Ref(point.indicator, point.table, ratio.numerator)
        below = Ref(point.indicator, point.table, ratio.denominator)
        return ratio_node(point.measure, above, below), 1, NO_RATIO

    def _row_problems(self, indicator: Indicator, layout: TableLayout) -> tuple[str, int]:
        conditions, count = [], 0
        for measure in self._table.measures:
            if not self._is_input(indicator, measure):
                continue
            if measure.role is MeasureRole.FIGURE:
                cell = a1(*layout.cell(indicator.code, measure.measure))
                conditions.append(f"IF({self._right(cell, indicator, measure)},0,1)")
                count += not self._is_right(indicator, measure)
        return "=" + ("+".join(conditions) or "0"), count

    def _right(self, cell: str, indicator: Indicator, measure: Measure) -> str:
        """The condition that an input cell is as it must be: filled if required, of the right type if filled."""
        if indicator.kind is Kind.CHOICE:
            ref = Ref(indicator.code, self._table.table, measure.measure)
            condition = self._cells.choice_present(ref)
        elif indicator.kind is Kind.TEXT:
            condition = f'{cell}<>""'
        else:
            condition = number_condition(cell, indicator, self._book.bound.form.absence)
        is_optional = not (indicator.required and measure.is_required)
        return f'OR({cell}="",{condition})' if is_optional else condition

    def _is_right(self, indicator: Indicator, measure: Measure) -> bool:
        """The same condition, computed by us for the stored value."""
        point = DataPoint(self._table.table, indicator.code, measure.measure)
        entry = self._book.entries.get(point)
        if entry is None or entry == "":
            return not (indicator.required and measure.is_required)
        if indicator.kind is Kind.TEXT:
            return True
        if indicator.kind is Kind.CHOICE:
            return self._values.get(point, MISSING).counts is not None
        if isinstance(entry, Decimal):
            low, high = indicator.minimum, indicator.maximum
            return (low is None or entry >= low) and (high is None or entry <= high)
        return any(equals(entry, token) for token in usable_tokens(indicator, self._book.bound.form.absence))


def list_key(table: Table, indicator: Indicator, measure: Measure) -> str | None:
    """The name of the list that a cell chooses from; None where it is not a choice."""
    if measure.role is MeasureRole.QUALIFIER:
        return "qualifier"
    if measure.role is MeasureRole.FIGURE and indicator.kind is Kind.CHOICE:
        return f"{table.table}/{indicator.code}"
    return None


def _input_style(indicator: Indicator, measure: Measure) -> Style:
    if measure.role is MeasureRole.FIGURE and indicator.kind is Kind.NUMBER:
        return _INPUT.but(align="right", number=number_format(indicator.decimals), wrap=False)
    return _INPUT.but(size=10) if measure.role is MeasureRole.NOTE else _INPUT.but(align="center", size=10)
