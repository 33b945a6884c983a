"""How periods are written: strictly where it counts, and what other spellings are meant for."""

from __future__ import annotations

import re
import unicodedata

from xlreport.errors import UsageError
from xlreport.periods.model import FIRST_YEAR, LAST_YEAR, Frequency, Period

_NOTATIONS = (
    (Frequency.MONTH, re.compile(r"([0-9]{4})-M(0[1-9]|1[0-2])")),
    (Frequency.QUARTER, re.compile(r"([0-9]{4})-Q([1-4])")),
    (Frequency.HALF_YEAR, re.compile(r"([0-9]{4})-H([12])")),
    (Frequency.NINE_MONTHS, re.compile(r"([0-9]{4})-9M")),
    (Frequency.YEAR, re.compile(r"([0-9]{4})")),
    (Frequency.TERM, re.compile(r"([0-9]{4})\.\.([0-9]{4})")),
)
_LONGEST_TERM = 20
#: No period is written with more characters than this, in whatever words.
_LONGEST = 60


def parse_period(text: str) -> Period:
    """Read 2024-M03, 2024-Q1, 2024-H1, 2024-9M, 2024 or 2022..2025.

    Raises UsageError `period-unknown`, or `period-unknown-like` where another spelling of a period was meant.
    """
    period = _read(text.strip())
    if period is not None:
        return period
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    suggestion = suggested_period(text)
    if suggestion is None:
        raise UsageError("period-unknown", value=shown)
    raise UsageError("period-unknown-like", value=shown, suggestion=suggestion.code)


def _read(text: str) -> Period | None:
    for frequency, notation in _NOTATIONS:
        match = notation.fullmatch(text)
        if match is not None:
            first, *rest = (int(group) for group in match.groups())
            return _period(frequency, first, *rest)
    return None


def _period(frequency: Frequency, year: int, number: int = 1) -> Period | None:
    """The period, if it is one that people report for; of a term, `number` is the last year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if frequency is not Frequency.TERM:
        return Period(frequency, year, number)
    return Period(frequency, year, last_year=number) if year < number <= year + _LONGEST_TERM else None


_GAP = r"(?:[\s./,:-]|nam|of|year)*"
_YEAR = r"(?P<year>[12][0-9]{3})"
_QUARTER, _OF_4 = r"(?:quy|quarter|qtr|q)", r"(?P<number>0?[1-4]|iv|i{1,3})"
_MONTH, _OF_12 = r"(?:thang|month|thg|t|m)", r"(?P<number>0?[1-9]|1[0-2])"
_HALF, _OF_2 = r"(?:half|h)", r"(?P<number>0?[12])"
_MONTHS = r"(?:thang|months|m|t)"
_SO_FAR = r"(?P<number>3|6|9|12|nine)"
_STROKE = r"\s*[-/.]\s*"
_TO = r"\s*(?:-|/|\.{2,}|den|to)\s*"
#: What people write in place of the notation, without capitals and diacritics. The first that matches counts.
_MEANT = tuple(
    (frequency, re.compile(pattern))
    for frequency, patterns in {
        Frequency.QUARTER: (
            f"{_QUARTER}{_GAP}{_OF_4}{_GAP}{_YEAR}",
            f"{_YEAR}{_GAP}{_QUARTER}{_GAP}{_OF_4}",
            f"{_OF_4}{_GAP}{_QUARTER}{_GAP}{_YEAR}",
        ),
        Frequency.HALF_YEAR: (
            f"{_HALF}{_GAP}{_OF_2}{_GAP}{_YEAR}",
            f"{_YEAR}{_GAP}{_HALF}{_GAP}{_OF_2}",
            f"(?:6{_GAP}thang|nua){_GAP}(?P<number>dau|cuoi){_GAP}{_YEAR}",
            f"(?P<number>first|second){_GAP}half{_GAP}{_YEAR}",
        ),
        # So many months from the start of the year: a period, if it has a name.
        None: (
            f"{_SO_FAR}{_GAP}{_MONTHS}{_GAP}(?:dau)?{_GAP}{_YEAR}",
            f"{_YEAR}{_GAP}{_SO_FAR}{_GAP}{_MONTHS}",
        ),
        Frequency.MONTH: (
            f"{_MONTH}{_GAP}{_OF_12}{_GAP}{_YEAR}",
            f"{_YEAR}{_GAP}{_MONTH}{_GAP}{_OF_12}",
            f"{_OF_12}{_STROKE}{_YEAR}",
            f"{_YEAR}{_STROKE}{_OF_12}",
        ),
        Frequency.YEAR: (f"(?:ca )?(?:nam|year)?{_GAP}{_YEAR}",),
        Frequency.TERM: (f"(?:nhiem ky|giai doan|term)?{_GAP}{_YEAR}{_TO}(?P<number>[12][0-9]{{3}})",),
    }.items()
    for pattern in patterns
)
_NUMBERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "dau": 1, "cuoi": 2, "first": 1, "second": 2, "nine": 9}
_FIRST_MONTHS = {3: Frequency.QUARTER, 6: Frequency.HALF_YEAR, 9: Frequency.NINE_MONTHS, 12: Frequency.YEAR}
_DASHES = dict.fromkeys(map(ord, "_\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"), "-")


def suggested_period(text: str) -> Period | None:
    """The period that was obviously meant by another spelling: "Quý I/2024", "2024Q1", "03/2024"; None if none was."""
    if len(text) > _LONGEST:
        return None
    folded = _folded(text)
    for frequency, pattern in _MEANT:
        match = pattern.fullmatch(folded)
        if match is not None:
            return _meant(frequency, match.groupdict())
    return None


def _folded(text: str) -> str:
    """Without capitals, diacritics, wide digits, and more than one blank in a row."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("đ", "d").translate(_DASHES)
    letters = (letter for letter in unicodedata.normalize("NFD", plain) if not unicodedata.combining(letter))
    return " ".join("".join(letters).split())


def _meant(frequency: Frequency | None, found: dict[str, str]) -> Period | None:
    year, text = int(found["year"]), found.get("number", "1")
    number = _NUMBERS.get(text) or int(text)
    if frequency is None:
        return _period(_FIRST_MONTHS[number], year)
    if frequency is Frequency.TERM:
        year, number = sorted((year, number))
    return _period(frequency, year, number)
