"""The Polars reading: a rule → one exact Boolean expression over many submissions at once.

Only what stays exact on decimals: comparisons with a linear form, joined by and, or, not and if. Division by
figures would keep the operands' scale, and a zero divisor fails the whole frame: those rules, and rules that
count options, are evaluated one by one with `evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import polars as pl

from xlreport.frames import EXACT
from xlreport.rules.tolerance import OUTCOMES, Bound, Linear, PrecisionOf, bound, forms_of
from xlreport.rules.tree import (
    And,
    Compare,
    If,
    Node,
    Not,
    Or,
    Ref,
    Within,
    children,
    counts,
    is_truth,
    references,
)

#: Figures from this size on are beyond the digits of a cell; a product with them could overflow the decimals.
TOO_LARGE = 10**15
_MAX_COEFFICIENTS = 10**16

ColumnOf = Callable[[Ref], str]


def is_vectorisable(node: Node, precision: PrecisionOf, months: int) -> bool:
    """Whether `rule_expression` can read the rule."""
    if not is_truth(node) or counts(node):
        return False
    if isinstance(node, Compare | Within):
        return bound(node, precision, months).exact and all(
            _fits(form, precision, node, months) for form in forms_of(node, months)
        )
    return all(is_vectorisable(child, precision, months) for child in children(node))


def rule_expression(node: Node, column: ColumnOf, precision: PrecisionOf, months: int) -> pl.Expr:
    """A Boolean expression over the columns of the figures, null where one of them is missing.

    Columns are decimals with six places (or integers). Null also for a figure of 10^15 and more, which a cell
    cannot hold exactly. ValueError for a rule that is not vectorisable.
    """
    if not is_vectorisable(node, precision, months):
        raise ValueError("not vectorisable: evaluate it exactly")
    figures = {ref: _figure(column(ref)) for ref in references(node)}
    holds = _truth(node, figures, precision, months)
    present = [figure.is_not_null() for figure in figures.values()]
    return pl.when(pl.all_horizontal(present)).then(holds) if present else holds


def _figure(name: str) -> pl.Expr:
    exact = pl.col(name).cast(EXACT)
    return pl.when(exact.abs() < _literal(TOO_LARGE)).then(exact)


def _literal(value: int) -> pl.Expr:
    return pl.lit(Decimal(value))


def _fits(form: Linear | None, precision: PrecisionOf, node: Compare | Within, months: int) -> bool:
    if form is None:
        return False
    scale = bound(node, precision, months).scale
    sizes = [abs(coefficient) for coefficient in form.terms.values()]
    return scale * (sum(sizes) + abs(form.constant)) <= _MAX_COEFFICIENTS


def _truth(node: Node, figures: dict[Ref, pl.Expr], precision: PrecisionOf, months: int) -> pl.Expr:
    def truth(part: Node) -> pl.Expr:
        return _truth(part, figures, precision, months)

    match node:
        case Compare() | Within():
            return _test(node, figures, bound(node, precision, months), months)
        case And(items):
            return pl.all_horizontal([truth(item) for item in items])
        case Or(items):
            return pl.any_horizontal([truth(item) for item in items])
        case Not(operand):
            return ~truth(operand)
        case If(condition, then, otherwise):
            return pl.when(truth(condition)).then(truth(then)).otherwise(truth(otherwise))
    raise TypeError(f"not a condition: {node!r}")


def _test(node: Compare | Within, figures: dict[Ref, pl.Expr], test: Bound, months: int) -> pl.Expr:
    forms = [_scaled(form, figures, test.scale) for form in forms_of(node, months) if form is not None]
    difference = forms[0].abs() - forms[1] if isinstance(node, Within) else forms[0]
    # Half away from zero must be asked for: the default of Polars rounds half to even.
    delta = difference.round(0, mode="half_away_from_zero")
    size, limit = (delta.abs() if test.absolute else delta), _literal(test.limit)
    holds: pl.Expr = OUTCOMES[test.operator](size, limit)
    return holds


def _scaled(form: Linear, figures: dict[Ref, pl.Expr], scale: int) -> pl.Expr:
    """The linear form times its scale, whose coefficients are whole numbers then."""
    total = _literal(int(form.constant * scale)).cast(EXACT)
    for term, coefficient in form.terms.items():
        if isinstance(term, Ref):
            total = total + figures[term] * _literal(int(coefficient * scale))
    return total
