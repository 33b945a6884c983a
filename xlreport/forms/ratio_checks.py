"""The two figures that computed columns compare: where that is said, and whether the table has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlreport.findings import Finding, finding
from xlreport.forms.field_problems import closest
from xlreport.forms.measures import Comparison, Ratio
from xlreport.forms.model import Table
from xlreport.forms.places import Path, Places
from xlreport.forms.reference_checks import is_computed, is_figure, unknown_measure, wrong

#: What a column goes by that does not say itself what it compares, in turn.
_SOURCES: Mapping[Comparison, tuple[Comparison, ...]] = {
    Comparison.COMPLETION: (Comparison.COMPLETION,),
    Comparison.ATTAINMENT: (Comparison.ATTAINMENT, Comparison.COMPLETION),
    Comparison.INDEX: (Comparison.INDEX,),
    Comparison.GROWTH: (Comparison.GROWTH, Comparison.INDEX),
    Comparison.CHANGE: (Comparison.CHANGE, Comparison.GROWTH, Comparison.INDEX),
}


def terms_path(table: Table, number: int, path: Path, places: Places) -> Path:
    """Where it is said what a computed column compares: by itself, by the table, or by its being there."""
    column, own = table.measures[number], (*path, "measures", number)
    if column.terms is not None:
        return (*own, "of")
    for source in _SOURCES.get(column.comparison, ()) if column.comparison else ():
        written = (*path, source.value)
        if getattr(table, source.value) is not None or places.is_damaged(written):
            return written
    return own


def ratio_findings(table: Table, path: Path, places: Places) -> Iterator[Finding]:
    """XR703 for computed columns whose terms are no figures of the table, XR707 for terms without a column."""
    used = set()
    for number, column in enumerate(table.measures):
        ratio, place = table.ratio(column.measure), terms_path(table, number, path, places)
        used.add(place)
        if ratio is not None and place[-1] == "of":
            yield from _written_terms(table, ratio, place, places)
        elif ratio is not None and place[-1] == number:
            yield from _default_terms(table, column.measure, ratio, place, places)
    for comparison in Comparison:
        written: Ratio | None = getattr(table, comparison.value)
        if written is not None:
            place = (*path, comparison.value)
            yield from _written_terms(table, written, place, places)
            if place not in used and places.is_whole((*path, "measures")):
                yield finding("XR707", places.at(place), option=comparison.value)


def _missing_terms(table: Table, ratio: Ratio, path: Path, places: Places) -> list[str]:
    terms = dict.fromkeys((ratio.numerator, ratio.denominator))
    missing = (term for term in terms if not is_figure(table, term))
    return [term for term in missing if not places.may_be("measures", path[:2], term)]


def _written_terms(table: Table, ratio: Ratio, path: Path, places: Places) -> Iterator[Finding]:
    figures = [column.measure for column in table.figures]
    for term in _missing_terms(table, ratio, path, places):
        meant = "" if is_computed(table, term) else closest(term, figures)
        yield unknown_measure(table, term, term, meant).finding(places.at(path))


def _default_terms(table: Table, code: str, ratio: Ratio, path: Path, places: Places) -> Iterator[Finding]:
    for term in _missing_terms(table, ratio, path, places):
        details = {"first": ratio.numerator, "second": ratio.denominator, "code": term}
        yield wrong(code, "compares", **details).finding(places.at(path))
