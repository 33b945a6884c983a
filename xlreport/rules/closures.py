"""A tree as a function of its figures, put together once: what is asked of a thousand units is looked up only once.

Comparisons of linear expressions, which most rules are, add up decimals; everything else is done in fractions.
Both are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from operator import mul, neg, truediv

from xlreport.numbers import round_half_up
from xlreport.rules.tolerance import OUTCOMES, Bound, Linear, PrecisionOf, bound, forms_of, scaled, zero_scale
from xlreport.rules.tree import (
    Absolute,
    Add,
    And,
    Compare,
    Count,
    Date,
    Divide,
    If,
    Months,
    Multiply,
    Negate,
    Node,
    Not,
    Number,
    Or,
    Ref,
    Round,
    Within,
)

#: The values of an expression's references and counts, each in its place.
Figures = Sequence[Decimal | int]
NumberOf = Callable[[Figures], Fraction]
TruthOf = Callable[[Figures], bool]

#: Exact, or an exception.
_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])


@dataclass(frozen=True, slots=True)
class Places:
    """Where each figure stands in the sequence, and what the expression is read for."""

    of: Mapping[Ref | Count, int]
    precision: PrecisionOf
    months: int


def number_of(node: Node, places: Places) -> NumberOf:
    """The value of a number; where a divisor is zero, the function raises ZeroDivisionError."""
    match node:
        case Ref() | Count():
            return _figure(places.of[node])
        case Negate(operand):
            return _applied(neg, number_of(operand, places))
        case Add(terms):
            return _sum([number_of(term, places) for term in terms])
        case Multiply(left, right):
            return _combined(mul, number_of(left, places), number_of(right, places))
        case Divide(left, right):
            return _combined(truediv, number_of(left, places), _divisor(right, places))
        case Absolute(operand):
            return _applied(abs, number_of(operand, places))
        case Round(operand, decimals):
            return _rounded(number_of(operand, places), decimals)
        case If(condition, then, otherwise):
            return _choice(truth_of(condition, places), number_of(then, places), number_of(otherwise, places))
    return _constant(node, places)


def _divisor(node: Node, places: Places) -> NumberOf:
    """The value of a divisor; ZeroDivisionError also where only the doubles of a spreadsheet could tell it from zero.

    That is tested for each of its `tolerance.factors`. Every part is calculated once: in 1 / (1 + 1 / (1 + …))
    a second time for the test would double with every level.
    """
    match node:
        case Multiply(left, right):
            return _combined(mul, _divisor(left, places), _divisor(right, places))
        case Divide(left, right):
            return _combined(truediv, _divisor(left, places), _divisor(right, places))
        case Negate(operand):
            return _applied(neg, _divisor(operand, places))
        case Absolute(operand):
            return _applied(abs, _divisor(operand, places))
    scale = zero_scale(node, places.precision, places.months)
    value = number_of(node, places)
    return value if scale is None else _applied(_nonzero_at(scale.factor), value)


def _nonzero_at(scale: int) -> Callable[[Fraction], Fraction]:
    def nonzero(value: Fraction) -> Fraction:
        if scaled(value, scale) == 0:
            raise ZeroDivisionError
        return value

    return nonzero


def _constant(node: Node, places: Places) -> NumberOf:
    match node:
        case Number(value):
            constant = Fraction(value)
        case Date():
            constant = Fraction(node.serial)
        case Months():
            constant = Fraction(places.months)
        case _:
            raise TypeError(f"not a number: {node!r}")
    return lambda _figures: constant


def _figure(place: int) -> NumberOf:
    return lambda figures: Fraction(figures[place])


def _applied(function: Callable[[Fraction], Fraction], operand: NumberOf) -> NumberOf:
    return lambda figures: function(operand(figures))


def _combined(function: Callable[[Fraction, Fraction], Fraction], left: NumberOf, right: NumberOf) -> NumberOf:
    return lambda figures: function(left(figures), right(figures))


def _sum(terms: list[NumberOf]) -> NumberOf:
    return lambda figures: sum((term(figures) for term in terms), Fraction(0))


def _rounded(operand: NumberOf, decimals: int) -> NumberOf:
    return lambda figures: Fraction(round_half_up(operand(figures), decimals))


def _choice(condition: TruthOf, then: NumberOf, otherwise: NumberOf) -> NumberOf:
    return lambda figures: then(figures) if condition(figures) else otherwise(figures)


def truth_of(node: Node, places: Places) -> TruthOf:
    """The truth of a condition; where a divisor is zero, the function raises ZeroDivisionError."""
    match node:
        case Compare() | Within():
            return _test(node, places)
        case And(items):
            return _joined(all, [truth_of(item, places) for item in items])
        case Or(items):
            return _joined(any, [truth_of(item, places) for item in items])
        case Not(operand):
            denied = truth_of(operand, places)
            return lambda figures: not denied(figures)
        case If(condition, then, otherwise):
            return _branch(truth_of(condition, places), truth_of(then, places), truth_of(otherwise, places))
    raise TypeError(f"not a condition: {node!r}")


def _joined(function: Callable[[list[bool]], bool], items: list[TruthOf]) -> TruthOf:
    """A list, not a generator: spreadsheets evaluate every argument, so a zero divisor in any of them counts."""
    return lambda figures: function([item(figures) for item in items])


def _branch(condition: TruthOf, then: TruthOf, otherwise: TruthOf) -> TruthOf:
    return lambda figures: then(figures) if condition(figures) else otherwise(figures)


def _test(node: Compare | Within, places: Places) -> TruthOf:
    test = bound(node, places.precision, places.months)
    difference, holds = number_of(test.difference, places), OUTCOMES[test.operator]

    def in_fractions(figures: Figures) -> bool:
        delta = scaled(difference(figures), test.scale)
        return bool(holds(abs(delta) if test.absolute else delta, test.limit))

    forms = forms_of(node, places.months)
    if not test.exact or None in forms:
        return in_fractions
    return _linear_test(test, [_weighted(form, test.scale, places) for form in forms if form], in_fractions)


def _linear_test(test: Bound, forms: list[Callable[[Figures], Decimal]], otherwise: TruthOf) -> TruthOf:
    """The test in decimals; `otherwise` reads it where they have too many digits."""
    difference, *tolerance = forms
    holds = OUTCOMES[test.operator]

    def in_decimals(figures: Figures) -> bool:
        try:
            delta = difference(figures)
            if tolerance:
                delta = _EXACT.subtract(delta.copy_abs(), tolerance[0](figures))
        except Inexact:
            return otherwise(figures)
        whole = delta.to_integral_value(ROUND_HALF_UP)
        return bool(holds(whole.copy_abs() if test.absolute else whole, test.limit))

    return in_decimals


def _weighted(form: Linear, scale: int, places: Places) -> Callable[[Figures], Decimal]:
    """A linear form times a scale that makes its coefficients whole. The function raises Inexact."""
    constant = Decimal(int(form.constant * scale))
    terms = [(places.of[term], int(coefficient * scale)) for term, coefficient in form.terms.items()]

    def total(figures: Figures) -> Decimal:
        value = constant
        for place, coefficient in terms:
            value = _EXACT.fma(coefficient, figures[place], value)
        return value

    return total
