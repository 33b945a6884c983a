"""Who answers each cell of a form in a period: the clerk, the register, a formula, or nobody."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from xlreport.datapoints import DataPoint
from xlreport.forms.model import Aggregation, Form, Indicator, Kind, Measure, MeasureRole, Table
from xlreport.periods import Period


class CellRole(StrEnum):
    """Where a cell's content comes from."""

    INPUT = "input"
    REGISTER = "register"
    FORMULA = "formula"
    RATIO = "ratio"
    CARRIED = "carried"
    CLOSED = "closed"


def cell_role(table: Table, indicator: Indicator, measure: Measure, period: Period) -> CellRole:
    """The role of a cell.

    A cumulative figure is carried over from `actual` where that is the whole of it: in the first period
    of a year, and always for stocks, whose latest value is the year's.
    """
    if not applies(table, indicator, measure):
        return CellRole.CLOSED
    match measure.role:
        case MeasureRole.RATIO:
            return CellRole.RATIO
        case MeasureRole.QUALIFIER | MeasureRole.NOTE:
            return CellRole.INPUT
    if indicator.formula is not None:
        return CellRole.FORMULA
    if indicator.from_register:
        return CellRole.REGISTER
    return CellRole.CARRIED if _is_carried(table, indicator, measure, period) else CellRole.INPUT


def _is_carried(table: Table, indicator: Indicator, measure: Measure, period: Period) -> bool:
    if measure.measure != "cumulative" or table.measure("actual") is None:
        return False
    return period.is_first_of_year or indicator.across_time is Aggregation.LAST


def applies(table: Table, indicator: Indicator, measure: Measure) -> bool:
    """Whether the form asks for or computes this cell at all."""
    if measure.role is MeasureRole.NOTE:
        return True
    if measure.role is MeasureRole.QUALIFIER:
        return indicator.kind is Kind.NUMBER and indicator.formula is None and not indicator.from_register
    if measure.role is MeasureRole.RATIO:
        return _has_ratio(table, indicator, measure.measure)
    if indicator.measures is not None:
        return measure.measure in indicator.measures
    if indicator.kind is Kind.NUMBER and not indicator.from_register:
        return True
    return measure.measure == "actual"


def _has_ratio(table: Table, indicator: Indicator, measure: str) -> bool:
    if indicator.kind is not Kind.NUMBER or (indicator.measures and measure not in indicator.measures):
        return False
    ratio = table.ratio(measure)
    if ratio is None:
        return False
    terms = (table.measure(ratio.numerator), table.measure(ratio.denominator))
    return all(term is not None and applies(table, indicator, term) for term in terms)


class FormCell(NamedTuple):
    """A cell of a form in a period."""

    point: DataPoint
    table: Table
    indicator: Indicator
    measure: Measure
    role: CellRole


def form_cells(form: Form, period: Period) -> Iterator[FormCell]:
    """Every cell of a form with its role, in the order of the form."""
    for table in form.tables:
        for indicator in table.indicators:
            for measure in table.measures:
                point = DataPoint(table.table, indicator.code, measure.measure)
                yield FormCell(point, table, indicator, measure, cell_role(table, indicator, measure, period))
