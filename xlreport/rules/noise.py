"""The noise of doubles: where a spreadsheet must round twice, so that it does not take a tie for something less."""

from __future__ import annotations

from functools import lru_cache

from xlreport.numbers import decimal_places
from xlreport.rules.tolerance import Linear, PrecisionOf, linear
from xlreport.rules.tree import (
    Absolute,
    Add,
    Count,
    Date,
    Divide,
    If,
    Months,
    Multiply,
    Negate,
    Node,
    Number,
    Ref,
    Round,
    children,
)

#: Where the exact value has no end of decimals, so many are kept by the first rounding.
FIRST_DECIMALS = 9
_REMEMBERED = 4_096


@lru_cache(maxsize=_REMEMBERED)
def first_decimals(node: Node, decimals: int, precision: PrecisionOf, months: int) -> int | None:
    """The decimals to which doubles are rounded before they are rounded to `decimals`; None if that is not needed.

    100 * 2001 / 2000 - 100 is 0.05, in doubles a little less: rounded to one decimal at once it would be 0.0,
    not 0.1. A product or a quotient is the last digit off at most, which ROUND makes good, but LibreOffice not
    where it rounds to whole numbers.
    """
    if not children(node) or (decimals > 0 and not _cancels(node, precision, months)):
        return None
    places = _places(node, precision, months)
    if places is None or places > FIRST_DECIMALS:
        return FIRST_DECIMALS
    # The exact value has no more decimals: the first rounding takes nothing but the noise away.
    return places if places > decimals else None


def _cancels(node: Node, precision: PrecisionOf, months: int) -> bool:
    """Whether it has a sum whose terms, not being whole numbers, may cancel each other out but for their noise."""
    if isinstance(node, Add) and len(node.terms) > 1:
        return _places(node, precision, months) != 0
    return any(_cancels(child, precision, months) for child in children(node))


def _places(node: Node, precision: PrecisionOf, months: int) -> int | None:
    """The most decimals that its exact value can have; None if there may be no end to them."""

    def most(*parts: Node) -> int | None:
        places = [_places(part, precision, months) for part in parts]
        return None if None in places else max(filter(None, places), default=0)

    match node:
        case Number(value):
            return decimal_places(value)
        case Date() | Months() | Count():
            return 0
        case Ref():
            return precision(node).decimals
        case Round(_, decimals):
            return decimals
        case Negate(operand) | Absolute(operand):
            return most(operand)
        case Add(terms):
            return most(*terms)
        case If(_, then, otherwise):
            return most(then, otherwise)
        case Multiply(left, right):
            return _added(most(left), most(right))
        case Divide(left, right):
            return _added(most(left), _reciprocal_places(linear(right, months)))
    raise TypeError(f"not a number: {node!r}")


def _added(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else first + second


def _reciprocal_places(divisor: Linear | None) -> int | None:
    """The decimals of 1 / divisor: 2 for 4, no end for 3 and for anything that is not constant."""
    if divisor is None or divisor.terms or divisor.constant == 0:
        return None
    denominator = abs(divisor.constant.numerator)
    return next((places for places in range(FIRST_DECIMALS + 1) if 10**places % denominator == 0), None)
