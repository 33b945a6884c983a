"""What a spreadsheet, which calculates in doubles, can decide at all: the domain in which readings must agree.

Every number is followed with a bound on how far doubles can be from it. A rounding or a comparison is decidable
where all the values within that bound lead to the same outcome. Fifteen digits are enough for every figure, but not
for the seventh decimal of a product of fifteen digits.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from xlreport.numbers import MAX_DECIMALS, round_half_up
from xlreport.rules import Node, Precision, Ref
from xlreport.rules.tolerance import Scale, bound, zero_scale
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
    Not,
    Number,
    Or,
    Round,
    Within,
    is_truth,
)

#: Half the distance of neighbouring doubles, relative to them; twice, to be on the safe side.
_UNIT = Fraction(2, 2**53)
#: Spreadsheets take a difference for zero that is this small against what it is the difference of.
_SNAP = Fraction(1, 2**46)
#: Their ROUND makes good what is so near a tie, relative to the number.
_MENDED = Fraction(1, 10**14)


#: Noise that a first rounding to nine decimals takes away.
_NOISE = Fraction(4, 10**10)


class Undecidable(Exception):
    """Doubles could decide either way."""


class Approximate(NamedTuple):
    """A number, and how far a double calculated for it can be off."""

    value: Fraction
    error: Fraction


class Doubles:
    """Follows an expression as the spreadsheet formula calculates it."""

    def __init__(
        self, figure: Callable[[Ref | Count], Fraction], precision: Callable[[Ref], Precision], months: int
    ) -> None:
        self.figure = figure
        self.precision = precision
        self.months = months

    def cell(self, node: Node, decimals: int) -> None:
        """Raises Undecidable where a rule, or a formula rounded to so many decimals, could show either outcome.

        Raises ZeroDivisionError for a zero divisor, of which doubles are as sure.
        """
        if is_truth(node):
            self.truth(node)
        else:
            self.rounded(node, decimals)

    def rounded(self, node: Node, decimals: int) -> Approximate:
        return _exact(_rounded(self.number(node), decimals))

    def number(self, node: Node) -> Approximate:
        match node:
            case Number(value):
                return _exact(Fraction(value))
            case Date():
                return _exact(Fraction(node.serial))
            case Months():
                return _exact(Fraction(self.months))
            case Ref() | Count():
                return _exact(self.figure(node))
            case Negate(operand):
                negated = self.number(operand)
                return negated._replace(value=-negated.value)
            case Absolute(operand):
                signed = self.number(operand)
                return signed._replace(value=abs(signed.value))
            case Add(terms):
                total = self.number(terms[0])
                for term in terms[1:]:
                    total = _sum(total, self.number(term))
                return total
            case Multiply(left, right):
                return _product(self.number(left), self.number(right))
            case Divide(left, right):
                return _quotient(self.number(left), self.divisor(right))
            case Round(operand, decimals):
                return self.rounded(operand, decimals)
            case If(condition, then, otherwise):
                return self.number(then if self.truth(condition) else otherwise)
        raise TypeError(node)

    def divisor(self, node: Node) -> Approximate:
        match node:
            case Multiply(left, right):
                return _product(self.divisor(left), self.divisor(right))
            case Divide(left, right):
                return _quotient(self.divisor(left), self.divisor(right))
            case Negate(operand) | Absolute(operand):
                self.divisor(operand)
                return self.number(node)
        scale = zero_scale(node, self.precision, self.months)
        if scale is not None and self.whole(node, scale) == 0:
            raise ZeroDivisionError
        return self.number(node)

    def whole(self, node: Node, scale: Scale) -> int:
        """A scaled and rounded number, as comparisons and tests for zero make it."""
        if scale.exact:
            return _whole(_product(self.number(node), _exact(Fraction(scale.factor))))
        return int(self.rounded(node, MAX_DECIMALS).value * scale.factor)

    def truth(self, node: Node) -> bool:
        match node:
            case Compare() | Within():
                test = bound(node, self.precision, self.months)
                whole = self.whole(test.difference, Scale(test.scale, test.exact))
                size = abs(whole) if test.absolute else whole
                return {
                    "=": size <= test.limit,
                    "<=": size <= test.limit,
                    "<>": size > test.limit,
                    ">": size > test.limit,
                    "<": size < test.limit,
                    ">=": size >= test.limit,
                }[test.operator.value]
            case And(items):
                return all(self.truths(items))
            case Or(items):
                return any(self.truths(items))
            case Not(operand):
                return not self.truth(operand)
            case If(condition, then, otherwise):
                return self.truth(then if self.truth(condition) else otherwise)
        raise TypeError(node)

    def truths(self, items: tuple[Node, ...]) -> list[bool]:
        """Every item is evaluated, also after one that settles it."""
        return [self.truth(item) for item in items]


def _exact(value: Fraction) -> Approximate:
    """A number as the nearest double."""
    return Approximate(value, abs(Fraction(float(value)) - value))


def _calculated(value: Fraction, error: Fraction) -> Approximate:
    """A result: what its operands were off, and its own rounding to a double, if it is not one."""
    if error == 0:
        return _exact(value)
    return Approximate(value, error + _UNIT * (abs(value) + error))


def _sum(left: Approximate, right: Approximate) -> Approximate:
    value, error = left.value + right.value, left.error + right.error
    is_whole = left.value.denominator == right.value.denominator == 1
    if not is_whole and abs(value) < _SNAP * max(abs(left.value), abs(right.value)):
        error += abs(value)
    return _calculated(value, error)


def _product(left: Approximate, right: Approximate) -> Approximate:
    error = abs(left.value) * right.error + abs(right.value) * left.error + left.error * right.error
    return _calculated(left.value * right.value, error)


def _quotient(left: Approximate, right: Approximate) -> Approximate:
    value = left.value / right.value
    if right.error >= abs(right.value):
        raise Undecidable
    error = (left.error + abs(value) * right.error) / (abs(right.value) - right.error)
    return _calculated(value, error)


def _rounded(number: Approximate, decimals: int) -> Fraction:
    """The number as ROUND makes it, whatever noise there is in it."""
    value, error = number
    result = Fraction(round_half_up(value, decimals))
    distance = abs(abs(value - result) - Fraction(1, 2 * 10**decimals))
    if error == 0 and decimals == 0 and distance > 0:
        return result
    if distance == 0 and _is_mended(number, decimals):
        return result
    # What is mended at a tie must not be taken for one beside it.
    if distance <= max(error, 2 * _NOISE, _MENDED * abs(value)):
        raise Undecidable
    return result


def _is_mended(number: Approximate, decimals: int) -> bool:
    """Whether a tie is seen to be one: by a first rounding, or because ROUND looks at fifteen digits."""
    value, error = number
    if abs(value) * 10 ** (decimals + 1) >= 10**15:
        return False
    has_first_rounding = error < _NOISE and 4 * _UNIT * abs(value) < _NOISE
    return error == 0 or has_first_rounding or (decimals > 0 and error <= 8 * _UNIT * abs(value))


def _whole(number: Approximate) -> int:
    """A number that is whole where figures have their declared decimals, without its noise."""
    result = Fraction(round_half_up(number.value, 0))
    if number.error and abs(abs(number.value - result) - Fraction(1, 2)) <= number.error:
        raise Undecidable
    return int(result)


def is_decidable(
    node: Node,
    figure: Callable[[Ref | Count], Fraction],
    precision: Callable[[Ref], Precision],
    months: int,
    decimals: int,
) -> bool:
    """Whether doubles can decide what a cell with the expression shows."""
    try:
        Doubles(figure, precision, months).cell(node, decimals)
    except ZeroDivisionError:
        return True
    except (Undecidable, OverflowError):
        return False
    return True


def holds_in_a_cell(value: Decimal) -> bool:
    """Whether a cell gives the number back: fifteen digits."""
    return Decimal(format(float(value), ".15g")) == value
