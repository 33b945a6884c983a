"""A value at a unit or a node: a number, an answer, or a typed absence, and how many units it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from xlreport.datapoints import DataPoint, parse_point
from xlreport.numbers import plain

#: Figures have 15 digits; those beyond this power of ten would only take long to write down.
_FARTHEST = 60


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


def values_to_json(values: Values) -> dict[str, dict[str, object]]:
    """Numbers, texts and counts of values, by data point, for a workbook to carry along."""
    return {
        str(point): {
            "number": None if value.number is None else plain(value.number),
            "text": value.text,
            "counts": None if value.counts is None else dict(value.counts),
        }
        for point, value in values.items()
    }


def values_from_json(content: Mapping[str, object]) -> dict[DataPoint, Value]:
    """The values that a workbook brought along; what somebody damaged is left out."""
    read: dict[DataPoint, Value] = {}
    for name, parts in content.items():
        point = parse_point(name)
        if point is None or not isinstance(parts, Mapping):
            continue
        number, text, counts = parts.get("number"), parts.get("text"), parts.get("counts")
        with suppress(InvalidOperation, TypeError, ValueError):
            read[point] = Value(
                number=None if number is None else _number(str(number)),
                text=None if text is None else str(text),
                counts={str(option): int(count) for option, count in counts.items()} if counts else None,
                status=Status.NORMAL,
                units=1,
            )
    return read


def _number(text: str) -> Decimal:
    """Raises ValueError or InvalidOperation for what no cell holds."""
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > _FARTHEST:
        raise ValueError(text)
    return number


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
