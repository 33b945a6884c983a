"""What a computed column shows in each row: percent, points, ranks, a difference, or whether a plan was attained.

One place for the meaning; the exact reading and the spreadsheet reading both start from the nodes made here.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from xlreport.forms.indicators import Indicator, Kind
from xlreport.forms.measures import Comparison, Measure
from xlreport.forms.model import Form, Table
from xlreport.forms.targets import Direction
from xlreport.rules import Node, Ref
from xlreport.rules.tree import Add, Compare, Divide, Multiply, Negate, Number, Operator

#: The terms of a computed column; each is kept under the column's measure and one of these names.
NUMERATOR, DENOMINATOR, UPPER_BOUND = "numerator", "denominator", "upper"

_HUNDRED = Number(Decimal(100))
_ZERO = Number(Decimal(0))


class Shown(StrEnum):
    """How two figures are compared in a row."""

    PERCENT = "percent"
    GROWTH = "growth"
    DIFFERENCE = "difference"
    POINTS = "points"
    RANKS = "ranks"
    ATTAINMENT = "attainment"


class Verdict(StrEnum):
    """What is said of a plan when it is due."""

    EXCEEDED = "exceeded"
    MET = "met"
    MISSED = "missed"
    NO_PLAN = "no-plan"


def is_percentage(table: Table, indicator: Indicator) -> bool:
    """Whether its figures are percentages, whose differences are points."""
    unit_measure = table.unit_of(indicator)
    return unit_measure is not None and unit_measure.vi.strip() == "%"


def shown(table: Table, indicator: Indicator, measure: Measure) -> Shown | None:
    """How a computed column compares in a row; None where the comparison means nothing.

    A rank is no quantity: it has neither percentages nor an index. The growth of a percentage is in points.
    """
    is_rank, is_percent = indicator.kind is Kind.RANK, is_percentage(table, indicator)
    match measure.comparison:
        case Comparison.COMPLETION:
            return None if is_rank else Shown.PERCENT
        case Comparison.INDEX:
            return None if is_rank or is_percent else Shown.PERCENT
        case Comparison.GROWTH:
            return Shown.RANKS if is_rank else _growth(indicator, is_percent=is_percent)
        case Comparison.CHANGE:
            return Shown.RANKS if is_rank else Shown.POINTS if is_percent else Shown.DIFFERENCE
        case Comparison.ATTAINMENT:
            return Shown.ATTAINMENT
    return None


def _growth(indicator: Indicator, *, is_percent: bool) -> Shown:
    if indicator.growth is not None:
        return Shown.POINTS if indicator.growth == "points" else Shown.GROWTH
    return Shown.POINTS if is_percent else Shown.GROWTH


def decimals_shown(form: Form, indicator: Indicator, how: Shown) -> int:
    """Decimals of a computed column in a row."""
    return indicator.decimals if how in (Shown.DIFFERENCE, Shown.POINTS, Shown.RANKS) else form.percent_decimals


def comparison_node(how: Shown, above: Ref, below: Ref) -> Node:
    """The two figures compared, as an expression. Ranks gained are positive: 30 → 18 is 12."""
    match how:
        case Shown.PERCENT:
            return Multiply(Divide(above, below), _HUNDRED)
        case Shown.GROWTH:
            return Add((Multiply(Divide(above, below), _HUNDRED), Negate(_HUNDRED)))
        case Shown.RANKS:
            return Add((below, Negate(above)))
        case Shown.DIFFERENCE | Shown.POINTS:
            return Add((above, Negate(below)))
    raise ValueError(f"{how} is no number")


def verdicts(indicator: Indicator, above: Ref, below: Ref, upper: Ref | None) -> tuple[tuple[Node, Verdict], ...]:
    """Conditions in turn, each with what it means; what none of them fits was missed.

    Figures are compared as they stand, never percentages. Nothing can be asked of a plan of 0 where more is better.
    """
    if indicator.direction is Direction.LOWER:
        return (
            (Compare(Operator.LESS, above, below), Verdict.EXCEEDED),
            (Compare(Operator.AT_MOST, above, upper or below), Verdict.MET),
        )
    return (
        (Compare(Operator.AT_MOST, upper or below, _ZERO), Verdict.NO_PLAN),
        (Compare(Operator.GREATER, above, upper or below), Verdict.EXCEEDED),
        (Compare(Operator.AT_LEAST, above, below), Verdict.MET),
    )


def progress(indicator: Indicator, above: Ref, below: Ref) -> Node:
    """How far a plan has come, in percent, before it is due.

    Of a reduction: the part of it that was reached. With plan = base · (1 - r/100) the base follows from the plan.
    """
    target = indicator.target
    if target is not None and target.reduction is not None and target.reduction < 100:
        left = Number(100 - target.reduction)
        reached = Add((Multiply(_HUNDRED, below), Negate(Multiply(left, above))))
        return Divide(Multiply(reached, _HUNDRED), Multiply(Number(target.reduction), below))
    if indicator.direction is Direction.LOWER:
        return Multiply(Divide(below, above), _HUNDRED)
    return Multiply(Divide(above, below), _HUNDRED)


def reduced_plan(indicator: Indicator, base: Ref) -> Node:
    """The plan that follows from the figure of the base year; exact, whatever the decimals of the indicator."""
    if indicator.target is None or indicator.target.reduction is None:
        raise ValueError(f"{indicator.code} has no reduction")
    return Divide(Multiply(base, Number(100 - indicator.target.reduction)), _HUNDRED)
