"""Totals that are put together from figures of different units: true for none of them."""

from __future__ import annotations

from collections.abc import Iterator

from xlreport.aggregation import MISSING, Value, Values
from xlreport.findings import Finding, Location, finding
from xlreport.forms.expressions import BoundForm, operands
from xlreport.forms.roles import CellRole


def operand_findings(bound: BoundForm, values: Values, node: str) -> Iterator[Finding]:
    """A finding for every formula of a node whose figures come from different numbers of units."""
    for formula in bound.formulas:
        parts = {point: values.get(point, MISSING) for point in operands(formula)}
        # What the node was given holds no unit's figure.
        counts = {part.units for part in parts.values() if part.units}
        if values.get(formula.point, Value()).number is None or len(counts) < 2:
            continue
        table = bound.form.table(formula.point.table)
        indicator = table.indicator(formula.point.indicator) if table else None
        shown = "; ".join(f"[{point.indicator}]: {part.units}" for point, part in parts.items())
        name = indicator.name.in_all() if indicator else formula.point.indicator
        yield finding("XR403", Location(unit=node, **formula.point._asdict()), name=name, units=shown)
    yield from _ratio_findings(bound, values, node)


def _ratio_findings(bound: BoundForm, values: Values, node: str) -> Iterator[Finding]:
    """A formula's percentage divides the node's own two figures, which may hold different units."""
    for cell in bound.cells:
        ratio = cell.table.ratio(cell.measure.measure) if cell.role is CellRole.RATIO else None
        if ratio is None or cell.indicator.formula is None or values.get(cell.point, MISSING).number is None:
            continue
        codes = (ratio.numerator, ratio.denominator)
        above, below = (values.get(cell.point._replace(measure=code), MISSING).units for code in codes)
        if above and below and above != below:
            place = Location(unit=node, **cell.point._asdict())
            units = f"{codes[0]}: {above}; {codes[1]}: {below}"
            yield finding("XR403", place, name=cell.indicator.name.in_all(), units=units)
