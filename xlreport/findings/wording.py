"""Parameters in the reader's language: a finding keeps numbers exact and names in every language it has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from xlreport.numbers import format_number

#: A text in several languages, by language; "vi" is always there.
Words = Mapping[str, str]


def shown_params(params: Mapping[str, object], language: str) -> dict[str, object]:
    """The parameters of a finding as its message shows them."""
    return {name: _shown(value, language) for name, value in params.items()}


def _shown(value: object, language: str) -> object:
    if isinstance(value, Decimal):
        return format_number(value, language)
    if isinstance(value, Mapping):
        return value.get(language) or value["vi"]
    if isinstance(value, date):
        return shown_day(value, language)
    return value


def shown_day(day: date, language: str) -> str:
    """A day as documents write it: "08/3/2024" (the month padded for January and February only), in English in ISO."""
    if language != "vi":
        return day.isoformat()
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"{day.day:02}/{month}/{day.year}"
