"""The measures: the columns of a table, the time they cover, and what is computed from two of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from xlreport.forms.base import MeasureCode, Model, Text
from xlreport.periods import Period


class MeasureRole(StrEnum):
    """What kind of column a measure is."""

    FIGURE = "figure"
    RATIO = "ratio"
    ATTAINMENT = "attainment"
    QUALIFIER = "qualifier"
    STATUS = "status"
    NOTE = "note"


class Span(StrEnum):
    """The time a measure's figures cover; binds `months` in formulas."""

    PERIOD = "period"
    TO_DATE = "to-date"
    YEAR = "year"


class Comparison(StrEnum):
    """What a computed column says of two figures of its row."""

    COMPLETION = "completion"
    INDEX = "index"
    GROWTH = "growth"
    CHANGE = "change"
    ATTAINMENT = "attainment"


class Standard(NamedTuple):
    """What is known of a measure by its code alone."""

    role: MeasureRole
    span: Span = Span.PERIOD
    comparison: Comparison | None = None


_FIGURE, _RATIO = MeasureRole.FIGURE, MeasureRole.RATIO

#: The standard measures. Labels are in the language files under `[measure]`.
MEASURES: Mapping[str, Standard] = {
    "plan": Standard(_FIGURE, Span.YEAR),
    "plan_to": Standard(_FIGURE, Span.YEAR),
    "own_plan": Standard(_FIGURE, Span.YEAR),
    "own_plan_to": Standard(_FIGURE, Span.YEAR),
    "base": Standard(_FIGURE, Span.YEAR),
    "actual": Standard(_FIGURE),
    "cumulative": Standard(_FIGURE, Span.TO_DATE),
    "same_period": Standard(_FIGURE),
    "previous_final": Standard(_FIGURE),
    "completion": Standard(_RATIO, comparison=Comparison.COMPLETION),
    "index": Standard(_RATIO, comparison=Comparison.INDEX),
    "growth": Standard(_RATIO, comparison=Comparison.GROWTH),
    "change": Standard(_RATIO, comparison=Comparison.CHANGE),
    "attainment": Standard(MeasureRole.ATTAINMENT, comparison=Comparison.ATTAINMENT),
    "qualifier": Standard(MeasureRole.QUALIFIER),
    "status": Standard(MeasureRole.STATUS),
    "note": Standard(MeasureRole.NOTE),
}
_OWN = Standard(_FIGURE)
#: A plan from-to stands in two columns: the lower bound under its own code, the upper one under this.
UPPER = "_to"


class Ratio(Model):
    """Two measures of the same row, such as cumulative / plan."""

    numerator: MeasureCode
    denominator: MeasureCode


_RATIO_TEXT = re.compile(r"\s*([a-z][a-z0-9_]*)\s*/\s*([a-z][a-z0-9_]*)\s*")


def _ratio(value: object) -> object:
    if isinstance(value, str):
        match = _RATIO_TEXT.fullmatch(value)
        if match is None:
            raise PydanticCustomError("not-a-ratio", "write it as two measures: cumulative / plan")
        return {"numerator": match[1], "denominator": match[2]}
    return value


RatioText = Annotated[Ratio, BeforeValidator(_ratio, json_schema_input_type=str | Ratio)]


class Measure(Model):
    """A column of a table: a standard measure, a figure of the form's own, or a comparison of the form's own.

    `assigned` figures are given to each node from above and are never added up.
    """

    measure: MeasureCode
    name: Text | None = None
    span: Span | None = None
    required: bool | None = None
    assigned: bool = False
    computes: Comparison | None = None
    terms: RatioText | None = Field(default=None, alias="of")

    @property
    def standard(self) -> Standard:
        """What its code says of it; measures of the form's own are figures."""
        return MEASURES.get(self.measure, _OWN)

    @property
    def comparison(self) -> Comparison | None:
        """What it says of two other measures; None for figures and texts."""
        return self.computes or self.standard.comparison

    @property
    def role(self) -> MeasureRole:
        """What kind of column it is."""
        if self.computes is None:
            return self.standard.role
        return MeasureRole.ATTAINMENT if self.computes is Comparison.ATTAINMENT else MeasureRole.RATIO

    @property
    def covers(self) -> Span:
        """The time its figures cover."""
        return self.span or self.standard.span

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

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Measure:
        if self.computes is not None and self.measure in MEASURES:
            raise PydanticCustomError("standard-measure", "a standard measure computes what it always does")
        if self.terms is not None and self.comparison is None:
            raise PydanticCustomError("terms-misplaced", "only a computed column has terms")
        if self.computes is not None and self.terms is None:
            raise PydanticCustomError("terms-missing", "a computed column of the form's own needs its two terms")
        if self.assigned and self.role is not MeasureRole.FIGURE:
            raise PydanticCustomError("assigned-misplaced", "only figures are assigned")
        return self


def _measure(value: object) -> object:
    return {"measure": value} if isinstance(value, str) else value


MeasureText = Annotated[Measure, BeforeValidator(_measure, json_schema_input_type=str | Measure)]
