"""Computed columns as cells: the live formula, its stored value, and a number format that carries the words.

Words stand in the number format, never in the value: the cell stays a number, whatever the computer's separators.
"""

from __future__ import annotations

from decimal import Decimal

from xlreport.aggregation import Value
from xlreport.aggregation.comparing import ComparisonPlan, exact_precision
from xlreport.datapoints import DataPoint
from xlreport.forms.comparisons import Shown, Verdict, comparison_node, progress, verdicts
from xlreport.grid.styles import number_format
from xlreport.language import Texts
from xlreport.rules import Cells, Ref, counted_cell, formula_cell, worded_cell

#: What a computed cell shows where there is nothing to compare with.
NO_RATIO = "—"


def comparison_formula(
    plan: ComparisonPlan,
    terms: tuple[DataPoint, DataPoint, DataPoint | None],
    cells: Cells,
    texts: Texts,
) -> str:
    """The formula over the cells of the terms: above, below, and the upper bound of a plan from-to (or None)."""
    above, below = _ref(terms[0]), _ref(terms[1])
    upper = _ref(terms[2]) if terms[2] is not None else None
    precision = exact_precision(plan)
    if plan.how is not Shown.ATTAINMENT:
        node = comparison_node(plan.how, above, below)
        return formula_cell(node, cells, lambda _ref: precision, 1, plan.decimals, missing=NO_RATIO)
    planned = _ref(plan.below)
    needed = [above, below, *([upper] if upper is not None else [])]
    absent = [([planned], texts(f"attainment.{Verdict.NO_PLAN}")), (needed, "")]
    if not plan.due:
        node = progress(plan.indicator, above, below)
        return counted_cell(absent, node, plan.decimals, cells, lambda _ref: precision)
    cases = [(node, texts(f"attainment.{verdict}")) for node, verdict in verdicts(plan.indicator, above, below, upper)]
    missed = texts(f"attainment.{Verdict.MISSED}")
    return worded_cell(absent, cases, missed, cells, lambda _ref: precision)


def _ref(point: DataPoint) -> Ref:
    return Ref(point.indicator, point.table, point.measure)


def comparison_shown(value: Value, texts: Texts) -> Decimal | str | None:
    """The stored value of a computed cell."""
    if value.number is not None:
        return value.number
    if value.undefined:
        return NO_RATIO
    return texts(f"attainment.{value.text}") if value.text else None


def comparison_number_format(plan: ComparisonPlan, texts: Texts, suffix: str = "") -> str:
    """The number format of a computed cell, with what belongs to the number in words."""
    match plan.how:
        case Shown.POINTS:
            unit = texts("comparison.points")
            return number_format(plan.decimals, suffix=f"{unit} {suffix}".strip())
        case Shown.RANKS:
            return _ranks(texts, suffix)
        case Shown.ATTAINMENT:
            return number_format(plan.decimals, texts("attainment.progress"), f"% {suffix}".strip(), joined=True)
    return number_format(plan.decimals, suffix=suffix)


def _ranks(texts: Texts, suffix: str) -> str:
    """ "tăng 12 bậc", "giảm 2 bậc", "giữ nguyên"."""
    after = f" {texts('comparison.ranks')} {suffix}".rstrip()
    up, down, same = (texts(f"comparison.ranks_{key}") for key in ("up", "down", "same"))
    return f'"{up} "0"{after}"_-;"{down} "0"{after}"_-;"{same}"_-;@_-'
