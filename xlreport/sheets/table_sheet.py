"""A table's sheet in a unit's workbook: input cells with validation, computed cells with live formulas."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from xlreport.aggregation import MISSING, Value
from xlreport.aggregation.comparing import ComparisonPlan, comparison_plan
from xlreport.datapoints import DataPoint
from xlreport.dates import serial
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
    PREFILLED_FILL,
    TEXT_FORMAT,
    Style,
    number_format,
)
from xlreport.grid.writing import Content, Formula, Page
from xlreport.language import Texts
from xlreport.language import texts as texts_of
from xlreport.layout.table import NAME_COLUMN, TableLayout
from xlreport.refs import a1
from xlreport.rules import Node, Ref, formula_cell
from xlreport.sheets.addresses import UnitCells
from xlreport.sheets.comparisons import NO_RATIO, comparison_formula, comparison_number_format, comparison_shown
from xlreport.sheets.entries import Place, Shown, UnitBook
from xlreport.sheets.validation import prefilled_message, validation

_INPUT = BODY.but(fill=INPUT_FILL, unlocked=True)
#: Locked like what is computed, and told apart from it by colour and slant.
_PREFILLED: Mapping[str, object] = {"fill": PREFILLED_FILL, "unlocked": False, "italic": True}
_COMPUTED = FIGURE.but(fill=LOCKED_FILL)
_CLOSED = BODY.but(fill=LOCKED_FILL, align="center", colour=MUTED)
_COMPARED = frozenset({CellRole.RATIO, CellRole.ATTAINMENT})


class TableSheet:
    """What fills the cells of one table of one unit."""

    def __init__(
        self,
        book: UnitBook,
        table: Table,
        cells: UnitCells,
        contents: Mapping[Place, Shown],
        lists: Mapping[str, str],
    ) -> None:
        self._book = book
        self._table = table
        self._cells = cells
        self._contents = contents
        self._lists = lists
        self._formulas = {formula.point: formula for formula in book.bound.formulas}
        self._cumulated = book.cumulated
        self._roles = book.roles

    def fill(self, indicator: Indicator, measure: Measure) -> tuple[Content, Style]:
        """Content and look of a cell."""
        point = DataPoint(self._table.table, indicator.code, measure.measure)
        role = self._roles[point]
        if role in _COMPARED:
            return self._comparison(indicator, measure)
        look = cell_style(self._book, self._table, indicator, measure, role)
        match role:
            case CellRole.INPUT | CellRole.REGISTER | CellRole.TARGET:
                return self._contents[point], look
            case CellRole.CLOSED:
                return "x", look
        return self._computed(point, role, figure_decimals(indicator, measure.measure)), look

    def draw_validations(self, page: Page, layout: TableLayout, texts: Texts) -> None:
        """Attach input validation to every input cell."""
        for indicator in self._table.indicators:
            for measure in self._table.measures:
                point = DataPoint(self._table.table, indicator.code, measure.measure)
                if self._is_input(indicator, measure):
                    cell = layout.cell(indicator.code, measure.measure)
                    source = self._lists.get(list_key(self._table, indicator, measure) or "")
                    options = validation(self._book.bound.form, indicator, measure, a1(*cell), source, texts)
                    if options is not None and self._book.is_locked(point):
                        options |= prefilled_message(texts)
                    if options is not None:
                        page.validate(cell.row, cell.column, options)

    def draw_explanations(self, page: Page, layout: TableLayout) -> None:
        """Attach the form's explanations to the names of indicators: whole, where an input message has 255 letters."""
        for indicator in self._table.indicators:
            if indicator.explanation is not None:
                text = indicator.explanation.pick(self._book.language)
                page.note(layout.rows[indicator.code], NAME_COLUMN, text)

    def _is_input(self, indicator: Indicator, measure: Measure) -> bool:
        point = DataPoint(self._table.table, indicator.code, measure.measure)
        return self._roles[point] is CellRole.INPUT

    def _comparison(self, indicator: Indicator, measure: Measure) -> tuple[Content, Style]:
        texts = texts_of(self._book.language)
        plan = comparison_plan(self._book.bound, self._table, indicator, measure)
        text = comparison_formula(plan, (plan.above, plan.below, plan.upper), self._cells, texts)
        return Formula(text, self._contents[plan.point]), _comparison_style(plan, measure, texts)

    def _computed(self, point: DataPoint, role: CellRole, decimals: int) -> Formula:
        node, months = self._expression(point, role)
        text = formula_cell(node, self._cells, self._book.bound.precision, months, decimals)
        return Formula(text, self._contents[point])

    def _expression(self, point: DataPoint, role: CellRole) -> tuple[Node, int]:
        """The expression of a computed cell, and the months it is bound to."""
        if point in self._cumulated:
            return self._cumulated[point], 1
        if role is CellRole.FORMULA:
            formula: BoundFormula = self._formulas[point]
            return formula.node, formula.months
        return Ref(point.indicator, point.table, "actual"), 1


def cell_style(book: UnitBook, table: Table, indicator: Indicator, measure: Measure, role: CellRole) -> Style:
    """The look of a cell of a role, whatever stands in it."""
    if role in _COMPARED:
        plan = comparison_plan(book.bound, table, indicator, measure)
        return _comparison_style(plan, measure, texts_of(book.language))
    match role:
        case CellRole.INPUT:
            look = input_style(indicator, measure)
            point = DataPoint(table.table, indicator.code, measure.measure)
            return look.but(**_PREFILLED) if book.is_locked(point) else look
        case CellRole.REGISTER | CellRole.TARGET:
            return _COMPUTED.but(number=number_format(indicator.decimals))
        case CellRole.CLOSED:
            return _CLOSED
    return _COMPUTED.but(number=number_format(figure_decimals(indicator, measure.measure)))


def _comparison_style(plan: ComparisonPlan, measure: Measure, texts: Texts) -> Style:
    return _COMPUTED.but(number=comparison_number_format(plan, texts), wrap=measure.role is MeasureRole.ATTAINMENT)


def table_contents(book: UnitBook, values: Mapping[DataPoint, Value], texts: Texts) -> dict[Place, Shown]:
    """What stands in the cells of the tables."""
    asked, roles = {table.table for table in book.bound.tables}, book.roles
    return {
        point: _entered(book, point)
        if roles[point] is CellRole.INPUT
        else _computed(roles[point], values.get(point, MISSING), texts)
        for point in (cell.point for cell in book.bound.cells)
        if roles[point] is not CellRole.CLOSED and point.table in asked
    }


def _entered(book: UnitBook, point: DataPoint) -> Shown:
    entry = book.entry(point)
    return Decimal(serial(entry)) if isinstance(entry, date) else entry


def _computed(role: CellRole, value: Value, texts: Texts) -> Shown:
    if role in _COMPARED:
        return comparison_shown(value, texts)
    if value.number is None and value.undefined and role not in (CellRole.REGISTER, CellRole.TARGET):
        return NO_RATIO
    return value.number


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
