"""Cumulative figures that need not be typed: what the year had before this period, and what is typed now.

A figure that adds up over time has the sum of the earlier periods as its part "so far"; an average has their
figures weighted by months. The formula in the workbook and the value that intake computes come from one node.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from xlreport.aggregation.derive import number_of
from xlreport.aggregation.values import MISSING, Status, Value, Values
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, figure_decimals
from xlreport.forms.model import Aggregation, Indicator, Span
from xlreport.forms.roles import CellRole, FormCell
from xlreport.numbers import round_half_up
from xlreport.periods import Period
from xlreport.rules import Node, Ref, evaluate
from xlreport.rules.tree import Add, Divide, Multiply, Number

#: The name under which the part before this period is kept: `actual@so_far`.
_SO_FAR = "so_far"
_NAME = f"actual@{_SO_FAR}"


def so_far_point(cumulative: DataPoint) -> DataPoint:
    """Where the part before this period is kept, among a workbook's figures of earlier periods."""
    return cumulative._replace(measure=_NAME)


def can_be_cumulated(bound: BoundForm) -> tuple[FormCell, ...]:
    """The cumulative figures that the filler would type, but for which the earlier periods and this one suffice."""
    return tuple(
        cell
        for cell in bound.cells
        if cell.measure.measure == "cumulative"
        and cell.role is CellRole.INPUT
        and cell.measure.covers is Span.TO_DATE
        and cell.indicator.across_time in (Aggregation.SUM, Aggregation.AVERAGE)
        and bound.roles.get(cell.point._replace(measure="actual")) is CellRole.INPUT
        and cell.measure.assigned is _is_assigned(cell)
    )


def _is_assigned(cell: FormCell) -> bool | None:
    actual = cell.table.measure("actual")
    return None if actual is None else actual.assigned


def so_far(indicator: Indicator, parts: Iterable[tuple[Period, Decimal]]) -> Decimal:
    """The part before this period, from the figures of the periods that make it up."""
    is_average = indicator.across_time is Aggregation.AVERAGE
    return sum((value * (period.months if is_average else 1) for period, value in parts), Decimal(0))


def cumulated(bound: BoundForm, earlier: Values) -> Mapping[DataPoint, Node]:
    """The cumulative figures of a workbook that are computed, by what they are: those whose part so far is known."""
    if not any(point.measure == _NAME for point in earlier):
        return {}
    return {
        cell.point: _node(cell, bound.period)
        for cell in can_be_cumulated(bound)
        if earlier.get(so_far_point(cell.point), MISSING).number is not None
    }


def _node(cell: FormCell, period: Period) -> Node:
    typed = Ref(cell.indicator.code, cell.point.table, "actual")
    before = replace(typed, at=_SO_FAR)
    if cell.indicator.across_time is Aggregation.SUM:
        return Add((before, typed))
    weighted = Multiply(typed, Number(Decimal(period.months)))
    return Divide(Add((before, weighted)), Number(Decimal(period.months_to_date)))


def cumulated_value(bound: BoundForm, indicator: Indicator, node: Node, point: DataPoint, values: Values) -> Value:
    """A computed cumulative figure, as certain as the one that is typed now; absent as that one is."""
    typed = values.get(point._replace(measure="actual"), MISSING)
    result = evaluate(node, number_of(values), bound.precision, 1)
    if not isinstance(result, Fraction):
        absent = typed.status if typed.status in (Status.NOT_APPLICABLE, Status.UNREADABLE) else Status.MISSING
        return Value(status=absent)
    number = round_half_up(result, figure_decimals(indicator, point.measure))
    return Value(number=number, status=typed.status, qualifier=typed.qualifier, units=1)
