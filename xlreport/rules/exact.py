"""The exact reading: a tree and its figures → a fraction or a truth, without any rounding on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

from xlreport.numbers import round_half_up
from xlreport.rules.tolerance import PrecisionOf, bound, factors, holds, scaled, zero_scale
from xlreport.rules.tree import (
    Absolute,
    Add,
    And,
    Compare,
    Count,
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
    counts,
    references,
)

ValueOf = Callable[[Ref], Decimal | None]
CountOf = Callable[[Ref, tuple[str, ...]], int | None]


class Unevaluated(Enum):
    """Why an expression has no value."""

    MISSING = "missing"
    UNDEFINED = "undefined"


MISSING: Final = Unevaluated.MISSING
UNDEFINED: Final = Unevaluated.UNDEFINED


def _no_counts(_ref: Ref, _options: tuple[str, ...]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class _Figures:
    values: dict[Ref, Fraction]
    counts: dict[Count, Fraction]
    precision: PrecisionOf
    months: int


def evaluate(
    node: Node, values: ValueOf, precision: PrecisionOf, months: int, count: CountOf = _no_counts
) -> Fraction | bool | Unevaluated:
    """The value of a formula or the truth of a rule.

    MISSING if any figure of the whole expression is missing, also one in a branch not taken; otherwise
    UNDEFINED if a divisor that is evaluated is zero. `values` and `count` return None for what is missing.
    """
    figures = _figures(node, values, precision, months, count)
    if figures is None:
        return MISSING
    try:
        return _value(node, figures)
    except ZeroDivisionError:
        return UNDEFINED


def _figures(node: Node, values: ValueOf, precision: PrecisionOf, months: int, count: CountOf) -> _Figures | None:
    numbers: dict[Ref, Fraction] = {}
    for ref in references(node):
        value = values(ref)
        if value is None:
            return None
        numbers[ref] = Fraction(value)
    chosen: dict[Count, Fraction] = {}
    for term in counts(node):
        units = count(term.ref, term.options)
        if units is None:
            return None
        chosen[term] = Fraction(units)
    return _Figures(numbers, chosen, precision, months)


def _value(node: Node, figures: _Figures) -> Fraction | bool:
    match node:
        case If(condition, then, otherwise):
            return _value(then if _truth(condition, figures) else otherwise, figures)
        case Compare() | Within() | And() | Or() | Not():
            return _truth(node, figures)
    return _number(node, figures)


def _number(node: Node, figures: _Figures) -> Fraction:
    match node:
        case Number(value):
            return Fraction(value)
        case Months():
            return Fraction(figures.months)
        case Ref():
            return figures.values[node]
        case Count():
            return figures.counts[node]
        case Negate(operand):
            return -_number(operand, figures)
        case Add(terms):
            return sum((_number(term, figures) for term in terms), Fraction(0))
        case Multiply(left, right):
            return _number(left, figures) * _number(right, figures)
        case Divide(left, right):
            return _number(left, figures) / _divisor(right, figures)
        case Absolute(operand):
            return abs(_number(operand, figures))
        case Round(operand, decimals):
            return Fraction(round_half_up(_number(operand, figures), decimals))
        case If(condition, then, otherwise):
            return _number(then if _truth(condition, figures) else otherwise, figures)
    raise TypeError(f"not a number: {node!r}")


def _divisor(node: Node, figures: _Figures) -> Fraction:
    """Its value; ZeroDivisionError also where only the doubles of a spreadsheet could tell it from zero."""
    value = _number(node, figures)
    for factor in factors(node):
        scale = zero_scale(factor, figures.precision, figures.months)
        size = _number(factor, figures)
        if (size if scale is None else scaled(size, scale)) == 0:
            raise ZeroDivisionError
    return value


def _truth(node: Node, figures: _Figures) -> bool:
    match node:
        case Compare() | Within():
            test = bound(node, figures.precision, figures.months)
            return holds(test, scaled(_number(test.difference, figures), test.scale))
        case And(items):
            return all(_truths(items, figures))
        case Or(items):
            return any(_truths(items, figures))
        case Not(operand):
            return not _truth(operand, figures)
        case If(condition, then, otherwise):
            return _truth(then if _truth(condition, figures) else otherwise, figures)
    raise TypeError(f"not a condition: {node!r}")


def _truths(items: tuple[Node, ...], figures: _Figures) -> list[bool]:
    """A list, not a generator: spreadsheets evaluate every argument, so a zero divisor in any of them counts."""
    return [_truth(item, figures) for item in items]
