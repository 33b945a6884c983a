"""The content of every cell of the matrix sheets: received figures as constants, everything else as formulas."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from xlreport.aggregation import MISSING, Consolidation, Status, Value, Values
from xlreport.aggregation.comparing import ComparisonPlan, comparison_plan
from xlreport.datapoints import DataPoint
from xlreport.forms.answers import ANSWERED
from xlreport.forms.expressions import BoundFormula, figure_decimals
from xlreport.forms.model import Aggregation, Indicator, Kind
from xlreport.forms.roles import CellRole, Filler, is_of_its_kind, is_set_by_form
from xlreport.grid.writing import Content, Formula
from xlreport.language import Texts
from xlreport.layout.matrix import MatrixColumn, MatrixRow, MatrixSheet, range_of
from xlreport.outputs.consolidated.addresses import Places, RowCells, figure_point, in_row
from xlreport.rules import Node, Ref, formula_cell
from xlreport.sheets.comparisons import comparison_formula, comparison_shown

#: What a unit's cell shows where there is no figure, and where none is asked of it.
_ABSENCE = {Status.NOT_APPLICABLE: "x", Status.UNREADABLE: "?"}
_NOT_ASKED = "x"


class ColumnCells:
    """Contents of one column. Formulas that look along a row are worded once and then moved from row to row."""

    def __init__(
        self,
        consolidation: Consolidation,
        known: Places,
        sheet: MatrixSheet,
        name: str,
        column: MatrixColumn,
        texts: Texts,
    ) -> None:
        self._bound = consolidation.bound
        self._consolidation = consolidation
        self._column = column
        self._indicator = column.indicator
        self._measure = sheet.measure
        self._point = figure_point(column)
        self._texts = texts
        self._cells = known.any_row(name)
        self._role = self._bound.roles[column.point]
        self._compared = (
            comparison_plan(self._bound, sheet.table, column.indicator, sheet.measure)
            if self._role in (CellRole.RATIO, CellRole.ATTAINMENT)
            else None
        )
        self._is_computed = column.term is None and self._role in (
            CellRole.FORMULA, CellRole.RATIO, CellRole.ATTAINMENT,
        )  # fmt: skip
        self._across = self._across_the_row()

    def content(self, line: MatrixRow, values: Values) -> Content:
        """Content of the cell in a subject's row."""
        value = values.get(self._point, MISSING)
        if line.is_unit and not is_of_its_kind(self._filler(line), self._indicator):
            return _NOT_ASKED if self._column.option is None and self._column.term is None else None
        is_given = self._is_given(line)
        if self._column.option is not None:
            return self._answer(self._column.option, line, value, adds_up=not (line.is_unit or is_given))
        if is_given:
            return constant(self._indicator, value, self._texts)
        if self._is_computed and not self._indicator.is_choice:
            return self._moved(line, value)
        if line.is_unit:
            is_moved = self._column.term is not None or (self._role is CellRole.CARRIED and value.number is not None)
            return self._moved(line, value) if is_moved else constant(self._indicator, value, self._texts)
        if self._indicator.is_choice:
            formula = attained_formula(self._indicator, self._column.point, self._cells, value)
            return Formula(in_row(formula.text, line.row), formula.value)
        if self._has_own_term(line):
            return self._moved(line, value)
        if self._indicator.is_wording or (self._indicator.kind is Kind.DATE and _counts(self._indicator)):
            return self._answered(line, value)
        return _aggregate(self._indicator, self._decimals, range_of(self._column.column, line.runs), value)

    @property
    def _decimals(self) -> int:
        """Decimals of the figures; a term has those of what it is a term of."""
        if self._compared is not None:
            kept = {to: source for source, to in self._compared.terms}
            return figure_decimals(self._indicator, kept[self._point].measure) if self._point in kept else 0
        return figure_decimals(self._indicator, self._point.measure)

    def _filler(self, line: MatrixRow) -> Filler:
        node = self._consolidation.tree.node(line.subject)
        return Filler(node.level, node.unit_type, reports=line.is_unit)

    def _is_given(self, line: MatrixRow) -> bool:
        """Whether the figure is the subject's as it stands: of a node its own, of a unit what the form sets for it."""
        if line.is_unit:
            measure = self._measure
            return self._point == self._column.point and is_set_by_form(
                self._indicator, measure, self._filler(line).level
            )
        return self._point in self._consolidation.given[line.subject]

    def _has_own_term(self, line: MatrixRow) -> bool:
        """Whether a node's comparison takes the node's own figures, not the totals over units that have all terms."""
        if self._column.term is None or self._compared is None:
            return False
        return self._compared.has_own_terms(self._consolidation.given[line.subject])

    def reporting(self, line: MatrixRow, value: Value) -> Content:
        """How many units a total holds; nothing for columns that are computed from others, or given to the node."""
        is_computed = self._is_computed or self._role is CellRole.FORMULA
        if is_computed or self._is_given(line) or self._column.option or self._has_own_term(line):
            return None
        if self._indicator.is_numeric:
            return Formula(f"=COUNT({range_of(self._column.column, line.runs)})", Decimal(value.units))
        answers = ",".join(self._cells.answer_cells(self._column.point, ()))
        return Formula(in_row(f"=SUM({answers})", line.row), Decimal(value.units))

    def _moved(self, line: MatrixRow, value: Value) -> Formula:
        return Formula(in_row(self._across, line.row), comparison_shown(value, self._texts))

    def _across_the_row(self) -> str:
        """The formula of a cell that is computed from others of its row; empty for other columns."""
        table, indicator, _ = self._column.point
        if self._column.option is not None or self._indicator.is_choice:
            return ""
        if self._compared is not None:
            return self._term(self._compared) if self._column.term is not None else self._comparison(self._compared)
        if self._role is CellRole.FORMULA:
            formulas: Mapping[DataPoint, BoundFormula] = {one.point: one for one in self._bound.formulas}
            formula = formulas[self._column.point]
            return self._worded(formula.node, formula.months, formula.decimals)
        if self._role is CellRole.CARRIED:
            return self._worded(Ref(indicator, table, "actual"), 1, self._indicator.decimals)
        return ""

    def _worded(self, node: Node, months: int, decimals: int) -> str:
        return formula_cell(node, self._cells, self._bound.precision, months, decimals)

    def _comparison(self, plan: ComparisonPlan) -> str:
        kept = [to for _, to in plan.terms]
        terms = (kept[0], kept[1], kept[2] if plan.upper is not None else None)
        return comparison_formula(plan, terms, self._cells, self._texts)

    def _term(self, plan: ComparisonPlan) -> str:
        """A term counts only where all are there: a total must not compare unlike sets of units."""
        sources = [self._cells.figure(source) for source, _ in plan.terms]
        own = next(self._cells.figure(source) for source, kept in plan.terms if kept == self._point)
        return f'=IF(COUNT({",".join(sources)})<{len(sources)},"",{own})'

    def _answered(self, line: MatrixRow, value: Value) -> Formula | None:
        """How many answered in words of their own, or with a date, where the form counts them."""
        if not _counts(self._indicator):
            return None
        cells = self._cells.answer_cells(self._column.point, ())
        return Formula(in_row(f"={cells[0]}", line.row), value.number)

    def _answer(self, option: str, line: MatrixRow, value: Value, *, adds_up: bool) -> Content:
        if adds_up:
            counts = value.counts or {}
            total = Decimal(counts.get(option, 0)) if counts else None
            return _total("SUM", range_of(self._column.column, line.runs), 0, total)
        answer = in_row(self._cells.figure(self._column.point), line.row)
        if option == ANSWERED:
            absent = ",".join(f'{answer}="{text}"' for text in ("", *_ABSENCE.values()))
            return Formula(f'=IF(OR({absent}),"",1)', Decimal(1) if value.counts else None)
        chosen = self._indicator.option(option)
        label = (chosen.name.pick(self._texts.language) if chosen else option).replace('"', '""')
        stored = None if value.text is None else Decimal(value.text == option)
        return Formula(f'=IF({answer}="","",IF({answer}="{label}",1,0))', stored)


