"""What an entry means, worked out in the workbook itself: a hidden cell beside each input reads it as the intake does.

Everything else that is computed refers to these readings, so that an entry has one meaning in the live check, in
computed columns and in the reader. A reading is a number (of a figure: rounded; of a day: its serial number; of an
answer or of words: 1), an empty text for a blank cell, `ABSENT` or `UNREADABLE`.

The reader understands more: codes of options, their names in the other language, numbers and days typed as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from xlreport.aggregation import Qualifier, Status
from xlreport.dates import serial
from xlreport.forms.answers import FIRST_DAY, LAST_DAY
from xlreport.forms.model import Absence, Indicator, Kind, Measure, MeasureRole
from xlreport.language import LANGUAGES, texts
from xlreport.numbers import SIGNIFICANT_DIGITS, decimal_places, round_half_up
from xlreport.rules.excel_text import quoted
from xlreport.sheets.entries import Entry, equals

#: Does not apply; cannot be understood.
ABSENT, UNREADABLE = "x", "?"
#: The statuses a unit may give its data, official first.
DATA_STATUSES = (Status.NORMAL, Status.PROVISIONAL, Status.ESTIMATED)
_TOO_LARGE = 10**SIGNIFICANT_DIGITS
#: A number with exactly so many decimals may be thousands, typed on a computer with the other separator.
_THOUSANDS_DECIMALS = 3
_ANSWERED = Decimal(1)


def reading_formula(cell: str, indicator: Indicator, measure: Measure, absence: Absence, language: str) -> str:
    """The formula that reads a cell; never an error value, whatever the cell holds."""
    if measure.role is not MeasureRole.FIGURE:
        return f"=IF(ISERROR({cell}),{quoted('')},{_one_of(cell, listed_words(measure.role))})"
    if indicator.is_numeric:
        inner = _number(cell, indicator, absence)
    elif indicator.kind is Kind.DATE:
        inner = f"IF(ISNUMBER({cell}),IF({day_condition(cell)},{cell},{quoted(UNREADABLE)}),{_absent(cell, absence)})"
    elif indicator.is_choice:
        inner = _one_of(cell, [option.name.pick(language) for option in indicator.options])
    else:
        absent = any_of(cell, absence.tokens)
        answered = f"IF({absent},{quoted(ABSENT)},1)" if absent else "1"
        inner = f"IF(TRIM({cell})={quoted('')},{quoted('')},{answered})"
    return f"=IF(ISERROR({cell}),{quoted(UNREADABLE)},{inner})"


def reading_of(
    entry: Entry | None, indicator: Indicator, measure: Measure, absence: Absence, language: str
) -> Decimal | str | None:
    """The same, computed by us; None for a blank cell."""
    if entry is None or (isinstance(entry, str) and not entry.strip(" ")):
        return None
    if measure.role is not MeasureRole.FIGURE:
        return _ANSWERED if _is_one_of(entry, listed_words(measure.role)) else UNREADABLE
    if indicator.is_choice:
        names = [option.name.pick(language) for option in indicator.options]
        return _ANSWERED if _is_one_of(entry, names) else UNREADABLE
    number = Decimal(serial(entry)) if isinstance(entry, date) else entry
    if indicator.is_wording:
        return ABSENT if _is_one_of(entry, absence.tokens) else _ANSWERED
    if isinstance(number, Decimal):
        return _read_number(number, indicator)
    if indicator.is_numeric and _is_one_of(entry, absence.nil):
        return Decimal(0)
    return ABSENT if _is_one_of(entry, absence.tokens) else UNREADABLE


def _read_number(number: Decimal, indicator: Indicator) -> Decimal | str:
    if indicator.kind is Kind.DATE:
        is_day = number == number.to_integral_value() and serial(FIRST_DAY) <= number <= serial(LAST_DAY)
        return number if is_day else UNREADABLE
    is_thousands = decimal_places(number) == _THOUSANDS_DECIMALS > indicator.decimals
    is_split = indicator.kind is Kind.RANK and decimal_places(number) > 0
    if is_thousands or is_split or abs(number) >= _TOO_LARGE:
        return UNREADABLE
    return round_half_up(number, indicator.decimals)


def listed_words(role: MeasureRole) -> list[str]:
    """The program's own words that a cell of the role takes, in every language."""
    keys = [f"status.{status}" for status in DATA_STATUSES]
    if role is MeasureRole.QUALIFIER:
        keys = [f"qualifier.{qualifier}" for qualifier in Qualifier]
    return list(dict.fromkeys(texts(language)(key) for key in keys for language in LANGUAGES))


def list_state(cell: str, words: Sequence[str]) -> str:
    """The formula that says UNREADABLE of a cell that holds something else than one of the words."""
    return f"=IF(ISERROR({cell}),{quoted('')},{_one_of(cell, words)})"


def readable_condition(cell: str, indicator: Indicator) -> str:
    """The condition that a number can be taken as it stands; `cell` may be wrapped in N()."""
    condition = f"ABS({cell})<{_TOO_LARGE}"
    if indicator.kind is Kind.RANK:
        # Nobody is second and a half.
        return f"AND({condition},ROUND({cell},0)={cell})"
    if indicator.decimals >= _THOUSANDS_DECIMALS:
        return condition
    fewer = _THOUSANDS_DECIMALS - 1
    return f"AND({condition},OR(ROUND({cell},{_THOUSANDS_DECIMALS})<>{cell},ROUND({cell},{fewer})={cell}))"


def day_condition(cell: str) -> str:
    """The condition that a number is a day that may be meant."""
    return f"AND({cell}>={serial(FIRST_DAY)},{cell}<={serial(LAST_DAY)},ROUND({cell},0)={cell})"


def any_of(cell: str, words: Sequence[str]) -> str:
    """The condition that a cell holds one of the words, without case; empty for no words."""
    equal = [f"{cell}={quoted(word)}" for word in words]
    return f"OR({','.join(equal)})" if len(equal) > 1 else "".join(equal)


def _number(cell: str, indicator: Indicator, absence: Absence) -> str:
    rounded = f"ROUND({cell},{indicator.decimals})"
    taken = f"IF({readable_condition(cell, indicator)},{rounded},{quoted(UNREADABLE)})"
    nil = any_of(cell, absence.nil)
    rest = _absent(cell, Absence(nil=(), not_applicable=absence.not_applicable))
    return f"IF(ISNUMBER({cell}),{taken},{f'IF({nil},0,{rest})' if nil else rest})"


def _absent(cell: str, absence: Absence) -> str:
    """The reading of a cell that holds no number: blank, a token of absence, or what cannot be understood."""
    tokens = any_of(cell, absence.tokens)
    other = f"IF({tokens},{quoted(ABSENT)},{quoted(UNREADABLE)})" if tokens else quoted(UNREADABLE)
    return f"IF(TRIM({cell})={quoted('')},{quoted('')},{other})"


def _one_of(cell: str, words: Sequence[str]) -> str:
    return f"IF(TRIM({cell})={quoted('')},{quoted('')},IF({any_of(cell, words) or 'FALSE'},1,{quoted(UNREADABLE)}))"


def _is_one_of(entry: Entry, words: Sequence[str]) -> bool:
    return any(equals(entry, word) for word in words)
