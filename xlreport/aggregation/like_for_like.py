"""A period and the same period of last year, where units have moved between nodes since.

As reported: what the node's units were then. Like for like: the units that the node has today, those of which there
are figures of both periods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from xlreport.aggregation.nodes import Consolidation
from xlreport.aggregation.values import MISSING, Values
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, BoundFormula, operands
from xlreport.forms.model import Aggregation, Indicator, Table
from xlreport.numbers import round_half_up
from xlreport.periods import Period
from xlreport.rules import UNDEFINED, Ref, counted, evaluate, references

#: A figure; "—" for a formula without a denominator; None where there is none.
Shown = Decimal | str | None
_NO_RATIO = "—"


@dataclass(frozen=True, slots=True)
class Compared:
    """Last year's same period over the tree of then (`reported`) and over that of today (`recast`)."""

    period: Period
    now: Consolidation
    reported: Consolidation
    recast: Consolidation

    def is_regrouped(self, node: str) -> bool:
        """Whether a node has other units today than then."""
        return set(self.units_now(node)) != set(self.units_then(node))

    def units_now(self, node: str) -> tuple[str, ...]:
        """The units of a node today."""
        return self.now.expected.get(node, ())

    def units_then(self, node: str) -> tuple[str, ...]:
        """The units that it had then."""
        return self.reported.expected.get(node, ())


def comparable_points(bound: BoundForm, table: Table) -> tuple[DataPoint, ...]:
    """The figures of a table that are compared: what adds up over units, and formulas of nothing but that."""
    points = _comparable(bound)
    return tuple(point for point in points if point.table == table.table)


def _comparable(bound: BoundForm) -> tuple[DataPoint, ...]:
    formulas = {one.point: one for one in bound.formulas}
    kept: dict[DataPoint, None] = {}
    for point, _, indicator, measure, _ in bound.cells:
        if measure.measure == "actual" and _adds_up(indicator):
            kept[point] = None
    # In the order of the form's formulas an operand comes before what is computed from it.
    for formula in bound.formulas:
        refs = (*references(formula.node), *counted(formula.node))
        if formula.point.measure == "actual" and refs and all(point in kept for point in operands(formula)):
            kept[formula.point] = None
    order = [cell.point for cell in bound.cells]
    return tuple(sorted(kept, key=lambda point: (point in formulas, order.index(point)))) if kept else ()


def _adds_up(indicator: Indicator) -> bool:
    return (
        indicator.is_received
        and indicator.is_numeric
        and not indicator.filled_by
        and indicator.across_units is Aggregation.SUM
    )


def paired(now: Values, then: Values, points: Iterable[DataPoint]) -> dict[DataPoint, tuple[Decimal, Decimal]]:
    """The figures of a unit of which there are both."""
    found = {}
    for point in points:
        one, other = now.get(point, MISSING).number, then.get(point, MISSING).number
        if one is not None and other is not None:
            found[point] = one, other
    return found


def summed(units: Iterable[Mapping[DataPoint, Decimal]], bound: BoundForm) -> dict[DataPoint, Decimal]:
    """Figures added up."""
    indicators = {(table.table, one.code): one for table in bound.form.tables for one in table.indicators}
    totals: dict[DataPoint, Decimal] = {}
    for own in units:
        for point, number in own.items():
            totals[point] = totals.get(point, Decimal(0)) + number
    return {
        point: round_half_up(total, indicators[point.table, point.indicator].decimals)
        for point, total in totals.items()
    }


def with_formulas(bound: BoundForm, numbers: Mapping[DataPoint, Decimal]) -> dict[DataPoint, Shown]:
    """Figures, and the formulas that can be computed from them."""
    known: dict[DataPoint, Shown] = dict(numbers)
    for formula in bound.formulas:
        value = _value(bound, formula, known)
        if value is not None:
            known[formula.point] = value
    return known


def _value(bound: BoundForm, formula: BoundFormula, known: Mapping[DataPoint, Shown]) -> Shown:
    if counted(formula.node) or any(ref.at for ref in references(formula.node)):
        return None

    def number(ref: Ref) -> Decimal | None:
        value = known.get(DataPoint(ref.table or "", ref.indicator, ref.measure or ""))
        return value if isinstance(value, Decimal) else None

    result = evaluate(formula.node, number, bound.precision, formula.months)
    if isinstance(result, Fraction):
        return round_half_up(result, formula.decimals)
    return _NO_RATIO if result is UNDEFINED else None


def percent(now: Shown, then: Shown, decimals: int) -> Decimal | str:
    """One figure in per cent of another, as they are shown."""
    if not isinstance(now, Decimal) or not isinstance(then, Decimal) or not then:
        return _NO_RATIO
    return round_half_up(Fraction(now) / Fraction(then) * 100, decimals)
