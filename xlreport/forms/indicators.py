"""The indicator: a row of a table, what its cells hold, and how its figures combine."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from xlreport.forms.base import Code, MeasureCode, Model, Name, Number, Text
from xlreport.forms.targets import Direction, Target
from xlreport.numbers import MAX_DECIMALS

#: A code of the version before: "05", or "sxkd/05" where it stood in another table.
REPLACED_PATTERN = r"^([a-z][a-z0-9_-]{0,19}/)?[0-9A-Za-z][0-9A-Za-z_-]{0,15}$"


class Kind(StrEnum):
    """What an indicator's cell holds."""

    NUMBER = "number"
    RANK = "rank"
    CHOICE = "choice"
    YES_NO = "yes-no"
    DATE = "date"
    DOCUMENT = "document"
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


#: What a form need not say of an indicator of these kinds.
_LATEST: Mapping[str, Any] = {"across_units": "none", "across_time": "last"}
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    Kind.CHOICE: {"across_time": "last"},
    Kind.RANK: {**_LATEST, "minimum": "1"},
    Kind.DATE: _LATEST,
    Kind.DOCUMENT: _LATEST,
    Kind.TEXT: _LATEST,
    Kind.YES_NO: {
        "options": (
            {"option": "yes", "name": {"vi": "Có", "en": "Yes"}},
            {"option": "no", "name": {"vi": "Không", "en": "No"}},
        ),
        "achieved": ("yes",),
        "across_time": "last",
    },
}
#: How the figures of each kind can combine across units.
_ACROSS_UNITS: Mapping[Kind, frozenset[Aggregation]] = {
    Kind.RANK: frozenset({Aggregation.MIN, Aggregation.MAX, Aggregation.COUNT, Aggregation.NONE}),
    Kind.DATE: frozenset({Aggregation.MIN, Aggregation.MAX, Aggregation.COUNT, Aggregation.NONE}),
    Kind.DOCUMENT: frozenset({Aggregation.COUNT, Aggregation.NONE}),
    Kind.TEXT: frozenset({Aggregation.COUNT, Aggregation.NONE}),
}

_LATEST_ONLY = frozenset({Aggregation.FIRST, Aggregation.LAST, Aggregation.NONE})
_EXTREMES = _LATEST_ONLY | {Aggregation.MIN, Aggregation.MAX}
#: How the figures of each kind can combine across periods.
_ACROSS_TIME: Mapping[Kind, frozenset[Aggregation]] = {
    Kind.RANK: _EXTREMES,
    Kind.DATE: _EXTREMES,
    Kind.DOCUMENT: _LATEST_ONLY,
    Kind.TEXT: _LATEST_ONLY,
    Kind.CHOICE: _LATEST_ONLY,
    Kind.YES_NO: _LATEST_ONLY,
}


def kind_defaults(kind: str) -> Mapping[str, Any]:
    """What a definition need not say of an indicator of that kind, as JSON values."""
    return _DEFAULTS.get(kind, {})


