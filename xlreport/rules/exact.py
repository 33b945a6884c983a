"""The exact reading: a tree and its figures → a fraction or a truth, without any rounding on the way.

Logic has three values: true, false, and not evaluated, for one of two reasons. MISSING: a figure of the expression
is not there; it does not matter where in the expression, nor whether the outcome would depend on it. UNDEFINED:
all figures are there, and a divisor is zero; 0 * (1 / 0) is undefined, and so is `a or b` where only b divides by
zero. Only the branch of an `if` that is not taken divides by nothing. MISSING comes before UNDEFINED.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import Final

from xlreport.rules.closures import Figures, Places, number_of, truth_of
from xlreport.rules.tolerance import PrecisionOf
from xlreport.rules.tree import Count, Node, Ref, counts, is_truth, references

ValueOf = Callable[[Ref], Decimal | None]
CountOf = Callable[[Ref, tuple[str, ...]], int | None]

_REMEMBERED = 4_096


class Unevaluated(Enum):
    """Why an expression has no value."""

    MISSING = "missing"
    UNDEFINED = "undefined"


MISSING: Final = Unevaluated.MISSING
UNDEFINED: Final = Unevaluated.UNDEFINED

Outcome = Fraction | bool | Unevaluated


def _no_counts(_ref: Ref, _options: tuple[str, ...]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Evaluator:
    """An expression made ready once, to be evaluated for many subjects."""

    references: Sequence[Ref]
    counts: Sequence[Count]
    outcome: Callable[[Figures], Fraction | bool]

    def __call__(self, values: ValueOf, count: CountOf = _no_counts) -> Outcome:
        """The value of a formula or the truth of a rule. `values` and `count` return None for what is missing."""
        figures: list[Decimal | int] = []
        for ref in self.references:
            value = values(ref)
            if value is None:
                return MISSING
            figures.append(value)
        for term in self.counts:
            units = count(term.ref, term.options)
            if units is None:
                return MISSING
            figures.append(units)
        try:
            return self.outcome(figures)
        except ZeroDivisionError:
            return UNDEFINED


@lru_cache(maxsize=_REMEMBERED)
def evaluator(node: Node, precision: PrecisionOf, months: int) -> Evaluator:
    """What evaluates the expression; made once for each expression, precision and number of months."""
    refs, terms = references(node), counts(node)
    figures: tuple[Ref | Count, ...] = (*refs, *terms)
    places = Places({figure: place for place, figure in enumerate(figures)}, precision, months)
    return Evaluator(refs, terms, truth_of(node, places) if is_truth(node) else number_of(node, places))


def evaluate(node: Node, values: ValueOf, precision: PrecisionOf, months: int, count: CountOf = _no_counts) -> Outcome:
    """The value of a formula or the truth of a rule.

    MISSING if any figure of the whole expression is missing, also one in a branch not taken; otherwise
    UNDEFINED if a divisor that is evaluated is zero. `values` and `count` return None for what is missing.
    """
    return evaluator(node, precision, months)(values, count)
