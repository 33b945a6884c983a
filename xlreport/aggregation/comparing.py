"""The computed columns of a subject: percentages, differences, and whether a plan was attained."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from xlreport.aggregation.values import MISSING, Status, Value, combine_status, units_held
from xlreport.datapoints import DataPoint
from xlreport.forms.comparisons import (
    DENOMINATOR,
    NUMERATOR,
    UPPER_BOUND,
    Shown,
    Verdict,
    comparison_node,
    decimals_shown,
    progress,
    shown,
    verdicts,
)
from xlreport.forms.expressions import BoundForm, figure_decimals
from xlreport.forms.model import Indicator, Measure, Table
from xlreport.forms.roles import is_reduced, upper_of
from xlreport.forms.targets import is_due
from xlreport.numbers import round_half_up
from xlreport.rules import UNDEFINED, Node, Precision, Ref, Unevaluated, evaluate


def term_point(point: DataPoint, term: str) -> DataPoint:
    """Where a term of a computed column is kept: of a total, only the figures of units that have all terms."""
    return point._replace(measure=f"{point.measure}.{term}")


@dataclass(frozen=True, slots=True)
class ComparisonPlan:
    """A computed column in one row: what it compares, and how."""

    point: DataPoint
    indicator: Indicator
    how: Shown
    above: DataPoint
    below: DataPoint
    #: The upper bound of a plan from-to, for its attainment.
    upper: DataPoint | None
    #: The figure of the base year that the plan follows from, if it does.
    base: DataPoint | None
    #: Whether the plan is due, so that it can be said to be attained or not.
    due: bool
    decimals: int

    def has_own_terms(self, given: Collection[DataPoint]) -> bool:
        """Whether a node compares its own two figures: those of formulas, and any that the node was given.

        Of all others it compares the totals over the units that have every term.
        """
        figures = (self.above, self.below, self.upper, self.base)
        return self.indicator.formula is not None or any(point in given for point in figures)

    @property
    def terms(self) -> tuple[tuple[DataPoint, DataPoint], ...]:
        """Each term's source and the point under which it is kept."""
        named = ((self.above, NUMERATOR), (self.below, DENOMINATOR), (self.upper, UPPER_BOUND))
        return tuple((source, term_point(self.point, term)) for source, term in named if source is not None)


def comparison_plan(bound: BoundForm, table: Table, indicator: Indicator, measure: Measure) -> ComparisonPlan:
    """The plan of a cell that is computed from two measures. Raises ValueError for any other cell."""
    ratio, how = table.ratio(measure.measure), shown(table, indicator, measure)
    below = table.measure(ratio.denominator) if ratio else None
    if ratio is None or how is None or below is None:
        raise ValueError(f"{measure.measure} compares nothing")
    point = DataPoint(table.table, indicator.code, measure.measure)
    upper = upper_of(table, indicator, ratio.denominator) if how is Shown.ATTAINMENT else None
    return ComparisonPlan(
        point=point,
        indicator=indicator,
        how=how,
        above=point._replace(measure=ratio.numerator),
        below=point._replace(measure=ratio.denominator),
        upper=point._replace(measure=upper.measure) if upper else None,
        base=point._replace(measure="base") if is_reduced(indicator, below) else None,
        due=is_due(indicator.target, below.covers, bound.period),
        decimals=decimals_shown(bound.form, indicator, how),
    )


def comparison_value(plan: ComparisonPlan, values: Mapping[DataPoint, Value]) -> Value:
    """The value of a computed column from its kept terms. Without a denominator a percentage is undefined ("—")."""
    above, below = (values.get(term_point(plan.point, term), MISSING) for term in (NUMERATOR, DENOMINATOR))
    if plan.how is Shown.ATTAINMENT:
        return _attainment(plan, above, below, values)
    if above.number is None or below.number is None:
        return Value(undefined=True)
    node = comparison_node(plan.how, _ref(plan, NUMERATOR), _ref(plan, DENOMINATOR))
    return _evaluated(plan, node, values, above, below)


def _ref(plan: ComparisonPlan, term: str) -> Ref:
    kept = term_point(plan.point, term)
    return Ref(kept.indicator, kept.table, kept.measure)


def exact_precision(plan: ComparisonPlan) -> Precision:
    """Plans are attained or not to the last digit: no tolerance."""
    decimals = max(figure_decimals(plan.indicator, one.measure) for one in (plan.above, plan.below))
    return Precision(decimals, rounded=False)


def _evaluated(plan: ComparisonPlan, node: Node, values: Mapping[DataPoint, Value], *parts: Value) -> Value:
    result = _exact(plan, node, values)
    if not isinstance(result, Fraction):
        return Value(undefined=result is UNDEFINED)
    return Value(
        number=round_half_up(result, plan.decimals),
        status=combine_status(part.status for part in parts),
        units=units_held(parts),
    )


def _exact(plan: ComparisonPlan, node: Node, values: Mapping[DataPoint, Value]) -> Fraction | bool | Unevaluated:
    precision = exact_precision(plan)

    def number(ref: Ref) -> Decimal | None:
        return values.get(DataPoint(ref.table or "", ref.indicator, ref.measure or ""), MISSING).number

    return evaluate(node, number, lambda _ref: precision, 1)


def _attainment(plan: ComparisonPlan, above: Value, below: Value, values: Mapping[DataPoint, Value]) -> Value:
    if above.number is None or below.number is None:
        source = values.get(plan.below, MISSING)
        return Value(text=Verdict.NO_PLAN, status=Status.NORMAL) if source.number is None else MISSING
    terms = _ref(plan, NUMERATOR), _ref(plan, DENOMINATOR)
    if not plan.due:
        return _evaluated(plan, progress(plan.indicator, *terms), values, above, below)
    upper = _ref(plan, UPPER_BOUND) if plan.upper is not None else None
    for node, verdict in verdicts(plan.indicator, *terms, upper):
        if _exact(plan, node, values) is True:
            return _verdict(verdict, above, below)
    return _verdict(Verdict.MISSED, above, below)


def _verdict(verdict: Verdict, above: Value, below: Value) -> Value:
    status = combine_status((above.status, below.status))
    return Value(text=verdict, status=status, units=units_held((above, below)))
