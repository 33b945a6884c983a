"""Whether plans can be held and compared: their columns exist, their numbers fit, and the times covered are alike."""

from __future__ import annotations

from collections.abc import Iterator

from xlreport.findings import Finding, finding
from xlreport.forms.measures import UPPER, Comparison, Span
from xlreport.forms.model import Aggregation, Form, Goal, Indicator, Measure, Table
from xlreport.forms.places import Path, Places
from xlreport.forms.ratio_checks import terms_path
from xlreport.forms.roles import applies
from xlreport.numbers import decimal_places
from xlreport.periods import Frequency

#: Periods that are the first of their year: what they cover is what has come to date.
_FIRST_OF_YEAR = frozenset({Frequency.NINE_MONTHS, Frequency.YEAR, Frequency.TERM})


def target_findings(table: Table, indicator: Indicator, path: Path, places: Places) -> Iterator[Finding]:
    """XR710 for targets whose column the table lacks, XR711 for goals with more decimals than the indicator."""
    target = indicator.target
    if target is None:
        return
    needed = ["plan"] if target.is_set or target.reduction is not None else []
    needed += ["plan" + UPPER] if target.is_range else []
    needed += ["base"] if target.reduction is not None else []
    for code in needed:
        if table.measure(code) is None and not places.may_be("measures", path[:2], code):
            yield finding("XR710", places.at((*path, "target")), indicator=indicator.code, measure=code)
    for goal, place in _goals(indicator, (*path, "target")):
        numbers = [number for number in (goal.low, goal.high) if number is not None]
        if any(decimal_places(number) > indicator.decimals for number in numbers):
            yield finding("XR711", places.at(place), indicator=indicator.code, decimals=indicator.decimals)


def _goals(indicator: Indicator, path: Path) -> Iterator[tuple[Goal, Path]]:
    if indicator.target is not None:
        if indicator.target.value is not None:
            yield indicator.target.value, (*path, "value")
        for one in indicator.target.by_year:
            yield one.goal, (*path, "by_year", str(one.year))


def span_findings(form: Form, table: Table, path: Path, places: Places) -> Iterator[Finding]:
    """XR709 for columns that would set a flow of one length of time against one of another, as a year and nine months.

    Completion is meant to: what has come to date against the plan of the year. Stocks are states of one day.
    """
    told: set[Path] = set()
    for number, column in enumerate(table.measures):
        if column.comparison not in (Comparison.INDEX, Comparison.GROWTH, Comparison.CHANGE):
            continue
        ratio = table.ratio(column.measure)
        terms = (table.measure(ratio.numerator), table.measure(ratio.denominator)) if ratio else (None, None)
        if terms[0] is None or terms[1] is None or not _are_unlike(form, terms[0], terms[1]):
            continue
        place = terms_path(table, number, path, places)
        has_flows = any(_is_flow(indicator) and applies(table, indicator, column) for indicator in table.indicators)
        if has_flows and place not in told:
            # Columns that go by the same two figures are wrong together.
            told.add(place)
            first, second = (term.measure for term in terms if term is not None)
            yield finding("XR709", places.at(place), column=column.measure, first=first, second=second)


def _is_flow(indicator: Indicator) -> bool:
    return indicator.formula is None and indicator.across_time is Aggregation.SUM


def _are_unlike(form: Form, one: Measure, other: Measure) -> bool:
    """Whether the lengths of time that two measures cover differ in any period of the form."""
    spans = {one.covers, other.covers}
    if len(spans) == 1:
        return False
    if spans == {Span.PERIOD, Span.TO_DATE}:
        return not _FIRST_OF_YEAR.issuperset(form.frequencies)
    return not {Frequency.YEAR, Frequency.TERM}.issuperset(form.frequencies)
