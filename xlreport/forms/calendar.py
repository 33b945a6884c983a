"""The calendar of a form: the days that a period really covers, and when what is due."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    TypeAdapter,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from xlreport.dates import readings
from xlreport.errors import UsageError
from xlreport.forms.base import Model
from xlreport.periods import Period, parse_period

MOST_DAYS = 366
#: More levels than any organisation has.
_MOST_STEPS = 20
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ONE_DAY = timedelta(days=1)


def _iso_day(value: object) -> date:
    """A day as 2024-03-30; where another spelling has one meaning, the error says which.

    Nothing is left to pydantic: it takes whole numbers, in texts too, for seconds since 1970.
    """
    if isinstance(value, date):
        return value
    text = value if isinstance(value, str) else ""
    meant = readings(text)
    if len(meant) == 1 and _ISO_DAY.fullmatch(text):
        return meant[0]
    if len(meant) == 1:
        suggestion = meant[0].isoformat()
        raise PydanticCustomError("not-a-date-like", "write {suggestion}", {"suggestion": suggestion})
    raise PydanticCustomError("not-a-date", "write a day as 2024-03-30")


Day = Annotated[date, BeforeValidator(_iso_day)]


class PeriodDay(Model):
    """The day that a form sets for one period. `period` is a code; what is no code is found by `check_form`."""

    period: str
    day: date


class Step(Model):
    """How many days after the level beneath a level is due."""

    level: Annotated[str, StringConstraints(strip_whitespace=True)]
    days: int


_DAYS = TypeAdapter(dict[Annotated[str, BeforeValidator(str)], Day])
_STEPS = TypeAdapter(dict[str, Annotated[int, Field(ge=0, le=MOST_DAYS)]])
_LISTED_STEPS = TypeAdapter(list[dict[str, Annotated[int, Field(ge=0, le=MOST_DAYS)]]])


def _period_days(value: object) -> object:
    """From a mapping of periods to days. Their order means nothing: it is that of the periods."""
    if isinstance(value, tuple):
        return value
    days = _DAYS.validate_python(value)
    return tuple(PeriodDay(period=period, day=day) for period, day in sorted(days.items()))


def _steps(value: object) -> object:
    """From a mapping of levels to days, or from a list of such."""
    if isinstance(value, tuple):
        return value
    listed = _LISTED_STEPS.validate_python(value) if isinstance(value, list) else [_STEPS.validate_python(value)]
    return tuple(Step(level=level, days=days) for mapping in listed for level, days in mapping.items())


def _as_mapping(days: tuple[PeriodDay, ...]) -> dict[str, str]:
    return {entry.period: entry.day.isoformat() for entry in days}


def _as_list(steps: tuple[Step, ...]) -> list[dict[str, int]]:
    """A list and no mapping: the order counts, and JSON that is written with sorted keys would lose it."""
    return [{step.level: step.days} for step in steps]


_STEPS_SCHEMA: Mapping[str, object] = {
    "type": "object",
    "additionalProperties": {"type": "integer", "minimum": 0, "maximum": MOST_DAYS},
}

PeriodDays = Annotated[
    tuple[PeriodDay, ...],
    BeforeValidator(_period_days),
    PlainSerializer(_as_mapping),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string", "format": "date"}}),
]
Steps = Annotated[
    tuple[Step, ...],
    Field(max_length=_MOST_STEPS),
    BeforeValidator(_steps),
    PlainSerializer(_as_list),
    WithJsonSchema({"anyOf": [_STEPS_SCHEMA, {"type": "array", "items": _STEPS_SCHEMA}]}),
]


class Cutoff(Model):
    """The last day that a period covers: that of `dates`, else the `day` of its last month, else the month's last."""

    day: int | None = Field(default=None, ge=1, le=31)
    dates: PeriodDays = ()


class Deadline(Model):
    """When units must have reported, and the levels above them after that.

    A period's day of `dates`, else `days_after_period` days after the period's last day (negative: before
    it). `chain` goes from the units upwards; its days add up.
    """

    days_after_period: int | None = Field(default=None, ge=-MOST_DAYS, le=MOST_DAYS)
    dates: PeriodDays = ()
    chain: Steps = ()

    @model_validator(mode="after")
    def _says_when(self) -> Deadline:
        if self.days_after_period is None and not self.dates:
            raise PydanticCustomError("deadline-empty", "a deadline needs days_after_period or dates")
        return self


def last_day(cutoff: Cutoff | None, period: Period) -> date:
    """The last day that a period covers: its cut-off day."""
    named = _named(cutoff.dates, period) if cutoff else None
    return named or _cut(cutoff, period.end)


def first_day(cutoff: Cutoff | None, period: Period) -> date:
    """The first day that a period covers: the day after the cut-off day of what comes before it."""
    return _cut(cutoff, period.start - _ONE_DAY) + _ONE_DAY


def _named(days: tuple[PeriodDay, ...], period: Period) -> date | None:
    return next((entry.day for entry in days if entry.period == period.code), None)


def _cut(cutoff: Cutoff | None, month_end: date) -> date:
    """Where time is cut in place of the end of a month, which may be the end of a period with a day of its own."""
    if cutoff is None:
        return month_end
    named = (entry.day for entry in cutoff.dates if _end(entry.period) == month_end)
    day = month_end.day if cutoff.day is None else min(cutoff.day, month_end.day)
    return next(named, month_end.replace(day=day))


def _end(code: str) -> date | None:
    try:
        return parse_period(code).end
    except UsageError:
        return None


def due(deadline: Deadline | None, cutoff: Cutoff | None, period: Period, level: str | None = None) -> date | None:
    """The last day on which a node of the level is on time; None where the form sets none.

    A level that the chain does not name, or none, is that of the units.
    """
    if deadline is None:
        return None
    day = _named(deadline.dates, period)
    if day is None:
        if deadline.days_after_period is None:
            return None
        day = last_day(cutoff, period) + timedelta(days=deadline.days_after_period)
    return day + timedelta(days=_days_after_units(deadline.chain, level))


def _days_after_units(chain: tuple[Step, ...], level: str | None) -> int:
    levels = [step.level for step in chain]
    return sum(step.days for step in chain[: levels.index(level) + 1]) if level in levels else 0