class Indicator(Model):
    """A row of a table."""

    code: Code
    name: Text
    number: str | None = Field(default=None, max_length=20)
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
    filled_by: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    achieved: tuple[Name, ...] = ()
    minimum: Number | None = None
    maximum: Number | None = None
    target: Target | None = None
    growth: Literal["percent", "points"] | None = None
    required: bool = True
    measures: tuple[MeasureCode, ...] | None = None
    replaces: str | None = Field(default=None, pattern=REPLACED_PATTERN)
    explanation: Text | None = None

    @property
    def is_rounded(self) -> bool:
        """Whether its figures are rounded quantities, which rules compare with a tolerance."""
        return self.decimals > 0 if self.rounded is None else self.rounded

    @property
    def from_register(self) -> bool:
        """Whether the register answers it: 1 for a unit of one of `unit_types` (of any if none), else 0."""
        return self.source is Source.REGISTER

    @property
    def is_numeric(self) -> bool:
        """Whether its cells hold figures that can be compared and planned: numbers and ranks."""
        return self.kind in (Kind.NUMBER, Kind.RANK)

    @property
    def is_choice(self) -> bool:
        """Whether its cells hold one of a list of answers."""
        return self.kind in (Kind.CHOICE, Kind.YES_NO)

    @property
    def is_wording(self) -> bool:
        """Whether its cells hold words of the clerk's own."""
        return self.kind in (Kind.TEXT, Kind.DOCUMENT)

    @property
    def is_received(self) -> bool:
        """Whether units type it, rather than a formula or the register giving it."""
        return self.formula is None and not self.from_register

    @property
    def direction(self) -> Direction:
        """Which way is better: lower for ranks and reductions, unless the form says otherwise."""
        if self.target is not None and self.target.direction is not None:
            return self.target.direction
        is_reduction = self.target is not None and self.target.reduction is not None
        return Direction.LOWER if is_reduction or self.kind is Kind.RANK else Direction.HIGHER

    @property
    def has_range(self) -> bool:
        """Whether its plan is a range, held in two cells."""
        return self.target is not None and self.target.is_range

    def option(self, code: str) -> Option | None:
        """The option of that code."""
        return next((option for option in self.options if option.option == code), None)

    @model_validator(mode="before")
    @classmethod
    def _with_defaults_of_its_kind(cls, data: Any) -> Any:
        kind = data.get("kind") if isinstance(data, Mapping) else None
        if not isinstance(kind, str) or kind not in _DEFAULTS:
            return data
        return {**_DEFAULTS[kind], **{name: value for name, value in data.items() if value is not None}}

    @model_serializer(mode="wrap")
    def _unlike_its_kind(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What is left out as a field's default would be read as the default of its kind."""
        content: dict[str, Any] = handler(self)
        if self.kind is Kind.YES_NO and not self.achieved:
            content["achieved"] = []
        return content

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Indicator:
        for key, text in self._misfits():
            raise PydanticCustomError(key, text)
        return self

    def _misfits(self) -> list[tuple[Any, Any]]:
        """What contradicts itself, as keys of texts and plain words."""
        is_number = self.kind is Kind.NUMBER
        is_reversed = self.minimum is not None and self.maximum is not None and self.minimum > self.maximum
        conditions = (
            (self.kind is Kind.CHOICE and not self.options, "options-missing", "a choice indicator needs options"),
            (self.kind is Kind.YES_NO and {one.option for one in self.options} != {"yes", "no"},
             "yes-no-options", "the options of a yes/no indicator are yes and no"),
            (not self.is_choice and (self.options or self.achieved),
             "options-misplaced", "only a choice indicator has options"),
            (not is_number and (self.formula or self.from_register),
             "not-computable", "only a number can be computed or come from the register"),
            (self.formula and self.from_register, "two-sources", "either a formula or the register, not both"),
            (self.unit_types and not self.from_register,
             "unit-types-misplaced", "unit_types goes with source: register"),
            (self.across_units in (Aggregation.FIRST, Aggregation.LAST),
             "periods-not-units", "first and last combine periods, not units"),
            (self.across_units not in _ACROSS_UNITS.get(self.kind, frozenset(Aggregation)),
             "cannot-combine", "figures of this kind cannot be combined so"),
            (self.across_time not in _ACROSS_TIME.get(self.kind, frozenset(Aggregation)),
             "cannot-combine", "figures of this kind cannot be combined so"),
            (is_reversed, "minimum-over-maximum", "minimum is greater than maximum"),
            (self.kind is Kind.RANK and self.decimals > 0, "rank-decimals", "ranks are whole numbers"),
            (self.target is not None and not self.is_numeric, "target-misplaced", "only numbers have targets"),
            (self.growth is not None and not is_number, "growth-misplaced", "only a number has a kind of growth"),
            (self.filled_by and not self.is_received, "filled-by-misplaced", "nobody fills what is computed"),
        )  # fmt: skip
        return [(key, text) for wrong, key, text in conditions if wrong]
