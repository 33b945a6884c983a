"""What a cell says: a figure, an answer, a typed absence, or something that cannot be read.

Each figure becomes exact once, here: `Decimal` from 15 significant digits, rounded half up to the
decimals of its indicator, with the original quoted in a note. Reading never guesses: text with two
possible readings is an error that shows both.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from xlreport.aggregation import Status
from xlreport.findings import Severity
from xlreport.forms.answers import Token, find_option, find_token
from xlreport.forms.model import Absence, Indicator, Kind
from xlreport.grid.cells import Scalar
from xlreport.language import LANGUAGES
from xlreport.numbers import (
    SIGNIFICANT_DIGITS,
    decimal_places,
    from_float,
    plain,
    readings,
    round_half_up,
    significant_digits,
)

#: Decimals that make a number look like thousands typed with the other separator: 9.605 for 9605.
_THOUSANDS_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding about a cell before its place is known: code and parameters."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell as understood: a number or a text with its status, the text as typed, and remarks."""

    number: Decimal | None = None
    text: str | None = None
    status: Status = Status.MISSING
    typed: str | None = None
    remarks: tuple[Remark, ...] = ()


BLANK = Figure()


def read_figure(value: Scalar, indicator: Indicator, absence: Absence) -> Figure:
    """Read the cell of an indicator."""
    typed = as_typed(value)
    if typed is None or typed.strip() == "":
        return BLANK
    match indicator.kind:
        case Kind.NUMBER:
            return _read_number(value, typed, indicator, absence)
        case Kind.CHOICE:
            return _read_choice(typed, indicator)
        case Kind.TEXT:
            return Figure(text=typed.strip(), status=Status.NORMAL, typed=typed)


def as_typed(value: Scalar) -> str | None:
    """A cell's content as a text to quote; None for a blank cell."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return plain(from_float(value)) if math.isfinite(value) else str(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


#: A cell can hold 32,767 characters; a message quotes the beginning.
_QUOTED = 80


def unreadable(typed: str, code: str, **params: object) -> Figure:
    """A cell that holds something, but nothing that can be used."""
    shown = {name: _quoted(value) if isinstance(value, str) else value for name, value in params.items()}
    return Figure(status=Status.UNREADABLE, typed=typed, remarks=(Remark(code, shown),))


def _quoted(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


def _read_number(value: Scalar, typed: str, indicator: Indicator, absence: Absence) -> Figure:
    if isinstance(value, bool):
        return unreadable(typed, "XR210", value=typed)
    if isinstance(value, int | float):
        if not math.isfinite(value):
            return unreadable(typed, "XR201", value=typed)
        return _typed_number(from_float(value), typed, indicator)
    if not isinstance(value, str):
        return unreadable(typed, "XR208", value=f"{value:%d/%m/%Y}" if isinstance(value, datetime.date) else typed)
    token = find_token(typed, absence)
    if token is Token.NIL:
        return Figure(number=Decimal(0), status=Status.NORMAL, typed=typed)
    if token is Token.NOT_APPLICABLE:
        return Figure(status=Status.NOT_APPLICABLE, typed=typed)
    return _typed_text(typed, indicator)


def _typed_number(number: Decimal, typed: str, indicator: Indicator) -> Figure:
    places = decimal_places(number)
    if places == _THOUSANDS_DECIMALS > indicator.decimals:
        thousands = number.scaleb(_THOUSANDS_DECIMALS)
        return unreadable(typed, "XR204", value=number, thousands=thousands, decimals=indicator.decimals)
    return _quantised(number, typed, indicator, ())


def _typed_text(typed: str, indicator: Indicator) -> Figure:
    found = readings(typed)
    if len(found) > 1 and indicator.decimals == 0:
        # "1.840" and "1.000" alike: where no decimals are asked for, nobody writes three of them.
        found = tuple(number for number in found if number.as_tuple().exponent == 0)
    if not found:
        return unreadable(typed, "XR201", value=typed.strip())
    if len(found) > 1:
        return unreadable(typed, "XR202", value=typed.strip(), first=found[0], second=found[1])
    note = Remark("XR203", {"value": typed.strip(), "read": found[0]})
    return _quantised(found[0], typed, indicator, (note,))


def _quantised(number: Decimal, typed: str, indicator: Indicator, remarks: tuple[Remark, ...]) -> Figure:
    if significant_digits(number) > SIGNIFICANT_DIGITS or abs(number) >= Decimal(10) ** SIGNIFICANT_DIGITS:
        return unreadable(typed, "XR209", value=typed.strip())
    rounded = round_half_up(number, indicator.decimals)
    if rounded == 0:
        # Decimal knows a "-0", people do not.
        rounded = abs(rounded)
    if rounded != number:
        params = {"value": number, "rounded": rounded, "decimals": indicator.decimals}
        # Rounding a quantity is expected; half a person or half a meeting wants a look.
        severity = None if indicator.is_rounded else Severity.WARNING
        remarks = (*remarks, Remark("XR205", params, severity))
    return Figure(number=rounded, status=Status.NORMAL, typed=typed, remarks=remarks)


def _read_choice(typed: str, indicator: Indicator) -> Figure:
    option = find_option(typed, indicator)
    if option is None:
        options = {
            language: "; ".join(option.name.pick(language) for option in indicator.options) for language in LANGUAGES
        }
        return unreadable(typed, "XR211", value=typed.strip(), options=options)
    return Figure(text=option, status=Status.NORMAL, typed=typed)
