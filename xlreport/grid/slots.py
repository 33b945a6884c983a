"""What is a workbook's own among many that are otherwise equal, and the slots that stand for it in a prototype."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TypeVar

#: Characters that no text has: the wrapping that texts come in refuses them, and no font shows them.
OPEN, CLOSE = "\ue0a0", "\ue0a1"
TEXT_SLOT = re.compile(f"{OPEN}([0-9]+){CLOSE}".encode())
#: Numbers that no form has: fifteen digits, the first of them the same.
_NUMBER_BASE = 987_654_000_000_000
NUMBER_SLOT = re.compile(rb"<v>987654([0-9]{9})(?:\.0)?</v>")


def text_slot(number: int) -> str:
    """What stands in the prototype for a text, alone in its cell or within a longer text."""
    return f"{OPEN}{number}{CLOSE}"


def number_slot(number: int) -> Decimal:
    """What stands in the prototype for the number of a cell, or for the stored number of a formula."""
    return Decimal(_NUMBER_BASE + number)


class OwnText(str):
    """A text that every cast has its own of: it reads and measures as it is, and its slot is written."""

    slot: int


class OwnNumber(Decimal):
    """A number that every cast has its own of: it counts and measures as it is, and its slot is written."""

    slot: int


_Own = TypeVar("_Own", OwnText, OwnNumber)
_Content = TypeVar("_Content")


def own(kind: type[_Own], content: str | Decimal, slot: int) -> _Own:
    """The content as its own, with the number of its slot."""
    marked = kind(content)
    marked.slot = slot
    return marked


def written(content: _Content) -> _Content | str | Decimal:
    """What is written for a content: a slot for what every cast has its own of, else the content."""
    if isinstance(content, OwnText):
        return text_slot(content.slot)
    return number_slot(content.slot) if isinstance(content, OwnNumber) else content
