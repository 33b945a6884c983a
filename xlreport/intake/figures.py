"""What a cell says: a figure, an answer, a typed absence, or something that cannot be read.

Each figure becomes exact once, here: `Decimal` from 15 significant digits, rounded half up to the
decimals of its indicator, with the original quoted in a note. Reading never guesses: text with two
possible readings is an error that shows both.
"""

from __future__ import annotations

import datetime
import math
from decimal import Decimal

from xlreport.aggregation import Status
from xlreport.findings import Severity
from xlreport.forms.answers import Token, find_option, find_token
from xlreport.forms.model import Absence, Indicator, Kind
from xlreport.grid.cells import Scalar
from xlreport.intake.remarks import BLANK, Figure, Remark, as_typed, unreadable
from xlreport.intake.words import read_day, read_wording
from xlreport.language import LANGUAGES
from xlreport.numbers import (
    SIGNIFICANT_DIGITS,
    decimal_places,
    from_float,
    readings,
    round_half_up,
    significant_digits,
)

#: Decimals that make a number look like thousands typed with the other separator: 9.605 for 9605.
_THOUSANDS_DECIMALS = 3


def read_figure(value: Scalar, indicator: Indicator, absence: Absence) -> Figure:
    """Read the cell of an indicator."""
    typed = as_typed(value)
    if typed is None or typed.strip() == "":
        return BLANK
    match indicator.kind:
        case Kind.NUMBER | Kind.RANK:
            return _read_number(value, typed, indicator, absence)
        case Kind.CHOICE | Kind.YES_NO:
            return _read_choice(typed, indicator)
    if isinstance(value, str) and find_token(value, absence) is not None:
        # Neither words nor a day can be 0: whichever token it is, there is nothing to say.
        return Figure(status=Status.NOT_APPLICABLE, typed=typed)
    if indicator.kind is Kind.DATE:
        return read_day(value, typed)
    return read_wording(value, typed, indicator)


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
    if indicator.kind is Kind.RANK and number != number.to_integral_value():
        # Nobody came in between two places: there is nothing to round.
        return unreadable(typed, "XR250", value=number)
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
