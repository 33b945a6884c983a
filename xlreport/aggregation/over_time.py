"""Across time: what a unit reported in the parts of a longer period, as its figures of the whole.

Time comes first, then units. A part may be of any length: averages are weighted by months.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from xlreport.aggregation.values import Status, Value, Values, combine_qualifier, combine_status
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, figure_decimals
from xlreport.forms.model import Aggregation, Indicator, Measure, Span
from xlreport.forms.roles import CellRole
from xlreport.numbers import round_half_up
from xlreport.periods import Frequency, Period

#: A unit's values in the parts of a period, in their order.
Parts = Sequence[tuple[Period, Values]]
_Series = Sequence[tuple[Period, Value]]


def over_time(bound: BoundForm, parts: Parts) -> dict[DataPoint, Value]:
    """What a unit typed in the parts of `bound.period`, as of the whole period; what is computed follows from it."""
    whole: dict[DataPoint, Value] = {}
    for point, _, indicator, measure, role in bound.cells:
        if role is CellRole.INPUT:
            series = [(period, values[point]) for period, values in parts if point in values]
            value = _of_measure(series, indicator, measure)
            if value is not None:
                whole[point] = value
    return whole


def _of_measure(series: _Series, indicator: Indicator, measure: Measure) -> Value | None:
    """A measure of the period combines as its indicator does; what covers a year is known once a year."""
    if measure.measure == "base":
        return _latest(series)
    if measure.covers is Span.PERIOD:
        return combined(series, indicator, measure.measure)
    years: dict[int, list[tuple[Period, Value]]] = {}
    for period, value in series:
        years.setdefault(period.end.year, []).append((period, value))
    yearly = [
        (Period(Frequency.YEAR, year), latest)
        for year, found in years.items()
        if (latest := _latest(found)) is not None
    ]
    return combined(yearly, indicator, measure.measure)


def combined(series: _Series, indicator: Indicator, measure: str) -> Value | None:
    """Values of consecutive periods as one, by how the indicator combines across time; None where there is none."""
    across = indicator.across_time
    if across is Aggregation.NONE:
        return None
    if across is Aggregation.LAST:
        return _latest(series)
    if across is Aggregation.FIRST:
        return _latest(list(reversed(series)))
    known = [(period, value) for period, value in series if value.number is not None]
    if not known:
        return _latest(series)
    number = _number(known, across)
    return Value(
        number=round_half_up(number, figure_decimals(indicator, measure)),
        status=combine_status(value.status for _, value in known),
        qualifier=combine_qualifier(value.qualifier for _, value in known),
        units=1,
    )


def _number(known: _Series, across: Aggregation) -> Fraction:
    weighted = [(period.months, Fraction(value.number or Decimal(0))) for period, value in known]
    numbers = [number for _, number in weighted]
    match across:
        case Aggregation.AVERAGE:
            return sum((months * number for months, number in weighted), Fraction(0)) / sum(
                months for months, _ in weighted
            )
        case Aggregation.MIN:
            return min(numbers)
        case Aggregation.MAX:
            return max(numbers)
        case Aggregation.COUNT:
            return Fraction(len(numbers))
    return sum(numbers, Fraction(0))


def _latest(series: _Series) -> Value | None:
    """The last value that says something; one that does not apply only where nothing else does."""
    held = [value for _, value in series if value.number is not None or value.text is not None]
    if held:
        return replace(held[-1], units=1)
    absent = [value for _, value in series if value.status is Status.NOT_APPLICABLE]
    return absent[-1] if absent else None
