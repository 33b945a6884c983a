"""The form: a versioned definition of tables, indicators, measures and rules.

One pydantic model for every notation (YAML, a workbook, JSON inside an issued template); its JSON
Schema serves editors. Everything is frozen: a form is a value.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from xlreport.forms import calendar
from xlreport.forms.base import Code, LocalText, MeasureCode, Model, Name, Text
from xlreport.forms.calendar import Cutoff, Deadline
from xlreport.forms.indicators import Aggregation, Indicator, Kind, Option, Source
from xlreport.forms.measures import (
    MEASURES,
    Comparison,
    Measure,
    MeasureRole,
    MeasureText,
    Ratio,
    RatioText,
    Span,
)
from xlreport.forms.targets import Direction, Goal, Target
from xlreport.periods import Frequency, Period, parse_period

__all__ = [
    "MEASURES",
    "Absence",
    "Aggregation",
    "Code",
    "Comparison",
    "Cutoff",
    "Deadline",
    "Direction",
    "Form",
    "Goal",
    "Indicator",
    "Kind",
    "LocalText",
    "Measure",
    "MeasureCode",
    "MeasureRole",
    "Model",
    "Name",
    "Option",
    "Ratio",
    "RatioText",
    "Rule",
    "Signature",
    "Source",
    "Span",
    "Table",
    "Target",
    "Text",
]


class Rule(Model):
    """A condition that every submission and every node must meet."""

    code: Code
    assert_: str = Field(alias="assert", min_length=1)
    severity: Literal["error", "warning", "info"] = "error"
    measures: tuple[MeasureCode, ...] = ("actual",)
    message: Text | None = None


class Table(Model):
    """One worksheet of a form."""

    table: Name
    title: Text
    number: str | None = None
    unit_measure: Text | None = None
    measures: tuple[MeasureText, ...] = Field(min_length=1)
    completion: RatioText | None = None
    index: RatioText | None = None
    growth: RatioText | None = None
    change: RatioText | None = None
    attainment: RatioText | None = None
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = ()

    def indicator(self, code: str) -> Indicator | None:
        """The indicator of that code."""
        return next((indicator for indicator in self.indicators if indicator.code == code), None)

    def measure(self, code: str) -> Measure | None:
        """The measure of that code."""
        return next((measure for measure in self.measures if measure.measure == code), None)

    def unit_of(self, indicator: Indicator) -> LocalText | None:
        """The unit of measure of a row: its own, else that of the table, which only numbers take over."""
        return indicator.unit_measure or (self.unit_measure if indicator.kind is Kind.NUMBER else None)

    @property
    def figures(self) -> tuple[Measure, ...]:
        """The measures that hold figures, received or computed from figures of other periods."""
        return tuple(measure for measure in self.measures if measure.role is MeasureRole.FIGURE)

    def ratio(self, measure: str) -> Ratio | None:
        """The two measures that a computed column compares; None for every other column."""
        column = self.measure(measure)
        if column is None or column.comparison is None:
            return None
        return column.terms or self.standard_ratio(column.comparison)

    def standard_ratio(self, comparison: Comparison) -> Ratio:
        """What the table's columns of a kind compare where they do not say so themselves."""
        latest = "cumulative" if self.measure("cumulative") else "actual"
        match comparison:
            case Comparison.COMPLETION:
                return self.completion or Ratio(numerator=latest, denominator="plan")
            case Comparison.ATTAINMENT:
                return self.attainment or self.standard_ratio(Comparison.COMPLETION)
            case Comparison.INDEX:
                return self.index or Ratio(numerator="actual", denominator="same_period")
            case Comparison.GROWTH:
                return self.growth or self.standard_ratio(Comparison.INDEX)
            case Comparison.CHANGE:
                return self.change or self.standard_ratio(Comparison.GROWTH)


class Absence(Model):
    """What may be typed in place of a figure. One meaning in validation, live check and reader."""

    nil: tuple[str, ...] = ("-", "không", "không phát sinh")
    not_applicable: tuple[str, ...] = ("x",)

    @property
    def tokens(self) -> tuple[str, ...]:
        """Every token."""
        return self.nil + self.not_applicable


class Signature(Model):
    """The lines above the right-hand signature, for nodes of these levels or unit types (all if none are named)."""

    levels: tuple[str, ...] = ()
    unit_types: tuple[str, ...] = ()
    lines: tuple[Text, ...] = Field(min_length=1)

    def is_for(self, level: str | None, unit_type: str | None) -> bool:
        """Whether a node of that level and unit type signs so."""
        return not (self.levels or self.unit_types) or level in self.levels or unit_type in self.unit_types


def _period_code(value: object) -> object:
    return str(value) if isinstance(value, int) else value


class Form(Model):
    """A form: what is asked, of whom, how often, and how it adds up."""

    form: Name
    version: int = Field(default=1, ge=1, le=9999)
    valid_from: Annotated[str | None, BeforeValidator(_period_code, json_schema_input_type=str | int | None)] = None
    title: Text
    number: str | None = None
    issued_with: Text | None = None
    frequency: Frequency
    also_for: tuple[Frequency, ...] = ()
    filled_by: tuple[str, ...] = Field(min_length=1)
    cutoff: Cutoff | None = None
    deadline: Deadline | None = None
    percent_decimals: int = Field(default=1, ge=0, le=4)
    absence: Absence = Absence()
    signatures: tuple[Signature, ...] = ()
    tables: tuple[Table, ...] = Field(min_length=1, max_length=60)

    def table(self, code: str) -> Table | None:
        """The table of that code."""
        return next((table for table in self.tables if table.table == code), None)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the definition's content; equal for every notation of the same form."""
        content = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The definition as JSON values, without what was left at its default."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    @property
    def frequencies(self) -> tuple[Frequency, ...]:
        """The kinds of period it is filled for: its own, and those that gather it up (6 months hold 2 quarters)."""
        return (self.frequency, *self.also_for)

    def is_for(self, period: Period) -> bool:
        """Whether the form is filled for such a period."""
        return period.frequency in self.frequencies

    def is_valid_in(self, period: Period) -> bool:
        """Whether this version applies to the period."""
        return self.valid_from is None or parse_period(self.valid_from).start <= period.start

    def first_day(self, period: Period) -> date:
        """The first day that a period of the form covers."""
        return calendar.first_day(self.cutoff, period)

    def last_day(self, period: Period) -> date:
        """The last day that a period of the form covers: who belonged where on that day counts."""
        return calendar.last_day(self.cutoff, period)

    def due(self, period: Period, level: str | None = None) -> date | None:
        """The last day on which nodes of a level (the units if None) are on time; None where the form sets none."""
        return calendar.due(self.deadline, self.cutoff, period, level)
