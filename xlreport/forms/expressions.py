"""The form's formulas and rules, parsed once and bound to measures: what every later reading starts from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from xlreport.datapoints import DataPoint
from xlreport.forms.comparisons import reduced_plan
from xlreport.forms.model import Form, Indicator, Measure, Rule, Table
from xlreport.forms.roles import (
    CellRole,
    Filler,
    FormCell,
    applies,
    form_cells,
    has_part_in,
    is_reduced,
    is_set_by_form,
)
from xlreport.numbers import MAX_DECIMALS, decimal_places
from xlreport.periods import Period
from xlreport.rules import Node, Precision, Ref, counted, parse_formula, parse_rule, qualify, references


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
    """A form in a period, prepared once for all submissions of one kind of filler (None: of nobody in particular).

    Its cells with their roles, its formulas in an order in which each finds its operands, and its rules. `tables`
    are those that the filler's workbook has; rules about what others fill are left out.
    """

    form: Form
    period: Period
    filler: Filler | None
    tables: tuple[Table, ...]
    cells: tuple[FormCell, ...]
    roles: Mapping[DataPoint, CellRole]
    formulas: tuple[BoundFormula, ...]
    rules: tuple[BoundRule, ...]
    precision: Callable[[Ref], Precision]

    @property
    def earlier(self) -> tuple[Ref, ...]:
        """The figures of earlier periods that its formulas and rules refer to, each once."""
        nodes = (*(formula.node for formula in self.formulas), *(rule.node for rule in self.rules))
        refs = (ref for node in nodes for ref in (*references(node), *counted(node)))
        return tuple(dict.fromkeys(ref for ref in refs if ref.at is not None))


def bind(form: Form, period: Period, filler: Filler | None = None) -> BoundForm:
    """Parse and bind all expressions of a consistent form. Raises RuleSyntaxError for one that was not checked."""
    cells = tuple(form_cells(form, period, filler))
    tables = _asked_tables(form, cells, tuple(_formulas(cells, period)), filler)
    own = {table.table for table in tables}
    cells = tuple(cell if cell.point.table in own else cell._replace(role=CellRole.CLOSED) for cell in cells)
    formulas = {formula.point: formula for formula in _formulas(cells, period)}
    roles = {cell.point: cell.role for cell in cells}
    # What is closed to a filler never has a figure: there is nothing to check.
    closed = {point for point, role in roles.items() if role is CellRole.CLOSED}
    every = (bound for table in tables for rule in table.rules for bound in _bound_rules(table, rule, period))
    rules = tuple(bound for bound in every if closed.isdisjoint(bound.points))
    return BoundForm(form, period, filler, tables, cells, roles, _in_order(formulas), rules, precision_of(form))


def _asked_tables(
    form: Form, cells: Iterable[FormCell], formulas: Iterable[BoundFormula], filler: Filler | None
) -> tuple[Table, ...]:
    """The tables that a filler has to do with, and those that formulas of other tables look into; all if it has none.

    A workbook without a single table would be nobody's.
    """
    by_table: dict[str, list[FormCell]] = {}
    for cell in cells:
        by_table.setdefault(cell.point.table, []).append(cell)
    looked_into = {
        point.table for formula in formulas for point in operands(formula) if point.table != formula.point.table
    }
    asked = {code for code, own in by_table.items() if has_part_in(own, filler)}
    return tuple(table for table in form.tables if not asked or table.table in asked | looked_into)


def point_of(ref: Ref) -> DataPoint:
    """The data point of a qualified reference; figures of earlier periods are kept as `actual@previous`."""
    return DataPoint(ref.table or "", ref.indicator, ref.measure_at or "")


def figure_decimals(indicator: Indicator, measure: str) -> int:
    """Decimals in which a figure is kept. A plan that follows from a base year is kept exactly."""
    target = indicator.target
    if measure == "plan" and target is not None and target.reduction is not None:
        return min(indicator.decimals + decimal_places(target.reduction) + 2, MAX_DECIMALS)
    return indicator.decimals


def precision_of(form: Form) -> Callable[[Ref], Precision]:
    """How finely each figure is kept, for the rounding rule of comparisons."""
    indicators = {(table.table, indicator.code): indicator for table in form.tables for indicator in table.indicators}

    def precision(ref: Ref) -> Precision:
        indicator = indicators[ref.table or "", ref.indicator]
        return Precision(figure_decimals(indicator, ref.measure or ""), indicator.is_rounded)

    return precision


def formula_measures(table: Table, indicator: Indicator) -> tuple[Measure, ...]:
    """The measures in which a formula indicator is computed: not those that are assigned or set by the form."""
    return tuple(
        measure
        for measure in table.figures
        if applies(table, indicator, measure)
        and not (measure.assigned or is_reduced(indicator, measure) or is_set_by_form(indicator, measure, None))
    )


def _formulas(cells: Iterable[FormCell], period: Period) -> Iterable[BoundFormula]:
    parsed: dict[str, Node] = {}
    for point, _, indicator, measure, role in cells:
        if role is not CellRole.FORMULA:
            continue
        if is_reduced(indicator, measure):
            node = reduced_plan(indicator, Ref(indicator.code, point.table, "base"))
        else:
            written = indicator.formula or ""
            if written not in parsed:
                parsed[written] = parse_formula(written)
            node = qualify(parsed[written], point.table, measure.measure)
        yield BoundFormula(point, node, measure.months(period), figure_decimals(indicator, measure.measure))


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
