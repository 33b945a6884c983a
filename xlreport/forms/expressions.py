"""The form's formulas and rules, parsed once and bound to measures: what every later reading starts from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from graphlib import TopologicalSorter

from xlreport.datapoints import DataPoint
from xlreport.forms.model import Form, Indicator, Measure, Rule, Table
from xlreport.forms.roles import CellRole, FormCell, applies, form_cells
from xlreport.periods import Period
from xlreport.rules import Node, Precision, Ref, counted, parse_formula, parse_rule, qualify, references
from xlreport.rules.tree import Add, Divide, Multiply, Negate, Number


@dataclass(frozen=True, slots=True)
class BoundFormula:
    """A formula indicator in one measure. `months` is the length of the measure's span."""

    point: DataPoint
    node: Node
    months: int
    decimals: int


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A rule in one measure."""

    rule: Rule
    table: str
    node: Node
    months: int

    @property
    def points(self) -> tuple[DataPoint, ...]:
        """The data points it touches, choice indicators included."""
        return tuple(dict.fromkeys(point_of(ref) for ref in (*references(self.node), *counted(self.node))))


@dataclass(frozen=True, slots=True)
class BoundForm:
    """A form in a period, prepared once for all submissions.

    Its cells with their roles, its formulas in an order in which each finds its operands, and its rules.
    """

    form: Form
    period: Period
    cells: tuple[FormCell, ...]
    roles: Mapping[DataPoint, CellRole]
    formulas: tuple[BoundFormula, ...]
    rules: tuple[BoundRule, ...]
    precision: Callable[[Ref], Precision]


def bind(form: Form, period: Period) -> BoundForm:
    """Parse and bind all expressions of a consistent form. Raises RuleSyntaxError for one that was not checked."""
    formulas = {formula.point: formula for table in form.tables for formula in _formulas(table, period)}
    rules = tuple(bound for table in form.tables for rule in table.rules for bound in _bound_rules(table, rule, period))
    cells = tuple(form_cells(form, period))
    roles = {cell.point: cell.role for cell in cells}
    return BoundForm(form, period, cells, roles, _in_order(formulas), rules, precision_of(form))


def point_of(ref: Ref) -> DataPoint:
    """The data point of a qualified reference."""
    return DataPoint(ref.table or "", ref.indicator, ref.measure or "")


def precision_of(form: Form) -> Callable[[Ref], Precision]:
    """How finely each figure is kept, for the rounding rule of comparisons."""
    precisions = {
        (table.table, indicator.code): Precision(indicator.decimals, indicator.is_rounded)
        for table in form.tables
        for indicator in table.indicators
    }
    return lambda ref: precisions[ref.table or "", ref.indicator]


def formula_measures(table: Table, indicator: Indicator) -> tuple[Measure, ...]:
    """The measures in which a formula indicator is computed."""
    return tuple(measure for measure in table.figures if applies(table, indicator, measure))


def _formulas(table: Table, period: Period) -> Iterable[BoundFormula]:
    for indicator in table.indicators:
        if indicator.formula is None:
            continue
        parsed = parse_formula(indicator.formula)
        for measure in formula_measures(table, indicator):
            point = DataPoint(table.table, indicator.code, measure.measure)
            node = qualify(parsed, table.table, measure.measure)
            yield BoundFormula(point, node, measure.months(period), indicator.decimals)


def _bound_rules(table: Table, rule: Rule, period: Period) -> Iterable[BoundRule]:
    """A rule for each of its measures; once only where every reference names its measure itself."""
    parsed = parse_rule(rule.assert_)
    is_fixed = all(ref.measure for ref in (*references(parsed), *counted(parsed)))
    measures = [measure for code in rule.measures if (measure := table.measure(code)) is not None]
    for measure in measures[:1] if is_fixed else measures:
        node = qualify(parsed, table.table, measure.measure)
        yield BoundRule(rule, table.table, node, measure.months(period))


def operands(formula: BoundFormula) -> tuple[DataPoint, ...]:
    """The data points a formula needs."""
    return tuple(point_of(ref) for ref in (*references(formula.node), *counted(formula.node)))


def _in_order(formulas: dict[DataPoint, BoundFormula]) -> tuple[BoundFormula, ...]:
    """Operands first. Consistency has made sure that there is no circle; other periods make none."""
    graph = {
        formula.point: [point_of(ref) for ref in (*references(formula.node), *counted(formula.node)) if not ref.at]
        for formula in formulas.values()
    }
    return tuple(formulas[point] for point in TopologicalSorter(graph).static_order() if point in formulas)


def ratio_node(measure: str, above: Ref, below: Ref) -> Node:
    """A ratio column as an expression: percent of the denominator; for growth, percent above it."""
    percent = Multiply(Divide(above, below), Number(Decimal(100)))
    return Add((percent, Negate(Number(Decimal(100))))) if measure == "growth" else percent
