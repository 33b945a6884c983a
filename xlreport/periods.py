"""Reporting periods: month, quarter, half-year, nine months, year and term."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xlreport.errors import UsageError
from xlreport.language import texts


class Frequency(StrEnum):
    """How often a form is filled."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    NINE_MONTHS = "nine-months"
    YEAR = "year"
    TERM = "term"


_MONTHS = {
    Frequency.MONTH: 1,
    Frequency.QUARTER: 3,
    Frequency.HALF_YEAR: 6,
    Frequency.NINE_MONTHS: 9,
    Frequency.YEAR: 12,
}
_PER_YEAR = {
    Frequency.MONTH: 12,
    Frequency.QUARTER: 4,
    Frequency.HALF_YEAR: 2,
    Frequency.NINE_MONTHS: 1,
    Frequency.YEAR: 1,
}
_NOTATIONS = (
    (Frequency.MONTH, re.compile(r"(\d{4})-M(0[1-9]|1[0-2])")),
    (Frequency.QUARTER, re.compile(r"(\d{4})-Q([1-4])")),
    (Frequency.HALF_YEAR, re.compile(r"(\d{4})-H([12])")),
    (Frequency.NINE_MONTHS, re.compile(r"(\d{4})-9M")),
    (Frequency.YEAR, re.compile(r"(\d{4})")),
    (Frequency.TERM, re.compile(r"(\d{4})\.\.(\d{4})")),
)
#: Years outside are slips of the keyboard.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period. `number` counts within the year from 1; a term ends with `last_year`."""

    frequency: Frequency
    year: int
    number: int = 1
    last_year: int | None = None

    @property
    def code(self) -> str:
        """The notation of the command line and of the exports, such as 2024-Q1."""
        match self.frequency:
            case Frequency.MONTH:
                return f"{self.year:04}-M{self.number:02}"
            case Frequency.QUARTER:
                return f"{self.year:04}-Q{self.number}"
            case Frequency.HALF_YEAR:
                return f"{self.year:04}-H{self.number}"
            case Frequency.NINE_MONTHS:
                return f"{self.year:04}-9M"
            case Frequency.YEAR:
                return f"{self.year:04}"
            case Frequency.TERM:
                return f"{self.year:04}..{self.last_year:04}"

    @property
    def months(self) -> int:
        """Length in months."""
        if self.last_year is not None:
            return 12 * (self.last_year - self.year + 1)
        return _MONTHS[self.frequency]

    @property
    def months_to_date(self) -> int:
        """Months from the start of the year (of the term) to the end of the period."""
        return self.months * self.number

    @property
    def is_first_of_year(self) -> bool:
        """Whether nothing of the year lies before it: its cumulative figure is its own."""
        return self.number == 1

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, self.months_to_date - self.months + 1 if self.last_year is None else 1, 1)

    @property
    def end(self) -> date:
        """Last day."""
        if self.last_year is not None:
            return date(self.last_year, 12, 31)
        month = self.months_to_date
        following = date(self.year + 1, 1, 1) if month == 12 else date(self.year, month + 1, 1)
        return following - timedelta(days=1)

    def label(self, language: str) -> str:
        """The period in words: "Quý I năm 2024"."""
        roman = _ROMAN[self.number - 1] if self.number <= len(_ROMAN) else str(self.number)
        last_year = self.last_year if self.last_year is not None else self.year
        # "Half-year 1" is no word in either language: each half has a text of its own.
        key = f"{self.frequency}-{self.number}" if self.frequency is Frequency.HALF_YEAR else self.frequency
        return texts(language)(f"period.{key}", year=self.year, number=self.number, roman=roman, last_year=last_year)

    def __str__(self) -> str:
        return self.code


def parse_period(text: str) -> Period:
    """Read 2024-M03, 2024-Q1, 2024-H1, 2024-9M, 2024 or 2022..2025. Raises UsageError `period-unknown`."""
    for frequency, notation in _NOTATIONS:
        match = notation.fullmatch(text.strip())
        if match is None or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
            continue
        if frequency is Frequency.TERM:
            first, last = int(match[1]), int(match[2])
            if last <= first or last - first > 20:
                break
            return Period(frequency, first, last_year=last)
        return Period(frequency, int(match[1]), int(match[2]) if match.re.groups > 1 else 1)
    raise UsageError("period-unknown", value=text)


def same_period_last_year(period: Period) -> Period:
    """The period to compare with. A term has none: the term before it is returned."""
    if period.last_year is not None:
        length = period.last_year - period.year + 1
        return Period(period.frequency, period.year - length, last_year=period.last_year - length)
    return Period(period.frequency, period.year - 1, period.number)


def previous_period(period: Period) -> Period:
    """The period before it, of the same length."""
    if period.number > 1:
        return Period(period.frequency, period.year, period.number - 1)
    if period.frequency in (Frequency.TERM, Frequency.NINE_MONTHS):
        return same_period_last_year(period)
    return Period(period.frequency, period.year - 1, _PER_YEAR[period.frequency])
