"""Figures that a workbook was issued with, held against what stands in their cells now."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlreport import dates
from xlreport.aggregation import Status, Value, Values, values_from_json
from xlreport.aggregation.to_date import cumulated, cumulated_value, so_far_point
from xlreport.datapoints import DataPoint
from xlreport.findings.wording import Words
from xlreport.forms.expressions import BoundForm
from xlreport.forms.model import Indicator, Kind
from xlreport.grid.cells import Scalar
from xlreport.intake.identify import Identified
from xlreport.intake.remarks import Figure, Remark, as_typed, quoted
from xlreport.language import LANGUAGES, texts
from xlreport.numbers import from_float, round_half_up
from xlreport.rules import Node


@dataclass(frozen=True, slots=True)
class IssuedFigures:
    """What a workbook says it was issued with: figures in locked input cells, and what cumulative ones follow from."""

    bound: BoundForm
    prefilled: Values
    earlier: Values
    cumulated: Mapping[DataPoint, Node]


def issued_figures(identified: Identified) -> IssuedFigures:
    """From the hidden metadata; nothing where that is gone or damaged: the cells are then ordinary inputs."""
    metadata, bound = identified.metadata, identified.issued
    prefilled = values_from_json(metadata.prefilled) if metadata else {}
    earlier = values_from_json(metadata.earlier) if metadata else {}
    return IssuedFigures(bound, prefilled, earlier, cumulated(bound, earlier))


def changed_remarks(issued: Value, figure: Figure, indicator: Indicator) -> tuple[Remark, ...]:
    """XR130 where the cell holds something else by now. What cannot be read has been reported."""
    same = figure.text == issued.text if issued.text is not None else figure.number == issued.number
    if same or (figure.number is None and figure.text is None and figure.remarks):
        return ()
    return (Remark("XR130", {"issued": _shown(issued, indicator), "found": _found(figure)}),)


def _shown(value: Value, indicator: Indicator) -> object:
    if value.text is None:
        return value.number
    option = indicator.option(value.text)
    if option is not None:
        return option.name.in_all()
    if indicator.kind is Kind.DATE:
        try:
            return {language: dates.shown(date.fromisoformat(value.text), language) for language in LANGUAGES}
        except ValueError:
            pass
    return quoted(value.text)


def _found(figure: Figure) -> object:
    if figure.number is not None:
        return figure.number
    return quoted(figure.typed) if figure.typed else _blank()


def _blank() -> Words:
    return {language: texts(language)("template.blank") for language in LANGUAGES}


def cumulated_figure(
    issued: IssuedFigures, indicator: Indicator, point: DataPoint, actual: Value, found: Scalar
) -> Figure:
    """A computed cumulative figure: from the figure that was typed, whatever was put over the formula.

    A program that keeps no values of formulas leaves nothing there; another figure is told.
    """
    values = {point._replace(measure="actual"): actual, so_far_point(point): issued.earlier[so_far_point(point)]}
    value = cumulated_value(issued.bound, indicator, issued.cumulated[point], point, values)
    typed = as_typed(found)
    remarks: tuple[Remark, ...] = ()
    if typed is not None and typed.strip() and _number(found, indicator) != value.number:
        computed = value.number if value.number is not None else _blank()
        remarks = (Remark("XR131", {"computed": computed, "found": quoted(typed.strip())}),)
    # A figure typed where none follows is not used: it is told, and not asked for once more.
    status = Status.UNREADABLE if remarks and value.number is None else value.status
    return Figure(number=value.number, status=status, typed=typed, remarks=remarks)


def _number(found: Scalar, indicator: Indicator) -> Decimal | None:
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        return None
    return round_half_up(from_float(found), indicator.decimals)
