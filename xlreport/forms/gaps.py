"""What a definition must have meant to define, where something could not be read: what refers to it may be right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from xlreport.forms.suggestions import bare


class Gap(NamedTuple):
    """Something without a code that could be used.

    `part` is the list that it is in ("tables", "indicators", "measures", "options"), `where` what that belongs to:
    () for the tables, else the path of a table or of an indicator; None where that is not known either. `code` is
    what it may be called, with more around it, in the letters of `letters`; "" for whatever is not defined there.
    """

    part: str
    where: tuple[str | int, ...] | None
    code: str = ""

    def may_be(self, part: str, where: tuple[str | int, ...], code: str) -> bool:
        """Whether what a reference looks for in vain may be this."""
        is_there = self.where is None or self.where == where
        # What somebody typed in place of a code has more often too much in it than too little.
        return self.part == part and is_there and (not self.code or (bool(code) and letters(code) in self.code))


def letters(text: str) -> str:
    """What is left of a code however it was misspelt."""
    return "".join(char for char in bare(text) if char.isalnum()).casefold()


def code_between(codes: Sequence[str | None], number: int) -> str:
    """The code of digits that is missing at a place: 07 after 06, if it is nowhere else; "" if none is."""
    before = codes[number - 1] if number else None
    after = codes[number + 1] if number + 1 < len(codes) else None
    known = {code for code in codes if code is not None}
    if _is_number(before):
        meant = str(int(before or 0) + 1).zfill(len(before or ""))
    elif _is_number(after) and int(after or 0) > 0:
        meant = str(int(after or 0) - 1).zfill(len(after or ""))
    else:
        return ""
    return "" if meant in known else meant


def _is_number(code: str | None) -> bool:
    return code is not None and code.isascii() and code.isdigit()
