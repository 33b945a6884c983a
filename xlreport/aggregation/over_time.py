"""Across time: what a unit reported in the parts of a longer period, as its figures of the whole.

Time comes first, then units. A part may be of any length: averages are weighted by months.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Absence:
    """The parts of a period in which a unit was not there, and whether they are the first or the last of it.

    A unit that was not asked has no figure at that end: what was at hand on the last day is with others.
    """

    lacking: tuple[Period, ...] = ()
    at_first: bool = False
    at_last: bool = False


_ALWAYS_THERE = Absence()


def over_time(
    bound: BoundForm, parts: Parts, whole: Sequence[Period] = (), *, passed_on: bool = False
) -> dict[DataPoint, Value]:
    """What a unit typed in the parts of `bound.period`, as of the whole period; what is computed follows from it.

    `whole` are all parts of the period, where the unit may not have been there in each; `passed_on` says that others
    took the place of a unit that is gone: its plans of the year are theirs.
    """
    absence = _absence({period for period, _ in parts}, whole)
    of_whole: dict[DataPoint, Value] = {}
    for point, _, indicator, measure, role in bound.cells:
        is_of_others = passed_on and absence.at_last and measure.covers is not Span.PERIOD
        if role is CellRole.INPUT and not is_of_others:
            series = [(period, values[point]) for period, values in parts if point in values]
            value = _of_measure(series, indicator, measure, absence)
            if value is not None:
                of_whole[point] = value
    return of_whole


def _absence(there: Collection[Period], whole: Sequence[Period]) -> Absence:
    lacking = tuple(period for period in whole if period not in there)
    return Absence(lacking, whole[0] in lacking, whole[-1] in lacking) if lacking else _ALWAYS_THERE


def _of_measure(series: _Series, indicator: Indicator, measure: Measure, absence: Absence) -> Value | None:
    """A measure of the period combines as its indicator does; what covers a year is known once a year."""
    if measure.measure == "base":
        return _latest(series)
    if measure.covers is Span.PERIOD:
        return combined(series, indicator, measure.measure, absence)
    years: dict[int, list[tuple[Period, Value]]] = {}
    for period, value in series:
        years.setdefault(period.end.year, []).append((period, value))
    yearly = [
        (Period(Frequency.YEAR, year), latest)
        for year, found in years.items()
        if (latest := _latest(found)) is not None
    ]
    return combined(yearly, indicator, measure.measure)


def combined(series: _Series, indicator: Indicator, measure: str, absence: Absence = _ALWAYS_THERE) -> Value | None:
    """Values of consecutive periods as one, by how the indicator combines across time; None where there is none."""
    across = indicator.across_time
    if across is Aggregation.NONE:
        return None
    if across is Aggregation.LAST:
        return None if absence.at_last else _latest(series)
    if across is Aggregation.FIRST:
        return None if absence.at_first else _latest(list(reversed(series)))
    known = [(period, value) for period, value in series if value.number is not None]
    if not known:
        return _latest(series)
    number = _number(known, across)
    if across is Aggregation.AVERAGE and indicator.across_units is Aggregation.SUM:
        number *= _share_of_time(known, absence)
    return Value(
        number=round_half_up(number, figure_decimals(indicator, measure)),
        status=combine_status(value.status for _, value in known),
        qualifier=combine_qualifier(value.qualifier for _, value in known),
        units=1,
    )


def _share_of_time(known: _Series, absence: Absence) -> Fraction:
    """For how much of the time a unit has its average: who was there for half a year is half a person-year."""
    months = sum(period.months for period, _ in known)
    return Fraction(months, months + sum(period.months for period in absence.lacking))


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
