"""What the ledger knows of the cells of a workbook that is to be issued: plans, the same period of last year and so on.

A figure is put into a cell only where it would be accepted there: nobody could correct it in a locked cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from xlreport.aggregation import MISSING, Status, Value, Values
from xlreport.aggregation.nodes import received_values
from xlreport.aggregation.to_date import can_be_cumulated, so_far, so_far_point
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, bind, figure_decimals
from xlreport.forms.model import Aggregation, Form, Indicator, Kind, MeasureRole, Span
from xlreport.forms.roles import CellRole, FormCell
from xlreport.layout.roll import RollKind, plan_period
from xlreport.ledger import Transaction
from xlreport.numbers import round_half_up
from xlreport.organisation.model import Register
from xlreport.organisation.tree import Tree
from xlreport.periods import Frequency, Period, parse_period, parts, previous_period, same_period_last_year, tiling
from xlreport.usecases.given import given_facts
from xlreport.usecases.history import figures_of, past_values

#: Values of units and nodes, looked up when the first cell asks for them.
_Known = Mapping[str, Values]
_Parts = Sequence[tuple[Period, _Known]]


@dataclass(frozen=True, slots=True)
class Prefill:
    """What the ledger holds for the workbooks of a form in a period, by unit."""

    period: Period
    plans: _Known
    same_period: _Known
    previous: _Known
    #: By the year that a reduction starts from.
    base_years: Mapping[int, _Known]
    #: The periods that the year had before this one; none where they are not all held.
    earlier_parts: _Parts

    def cells(self, unit: str, bound: BoundForm) -> dict[DataPoint, Value]:
        """The figures that go into the unit's input cells."""
        found: dict[DataPoint, Value] = {}
        for cell in bound.cells if self._holds_anything_of(unit) else ():
            value = usable(self._known(unit, cell), cell)
            if value is not None:
                found[cell.point] = value
        return found

    def _holds_anything_of(self, unit: str) -> bool:
        return any(unit in known for known in (self.plans, self.same_period, self.previous, *self.base_years.values()))

    def _known(self, unit: str, cell: FormCell) -> Value:
        planned = self.plans.get(unit, {}).get(cell.point, MISSING)
        if planned.status is not Status.MISSING:
            return planned
        actual = cell.point._replace(measure="actual")
        match cell.measure.measure:
            case "same_period":
                values = self.same_period.get(unit, {})
                if cell.measure.covers is Span.TO_DATE and not self._is_cumulated_at_once(cell):
                    return values.get(cell.point._replace(measure="cumulative"), MISSING)
                return values.get(actual, MISSING)
            case "previous_final":
                official = self.previous.get(unit, {}).get(actual, MISSING)
                # An estimate is what this cell exists to replace.
                return official if official.status is Status.NORMAL else MISSING
            case "base":
                year = cell.indicator.target.base_year if cell.indicator.target else None
                return self.base_years.get(year or 0, {}).get(unit, {}).get(actual, MISSING)
        return MISSING

    def _is_cumulated_at_once(self, cell: FormCell) -> bool:
        """Whether the figure of the period is that of the year as well."""
        return self.period.is_first_of_year or cell.indicator.across_time is Aggregation.LAST

    def so_far(self, unit: str, bound: BoundForm) -> dict[DataPoint, Value]:
        """The part of cumulative figures before this period, where all earlier periods of the year are known."""
        found: dict[DataPoint, Value] = {}
        for cell in can_be_cumulated(bound) if self.earlier_parts else ():
            number = _sum_so_far(cell, [(period, known.get(unit, {})) for period, known in self.earlier_parts])
            if number is not None:
                found[so_far_point(cell.point)] = Value(number=number, status=Status.NORMAL, units=1)
        return found


def _sum_so_far(cell: FormCell, parts: Sequence[tuple[Period, Values]]) -> Decimal | None:
    """From the periods themselves, as they are known by now; else from what was cumulative in the last of them."""
    actual = cell.point._replace(measure="actual")
    values = [(period, known.get(actual, MISSING)) for period, known in parts]
    if cell.indicator.across_time is Aggregation.SUM:
        # A period to which the figure does not apply adds nothing to the year.
        values = [(period, value) for period, value in values if value.status is not Status.NOT_APPLICABLE]
    numbers = [(period, value.number) for period, value in values if value.number is not None]
    if numbers and len(numbers) == len(values):
        return so_far(cell.indicator, numbers)
    last, known = parts[-1]
    cumulative = known.get(cell.point, MISSING).number
    if cumulative is None:
        return None
    is_average = cell.indicator.across_time is Aggregation.AVERAGE
    return cumulative * last.months_to_date if is_average else cumulative


def usable(value: Value, cell: FormCell) -> Value | None:
    """The value as it can stand in the cell, which takes no other than an accepted one."""
    indicator = cell.indicator
    if cell.role is not CellRole.INPUT or cell.measure.role is not MeasureRole.FIGURE:
        return None
    if value.text is not None:
        return value if _is_answer(value.text, indicator) else None
    if value.number is None or not indicator.is_numeric:
        return None
    number = round_half_up(value.number, figure_decimals(indicator, cell.measure.measure))
    low, high = indicator.minimum, indicator.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        return None
    return Value(number=number, status=Status.NORMAL, units=1)


def _is_answer(text: str, indicator: Indicator) -> bool:
    if indicator.is_choice:
        return indicator.option(text) is not None
    if indicator.kind is Kind.DATE:
        try:
            return bool(date.fromisoformat(text))
        except ValueError:
            return False
    return indicator.is_wording


def known_figures(
    record: Transaction, versions: Sequence[Form], form: Form, period: Period, register: Register, tree: Tree
) -> Prefill:
    """Everything that workbooks of the form in the period can be prefilled with; only what its columns ask for."""
    measures = {measure.measure for table in form.tables for measure in table.measures}

    def at(when: Period) -> _Known:
        return past_values(record, versions, form, when, register, tree)

    bound = bind(form, plan_period(form, period))
    plans = given_facts(record, RollKind.PLAN, versions, form, bound.period)
    return Prefill(
        period=period,
        plans=received_values(bound, figures_of(plans)),
        same_period=at(same_period_last_year(period)) if "same_period" in measures else {},
        previous=at(previous_period(period)) if "previous_final" in measures else {},
        base_years=_base_years(form, at),
        earlier_parts=_earlier_parts(record, form, period, at) if "cumulative" in measures else (),
    )


def _base_years(form: Form, at: Callable[[Period], _Known]) -> dict[int, _Known]:
    """What was achieved in the years that reductions start from, as far as the form can be added up to a year."""
    targets = (indicator.target for table in form.tables for indicator in table.indicators)
    years = sorted({target.base_year for target in targets if target is not None and target.base_year is not None})
    can = {year: Period(Frequency.YEAR, year) for year in years}
    return {year: at(period) for year, period in can.items() if form.is_for(period) or parts(period, form.frequency)}


def _earlier_parts(record: Transaction, form: Form, period: Period, at: Callable[[Period], _Known]) -> _Parts:
    if period.is_first_of_year:
        return ()
    stretch = (date(period.year, 1, 1), period.start - timedelta(days=1))
    held = [parse_period(code) for code in record.periods(form.form)]
    found = tiling(stretch, held) or parts(stretch, form.frequency) or ()
    return [(part, at(part)) for part in found]
