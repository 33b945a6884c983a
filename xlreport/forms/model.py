"""The form: a versioned definition of tables, indicators, measures and rules.

One pydantic model for every notation (YAML, a workbook, JSON inside an issued template); its JSON
Schema serves editors. Everything is frozen: a form is a value.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from xlreport.forms import calendar
from xlreport.forms.base import Code, LocalText, MeasureCode, Model, Name, Text
from xlreport.forms.calendar import Cutoff, Deadline
from xlreport.forms.measures import MEASURES, Measure, MeasureRole, MeasureText, Ratio, RatioText, Span
from xlreport.numbers import MAX_DECIMALS
from xlreport.periods import Frequency, Period, parse_period

__all__ = [
    "MEASURES",
    "Absence",
    "Aggregation",
    "Code",
    "Cutoff",
    "Deadline",
    "Form",
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
    "Text",
]


class Kind(StrEnum):
    """What an indicator's cell holds."""

    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"


class Aggregation(StrEnum):
    """How an indicator's figures combine, across units or across time."""

    SUM = "sum"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"
    COUNT = "count"
    FIRST = "first"
    LAST = "last"
    NONE = "none"


class Option(Model):
    """An answer of a choice indicator."""

    option: Name
    name: Text


class Source(StrEnum):
    """Who knows an indicator's figure: the unit that fills the form, or the organisation register."""

    UNIT = "unit"
    REGISTER = "register"


class Indicator(Model):
    """A row of a table."""

    code: Code
    name: Text
    number: str | None = None
    indent: int = Field(default=0, ge=0, le=5)
    kind: Kind = Kind.NUMBER
    unit_measure: Text | None = None
    decimals: int = Field(default=0, ge=0, le=MAX_DECIMALS)
    rounded: bool | None = None
    across_units: Aggregation = Aggregation.SUM
    across_time: Aggregation = Aggregation.SUM
    formula: str | None = None
    source: Source = Source.UNIT
    unit_types: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    achieved: tuple[Name, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    required: bool = True
    measures: tuple[MeasureCode, ...] | None = None
    explanation: Text | None = None

    @property
    def is_rounded(self) -> bool:
        """Whether its figures are rounded quantities, which rules compare with a tolerance."""
        return self.decimals > 0 if self.rounded is None else self.rounded

    @property
    def from_register(self) -> bool:
        """Whether the register answers it: 1 for a unit of one of `unit_types` (of any if none), else 0."""
        return self.source is Source.REGISTER

    def option(self, code: str) -> Option | None:
        """The option of that code."""
        return next((option for option in self.options if option.option == code), None)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Indicator:
        if self.kind is Kind.CHOICE and not self.options:
            raise PydanticCustomError("options-missing", "a choice indicator needs options")
        if self.kind is not Kind.CHOICE and (self.options or self.achieved):
            raise PydanticCustomError("options-misplaced", "only a choice indicator has options")
        if self.kind is not Kind.NUMBER and (self.formula or self.from_register):
            raise PydanticCustomError("not-computable", "only a number can be computed or come from the register")
        if self.formula and self.from_register:
            raise PydanticCustomError("two-sources", "either a formula or the register, not both")
        if self.unit_types and not self.from_register:
            raise PydanticCustomError("unit-types-misplaced", "unit_types goes with source: register")
        if self.across_units in (Aggregation.FIRST, Aggregation.LAST):
            raise PydanticCustomError("periods-not-units", "first and last combine periods, not units")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise PydanticCustomError("minimum-over-maximum", "minimum is greater than maximum")
        return self


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
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = ()

    def indicator(self, code: str) -> Indicator | None:
        """The indicator of that code."""
        return next((indicator for indicator in self.indicators if indicator.code == code), None)

    def measure(self, code: str) -> Measure | None:
        """The measure of that code."""
        return next((measure for measure in self.measures if measure.measure == code), None)

    @property
    def figures(self) -> tuple[Measure, ...]:
        """The measures that hold figures, received or computed from figures of other periods."""
        return tuple(measure for measure in self.measures if measure.role is MeasureRole.FIGURE)

    def ratio(self, measure: str) -> Ratio | None:
        """What a completion, index or growth column divides by what."""
        latest = "cumulative" if self.measure("cumulative") else "actual"
        match measure:
            case "completion":
                return self.completion or Ratio(numerator=latest, denominator="plan")
            case "index":
                return self.index or Ratio(numerator="actual", denominator="same_period")
            case "growth":
                return self.growth or self.index or Ratio(numerator="actual", denominator="same_period")
        return None


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
    valid_from: Annotated[str | None, BeforeValidator(_period_code)] = None
    title: Text
    number: str | None = None
    issued_with: Text | None = None
    frequency: Frequency
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

    def is_for(self, period: Period) -> bool:
        """Whether the form is filled for such a period."""
        return period.frequency is self.frequency

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
