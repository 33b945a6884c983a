"""The content of every cell of the matrix sheets: received figures as constants, everything else as formulas."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from xlreport.aggregation import MISSING, Status, Value, Values
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, BoundFormula, ratio_node
from xlreport.forms.model import Aggregation, Indicator, Kind
from xlreport.forms.roles import CellRole, cell_role
from xlreport.grid.writing import Content, Formula
from xlreport.layout.matrix import MatrixColumn, MatrixRow, MatrixSheet, range_of
from xlreport.outputs.consolidated.addresses import Places, RowCells, figure_point
from xlreport.rules import Node, Ref, formula_cell

NO_RATIO = "—"
#: What a unit's cell shows where there is no figure.
_ABSENCE = {Status.NOT_APPLICABLE: "x", Status.UNREADABLE: "?"}


class MatrixCells:
    """Contents of matrix cells of one workbook."""

    def __init__(self, bound: BoundForm, known: Places, language: str) -> None:
        self._bound = bound
        self._places = known
        self._language = language
        self._formulas: Mapping[DataPoint, BoundFormula] = {formula.point: formula for formula in bound.formulas}

    def content(self, sheet: MatrixSheet, name: str, column: MatrixColumn, line: MatrixRow, values: Values) -> Content:
        """Content of the cell of a column in a subject's row."""
        cells = self._places.row(line.row, name)
        value = values.get(figure_point(column), MISSING)
        if column.option is not None:
            return self._answer(column, column.option, line, cells, value)
        if column.indicator.kind is Kind.CHOICE:
            return self._choice(column, line, cells, value)
        role = cell_role(sheet.table, column.indicator, sheet.measure, self._bound.period)
        if column.term is not None:
            return self._ratio_term(sheet, column, line, cells, value)
        if role in (CellRole.FORMULA, CellRole.RATIO):
            return self._computed(column, role, cells, value)
        if not line.is_unit:
            return _aggregate(column.indicator, range_of(column.column, line.runs), value)
        if role is CellRole.CARRIED:
            return self._carried(column, cells, value)
        return value.number if value.number is not None else _ABSENCE.get(value.status)

    def reporting(self, column: MatrixColumn, line: MatrixRow, value: Value) -> Content:
        """How many units a total holds; nothing for columns that are computed from others."""
        if column.point in self._formulas or column.term is not None or column.option is not None:
            return None
        if column.indicator.kind is Kind.CHOICE:
            counts = self._places.row(line.row, self._places.figures[column.point][0]).answer_cells(column.point, ())
            return Formula(f"=SUM({','.join(counts)})", Decimal(value.units))
        return Formula(f"=COUNT({range_of(column.column, line.runs)})", Decimal(value.units))

    def _computed(self, column: MatrixColumn, role: CellRole, cells: RowCells, value: Value) -> Formula:
        if role is CellRole.FORMULA:
            formula = self._formulas[column.point]
            return self._formula(formula.node, cells, formula.months, column.indicator.decimals, value)
        table, indicator, measure = column.point
        above = Ref(indicator, table, f"{measure}.numerator")
        below = Ref(indicator, table, f"{measure}.denominator")
        node = ratio_node(measure, above, below)
        return self._formula(node, cells, 1, self._bound.form.percent_decimals, value, missing=NO_RATIO)

    def _formula(
        self, node: Node, cells: RowCells, months: int, decimals: int, value: Value, missing: str = ""
    ) -> Formula:
        text = formula_cell(node, cells, self._bound.precision, months, decimals, missing=missing)
        if value.number is not None:
            return Formula(text, value.number)
        return Formula(text, NO_RATIO if value.undefined else None)

    def _carried(self, column: MatrixColumn, cells: RowCells, value: Value) -> Content:
        if value.number is None:
            return _ABSENCE.get(value.status)
        actual = Ref(column.point.indicator, column.point.table, "actual")
        return self._formula(actual, cells, 1, column.indicator.decimals, value)

    def _ratio_term(
        self, sheet: MatrixSheet, column: MatrixColumn, line: MatrixRow, cells: RowCells, value: Value
    ) -> Formula | None:
        """A term counts only where both are there; a formula's terms are the subject's own figures."""
        if not line.is_unit and column.indicator.formula is None:
            return _aggregate(column.indicator, range_of(column.column, line.runs), value)
        ratio = sheet.table.ratio(sheet.measure.measure)
        if ratio is None:
            raise KeyError(sheet.measure.measure)
        above, below = (
            cells.figure(column.point._replace(measure=measure)) for measure in (ratio.numerator, ratio.denominator)
        )
        own = above if column.term == "numerator" else below
        return Formula(f'=IF(COUNT({above},{below})<2,"",{own})', value.number)

    def _choice(self, column: MatrixColumn, line: MatrixRow, cells: RowCells, value: Value) -> Content:
        """A unit's answer in words; at a node how many of those that answered have attained it: 8/17."""
        if line.is_unit:
            option = column.indicator.option(value.text or "")
            return option.name.pick(self._language) if option else None
        return attained_formula(column.indicator, column.point, cells, value)

    def _answer(self, column: MatrixColumn, option: str, line: MatrixRow, cells: RowCells, value: Value) -> Content:
        if not line.is_unit:
            counts = value.counts or {}
            total = Decimal(counts.get(option, 0)) if counts else None
            return _total("SUM", range_of(column.column, line.runs), 0, total)
        chosen = column.indicator.option(option)
        label = chosen.name.pick(self._language) if chosen else option
        answer = cells.figure(column.point)
        stored = None if value.text is None else Decimal(value.text == option)
        quoted = label.replace('"', '""')
        return Formula(f'=IF({answer}="","",IF({answer}="{quoted}",1,0))', stored)


def attained_formula(indicator: Indicator, point: DataPoint, cells: RowCells, value: Value) -> Formula:
    """k of n as text: units whose answer counts as attained, of units that answered."""
    answered = "+".join(f"N({cell})" for cell in cells.answer_cells(point, ()))
    attained = "+".join(f"N({cell})" for cell in cells.answer_cells(point, indicator.achieved or ("",)))
    counts = value.counts or {}
    shown = None
    if counts:
        shown = f"{sum(counts.get(option, 0) for option in indicator.achieved)}/{sum(counts.values())}"
    return Formula(f'=IF({answered}=0,"",({attained or "0"})&"/"&({answered}))', shown)


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
