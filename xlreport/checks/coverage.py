"""Totals that are put together from figures of different units: true for none of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from xlreport.aggregation import MISSING, Value, Values
from xlreport.datapoints import DataPoint
from xlreport.findings import Finding, Location, finding
from xlreport.forms.expressions import BoundForm, operands
from xlreport.forms.roles import CellRole


def operand_findings(
    bound: BoundForm, values: Values, node: str, given: Collection[DataPoint] = ()
) -> Iterator[Finding]:
    """A finding for every formula of a node whose figures come from different numbers of units.

    Figures that the node was given come from no unit: they go with any number of them.
    """
    for formula in bound.formulas:
        parts = {point: values.get(point, MISSING) for point in operands(formula)}
        counts = {part.units for point, part in parts.items() if point not in given}
        if values.get(formula.point, Value()).number is None or len(counts) < 2:
            continue
        table = bound.form.table(formula.point.table)
        indicator = table.indicator(formula.point.indicator) if table else None
        shown = "; ".join(f"[{point.indicator}]: {part.units}" for point, part in parts.items())
        name = indicator.name.in_all() if indicator else formula.point.indicator
        yield finding("XR403", Location(unit=node, **formula.point._asdict()), name=name, units=shown)
    yield from _ratio_findings(bound, values, node, given)


def _ratio_findings(bound: BoundForm, values: Values, node: str, given: Collection[DataPoint]) -> Iterator[Finding]:
    """A formula's percentage divides the node's own two figures, which may hold different units."""
    for cell in bound.cells:
        ratio = cell.table.ratio(cell.measure.measure) if cell.role is CellRole.RATIO else None
        if ratio is None or cell.indicator.formula is None or values.get(cell.point, MISSING).number is None:
            continue
        codes = (ratio.numerator, ratio.denominator)
        terms = [cell.point._replace(measure=code) for code in codes]
        above, below = (values.get(term, MISSING).units for term in terms)
        if above != below and not any(term in given for term in terms):
            place = Location(unit=node, **cell.point._asdict())
            units = f"{codes[0]}: {above}; {codes[1]}: {below}"
            yield finding("XR403", place, name=cell.indicator.name.in_all(), units=units)
