"""The content of every cell of the matrix sheets: received figures as constants, everything else as formulas."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from xlreport.aggregation import MISSING, Status, Value, Values
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, BoundFormula, ratio_node
from xlreport.forms.model import Aggregation, Indicator, Kind
from xlreport.forms.roles import CellRole
from xlreport.grid.writing import Content, Formula
from xlreport.layout.matrix import NUMERATOR, MatrixColumn, MatrixRow, MatrixSheet, range_of
from xlreport.outputs.consolidated.addresses import Places, RowCells, figure_point, in_row
from xlreport.rules import Node, Ref, formula_cell

NO_RATIO = "—"
#: What a unit's cell shows where there is no figure.
_ABSENCE = {Status.NOT_APPLICABLE: "x", Status.UNREADABLE: "?"}


class ColumnCells:
    """Contents of one column. Formulas that look along a row are worded once and then moved from row to row."""

    def __init__(
        self, bound: BoundForm, known: Places, sheet: MatrixSheet, name: str, column: MatrixColumn, language: str
    ) -> None:
        self._bound = bound
        self._column = column
        self._indicator = column.indicator
        self._point = figure_point(column)
        self._language = language
        self._cells = known.any_row(name)
        self._role = bound.roles[column.point]
        self._is_computed = column.term is None and self._role in (CellRole.FORMULA, CellRole.RATIO)
        self._across = self._across_the_row(sheet)

    def content(self, line: MatrixRow, values: Values) -> Content:
        """Content of the cell in a subject's row."""
        value = values.get(self._point, MISSING)
        if self._column.option is not None:
            return self._answer(self._column.option, line, value)
        if self._indicator.kind is Kind.CHOICE:
            return self._choice(line, value)
        if self._is_computed:
            return self._moved(line, value)
        if not line.is_unit:
            if self._column.term is not None and self._indicator.formula is not None:
                return self._moved(line, value)
            return _aggregate(self._indicator, range_of(self._column.column, line.runs), value)
        if self._column.term is not None or (self._role is CellRole.CARRIED and value.number is not None):
            return self._moved(line, value)
        return value.number if value.number is not None else _ABSENCE.get(value.status)

    def reporting(self, line: MatrixRow, value: Value) -> Content:
        """How many units a total holds; nothing for columns that are computed from others."""
        is_computed = self._is_computed or self._role is CellRole.FORMULA
        if is_computed or self._column.option or (self._column.term and self._indicator.formula is not None):
            return None
        if self._indicator.kind is Kind.CHOICE:
            answers = ",".join(self._cells.answer_cells(self._column.point, ()))
            return Formula(in_row(f"=SUM({answers})", line.row), Decimal(value.units))
        return Formula(f"=COUNT({range_of(self._column.column, line.runs)})", Decimal(value.units))

    def _moved(self, line: MatrixRow, value: Value) -> Formula:
        stored = NO_RATIO if value.number is None and value.undefined else value.number
        return Formula(in_row(self._across, line.row), stored)

    def _across_the_row(self, sheet: MatrixSheet) -> str:
        """The formula of a cell that is computed from others of its row; empty for other columns."""
        table, indicator, measure = self._column.point
        if self._column.option is not None or self._indicator.kind is Kind.CHOICE:
            return ""
        if self._column.term is not None:
            return self._ratio_term(sheet, self._column.term)
        if self._role is CellRole.FORMULA:
            formulas: Mapping[DataPoint, BoundFormula] = {one.point: one for one in self._bound.formulas}
            formula = formulas[self._column.point]
            return self._worded(formula.node, formula.months, self._indicator.decimals)
        if self._role is CellRole.RATIO:
            terms = (Ref(indicator, table, f"{measure}.{term}") for term in ("numerator", "denominator"))
            return self._worded(ratio_node(measure, *terms), 1, self._bound.form.percent_decimals, NO_RATIO)
        if self._role is CellRole.CARRIED:
            return self._worded(Ref(indicator, table, "actual"), 1, self._indicator.decimals)
        return ""

    def _worded(self, node: Node, months: int, decimals: int, missing: str = "") -> str:
        return formula_cell(node, self._cells, self._bound.precision, months, decimals, missing=missing)

    def _ratio_term(self, sheet: MatrixSheet, term: str) -> str:
        """A term counts only where both are there: a total must not divide unlike sets of units."""
        ratio = sheet.table.ratio(sheet.measure.measure)
        if ratio is None:
            raise KeyError(sheet.measure.measure)
        above, below = (
            self._cells.figure(self._column.point._replace(measure=measure))
            for measure in (ratio.numerator, ratio.denominator)
        )
        return f'=IF(COUNT({above},{below})<2,"",{above if term == NUMERATOR else below})'

    def _choice(self, line: MatrixRow, value: Value) -> Content:
        """A unit's answer in words; at a node how many of those that answered have attained it: 8/17."""
        if line.is_unit:
            option = self._indicator.option(value.text or "")
            return option.name.pick(self._language) if option else None
        formula = attained_formula(self._indicator, self._column.point, self._cells, value)
        return Formula(in_row(formula.text, line.row), formula.value)

    def _answer(self, option: str, line: MatrixRow, value: Value) -> Content:
        if not line.is_unit:
            counts = value.counts or {}
            total = Decimal(counts.get(option, 0)) if counts else None
            return _total("SUM", range_of(self._column.column, line.runs), 0, total)
        chosen = self._indicator.option(option)
        label = (chosen.name.pick(self._language) if chosen else option).replace('"', '""')
        answer = in_row(self._cells.figure(self._column.point), line.row)
        stored = None if value.text is None else Decimal(value.text == option)
        return Formula(f'=IF({answer}="","",IF({answer}="{label}",1,0))', stored)


def attained_formula(indicator: Indicator, point: DataPoint, cells: RowCells, value: Value) -> Formula:
    """k of n as text: units whose answer counts as attained, of units that answered."""
    answered = "+".join(f"N({cell})" for cell in cells.answer_cells(point, ()))
    attained = (
        "+".join(f"N({cell})" for cell in cells.answer_cells(point, indicator.achieved)) if indicator.achieved else "0"
    )
    counts = value.counts or {}
    shown = None
    if counts:
        shown = f"{sum(counts.get(option, 0) for option in indicator.achieved)}/{sum(counts.values())}"
    return Formula(f'=IF({answered}=0,"",({attained})&"/"&({answered}))', shown)


def _aggregate(indicator: Indicator, cells: str, value: Value) -> Formula | None:
    """The live formula of a total, by how the indicator aggregates across units."""
    match indicator.across_units:
        case Aggregation.SUM:
            return _total("SUM", cells, indicator.decimals, value.number)
        case Aggregation.MIN:
            return _total("MIN", cells, indicator.decimals, value.number)
        case Aggregation.MAX:
            return _total("MAX", cells, indicator.decimals, value.number)
        case Aggregation.AVERAGE:
            text = f'=IF(COUNT({cells})=0,"",ROUND(SUM({cells})/COUNT({cells}),{indicator.decimals}))'
            return Formula(text, value.number)
        case Aggregation.COUNT:
            return Formula(f'=IF(COUNT({cells})=0,"",COUNT({cells}))', value.number)
    return None


def _total(function: str, cells: str, decimals: int, value: Decimal | None) -> Formula:
    return Formula(f'=IF(COUNT({cells})=0,"",ROUND({function}({cells}),{decimals}))', value)
