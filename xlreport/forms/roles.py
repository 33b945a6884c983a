"""Who answers each cell of a form in a period: the clerk, the register, the form itself, a formula, or nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from xlreport.datapoints import DataPoint
from xlreport.forms.comparisons import shown
from xlreport.forms.indicators import Aggregation, Indicator
from xlreport.forms.measures import UPPER, Measure, MeasureRole
from xlreport.forms.model import Form, Table
from xlreport.periods import Period


class CellRole(StrEnum):
    """Where a cell's content comes from."""

    INPUT = "input"
    REGISTER = "register"
    TARGET = "target"
    FORMULA = "formula"
    RATIO = "ratio"
    ATTAINMENT = "attainment"
    CARRIED = "carried"
    CLOSED = "closed"


#: Roles of cells that are computed from others of the same subject.
COMPUTED = frozenset({CellRole.FORMULA, CellRole.RATIO, CellRole.ATTAINMENT, CellRole.CARRIED})


class Filler(NamedTuple):
    """Who fills a workbook. `reports` is false for a node above the units: it fills only what is its own.

    That is what was assigned to it, and indicators whose `filled_by` names its level or type.
    """

    level: str | None = None
    unit_type: str | None = None
    reports: bool = True


def cell_role(
    table: Table, indicator: Indicator, measure: Measure, period: Period, filler: Filler | None = None
) -> CellRole:
    """The role of a cell; without a filler, what it is for a unit that fills everything."""
    if not applies(table, indicator, measure):
        return CellRole.CLOSED
    role = _role(table, indicator, measure, period, filler)
    if filler is None or is_asked(filler, indicator):
        return role
    # Of a row that is not its own to answer it has what was assigned to it, and nothing that follows from the rest.
    is_open = role is CellRole.INPUT and is_open_to(filler, indicator, measure)
    return role if is_open else CellRole.CLOSED


def _role(table: Table, indicator: Indicator, measure: Measure, period: Period, filler: Filler | None) -> CellRole:
    match measure.role:
        case MeasureRole.RATIO:
            return CellRole.RATIO
        case MeasureRole.ATTAINMENT:
            return CellRole.ATTAINMENT
        case MeasureRole.QUALIFIER | MeasureRole.STATUS | MeasureRole.NOTE:
            return CellRole.INPUT
    if is_set_by_form(indicator, measure, filler.level if filler else None):
        return CellRole.TARGET
    if is_reduced(indicator, measure) or (indicator.formula is not None and not measure.assigned):
        return CellRole.FORMULA
    if indicator.from_register:
        return CellRole.REGISTER
    return CellRole.CARRIED if _is_carried(table, indicator, measure, period) else CellRole.INPUT


def is_of_its_kind(filler: Filler, indicator: Indicator) -> bool:
    """Whether a row is asked of units or nodes of this level and type at all."""
    named = indicator.filled_by
    return not named or filler.level in named or filler.unit_type in named


def is_asked(filler: Filler, indicator: Indicator) -> bool:
    """Whether a row is this filler's own to answer: a node above the units answers only rows that name its kind."""
    return is_of_its_kind(filler, indicator) and (filler.reports or bool(indicator.filled_by))


def is_open_to(filler: Filler, indicator: Indicator, measure: Measure) -> bool:
    """Whether this filler types the cell: because the row is its own, or the figure was assigned to it."""
    return is_asked(filler, indicator) or (measure.assigned and not indicator.filled_by)


def has_own_part(form: Form, filler: Filler) -> bool:
    """Whether a node above the units fills anything of the form itself."""
    named = {name for table in form.tables for indicator in table.indicators for name in indicator.filled_by}
    is_assigned = any(measure.assigned for table in form.tables for measure in table.measures)
    return is_assigned or filler.level in named or filler.unit_type in named


def has_part_in(cells: Iterable[FormCell], filler: Filler | None) -> bool:
    """Whether a table, given by its cells, is any business of a filler: not where all that is typed is typed by others.

    A table in which nothing is typed at all is of interest to whoever reports.
    """
    typed = [cell for cell in cells if _is_typed(cell)]
    if filler is None or not typed:
        return filler is None or filler.reports
    return any(cell.role is CellRole.INPUT for cell in typed)


def _is_typed(cell: FormCell) -> bool:
    """Whether somebody types figures into the row; headings have none."""
    is_row = cell.indicator.is_received and _has_figures(cell.indicator)
    return is_row and cell.measure.role is MeasureRole.FIGURE


def is_set_by_form(indicator: Indicator, measure: Measure, level: str | None) -> bool:
    """Whether the form itself gives this figure to nodes of a level (with `levels`, only to those named)."""
    is_plan = measure.measure in ("plan", "plan" + UPPER)
    return is_plan and indicator.target is not None and indicator.target.is_for(level)


def is_reduced(indicator: Indicator, measure: Measure) -> bool:
    """Whether it is a plan that follows from the figure of a base year."""
    return measure.measure == "plan" and indicator.target is not None and indicator.target.reduction is not None


def _is_carried(table: Table, indicator: Indicator, measure: Measure, period: Period) -> bool:
    """A cumulative figure is carried over from `actual` where that is the whole of it.

    That is in the first period of a year, and always for stocks, whose latest value is the year's.
    """
    actual = table.measure("actual")
    if measure.measure != "cumulative" or actual is None or not indicator.is_numeric:
        return False
    if measure.assigned is not actual.assigned or not applies(table, indicator, actual):
        return False
    return period.is_first_of_year or indicator.across_time is Aggregation.LAST


def applies(table: Table, indicator: Indicator, measure: Measure) -> bool:
    """Whether the form asks for or computes this cell at all."""
    match measure.role:
        case MeasureRole.NOTE:
            return True
        case MeasureRole.QUALIFIER:
            return indicator.is_numeric and indicator.is_received and _has_figures(indicator)
        case MeasureRole.STATUS:
            return indicator.is_received and _has_figures(indicator)
        case MeasureRole.RATIO | MeasureRole.ATTAINMENT:
            return _has_ratio(table, indicator, measure)
    if indicator.measures is not None:
        return measure.measure in indicator.measures
    if is_upper(table, measure):
        return indicator.has_range
    if measure.measure == "base":
        return indicator.target is not None and indicator.target.reduction is not None
    return measure.measure == "actual" or (indicator.is_numeric and not indicator.from_register)


def _has_figures(indicator: Indicator) -> bool:
    return indicator.measures is None or bool(indicator.measures)


def is_upper(table: Table, measure: Measure) -> bool:
    """Whether a column holds the upper bounds of the ranges of another one."""
    return measure.measure.endswith(UPPER) and table.measure(measure.measure.removesuffix(UPPER)) is not None


def upper_of(table: Table, indicator: Indicator, measure: str) -> Measure | None:
    """The column with the upper bound of a plan from-to; None where the plan is a single number."""
    return table.measure(measure + UPPER) if indicator.has_range else None


def _has_ratio(table: Table, indicator: Indicator, measure: Measure) -> bool:
    if not indicator.is_numeric or (indicator.measures and measure.measure not in indicator.measures):
        return False
    ratio = table.ratio(measure.measure)
    if ratio is None or shown(table, indicator, measure) is None:
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


def form_cells(form: Form, period: Period, filler: Filler | None = None) -> Iterator[FormCell]:
    """Every cell of a form with its role, in the order of the form."""
    for table in form.tables:
        for indicator in table.indicators:
            for measure in table.measures:
                point = DataPoint(table.table, indicator.code, measure.measure)
                role = cell_role(table, indicator, measure, period, filler)
                yield FormCell(point, table, indicator, measure, role)
