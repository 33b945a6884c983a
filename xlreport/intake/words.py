"""Cells for days, documents and words of the clerk's own."""

from __future__ import annotations

import datetime
import math

from xlreport import dates, documents
from xlreport.aggregation import Status
from xlreport.findings.wording import Words
from xlreport.forms.answers import FIRST_DAY, LAST_DAY
from xlreport.forms.indicators import Indicator, Kind
from xlreport.grid.cells import Scalar
from xlreport.intake.remarks import Figure, Remark, quoted, unreadable
from xlreport.language import LANGUAGES

#: A number in a date cell is a day that lost its format; one outside of these years was meant as something else.
_FIRST_YEAR, _LAST_YEAR = 1950, 2100


def read_day(value: Scalar, typed: str) -> Figure:
    """A day. Text with two readings is an error that shows both."""
    if isinstance(value, datetime.datetime):
        return _read_day(value.date(), typed) if value.time() == datetime.time() else _no_day(typed)
    if isinstance(value, datetime.date):
        return _read_day(value, typed)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _numbered_day(value, typed)
    found = dates.readings(typed) if isinstance(value, str) else ()
    if not found:
        return _no_day(typed)
    if len(found) > 1:
        return unreadable(typed, "XR215", value=typed.strip(), first=_shown(found[0]), second=_shown(found[1]))
    return _read_day(found[0], typed, Remark("XR216", {"value": quoted(typed.strip()), "read": _shown(found[0])}))


def _numbered_day(value: float, typed: str) -> Figure:
    is_whole = math.isfinite(value) and value == int(value)
    day = dates.from_serial(int(value)) if is_whole else None
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return _no_day(typed)
    return _read_day(day, typed, Remark("XR216", {"value": typed, "read": _shown(day)}))


def _no_day(typed: str) -> Figure:
    return unreadable(typed, "XR214", value=typed.strip())


def _read_day(day: datetime.date, typed: str, *remarks: Remark) -> Figure:
    if not FIRST_DAY <= day <= LAST_DAY:
        return _no_day(typed)
    return Figure(text=day.isoformat(), status=Status.NORMAL, typed=typed, remarks=remarks)


def _shown(day: datetime.date) -> Words:
    return {language: dates.shown(day, language) for language in LANGUAGES}


def read_wording(value: Scalar, typed: str, indicator: Indicator) -> Figure:
    """Words, or the reference of a document in its one spelling.

    A spreadsheet program makes a day of "06-07" and "1/2024": what was typed is gone.
    """
    if isinstance(value, datetime.date | datetime.time):
        return unreadable(typed, "XR219", value=typed)
    words = typed.strip()
    if indicator.kind is not Kind.DOCUMENT:
        return Figure(text=words, status=Status.NORMAL, typed=typed)
    found = documents.parse(words)
    if found is None:
        return Figure(
            text=words, status=Status.NORMAL, typed=typed, remarks=(Remark("XR217", {"value": quoted(words)}),)
        )
    note = () if found.canonical == words else (Remark("XR218", {"value": quoted(words), "read": found.canonical}),)
    return Figure(text=found.canonical, status=Status.NORMAL, typed=typed, remarks=note)
