"""A value at a unit or a node: a number, an answer, or a typed absence, and how many units it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from xlreport.datapoints import DataPoint


class Status(StrEnum):
    """Observation status (SDMX): normal, estimated, provisional, does not apply, missing; U is the house's own."""

    NORMAL = "A"
    ESTIMATED = "E"
    PROVISIONAL = "P"
    NOT_APPLICABLE = "M"
    MISSING = "O"
    UNREADABLE = "U"


class Qualifier(StrEnum):
    """How a figure bounds the true one: trên, gần, khoảng, tối thiểu."""

    OVER = "over"
    NEARLY = "nearly"
    ABOUT = "about"
    AT_LEAST = "at-least"


@dataclass(frozen=True, slots=True)
class Value:
    """A value at a unit or a node.

    `counts` are the answers of a choice indicator by option; `units` is the number of units whose
    figures the value holds (1 at a unit, 0 for what a node was given). `undefined` is a ratio without a
    denominator: shown "—".
    A date has its serial number as `number` and its ISO notation as `text`; a plan's attainment has its verdict
    as `text`, or its progress in percent as `number`.
    """

    number: Decimal | None = None
    text: str | None = None
    status: Status = Status.MISSING
    qualifier: Qualifier | None = None
    counts: Mapping[str, int] | None = None
    units: int = 0
    undefined: bool = False


MISSING = Value()


def units_held(parts: Iterable[Value]) -> int:
    """How many units' figures a value holds that is computed from others; those given to a node hold none."""
    return min((part.units for part in parts if part.units), default=0)


#: The values of one unit or node.
Values = Mapping[DataPoint, Value]


def combine_status(statuses: Iterable[Status]) -> Status:
    """The status of a total: an estimate in it makes it an estimate, a provisional figure provisional."""
    found = set(statuses)
    for status in (Status.ESTIMATED, Status.PROVISIONAL, Status.NORMAL, Status.NOT_APPLICABLE):
        if status in found:
            return status
    return Status.MISSING


_LOWER = {Qualifier.OVER, Qualifier.AT_LEAST}


def combine_qualifier(qualifiers: Iterable[Qualifier | None]) -> Qualifier | None:
    """The qualifier of a sum: one kind stays what it is, lower bounds add up to one, a mixture is "about"."""
    found = {qualifier for qualifier in qualifiers if qualifier is not None}
    if len(found) <= 1:
        return next(iter(found), None)
    if found <= _LOWER:
        # An exact figure or "at least" added to "over" is still over the sum of the bounds.
        return Qualifier.OVER
    return Qualifier.ABOUT
