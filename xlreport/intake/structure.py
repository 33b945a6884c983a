"""What happened to a sheet itself: missing rows and columns, doubled codes, figures that belong nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from xlreport.datapoints import DataPoint
from xlreport.findings import Finding, Location, finding
from xlreport.findings.wording import Words
from xlreport.forms.expressions import BoundForm
from xlreport.forms.model import Indicator, Measure, Table
from xlreport.forms.roles import CellRole
from xlreport.forms.wording import measure_label
from xlreport.grid.cells import Sheet
from xlreport.intake.remarks import as_typed
from xlreport.language import LANGUAGES, texts
from xlreport.layout.locate import Located
from xlreport.refs import Cell, a1


def structure_findings(located: Located, table: Table, bound: BoundForm, place: Location) -> Iterator[Finding]:
    """Findings about rows and columns of one table's sheet. `place` names file, unit, sheet and table."""
    for code in located.missing_rows:
        indicator = table.indicator(code)
        if indicator is not None and _has_input(table, indicator, bound):
            where = replace(place, indicator=code)
            yield finding("XR112", where, indicator=code, name=indicator.name.in_all())
    for code, cells in located.repeated.items():
        where = replace(place, cell=a1(*cells[0]), indicator=code)
        related = tuple(replace(place, cell=a1(*cell), indicator=code) for cell in cells[1:])
        yield finding("XR113", where, related=related, code=code, cells=_listed(cells))
    for measure, cells in located.repeated_columns.items():
        where = replace(place, cell=a1(*cells[0]), measure=measure)
        related = tuple(replace(place, cell=a1(*cell), measure=measure) for cell in cells[1:])
        yield finding("XR113", where, related=related, code=measure, cells=_listed(cells))
    for measure in located.missing_columns:
        if any(_is_input(table, indicator, measure, bound) for indicator in table.indicators):
            yield finding("XR114", replace(place, measure=measure), measure=_label(table, measure))
    for cell in located.uncoded:
        value = as_typed(located.sheet.value(*cell)) or ""
        yield finding("XR115", replace(place, cell=a1(*cell)), value=value)
    for cell, code in located.unknown:
        yield finding("XR117", replace(place, cell=a1(*cell)), code=code)


def merged_over(sheet: Sheet, cell: Cell) -> str | None:
    """The merged range that covers a cell, as A1 notation."""
    for first, last in sheet.merged:
        if first.row <= cell.row <= last.row and first.column <= cell.column <= last.column:
            return f"{a1(*first)}:{a1(*last)}"
    return None


def _listed(cells: Sequence[Cell]) -> str:
    return ", ".join(a1(*cell) for cell in cells)


def _label(table: Table, measure: str) -> Words:
    """The heading of a measure's column in every language."""
    column = table.measure(measure) or Measure(measure=measure)
    return {language: measure_label(column, texts(language)) for language in LANGUAGES}


def _has_input(table: Table, indicator: Indicator, bound: BoundForm) -> bool:
    return any(_is_input(table, indicator, measure.measure, bound) for measure in table.measures)


def _is_input(table: Table, indicator: Indicator, measure: str, bound: BoundForm) -> bool:
    return bound.roles.get(DataPoint(table.table, indicator.code, measure)) is CellRole.INPUT
