"""What a unit changed besides its input cells. It costs nothing that was reported, but somebody should know.

Each thing is told once: where rows or columns are lost, what follows from that is not told again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from xlreport.findings import Finding, Location, finding
from xlreport.findings.wording import Words
from xlreport.forms.answers import same_text
from xlreport.forms.wording import measure_label
from xlreport.grid.cells import Scalar, Sheet
from xlreport.intake.blanks import IssuedBook, IssuedTable
from xlreport.intake.formulas import Places, meaning, places_of
from xlreport.intake.identify import Identified
from xlreport.intake.remarks import as_typed, quoted
from xlreport.language import LANGUAGES, texts
from xlreport.layout.locate import Located, locate
from xlreport.layout.table import CODE_COLUMN, NAME_COLUMN
from xlreport.refs import Cell, a1

#: More changes of one kind on a sheet are told as one: somebody did one thing to all of them.
_ONE_BY_ONE = 3
#: So many cells are named.
_NAMED = 10


class Change(NamedTuple):
    """A cell that is not as it was issued."""

    code: str
    cell: Cell
    issued: str
    found: str


def table_changes(identified: Identified, book: IssuedBook, place: Location) -> tuple[Finding, ...]:
    """Changed labels, locked cells and formulas, and hidden columns, against the workbook as it was issued."""
    found = _located(identified)
    is_whole = len(found) == len(identified.issued.tables) and all(
        _is_whole(located, book.tables[code]) for code, located in found.items()
    )
    # Mostly no formula is another, and nobody asks.
    places = cache(
        lambda: places_of({code: (one.sheet.name, one, book.tables[code].layout) for code, one in found.items()})
    )
    findings: list[Finding] = []
    for code, located in found.items():
        here = replace(place, sheet=located.sheet.name, table=code)
        findings += _told(_changes(located, book, code, places, is_whole), here)
        findings += _hidden_columns(located, book.tables[code], here)
    return tuple(findings)


def _located(identified: Identified) -> dict[str, Located]:
    """The tables that have one sheet each."""
    found = {}
    for table in identified.issued.tables:
        sheets = [sheet for sheet in identified.tables if sheet.table == table.table]
        if len(sheets) == 1:
            found[table.table] = locate(sheets[0], table)
    return found


def _is_whole(located: Located, issued: IssuedTable) -> bool:
    """Whether no row or column is lost, doubled or in another place than among its neighbours."""
    lost = (located.missing_rows, located.missing_columns, located.repeated, located.repeated_columns)
    rows = [located.rows[code] for code in issued.layout.rows if code in located.rows]
    columns = [located.columns[measure] for measure in issued.layout.columns if measure in located.columns]
    return not any(lost) and rows == sorted(rows) and columns == sorted(columns)


def _changes(
    located: Located, book: IssuedBook, code: str, places: Callable[[], Places], is_whole: bool
) -> list[Change]:
    issued = book.tables[code]
    return [
        *_labels(located, issued),
        *_constants(located, issued),
        *_formulas(located, issued, book.places, places, is_whole),
    ]


def _labels(located: Located, issued: IssuedTable) -> Iterator[Change]:
    sheet = located.sheet
    for code, row in located.rows.items():
        values = sheet.rows[row]
        if located.code_column is not None and not _stands_among(issued.names[code], values[: located.code_column]):
            cell = Cell(row, max(0, located.code_column - (CODE_COLUMN - NAME_COLUMN)))
            yield Change("XR220", cell, issued.names[code], _shown(sheet.value(*cell)))
        if located.unit_column is not None and not _is_same(issued.units[code], sheet.value(row, located.unit_column)):
            cell = Cell(row, located.unit_column)
            yield Change("XR221", cell, issued.units[code], _shown(sheet.value(*cell)))
    if located.heading_row is None:
        return
    for measure, column in located.columns.items():
        if not _is_same(issued.headings[measure], sheet.value(located.heading_row, column)):
            cell = Cell(located.heading_row, column)
            yield Change("XR220", cell, issued.headings[measure], _shown(sheet.value(*cell)))


def _stands_among(label: str, values: Sequence[Scalar]) -> bool:
    """Whether a label stands in a row, however many columns were put before it."""
    return label in values or any(_is_same(label, value) for value in values if value is not None) or not label


def _is_same(label: str, value: Scalar) -> bool:
    return label == value or same_text(label) == same_text(_shown(value))


def _shown(value: Scalar) -> str:
    return as_typed(value) or ""


def _constants(located: Located, issued: IssuedTable) -> Iterator[Change]:
    for point, constant in issued.constants.items():
        cell = located.cell(point.indicator, point.measure)
        if cell is None or cell in located.sheet.errors:
            continue
        value = located.sheet.value(*cell)
        # The sign of a closed cell that was wiped away hides nothing.
        is_closed = isinstance(constant, str) and value is None
        if value != constant and not is_closed and not _is_same(_shown(constant), value):
            yield Change("XR222", cell, _shown(constant), _shown(value))


def _formulas(
    located: Located, issued: IssuedTable, issued_places: Places, places: Callable[[], Places], is_whole: bool
) -> Iterator[Change]:
    """Formulas that are gone, and those that became others. Where cells moved apart only the former can be told."""
    sheet = located.sheet
    formulas = sheet.formulas
    if formulas is None:
        return
    changed = []
    for point, formula in issued.formulas.items():
        cell = located.cell(point.indicator, point.measure)
        if cell is None:
            continue
        found = formulas.get(a1(*cell))
        if found is None:
            yield Change("XR223", cell, f"={formula}", _content(sheet, cell))
        elif (
            found not in (formula, "")
            and is_whole
            and "#REF!" not in found
            and meaning(found, places(), point.table) != meaning(formula, issued_places, point.table)
        ):
            changed.append(Change("XR223", cell, f"={formula}", f"={found.removeprefix('of:').removeprefix('=')}"))
    # A program that writes formulas in a way of its own does so with all of them; people change a few.
    if len(changed) <= max(_ONE_BY_ONE, len(issued.formulas) // 2):
        yield from changed


def _content(sheet: Sheet, cell: Cell) -> str:
    return sheet.errors.get(cell) or _shown(sheet.value(*cell))


def _told(changes: Iterable[Change], place: Location) -> Iterator[Finding]:
    by_code: dict[str, list[Change]] = {}
    for change in changes:
        by_code.setdefault(change.code, []).append(change)
    for own in by_code.values():
        groups = [[change] for change in own] if len(own) <= _ONE_BY_ONE else [own]
        for first, *others in groups:
            yield finding(
                first.code,
                replace(place, cell=a1(*first.cell)),
                related=tuple(replace(place, cell=a1(*other.cell)) for other in others),
                issued=quoted(first.issued),
                found=quoted(first.found),
                others=_others(others),
            )


def _others(changes: Sequence[Change]) -> Words:
    """The cells that were changed in the same way; nothing where there are none."""
    if not changes:
        return dict.fromkeys(LANGUAGES, "")
    named = ", ".join(a1(*change.cell) for change in changes[:_NAMED])
    more = f" (+{len(changes) - _NAMED})" if len(changes) > _NAMED else ""
    return {language: "; " + texts(language)("findings.others_changed", cells=named + more) for language in LANGUAGES}


def _hidden_columns(located: Located, issued: IssuedTable, place: Location) -> Iterator[Finding]:
    """Columns that were hidden although they hold figures."""
    sheet = located.sheet
    for measure, column in located.columns.items():
        if column not in sheet.hidden_columns:
            continue
        if any(sheet.value(row, column) is not None for row in located.rows.values()):
            heading = issued.table.measure(measure)
            label: Mapping[str, str] = (
                {language: measure_label(heading, texts(language)) for language in LANGUAGES} if heading else {}
            )
            where = replace(place, cell=a1(located.heading_row or 0, column), measure=measure)
            yield finding("XR224", where, measure=label or measure)
