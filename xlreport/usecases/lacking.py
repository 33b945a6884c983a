"""What is to be said of a period that is made up of several, and of units that are no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from xlreport.aggregation import Report, Roster
from xlreport.findings import Finding, Location, finding
from xlreport.language import LANGUAGES
from xlreport.periods import Period


def unreported(reports: Sequence[Report]) -> tuple[Period, ...]:
    """The periods for which no report at all was accepted, where there is one for another period; in order."""
    periods = dict.fromkeys(one.period for one in sorted(reports, key=lambda one: one.period.start))
    held = {one.period for one in reports if one.is_received}
    return tuple(period for period in periods if period not in held) if held else ()


def lacking_findings(reports: Sequence[Report], who: Roster) -> Iterator[Finding]:
    """Periods that nobody reported, units that lack one, and whose figures count under whom."""
    nobody = unreported(reports)
    if nobody:
        yield finding("XR610", periods=period_names(nobody), count=len(nobody))
    yield from _lacking(reports, set(nobody))
    yield from _passed_on(reports, who)


def period_names(periods: Sequence[Period]) -> dict[str, str]:
    """Periods in words, in all languages."""
    return {language: ", ".join(period.short_label(language) for period in periods) for language in LANGUAGES}


def _lacking(reports: Sequence[Report], nobody: set[Period]) -> Iterator[Finding]:
    """XR607 for every unit that lacks a period, where another report that counts under the same unit is there."""
    begun = {one.row for one in reports if one.is_received}
    lacking: dict[str, list[str]] = {}
    for one in reports:
        if one.row in begun and not one.is_received and one.period not in nobody:
            lacking.setdefault(one.unit, []).append(one.period.code)
    for unit, periods in sorted(lacking.items()):
        yield finding("XR607", Location(unit=unit), unit=unit, periods=", ".join(periods))


def _passed_on(reports: Sequence[Report], who: Roster) -> Iterator[Finding]:
    """XR611 where a unit's figures count under its successor, XR612 where a unit that is no more has its own row."""
    of_others = [one for one in reports if one.unit in who.former]
    for (unit, row), ones in groupby(sorted(of_others, key=_row_and_unit), key=lambda one: (one.unit, one.row)):
        periods = ", ".join(one.period.code for one in ones)
        if row != unit:
            yield finding("XR611", Location(unit=unit), unit=unit, periods=periods, successor=row)
        else:
            above = who.tree.parent(unit) or ""
            yield finding("XR612", Location(unit=unit), unit=unit, periods=periods, node=above)


def _row_and_unit(report: Report) -> tuple[str, str]:
    return report.unit, report.row
