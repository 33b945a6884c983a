"""Days: what a typed date can mean, the numbers spreadsheets keep them as, and how they are written for people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH_NUMBERS = {
    name: number
    for number, month in enumerate(_MONTHS, start=1)
    for name in (month.casefold(), month[:3].casefold(), *(["sept"] if month == "September" else []))
}
_MONTH = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
#: Years have four digits; a year of two is nobody's to complete.
_YEAR_FIRST = re.compile(r"([0-9]{4}) ?([-/.]) ?([0-9]{1,2}) ?\2 ?([0-9]{1,2})")
_YEAR_LAST = re.compile(r"(ngay )?([0-9]{1,2}) ?([-/.]) ?([0-9]{1,2}) ?\3 ?([0-9]{4})")
_VIETNAMESE = re.compile(r"(?:ngay )?([0-9]{1,2}) thang ([0-9]{1,2}),? (?:nam )?([0-9]{4})")
_DAY_MONTH = re.compile(rf"([0-9]{{1,2}})(?:st|nd|rd|th)? ({_MONTH})[.,]? ([0-9]{{4}})")
_MONTH_DAY = re.compile(rf"({_MONTH})\.? ([0-9]{{1,2}})(?:st|nd|rd|th)?,? ([0-9]{{4}})")
_DASHES = dict.fromkeys(map(ord, "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{MINUS SIGN}"), "-")
#: Longer than any date in words.
_LONGEST = 60

#: Day 0 of the 1900 system, from 1 March 1900 on: before it stands a 29 February 1900 that never was.
_DAY_ZERO = date(1899, 12, 30)
_FIRST_DAY = date(1900, 3, 1)


def readings(text: str) -> tuple[date, ...]:
    """Every day a typed text can mean; none for a text that is no date or one that does not exist.

    One reading is safe; two mean that the text is ambiguous: "07/02/2022" is 7 February or 2 July. The
    Vietnamese reading, day before month, comes first.
    """
    if len(text) > _LONGEST:
        return ()
    found = (_day(*parts) for parts in _parts(_cleaned(text)))
    return tuple(dict.fromkeys(day for day in found if day is not None))


def _cleaned(text: str) -> str:
    """Without capitals and diacritics, one plain blank for any spaces, without a leading apostrophe."""
    spaced = "".join(" " if unicodedata.category(char) in ("Zs", "Cf") else char for char in text.translate(_DASHES))
    folded = unicodedata.normalize("NFD", " ".join(spaced.split()).removeprefix("'").strip().casefold())
    return "".join(char for char in folded if not unicodedata.combining(char))


def _parts(text: str) -> Iterator[tuple[str, str | int, str]]:
    """Year, month and day of each reading, as written."""
    if match := _YEAR_FIRST.fullmatch(text):
        yield match[1], match[3], match[4]
    elif match := _YEAR_LAST.fullmatch(text):
        yield match[5], match[4], match[2]
        # Who writes "ngày" writes the day first.
        if match[1] is None:
            yield match[5], match[2], match[4]
    elif match := _VIETNAMESE.fullmatch(text):
        yield match[3], match[2], match[1]
    elif match := _DAY_MONTH.fullmatch(text):
        yield match[3], _MONTH_NUMBERS[match[2]], match[1]
    elif match := _MONTH_DAY.fullmatch(text):
        yield match[3], _MONTH_NUMBERS[match[1]], match[2]


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def serial(day: date) -> int:
    """The number of a day in the 1900 system: 1 March 1900 is 61. Raises ValueError for a day before that."""
    if day < _FIRST_DAY:
        raise ValueError(f"spreadsheets have no number for {day.isoformat()}")
    return (day - _DAY_ZERO).days


def from_serial(number: int) -> date | None:
    """The day of a number in the 1900 system; None before 1 March 1900, where it is off by one, and after 9999."""
    if not serial(_FIRST_DAY) <= number <= serial(date.max):
        return None
    return _DAY_ZERO + timedelta(days=number)


def shown(day: date, language: str) -> str:
    """A day for people: "22/4/2022" and "07/02/2022" (vi), "22 April 2022" (en).

    The Vietnamese administrative way pads days below 10 and the months 1 and 2, so that nobody can put a
    digit before them; there is no thirteenth month.
    """
    if language == "vi":
        month = f"{day.month:02}" if day.month <= 2 else str(day.month)
        return f"{day.day:02}/{month}/{day.year:04}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year:04}"
