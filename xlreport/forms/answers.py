"""What may be typed in place of a number: options of a choice, tokens of absence, words of a list."""

from __future__ import annotations

import unicodedata
from datetime import date
from enum import StrEnum

from xlreport.forms.model import Absence, Indicator

#: Days outside are slips of the keyboard. A spreadsheet makes a day of 1905 of a year that was typed alone.
FIRST_DAY, LAST_DAY = date(1910, 1, 1), date(2200, 12, 31)

#: Stands for the option of an answer in words of the clerk's own, so that it can be counted.
ANSWERED = "*"


class Token(StrEnum):
    """What a token of absence means."""

    NIL = "nil"
    NOT_APPLICABLE = "not-applicable"


def same_text(text: str) -> str:
    """A text as answers are compared: NFC, spaces of every kind as one, without case and outer spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def find_option(text: str, indicator: Indicator) -> str | None:
    """The option whose code or name, in either language, the text is."""
    wanted = same_text(text)
    for option in indicator.options:
        if wanted in map(same_text, (option.option, option.name.vi, option.name.en or option.name.vi)):
            return option.option
    return None


def find_token(text: str, absence: Absence) -> Token | None:
    """What a text says of an absent figure; None if it is no token of the form."""
    wanted = same_text(text)
    if wanted in map(same_text, absence.nil):
        return Token.NIL
    return Token.NOT_APPLICABLE if wanted in map(same_text, absence.not_applicable) else None
