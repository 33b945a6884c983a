"""A submission on an older version of its form, mapped forward by code: nothing is moved without saying so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from xlreport.datapoints import DataPoint
from xlreport.findings import Finding, Location, finding
from xlreport.findings.wording import Words
from xlreport.forms.expressions import figure_decimals
from xlreport.forms.model import Form
from xlreport.forms.roles import CellRole
from xlreport.forms.succession import Row, Succession
from xlreport.intake.facts import FactRow
from xlreport.intake.identify import Identified
from xlreport.language import LANGUAGES
from xlreport.numbers import plain, round_half_up

#: A message names so many rows; the rest is a number.
_NAMED = 10


def forward(
    identified: Identified, facts: Sequence[FactRow], place: Location
) -> tuple[tuple[FactRow, ...], tuple[Finding, ...]]:
    """The facts under the codes of the version in force; findings say what was mapped and what was left behind."""
    way = identified.way
    if way is None:
        return tuple(facts), ()
    mapped = tuple(_mapped(identified, way, facts))
    lost = {(row.table, row.indicator) for row in facts if not _is_blank(row)} - {
        (row.table, row.indicator) for row in facts if (row.table, row.indicator) in way.codes
    }
    return mapped, tuple(_findings(identified, way, lost, place))


def _mapped(identified: Identified, way: Succession, facts: Iterable[FactRow]) -> Iterator[FactRow]:
    form, roles = identified.bound.form, identified.bound.roles
    indicators = {(table.table, one.code): one for table in form.tables for one in table.indicators}
    for row in facts:
        to = way.codes.get((row.table, row.indicator))
        if to is None:
            continue
        moved = row._replace(table=to[0], indicator=to[1], version=form.version)
        if row.value is not None:
            decimals = figure_decimals(indicators[to], row.measure)
            moved = moved._replace(value=plain(round_half_up(Decimal(row.value), decimals)))
        if roles.get(DataPoint(*to, row.measure)) is CellRole.INPUT:
            yield moved


def _is_blank(row: FactRow) -> bool:
    return row.value is None and row.text is None


def _findings(identified: Identified, way: Succession, lost: set[Row], place: Location) -> Iterator[Finding]:
    old, new = identified.issued.form, identified.bound.form
    yield finding("XR125", place, version=old.version, current=new.version)
    if lost:
        yield finding("XR126", place, rows=_names(old, sorted(lost)))
    added = [row for row in way.added if _is_asked(identified, row)]
    if added:
        yield finding("XR127", place, rows=_names(new, added))


def _is_asked(identified: Identified, row: Row) -> bool:
    return any(
        point[:2] == row and role is CellRole.INPUT and point.measure != "note"
        for point, role in identified.bound.roles.items()
    )


def _names(form: Form, rows: Sequence[Row]) -> Words:
    """Codes and names, the first few of them."""
    names = {(table.table, one.code): one.name for table in form.tables for one in table.indicators}
    more = f" (+{len(rows) - _NAMED})" if len(rows) > _NAMED else ""
    return {
        language: "; ".join(f"[{row[1]}] {names[row].pick(language)}" for row in rows[:_NAMED]) + more
        for language in LANGUAGES
    }
