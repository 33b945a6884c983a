"""Totals that are put together from figures of different units: true for none of them."""

from __future__ import annotations

from collections.abc import Iterator

from xlreport.aggregation import MISSING, Value, Values
from xlreport.findings import Finding, Location, finding
from xlreport.forms.expressions import BoundForm, operands


def operand_findings(bound: BoundForm, values: Values, node: str) -> Iterator[Finding]:
    """A finding for every formula of a node whose figures come from different numbers of units."""
    for formula in bound.formulas:
        parts = {point: values.get(point, MISSING) for point in operands(formula)}
        counts = {part.units for part in parts.values()}
        if values.get(formula.point, Value()).number is None or len(counts) < 2:
            continue
        table = bound.form.table(formula.point.table)
        indicator = table.indicator(formula.point.indicator) if table else None
        shown = "; ".join(f"[{point.indicator}]: {part.units}" for point, part in parts.items())
        name = indicator.name.in_all() if indicator else formula.point.indicator
        yield finding("XR403", Location(unit=node, **formula.point._asdict()), name=name, units=shown)
