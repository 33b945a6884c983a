"""A table's sheet in a unit's workbook: input cells with validation, computed cells with live formulas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from xlreport.aggregation import MISSING, Value
from xlreport.aggregation.comparing import comparison_plan
from xlreport.datapoints import DataPoint
from xlreport.dates import serial
from xlreport.forms.answers import FIRST_DAY, LAST_DAY
from xlreport.forms.expressions import BoundFormula, figure_decimals
from xlreport.forms.model import Indicator, Kind, Measure, MeasureRole, Table
from xlreport.forms.roles import CellRole
from xlreport.grid.styles import (
    BODY,
    DATE_FORMAT,
    FIGURE,
    INPUT_FILL,
    LOCKED_FILL,
    MUTED,
    TEXT_FORMAT,
    WARNING_FILL,
    WARNING_FONT,
    Style,
    number_format,
)
from xlreport.grid.writing import Content, Formula, Page
from xlreport.language import Texts
from xlreport.language import texts as texts_of
from xlreport.layout.table import CODE_COLUMN, TableLayout
from xlreport.refs import a1, column_name, on_sheet
from xlreport.rules import Node, Ref, formula_cell
from xlreport.sheets.addresses import UnitCells
from xlreport.sheets.comparisons import NO_RATIO, comparison_formula, comparison_number_format, comparison_shown
from xlreport.sheets.entries import UnitBook, equals
from xlreport.sheets.marks import Mark
from xlreport.sheets.validation import date_condition, number_condition, usable_tokens, validation

_INPUT = BODY.but(fill=INPUT_FILL, unlocked=True)
_COMPUTED = FIGURE.but(fill=LOCKED_FILL)
_CLOSED = BODY.but(fill=LOCKED_FILL, align="center", colour=MUTED)
_UNFINISHED = Style(bold=True, fill=WARNING_FILL, colour=WARNING_FONT)


class TableSheet:
    """What fills the cells of one table of one unit."""

    def __init__(
        self,
        book: UnitBook,
        table: Table,
        cells: UnitCells,
        values: Mapping[DataPoint, Value],
        lists: Mapping[str, str],
        marks: Sequence[Mark] = (),
    ) -> None:
        self.marks = marks
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
                return self._entry(point), input_style(indicator, measure)
            case CellRole.REGISTER | CellRole.TARGET:
                look = _COMPUTED.but(number=number_format(indicator.decimals))
                return self._values.get(point, MISSING).number, look
            case CellRole.CLOSED:
                return "x", _CLOSED
            case CellRole.RATIO | CellRole.ATTAINMENT:
                return self._comparison(indicator, measure)
        decimals = figure_decimals(indicator, measure.measure)
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
        entry = self._book.entries.get(point)
        return Decimal(serial(entry)) if isinstance(entry, date) else entry

    def _comparison(self, indicator: Indicator, measure: Measure) -> tuple[Content, Style]:
        bound, texts = self._book.bound, texts_of(self._book.language)
        plan = comparison_plan(bound, self._table, indicator, measure)
        terms = (plan.above, plan.below, plan.upper)
        text = comparison_formula(plan, terms, self._cells, texts, bound.form.absence.nil)
        shown = comparison_shown(self._values.get(plan.point, MISSING), texts)
        look = _COMPUTED.but(number=comparison_number_format(plan, texts), wrap=measure.role is MeasureRole.ATTAINMENT)
        return Formula(text, shown), look

    def _computed(self, point: DataPoint, role: CellRole, decimals: int) -> Formula:
        node, months = self._expression(point, role)
        bound = self._book.bound
        text = formula_cell(node, self._cells, bound.precision, months, decimals, bound.form.absence.nil)
        text = self._cells.with_days(text, node, "")
        value = self._values.get(point, MISSING)
        if value.number is not None:
            return Formula(text, value.number)
        return Formula(text, NO_RATIO if value.undefined else None)

    def _expression(self, point: DataPoint, role: CellRole) -> tuple[Node, int]:
        """The expression of a computed cell, and the months it is bound to."""
        if role is CellRole.FORMULA:
            formula: BoundFormula = self._formulas[point]
            return formula.node, formula.months
        return Ref(point.indicator, point.table, "actual"), 1

    def _row_problems(self, indicator: Indicator, layout: TableLayout) -> tuple[str, int]:
        conditions, count = [], 0
        for measure in self._table.measures:
            if not self._is_input(indicator, measure):
                continue
            if measure.role is MeasureRole.FIGURE:
                cell = a1(*layout.cell(indicator.code, measure.measure))
                conditions.append(f"IF({self._right(cell, indicator, measure)},0,1)")
                count += not self._is_right(indicator, measure)
        for mark in self._counted_marks(indicator):
            conditions.append(a1(*mark.helper))
            count += mark.stands
        return "=" + ("+".join(conditions) or "0"), count

    def _counted_marks(self, indicator: Indicator) -> Iterable[Mark]:
        """Marks of wrong values that nothing else counts: they look right, as 9.605 does where 9605 was meant.

        Those of the status cell, which stands in no row, are counted in the first.
        """
        codes = (indicator.code, "") if indicator is self._table.indicators[0] else (indicator.code,)
        wrong = {mark.point: mark for mark in self.marks if mark.is_wrong_value and mark.point.indicator in codes}
        for point, mark in wrong.items():
            measure = self._table.measure(point.measure)
            if measure is None or measure.role is not MeasureRole.FIGURE or self._is_right(indicator, measure):
                yield mark

    def _right(self, cell: str, indicator: Indicator, measure: Measure) -> str:
        """The condition that a cell is filled as it should be, or may stay blank."""
        absence = self._book.bound.form.absence
        if indicator.is_choice:
            condition = self._cells.choice_present(Ref(indicator.code, self._table.table, measure.measure))
        elif indicator.is_wording:
            condition = f'{cell}<>""'
        elif indicator.kind is Kind.DATE:
            condition = date_condition(cell, absence)
        else:
            condition = number_condition(cell, indicator, absence)
        is_optional = not (indicator.required and measure.is_required)
        return f'OR({cell}="",{condition})' if is_optional else condition

    def _is_right(self, indicator: Indicator, measure: Measure) -> bool:
        """The same condition, computed by us for the stored value."""
        point = DataPoint(self._table.table, indicator.code, measure.measure)
        entry = self._book.entries.get(point)
        if entry is None or entry == "":
            return not (indicator.required and measure.is_required)
        if indicator.is_wording:
            return True
        if indicator.is_choice:
            return self._values.get(point, MISSING).counts is not None
        absence = self._book.bound.form.absence
        if indicator.kind is Kind.DATE:
            is_day = isinstance(entry, date) and FIRST_DAY <= entry <= LAST_DAY
            return is_day or any(equals(entry, token) for token in absence.tokens)
        if isinstance(entry, Decimal):
            low, high = indicator.minimum, indicator.maximum
            return (low is None or entry >= low) and (high is None or entry <= high)
        return any(equals(entry, token) for token in usable_tokens(indicator, absence))


def list_key(table: Table, indicator: Indicator, measure: Measure) -> str | None:
    """The name of the list that a cell chooses from; None where it is not a choice."""
    if measure.role in (MeasureRole.QUALIFIER, MeasureRole.STATUS):
        return measure.role.value
    if measure.role is MeasureRole.FIGURE and indicator.is_choice:
        return f"{table.table}/{indicator.code}"
    return None


def input_style(indicator: Indicator, measure: Measure) -> Style:
    """The look of an input cell. Cells for words are text: "06-07" must not become a date."""
    if measure.role is MeasureRole.NOTE:
        return _INPUT.but(size=10, number=TEXT_FORMAT)
    if measure.role is not MeasureRole.FIGURE or indicator.is_choice:
        return _INPUT.but(align="center", size=10)
    if indicator.kind is Kind.DATE:
        return _INPUT.but(align="center", number=DATE_FORMAT, wrap=False)
    if indicator.is_wording:
        return _INPUT.but(size=10, number=TEXT_FORMAT)
    return _INPUT.but(align="right", number=number_format(indicator.decimals), wrap=False)
