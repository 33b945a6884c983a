"""A table's sheet in a unit's workbook: input cells with validation, computed cells with live formulas."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date
from decimal import Decimal

from xlreport.aggregation import MISSING, Value
from xlreport.aggregation.comparing import ComparisonPlan, comparison_plan
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
    PREFILLED_FILL,
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
from xlreport.sheets.entries import Place, Shown, UnitBook, equals
from xlreport.sheets.validation import (
    date_condition,
    number_condition,
    prefilled_message,
    usable_tokens,
    validation,
)

_INPUT = BODY.but(fill=INPUT_FILL, unlocked=True)
#: Locked like what is computed, and told apart from it by colour and slant.
_PREFILLED: Mapping[str, object] = {"fill": PREFILLED_FILL, "unlocked": False, "italic": True}
_COMPUTED = FIGURE.but(fill=LOCKED_FILL)
_CLOSED = BODY.but(fill=LOCKED_FILL, align="center", colour=MUTED)
_COMPARED = frozenset({CellRole.RATIO, CellRole.ATTAINMENT})
_UNFINISHED = Style(bold=True, fill=WARNING_FILL, colour=WARNING_FONT)


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

    def fill(self, indicator: Indicator, measure: Measure) -> tuple[Content, Style]:
        """Content and look of a cell."""
        point = DataPoint(self._table.table, indicator.code, measure.measure)
        role = self._book.bound.roles[point]
        if role in _COMPARED:
            return self._comparison(indicator, measure)
        look = cell_style(self._book, self._table, indicator, measure, self._cumulated)
        match role:
            case CellRole.INPUT if point in self._cumulated:
                pass
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
                    if options is not None and point in self._book.prefilled:
                        options |= prefilled_message(texts)
                    if options is not None:
                        page.validate(cell.row, cell.column, options)

    def draw_problem_column(self, page: Page, layout: TableLayout) -> str:
        """A hidden column that counts the wrong or blank cells of each row; returns where it stands."""
        column = layout.last_column + 2
        for indicator in self._table.indicators:
            count = self._contents[wrong_place(self._table.table, indicator.code)]
            problems = Formula(self._row_problems(indicator, layout), count)
            page.write(layout.rows[indicator.code], column, problems, FIGURE)
        page.column(column, column, 4, hidden=True)
        first, last = min(layout.rows.values()), layout.last_row
        unfinished: dict[str, object] = {"type": "formula", "criteria": f"=${column_name(column)}{first + 1}>0"}
        page.conditional((first, CODE_COLUMN, last, CODE_COLUMN), unfinished, _UNFINISHED)
        return on_sheet(page.name, f"{a1(first, column)}:{a1(last, column)}")

    def _is_input(self, indicator: Indicator, measure: Measure) -> bool:
        point = DataPoint(self._table.table, indicator.code, measure.measure)
        return self._book.bound.roles[point] is CellRole.INPUT and point not in self._cumulated

    def _comparison(self, indicator: Indicator, measure: Measure) -> tuple[Content, Style]:
        bound, texts = self._book.bound, texts_of(self._book.language)
        plan = comparison_plan(bound, self._table, indicator, measure)
        terms = (plan.above, plan.below, plan.upper)
        text = comparison_formula(plan, terms, self._cells, texts, bound.form.absence.nil)
        return Formula(text, self._contents[plan.point]), _comparison_style(plan, measure, texts)

    def _computed(self, point: DataPoint, role: CellRole, decimals: int) -> Formula:
        node, months = self._expression(point, role)
        bound = self._book.bound
        text = formula_cell(node, self._cells, bound.precision, months, decimals, bound.form.absence.nil)
        text = self._cells.with_days(text, node, "")
        return Formula(text, self._contents[point])

    def _expression(self, point: DataPoint, role: CellRole) -> tuple[Node, int]:
        """The expression of a computed cell, and the months it is bound to."""
        if role is CellRole.FORMULA:
            formula: BoundFormula = self._formulas[point]
            return formula.node, formula.months
        if point in self._cumulated:
            return self._cumulated[point], 1
        return Ref(point.indicator, point.table, "actual"), 1

    def _row_problems(self, indicator: Indicator, layout: TableLayout) -> str:
        conditions = []
        for measure in self._table.measures:
            if not self._is_input(indicator, measure):
                continue
            if measure.role is MeasureRole.FIGURE:
                cell = a1(*layout.cell(indicator.code, measure.measure))
                conditions.append(f"IF({self._right(cell, indicator, measure)},0,1)")
        return "=" + ("+".join(conditions) or "0")

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


def cell_style(
    book: UnitBook, table: Table, indicator: Indicator, measure: Measure, cumulated: Container[DataPoint]
) -> Style:
    """The look of a cell, whatever stands in it; `cumulated` are the cumulative figures that are computed."""
    point = DataPoint(table.table, indicator.code, measure.measure)
    role = book.bound.roles[point]
    if role in _COMPARED:
        plan = comparison_plan(book.bound, table, indicator, measure)
        return _comparison_style(plan, measure, texts_of(book.language))
    match role:
        case CellRole.INPUT if point in cumulated:
            pass
        case CellRole.INPUT:
            look = input_style(indicator, measure)
            return look.but(**_PREFILLED) if point in book.prefilled else look
        case CellRole.REGISTER | CellRole.TARGET:
            return _COMPUTED.but(number=number_format(indicator.decimals))
        case CellRole.CLOSED:
            return _CLOSED
    return _COMPUTED.but(number=number_format(figure_decimals(indicator, measure.measure)))


def _comparison_style(plan: ComparisonPlan, measure: Measure, texts: Texts) -> Style:
    return _COMPUTED.but(number=comparison_number_format(plan, texts), wrap=measure.role is MeasureRole.ATTAINMENT)


def table_contents(book: UnitBook, values: Mapping[DataPoint, Value], texts: Texts) -> dict[Place, Shown]:
    """What stands in the cells of the tables."""
    asked, cumulated = {table.table for table in book.bound.tables}, book.cumulated
    return {
        point: _entered(book, point)
        if role is CellRole.INPUT and point not in cumulated
        else _computed(role, values.get(point, MISSING), texts)
        for point, _, _, _, role in book.bound.cells
        if role is not CellRole.CLOSED and point.table in asked
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


def wrong_cells(book: UnitBook, values: Mapping[DataPoint, Value]) -> dict[tuple[str, str], int]:
    """How many cells of each row, by table and indicator, are wrong or blank."""
    counts = {(table.table, indicator.code): 0 for table in book.bound.tables for indicator in table.indicators}
    cumulated = book.cumulated
    for point, _, indicator, measure, role in book.bound.cells:
        row = point.table, point.indicator
        is_figure = role is CellRole.INPUT and measure.role is MeasureRole.FIGURE
        if is_figure and row in counts and point not in cumulated:
            counts[row] += not _is_right(book, point, indicator, measure, values)
    return counts


def wrong_place(table: str, indicator: str) -> Place:
    """Where the number of wrong or blank cells of a row is found among the contents."""
    return f"wrong {table}/{indicator}"


def _is_right(
    book: UnitBook, point: DataPoint, indicator: Indicator, measure: Measure, values: Mapping[DataPoint, Value]
) -> bool:
    """Whether an input cell is filled as it should be, or may stay blank; the formula says the same."""
    entry = book.entry(point)
    if entry is None or entry == "":
        return not (indicator.required and measure.is_required)
    if indicator.is_wording:
        return True
    if indicator.is_choice:
        return values.get(point, MISSING).counts is not None
    absence = book.bound.form.absence
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
