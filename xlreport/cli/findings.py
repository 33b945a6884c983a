"""Findings as lines of text: how severe, where, what, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import click

from xlreport.cli.console import INDENT
from xlreport.findings import Finding, Location, Severity, message
from xlreport.findings.catalogue import hint
from xlreport.findings.wording import Words
from xlreport.language import Texts

_MARKS = {Severity.ERROR: ("✗", "red"), Severity.WARNING: ("!", "yellow"), Severity.INFO: ("·", "cyan")}


#: What a form calls its columns, by table and measure.
Headings = Mapping[tuple[str, str], Words]


def submission_lines(findings: Iterable[Finding], texts: Texts, headings: Headings | None = None) -> list[str]:
    """The findings of one file, places worded as its sender sees them. `headings` are those of the form's own."""
    placed = [(item, _place_in_workbook(item.location, texts, headings or {})) for item in findings]
    return _lines(placed, texts)


def definition_lines(findings: Iterable[Finding], texts: Texts) -> list[str]:
    """The findings of a form or a register, places as file:line or file, sheet!cell."""
    placed = [(item, _place_in_definition(item.location)) for item in findings]
    return _lines(placed, texts, is_advice_repeated=False)


def _lines(placed: Sequence[tuple[Finding, str]], texts: Texts, *, is_advice_repeated: bool = True) -> list[str]:
    """A line per finding; advice that is the same for findings in a row stands once, after the last of them.

    Definitions are written by few people, who need not be told the same again further down.
    """
    advice = [hint(item, texts) for item, _ in placed]
    lines: list[str] = []
    given: set[str] = set()
    for position, (item, place) in enumerate(placed):
        lines.append(_line(item, place, texts))
        is_last = advice[position : position + 1] != advice[position + 1 : position + 2]
        if is_last and (is_advice_repeated or advice[position] not in given):
            given.add(advice[position])
            lines.append(f"{INDENT * 2}→ {advice[position]}")
    return lines


def _line(item: Finding, place: str, texts: Texts) -> str:
    mark, colour = _MARKS[item.severity]
    severity = click.style(f"{mark} {texts(f'severity.{item.severity}').lower()}", fg=colour)
    words = message(item, texts)
    return f"{INDENT}{severity} {item.code}  {f'{place}: {words}' if place else words}"


def _place_in_workbook(place: Location, texts: Texts, headings: Headings) -> str:
    if place.sheet is None:
        return ""
    if place.cell is None:
        return texts("cli.place.sheet", sheet=place.sheet)
    where = texts("cli.place.cell", sheet=place.sheet, cell=place.cell)
    what = [texts("cli.place.indicator", code=place.indicator)] if place.indicator else []
    what += [_measure_name(place.table or "", place.measure, texts, headings)] if place.measure else []
    return f"{where} ({', '.join(what)})" if what else where


def _measure_name(table: str, measure: str, texts: Texts, headings: Headings) -> str:
    if (table, measure) in headings:
        return headings[table, measure][texts.language]
    key = f"measure.{measure}"
    return texts(key) if key in texts else measure


def _place_in_definition(place: Location) -> str:
    if place.sheet is not None:
        inside = f"{place.sheet}!{place.cell}" if place.cell else place.sheet
        return f"{place.file}, {inside}" if place.file else inside
    return ":".join(part for part in (place.file, place.cell) if part)
