"""When a comparison holds: its linear form, its rounding tolerance, and the one test that every reading makes.

Figures are rounded quantities, so a sum of rounded figures may differ from their rounded total by up to
H = Σ|cᵢ|·½·10^-dᵢ. Every reading makes the same test: the difference, multiplied by a scale that makes it
whole and rounded to an integer, against an integer limit. Doubles (spreadsheets) and exact fractions then agree.
A comparison of a single figure with a constant has no tolerance: there 100.01 is more than 100.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, reduce
from math import ceil, floor, lcm
from operator import ge, gt, le, lt
from typing import Any, NamedTuple

from xlreport.numbers import MAX_DECIMALS, round_half_up
from xlreport.rules.tree import (
    Absolute,
    Add,
    Compare,
    Count,
    Date,
    Divide,
    If,
    Months,
    Multiply,
    Negate,
    Node,
    Number,
    Operator,
    Ref,
    Within,
)

#: Differences of expressions that are not linear count to this many decimals: figures have no more,
#: and doubles of nine whole digits carry no more.
NONLINEAR_SCALE = 10**MAX_DECIMALS
#: A finer scale would ask more digits of a double than it has.
MAX_SCALE = 10**9
_REMEMBERED = 4_096


@dataclass(frozen=True, slots=True)
class Precision:
    """How many decimals a figure has, and whether it is a rounded quantity (a count is not)."""

    decimals: int
    rounded: bool


PrecisionOf = Callable[[Ref], Precision]


@dataclass(frozen=True, slots=True)
class Linear:
    """Σ coefficient · term + constant; terms with coefficient 0 have dropped out."""

    terms: Mapping[Ref | Count, Fraction]
    constant: Fraction


class Scale(NamedTuple):
    """A factor, and whether it makes a value whole wherever figures have their declared decimals."""

    factor: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Bound:
    """The test ROUND(difference · scale, 0) `operator` limit; of the absolute value if `absolute`.

    `exact` says that the scaled difference is whole for figures with their declared decimals; otherwise the
    scale is `NONLINEAR_SCALE`.
    """

    difference: Node
    scale: int
    operator: Operator
    limit: int
    absolute: bool = False
    exact: bool = True


def linear(node: Node, months: int) -> Linear | None:
    """The linear form, `months` being a constant; None if there is none. A linear form never divides by zero."""
    match node:
        case Number(value):
            return Linear({}, Fraction(value))
        case Date():
            return Linear({}, Fraction(node.serial))
        case Months():
            return Linear({}, Fraction(months))
        case Ref() | Count():
            return Linear({node: Fraction(1)}, Fraction(0))
        case Negate(operand):
            return _scaled(linear(operand, months), Fraction(-1))
        case Add(terms):
            return _total([linear(term, months) for term in terms])
        case Multiply(left, right):
            return _product(linear(left, months), linear(right, months))
        case Divide(left, right):
            divisor = linear(right, months)
            if divisor is None or divisor.terms or divisor.constant == 0:
                return None
            return _scaled(linear(left, months), 1 / divisor.constant)
    return None


def _scaled(form: Linear | None, factor: Fraction) -> Linear | None:
    if form is None:
        return None
    terms = {term: coefficient * factor for term, coefficient in form.terms.items() if factor}
    return Linear(terms, form.constant * factor)


def _product(left: Linear | None, right: Linear | None) -> Linear | None:
    if left is None or right is None:
        return None
    if not right.terms:
        return _scaled(left, right.constant)
    return None if left.terms else _scaled(right, left.constant)


def _total(forms: list[Linear | None]) -> Linear | None:
    coefficients: dict[Ref | Count, Fraction] = {}
    constant = Fraction(0)
    for form in forms:
        if form is None:
            return None
        constant += form.constant
        for term, coefficient in form.terms.items():
            coefficients[term] = coefficients.get(term, Fraction(0)) + coefficient
    return Linear({term: coefficient for term, coefficient in coefficients.items() if coefficient}, constant)


def forms_of(comparison: Compare | Within, months: int) -> list[Linear | None]:
    """The linear forms of what is compared: the difference, and the tolerance of `within`."""
    difference = linear(subtract(comparison.left, comparison.right), months)
    return [difference, linear(comparison.tolerance, months)] if isinstance(comparison, Within) else [difference]


def subtract(left: Node, right: Node) -> Node:
    """left - right; just left where right is the constant 0."""
    if right == Number(Decimal(0)):
        return left
    terms = left.terms if isinstance(left, Add) else (left,)
    return Add((*terms, Negate(right)))


@lru_cache(maxsize=_REMEMBERED)
def bound(comparison: Compare | Within, precision: PrecisionOf, months: int) -> Bound:
    """The test that decides a comparison."""
    if isinstance(comparison, Within):
        return _bound_within(comparison, precision, months)
    difference = subtract(comparison.left, comparison.right)
    (form,) = forms = forms_of(comparison, months)
    scale, exact = scale_of(forms, precision)
    width = scale * half_width(form, precision) if form is not None else Fraction(0)
    absolute = comparison.operator in (Operator.EQUAL, Operator.DIFFERENT)
    return Bound(difference, scale, comparison.operator, _limit(comparison.operator, width), absolute, exact)


def _bound_within(within: Within, precision: PrecisionOf, months: int) -> Bound:
    apart = subtract(within.left, within.right)
    scale, exact = scale_of(forms_of(within, months), precision)
    return Bound(subtract(Absolute(apart), within.tolerance), scale, Operator.AT_MOST, 0, exact=exact)


def _limit(operator: Operator, width: Fraction) -> int:
    """The integer to compare with: the scaled difference is whole, so the half-width can be rounded."""
    match operator:
        case Operator.LESS:
            return ceil(width)
        case Operator.GREATER:
            return -ceil(width)
        case Operator.AT_LEAST:
            return -floor(width)
        case _:
            return floor(width)


def half_width(form: Linear, precision: PrecisionOf) -> Fraction:
    """H = Σ|cᵢ|·½·10^-dᵢ over rounded figures; 0 for a single figure, which has nothing to add up with."""
    if len(form.terms) < 2:
        return Fraction(0)
    widths = Fraction(0)
    for term, coefficient in form.terms.items():
        if isinstance(term, Ref) and precision(term).rounded:
            widths += abs(coefficient) / (2 * 10 ** precision(term).decimals)
    return widths


def scale_of(forms: list[Linear | None], precision: PrecisionOf) -> Scale:
    """The smallest factor that makes every value of the forms whole; `NONLINEAR_SCALE` if there is none."""
    if None in forms:
        return Scale(NONLINEAR_SCALE, False)
    steps = [step for form in forms if form is not None for step in _steps(form, precision)]
    factor = reduce(lcm, (step.denominator for step in steps), 1)
    return Scale(factor, True) if factor <= MAX_SCALE else Scale(NONLINEAR_SCALE, False)


def _steps(form: Linear, precision: PrecisionOf) -> list[Fraction]:
    decimals = {term: precision(term).decimals if isinstance(term, Ref) else 0 for term in form.terms}
    return [form.constant, *(coefficient / 10 ** decimals[term] for term, coefficient in form.terms.items())]


def scaled(value: Fraction, scale: int) -> int:
    """The value times the scale, rounded half away from zero."""
    return int(round_half_up(value * scale, 0))


#: Operator → whether a scaled and rounded difference keeps to the limit; for numbers and for Polars expressions.
OUTCOMES: Mapping[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQUAL: le,
    Operator.AT_MOST: le,
    Operator.DIFFERENT: gt,
    Operator.GREATER: gt,
    Operator.LESS: lt,
    Operator.AT_LEAST: ge,
}


def factors(node: Node) -> tuple[Node, ...]:
    """The parts of a divisor of which one is zero exactly when the divisor is."""
    match node:
        case Multiply(left, right):
            return factors(left) + factors(right)
        case Divide(left, _):
            return factors(left)
        case Negate(operand) | Absolute(operand):
            return factors(operand)
    return (node,)


@lru_cache(maxsize=_REMEMBERED)
def zero_scale(factor: Node, precision: PrecisionOf, months: int) -> Scale | None:
    """The scale at which a factor is tested for zero; None where its zero needs no rounding."""
    if isinstance(factor, Add):
        return scale_of([linear(factor, months)], precision)
    return Scale(NONLINEAR_SCALE, False) if isinstance(factor, If) else None
