"""Codes that a spreadsheet program made numbers of: 01 became 1, and is 01 again where that is what was meant."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from xlreport.forms.workbook_codecs import as_text
from xlreport.forms.workbook_rows import Entry, Page, Row, defined

#: Codes of digits that begin with a zero, where expressions and lists name them.
_REFERENCE = re.compile(r"\[\s*(?:[a-z][a-z0-9_-]*/)?(0[0-9]+)\s*[\]:]")


@dataclass(frozen=True, slots=True)
class Restored:
    """A code that was a number, and what it is read as."""

    page: Page
    entry: Entry
    read: str


def restore_codes(pages: Mapping[str, Page]) -> tuple[dict[str, Page], tuple[Restored, ...]]:
    """The sheets with the codes of indicators as they were meant.

    A number is the code that formulas, rules and options name; else it has as many digits as the codes of its
    table that begin with a zero; else it stays as it is.
    """
    indicators = pages.get("indicators")
    if indicators is None:
        return dict(pages), ()
    named = frozenset(_named(pages))
    widths = _widths(indicators.rows)
    restored: list[Restored] = []
    rows = [_with_code(row, "code", _meant(row, named, widths), indicators, restored) for row in indicators.rows]
    known = {indicators.part.name: replace(indicators, rows=rows)}
    options = pages.get("options")
    if options is not None:
        codes = _codes(rows)
        lines = [_with_code(row, "indicator", _match(row, codes), options, restored) for row in options.rows]
        known[options.part.name] = replace(options, rows=lines)
    return {**pages, **known}, tuple(restored)


def _named(pages: Mapping[str, Page]) -> Iterator[str]:
    """Codes with a leading zero that the workbook refers to."""
    expressions = [("indicators", "formula"), ("rules", "assert")]
    for sheet, column in expressions:
        for row in defined(pages.get(sheet)):
            yield from _REFERENCE.findall(_said(row, column))
    for row in defined(pages.get("options")):
        code = _said(row, "indicator").strip()
        if code.startswith("0") and code.isdigit():
            yield code


def _said(row: Row, column: str) -> str:
    """A text as typed; nothing for numbers, which have lost their zeros."""
    entry = row.get(column)
    return entry.typed if entry is not None and isinstance(entry.typed, str) else ""


def _table(row: Row) -> str:
    entry = row.get("table")
    return as_text(entry.typed).strip() if entry is not None and entry.typed is not None else ""


def _widths(rows: Iterable[Row]) -> dict[str, int]:
    """How many digits the codes with a leading zero have in each table."""
    codes = ((_table(row), _said(row, "code").strip()) for row in rows)
    return {table: len(code) for table, code in codes if code.startswith("0") and code.isdigit()}


def _number(row: Row, column: str) -> int | None:
    entry = row.get(column)
    typed = entry.typed if entry is not None else None
    return (
        int(typed) if isinstance(typed, Decimal) and typed == typed.to_integral_value() and 0 <= typed < 10**6 else None
    )


def _meant(row: Row, named: frozenset[str], widths: Mapping[str, int]) -> str | None:
    number = _number(row, "code")
    if number is None:
        return None
    references = sorted(code for code in named if int(code) == number)
    return references[0] if len(references) == 1 else str(number).zfill(widths.get(_table(row), 1))


def _codes(rows: Iterable[Row]) -> dict[tuple[str, int], set[str]]:
    """The codes of digits that a table has, by their number."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row in rows:
        code = _said(row, "code").strip()
        if code.isascii() and code.isdigit():
            found[_table(row), int(code)].add(code)
    return found


def _match(row: Row, codes: Mapping[tuple[str, int], set[str]]) -> str | None:
    number = _number(row, "indicator")
    if number is None:
        return None
    matches = codes.get((_table(row), number), set())
    return str(number) if str(number) in matches or len(matches) != 1 else next(iter(matches))


def _with_code(row: Row, column: str, code: str | None, page: Page, restored: list[Restored]) -> Row:
    if code is None:
        return row
    entry = row[column]
    if code != as_text(entry.typed or ""):
        restored.append(Restored(page, entry, code))
    return {**row, column: replace(entry, typed=code)}