def _counts(indicator: Indicator) -> bool:
    return indicator.across_units is Aggregation.COUNT


def constant(indicator: Indicator, value: Value, texts: Texts) -> Decimal | str | None:
    """A figure, answer or text as it was received or given; what stands in its place where there is none."""
    if value.number is not None:
        return value.number
    if indicator.is_choice:
        option = indicator.option(value.text or "")
        return option.name.pick(texts.language) if option else None
    return value.text if indicator.is_wording and value.text is not None else _ABSENCE.get(value.status)


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


def _aggregate(indicator: Indicator, decimals: int, cells: str, value: Value) -> Formula | None:
    """The live formula of a total, by how the indicator aggregates across units."""
    match indicator.across_units:
        case Aggregation.SUM:
            return _total("SUM", cells, decimals, value.number)
        case Aggregation.MIN:
            return _total("MIN", cells, decimals, value.number)
        case Aggregation.MAX:
            return _total("MAX", cells, decimals, value.number)
        case Aggregation.AVERAGE:
            text = f'=IF(COUNT({cells})=0,"",ROUND(SUM({cells})/COUNT({cells}),{decimals}))'
            return Formula(text, value.number)
        case Aggregation.COUNT:
            return Formula(f'=IF(COUNT({cells})=0,"",COUNT({cells}))', value.number)
    return None


def _total(function: str, cells: str, decimals: int, value: Decimal | None) -> Formula:
    return Formula(f'=IF(COUNT({cells})=0,"",ROUND({function}({cells}),{decimals}))', value)
