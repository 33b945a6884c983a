"""What the form itself says of a plan: a number or a range, by year, or a reduction against a base year."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from xlreport.forms.base import Model, Number, canonical
from xlreport.forms.measures import Span
from xlreport.periods import Period


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"


class Goal(Model):
    """A number to attain, or a range from `low` to `high`."""

    low: Number
    high: Number | None = None

    @model_validator(mode="after")
    def _is_in_order(self) -> Goal:
        if self.high is not None and self.high < self.low:
            raise PydanticCustomError("goal-reversed", "a range goes from the lower to the higher number")
        return self


_GOAL = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(?:\.\.|–|—)\s*(-?\d+(?:\.\d+)?)\s*")


def _goal(value: object) -> object:
    if isinstance(value, str) and (match := _GOAL.fullmatch(value)):
        return {"low": match[1], "high": match[2]}
    if isinstance(value, str | int | Decimal):
        return {"low": value}
    if isinstance(value, Sequence) and len(value) == 2:
        return {"low": value[0], "high": value[1]}
    return value


def _goal_text(goal: Goal) -> str:
    return canonical(goal.low) if goal.high is None else f"{canonical(goal.low)}..{canonical(goal.high)}"


GoalText = Annotated[
    Goal,
    BeforeValidator(_goal, json_schema_input_type=str | int | float | Goal),
    PlainSerializer(_goal_text, return_type=str, when_used="json"),
]


class YearGoal(Model):
    """The goal of one year of a series."""

    year: int = Field(ge=1900, le=2200)
    goal: GoalText


def _by_year(value: object) -> object:
    if isinstance(value, Mapping):
        return [{"year": year, "goal": goal} for year, goal in value.items()]
    return value


def _in_order(goals: tuple[YearGoal, ...]) -> tuple[YearGoal, ...]:
    """By year, in whatever order they were written: the same series is the same value."""
    return tuple(sorted(goals, key=lambda one: one.year))


def _as_mapping(goals: tuple[YearGoal, ...]) -> dict[str, str]:
    return {str(one.year): _goal_text(one.goal) for one in goals}


YearGoals = Annotated[
    tuple[YearGoal, ...],
    BeforeValidator(_by_year, json_schema_input_type=dict[str, str | int | float] | list[YearGoal]),
    AfterValidator(_in_order),
    PlainSerializer(_as_mapping, return_type=dict[str, str], when_used="json"),
]


class Target(Model):
    """How the plan of an indicator is set, and when it is due.

    Without `value`, `by_year` and `reduction` the plan is typed or assigned. `levels` limits what the form sets
    to nodes of these levels. `reduction` is in percent of the figure of `base_year` (the measure `base`).
    """

    direction: Direction | None = None
    range: bool = False
    value: GoalText | None = None
    by_year: YearGoals = ()
    reduction: Annotated[Number, Field(gt=0, le=100, max_digits=8, decimal_places=4)] | None = None
    base_year: int | None = Field(default=None, ge=1900, le=2200)
    horizon: int | None = Field(default=None, ge=1900, le=2200)
    levels: tuple[str, ...] = ()

    @property
    def is_range(self) -> bool:
        """Whether the plan is held in two cells, from and to."""
        goals = [one.goal for one in self.by_year] + ([self.value] if self.value else [])
        return self.range or any(goal.high is not None for goal in goals)

    @property
    def is_set(self) -> bool:
        """Whether the form itself gives the plan."""
        return self.value is not None or bool(self.by_year)

    def is_for(self, level: str | None) -> bool:
        """Whether what the form sets holds for nodes of a level."""
        return self.is_set and (not self.levels or level in self.levels)

    def goals(self, period: Period) -> tuple[tuple[int, Goal], ...]:
        """The goals that the form sets for the years of a period, in their order; none for a year without a goal."""
        if self.value is not None:
            return ((period.end.year, self.value),)
        series = sorted(self.by_year, key=lambda one: one.year)
        return tuple((one.year, one.goal) for one in series if period.start.year <= one.year <= period.end.year)

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Target:
        if sum((self.value is not None, bool(self.by_year), self.reduction is not None)) > 1:
            raise PydanticCustomError("target-kinds", "one of value, by_year and reduction")
        if (self.reduction is None) is not (self.base_year is None):
            raise PydanticCustomError("base-year", "reduction and base_year go together")
        if self.horizon is not None and self.base_year is not None and self.horizon <= self.base_year:
            raise PydanticCustomError("horizon-before-base", "the horizon comes after the base year")
        if self.levels and not self.is_set:
            raise PydanticCustomError("target-levels", "levels goes with value or by_year")
        if len({one.year for one in self.by_year}) < len(self.by_year):
            raise PydanticCustomError("goal-twice", "a year occurs twice")
        return self


def is_due(target: Target | None, plan_span: Span, period: Period) -> bool:
    """Whether it is time to say if a plan was attained; before that there is only progress.

    A plan of the year is due when the year ends, one with a horizon when that year ends.
    """
    if target is not None and target.horizon is not None:
        return (period.end.year, period.end.month) >= (target.horizon, 12)
    return plan_span is not Span.YEAR or period.end.month == 12
