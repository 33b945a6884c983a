"""Parameters in the reader's language: a finding keeps numbers exact and names in every language it has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from xlreport import dates
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
        return dates.shown(value, language)
    return value
