"""The measures: the columns of a table, the time they cover, and ratios of two of them."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from xlreport.forms.base import MeasureCode, Model, Text
from xlreport.periods import Period


class MeasureRole(StrEnum):
    """What kind of column a measure is."""

    FIGURE = "figure"
    RATIO = "ratio"
    QUALIFIER = "qualifier"
    NOTE = "note"


class Span(StrEnum):
    """The time a measure's figures cover; binds `months` in formulas."""

    PERIOD = "period"
    TO_DATE = "to-date"
    YEAR = "year"


#: The standard measures. Labels are in the language files under `[measure]`.
MEASURES: dict[str, tuple[MeasureRole, Span]] = {
    "plan": (MeasureRole.FIGURE, Span.YEAR),
    "actual": (MeasureRole.FIGURE, Span.PERIOD),
    "cumulative": (MeasureRole.FIGURE, Span.TO_DATE),
    "same_period": (MeasureRole.FIGURE, Span.PERIOD),
    "previous_final": (MeasureRole.FIGURE, Span.PERIOD),
    "completion": (MeasureRole.RATIO, Span.PERIOD),
    "index": (MeasureRole.RATIO, Span.PERIOD),
    "growth": (MeasureRole.RATIO, Span.PERIOD),
    "qualifier": (MeasureRole.QUALIFIER, Span.PERIOD),
    "note": (MeasureRole.NOTE, Span.PERIOD),
}


class Measure(Model):
    """A column of a table: one of the standard measures, or a figure of the form's own."""

    measure: MeasureCode
    name: Text | None = None
    span: Span | None = None
    required: bool | None = None

    @property
    def role(self) -> MeasureRole:
        """What kind of column it is; measures of the form's own are figures."""
        return MEASURES.get(self.measure, (MeasureRole.FIGURE, Span.PERIOD))[0]

    @property
    def covers(self) -> Span:
        """The time its figures cover."""
        return self.span or MEASURES.get(self.measure, (MeasureRole.FIGURE, Span.PERIOD))[1]

    @property
    def is_required(self) -> bool:
        """Whether a blank keeps a submission back; by default only for the figures of the period."""
        return self.measure == "actual" if self.required is None else self.required

    def months(self, period: Period) -> int:
        """Months that its figures cover."""
        match self.covers:
            case Span.PERIOD:
                return period.months
            case Span.TO_DATE:
                return period.months_to_date
            case Span.YEAR:
                return max(12, period.months)


def _measure(value: object) -> object:
    return {"measure": value} if isinstance(value, str) else value


MeasureText = Annotated[Measure, BeforeValidator(_measure)]


class Ratio(Model):
    """A ratio of two measures of the same row, such as cumulative / plan."""

    numerator: MeasureCode
    denominator: MeasureCode


_RATIO = re.compile(r"\s*([a-z][a-z0-9_]*)\s*/\s*([a-z][a-z0-9_]*)\s*")


def _ratio(value: object) -> object:
    if isinstance(value, str):
        match = _RATIO.fullmatch(value)
        if match is None:
            raise PydanticCustomError("not-a-ratio", "write it as two measures: cumulative / plan")
        return {"numerator": match[1], "denominator": match[2]}
    return value


RatioText = Annotated[Ratio, BeforeValidator(_ratio)]
