"""The periods themselves: month, quarter, half-year, nine months, year and term; and how two of them lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeAlias

from xlreport.errors import UsageError
from xlreport.language import LANGUAGES, texts


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
#: How many there are in a year; a term is longer than one.
PER_YEAR = {
    Frequency.MONTH: 12,
    Frequency.QUARTER: 4,
    Frequency.HALF_YEAR: 2,
    Frequency.NINE_MONTHS: 1,
    Frequency.YEAR: 1,
}
#: Years outside are slips of the keyboard.
FIRST_YEAR, LAST_YEAR = 1900, 2200
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
    def end_year(self) -> int:
        """The year in which it ends."""
        return self.year if self.last_year is None else self.last_year

    @property
    def ends_year(self) -> bool:
        """Whether its last day is 31 December: what the whole year comes to is then known."""
        return self.end.month == 12

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
        return self._worded("period", language)

    def short_label(self, language: str) -> str:
        """The period in few words, for headings and names of sheets: "Quý I/2024"."""
        return self._worded("period_short", language)

    def _worded(self, group: str, language: str) -> str:
        roman = _ROMAN[self.number - 1] if self.number <= len(_ROMAN) else str(self.number)
        # "Half-year 1" is no word in either language: each half has a text of its own.
        kind = f"{self.frequency}-{self.number}" if self.frequency is Frequency.HALF_YEAR else self.frequency
        return texts(language)(
            f"{group}.{kind}", year=self.year, number=self.number, roman=roman, last_year=self.end_year
        )

    def __str__(self) -> str:
        return self.code


def period_of(day: date, frequency: Frequency) -> Period:
    """The period in which a day lies; of nine months those of its year, of a term one of five years from it on."""
    if frequency is Frequency.TERM:
        return Period(frequency, day.year, last_year=day.year + 4)
    number = (day.month - 1) // _MONTHS[frequency] + 1
    return Period(frequency, day.year, min(number, PER_YEAR[frequency]))


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
    return Period(period.frequency, period.year - 1, PER_YEAR[period.frequency])


def next_period(period: Period) -> Period:
    """The period after it, of the same length."""
    if period.last_year is not None:
        length = period.last_year - period.year + 1
        return Period(period.frequency, period.year + length, last_year=period.last_year + length)
    if period.number < PER_YEAR[period.frequency]:
        return Period(period.frequency, period.year, period.number + 1)
    return Period(period.frequency, period.year + 1)


#: A period, or any stretch of time from its first to its last day.
Stretch: TypeAlias = "Period | tuple[date, date]"


def days_of(stretch: Stretch) -> tuple[date, date]:
    """First and last day."""
    return (stretch.start, stretch.end) if isinstance(stretch, Period) else stretch


def to_date(period: Period) -> tuple[date, date]:
    """From the start of the year (of the term) to the period's last day. Not every such stretch is a period."""
    return date(period.year, 1, 1), period.end


def contains(whole: Stretch, part: Stretch) -> bool:
    """Whether every day of the part lies within the whole."""
    (first, last), (part_first, part_last) = days_of(whole), days_of(part)
    return first <= part_first and part_last <= last


def overlaps(one: Stretch, other: Stretch) -> bool:
    """Whether the two have a day in common."""
    (first, last), (other_first, other_last) = days_of(one), days_of(other)
    return first <= other_last and other_first <= last


def alike(one: Period, other: Period) -> bool:
    """Whether figures of the two can be compared: same length, same place within the year."""
    return one.months == other.months and one.start.month == other.start.month


def require_alike(one: Period, other: Period) -> None:
    """Raise UsageError `periods-unlike` where figures of the two cannot be compared."""
    if not alike(one, other):
        reason = "place" if one.months == other.months else "length"
        raise UsageError(
            "periods-unlike",
            one={language: _in_sentence(one, language) for language in LANGUAGES},
            other={language: _in_sentence(other, language) for language in LANGUAGES},
            reason={language: texts(language)(f"period_unlike.{reason}") for language in LANGUAGES},
        )


def _in_sentence(period: Period, language: str) -> str:
    label = period.label(language)
    return label[0].lower() + label[1:]
